import { queryActions } from '../api/query-actions.ts';
import { maxWaitFromEnvironment } from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { readDesk, writeDesk } from './desks.ts';
import { statementPorts } from './statement-ports.ts';

const operations = readDesk();

/** The route of all statements: what they read is run by SQLite, and what they change is accepted as operations. */
export const handler = apiHandler(
  queryActions({
    ports: statementPorts(operations),
    desk: writeDesk(),
    reads: { desk: operations, patience, maxWaitSeconds: maxWaitFromEnvironment() },
  }),
  patience,
);
