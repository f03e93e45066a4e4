import { queryReadActions } from '../api/query-actions.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { operationLists } from './desks.ts';
import { statementPorts } from './statement-ports.ts';

/** The route of statements that only read, for readers. Its role can start and write nothing. */
export const handler = apiHandler(queryReadActions(statementPorts(operationLists())), patience);
