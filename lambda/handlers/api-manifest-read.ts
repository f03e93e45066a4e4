import { manifestReadActions } from '../api/manifest-actions.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { operationLists } from './desks.ts';
import { manifestPorts } from './manifest-ports.ts';

/** The routes that plan and test manifests, for readers. Their role can start and write nothing. */
export const handler = apiHandler(
  manifestReadActions({ ...manifestPorts(), operations: operationLists() }),
  patience,
);
