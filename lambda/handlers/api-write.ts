import { snapshotRequests } from '../adapters/snapshot-requests.ts';
import { writeActions } from '../api/write-actions.ts';
import {
  eventBusFromEnvironment,
  maxWaitFromEnvironment,
  scopeFromEnvironment,
} from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { readDesk, writeDesk } from './desks.ts';

/** The routes that accept and cancel operations, and ask for snapshots. */
export const handler = apiHandler(
  writeActions({
    desk: writeDesk(),
    reads: { desk: readDesk(), patience, maxWaitSeconds: maxWaitFromEnvironment() },
    snapshots: snapshotRequests(eventBusFromEnvironment()),
    scope: scopeFromEnvironment(),
  }),
  patience,
);
