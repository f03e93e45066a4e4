import { cloudControl } from '../adapters/cloud-control.ts';
import { cloudControlLists } from '../adapters/cloud-control-lists.ts';
import { inventoryDesk } from '../adapters/inventory-desk.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import { sageMakerLists } from '../adapters/sagemaker-lists.ts';
import type { ReadDesk } from '../core/operation/desk.ts';
import { SQLITE_PROGRAM, sqliteEngine } from '../query/engine.ts';
import type { QueryPorts } from '../query/ports.ts';
import { killableProcess } from '../runtime/child-process.ts';
import { circumstances } from '../runtime/circumstances.ts';
import { inventoryTableFromEnvironment, scopeFromEnvironment } from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';

/** Each call is made once by the SDK, so that every one of them waits for its turn and is counted. */
const ONCE = { maxAttempts: 1 };

/** What statements read. */
export function statementPorts(operations: Pick<ReadDesk, 'list'>): Omit<QueryPorts, 'snapshotOf'> {
  return {
    engine: sqliteEngine(killableProcess(SQLITE_PROGRAM)),
    reads: { lists: cloudControlLists(ONCE), requests: cloudControl(ONCE), images: sageMakerLists(ONCE) },
    versions: sageMaker(),
    inventory: inventoryDesk(inventoryTableFromEnvironment()),
    operations,
    scope: scopeFromEnvironment(),
    circumstances,
    sleep: patience.sleep,
  };
}
