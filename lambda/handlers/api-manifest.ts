import { manifestActions } from '../api/manifest-actions.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { readDesk, writeDesk } from './desks.ts';
import { manifestPorts } from './manifest-ports.ts';

/** The routes that bring about what manifests say: what is to be done is accepted as operations. */
export const handler = apiHandler(
  manifestActions({ ...manifestPorts(), operations: readDesk(), orders: writeDesk() }),
  patience,
);
