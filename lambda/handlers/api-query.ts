import { cloudControl } from '../adapters/cloud-control.ts';
import { cloudControlLists } from '../adapters/cloud-control-lists.ts';
import { inventoryDesk } from '../adapters/inventory-desk.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import { sageMakerLists } from '../adapters/sagemaker-lists.ts';
import { queryActions } from '../api/query-actions.ts';
import { SQLITE_PROGRAM, sqliteEngine } from '../query/engine.ts';
import { killableProcess } from '../runtime/child-process.ts';
import { circumstances } from '../runtime/circumstances.ts';
import { inventoryTableFromEnvironment, scopeFromEnvironment } from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { readDesk, writeDesk } from './desks.ts';

/** Each call is made once by the SDK, so that every one of them waits for its turn and is counted. */
const ONCE = { maxAttempts: 1 };

const operations = readDesk();

/** The routes of statements: what they read is run by SQLite, and what they change is accepted as operations. */
export const handler = apiHandler(
  queryActions({
    ports: {
      engine: sqliteEngine(killableProcess(SQLITE_PROGRAM)),
      reads: { lists: cloudControlLists(ONCE), requests: cloudControl(ONCE), images: sageMakerLists(ONCE) },
      versions: sageMaker(),
      inventory: inventoryDesk(inventoryTableFromEnvironment()),
      operations,
      scope: scopeFromEnvironment(),
      circumstances,
      sleep: patience.sleep,
    },
    desk: writeDesk(),
    reads: { desk: operations, patience },
  }),
  patience,
);
