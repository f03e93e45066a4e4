import { writeActions } from '../api/write-actions.ts';
import { scopeFromEnvironment } from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { readDesk, writeDesk } from './desks.ts';

/** The routes that accept and cancel operations. */
export const handler = apiHandler(
  writeActions({ desk: writeDesk(), reads: { desk: readDesk(), patience }, scope: scopeFromEnvironment() }),
  patience,
);
