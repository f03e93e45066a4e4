import { cloudControl } from '../adapters/cloud-control.ts';
import { inventoryDesk } from '../adapters/inventory-desk.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import { sageMakerLists } from '../adapters/sagemaker-lists.ts';
import type { ManifestReadPorts } from '../manifest/ports.ts';
import { inventoryTableFromEnvironment, scopeFromEnvironment } from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';

/** What manifests read, but for operations: each function reads those as far as its role goes. */
export function manifestPorts(): Omit<ManifestReadPorts, 'operations'> {
  return {
    images: sageMakerLists(),
    requests: cloudControl(),
    versions: sageMaker(),
    inventory: inventoryDesk(inventoryTableFromEnvironment()),
    scope: scopeFromEnvironment(),
    now: patience.now,
  };
}
