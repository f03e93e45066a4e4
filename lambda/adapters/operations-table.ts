import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { RECORDS_UNAVAILABLE } from '../contract/workflow.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { Ending } from '../core/operation/result.ts';
import { CallError, type OperationRecords } from '../core/ports.ts';
import { called } from './call-error.ts';

/** The table did not answer. The state machine runs the Lambda again. */
class RecordsUnavailable extends Error {
  override readonly name = RECORDS_UNAVAILABLE;
}

export interface OperationsTable {
  readonly name: string;
  /** Days after its end that a record is kept. */
  readonly recordDays: number;
}

/**
 * The operations' records: one item for each operation, keyed by its id, written by single conditional
 * writes alone. The execution's ARN in it tells whose record it is, so that an execution of another machine
 * or stage that bears the same name can neither take it over nor end it.
 */
export function operationsTable({ name: TableName, recordDays }: OperationsTable): OperationRecords {
  const client = new DynamoDBClient({});
  return {
    open: (operation) =>
      conditionally(() =>
        client.send(
          new PutItemCommand({
            TableName,
            Item: marshall(opened(operation), { removeUndefinedValues: true }),
            ConditionExpression: `attribute_not_exists(operationId) OR ${OURS}`,
            ExpressionAttributeValues: marshall({ ':execution': operation.execution.arn }),
          }),
        ),
      ),

    close: async (ending) => {
      const entries = Object.entries(closed(ending, recordDays)).filter(([, value]) => value !== undefined);
      const sets = entries.map(([key]) =>
        // A Lambda that crashed right after it opened the record does not know when that was.
        key === 'startedAt' ? `#${key} = if_not_exists(#${key}, :${key})` : `#${key} = :${key}`,
      );
      await conditionally(() =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: marshall({ operationId: ending.execution.name }),
            UpdateExpression: `SET createdAt = if_not_exists(createdAt, :startedAt), ${sets.join(', ')}`,
            ConditionExpression: `attribute_not_exists(operationId) OR ${OURS}`,
            ExpressionAttributeNames: Object.fromEntries(entries.map(([key]) => [`#${key}`, key])),
            ExpressionAttributeValues: marshall(
              {
                ...Object.fromEntries(entries.map(([key, value]) => [`:${key}`, value])),
                ':execution': ending.execution.arn,
              },
              { removeUndefinedValues: true },
            ),
          }),
        ),
      );
    },
  };
}

const OURS = 'executionArn = :execution';

function opened(operation: Operation): Record<string, unknown> {
  const { execution, kind, request, identifier, startedAt } = operation;
  return {
    operationId: execution.name,
    executionArn: execution.arn,
    kind,
    status: 'RUNNING',
    region: request.region,
    imageName: request.kind === 'create' ? request.desiredState.ImageName : request.target.imageName,
    version: request.kind === 'create' ? undefined : request.target.version,
    identifier,
    request,
    createdAt: isoTime(startedAt),
    startedAt: isoTime(startedAt),
  };
}

function closed(ending: Ending, recordDays: number): Record<string, unknown> {
  const { execution, settlement, requests, startedAt, finishedAt, ...about } = ending;
  return {
    ...about,
    executionArn: execution.arn,
    status: settlement.status,
    ...(settlement.status === 'SUCCEEDED' ? { result: settlement.result } : { error: settlement.error }),
    requests: requests.map(({ at, ...request }) => ({ ...request, at: isoTime(at) })),
    startedAt: isoTime(startedAt),
    finishedAt: isoTime(finishedAt),
    // Epoch seconds: what DynamoDB's time to live reads.
    expiresAt: Math.ceil(finishedAt / 1000) + recordDays * 24 * 60 * 60,
  };
}

function isoTime(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}

/** @returns whether the write was made; a condition that does not hold is an answer, not an error */
async function conditionally(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await called(write);
    return true;
  } catch (error) {
    if (error instanceof CallError && error.name === 'ConditionalCheckFailedException') return false;
    if (error instanceof CallError && error.transient) {
      throw new RecordsUnavailable(`${error.name}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
