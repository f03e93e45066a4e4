import { cloudControl } from '../adapters/cloud-control.ts';
import { inventoryDesk } from '../adapters/inventory-desk.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import { sageMakerLists } from '../adapters/sagemaker-lists.ts';
import { manifestActions } from '../api/manifest-actions.ts';
import { inventoryTableFromEnvironment, scopeFromEnvironment } from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { readDesk, writeDesk } from './desks.ts';

/** The routes of manifests: what is there is read, and what is to be done is accepted as operations. */
export const handler = apiHandler(
  manifestActions({
    images: sageMakerLists(),
    requests: cloudControl(),
    versions: sageMaker(),
    inventory: inventoryDesk(inventoryTableFromEnvironment()),
    operations: readDesk(),
    orders: writeDesk(),
    scope: scopeFromEnvironment(),
    now: patience.now,
  }),
  patience,
);
