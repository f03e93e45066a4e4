import { inventoryDesk } from '../adapters/inventory-desk.ts';
import { inventoryActions } from '../api/inventory-actions.ts';
import { inventoryTableFromEnvironment, scopeFromEnvironment } from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';

/** The routes that tell what was: snapshots, and what is read of them. */
export const handler = apiHandler(
  inventoryActions({ desk: inventoryDesk(inventoryTableFromEnvironment()), scope: scopeFromEnvironment() }),
  patience,
);
