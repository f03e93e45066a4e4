import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { INDEXES } from '../contract/tables.ts';
import { parseImageVersionArn } from '../core/image-version/identifier.ts';
import { fingerprint } from '../core/operation/fingerprint.ts';
import type { OperationRecords } from '../core/ports.ts';
import { imageKey } from '../core/queue/image-key.ts';
import { dynamoDb } from './dynamodb.ts';
import {
  endedRecord,
  endingFields,
  expiry,
  historyOf,
  type Item,
  newItem,
  openedRecord,
  recordOf,
} from './operation-item.ts';
import { Table, unavailable } from './table.ts';

export interface OperationsTable {
  readonly name: string;
  /** Days after its end that a record is kept. */
  readonly recordDays: number;
}

/**
 * The workflows' side of the operations' records: one item for each operation, keyed by its id, written by single
 * conditional writes alone. The execution's ARN in it tells whose record it is, so that an execution of another
 * machine or stage that bears the same name can neither take it over nor end it.
 */
export function operationsTable({ name, recordDays }: OperationsTable): OperationRecords {
  const client = dynamoDb();
  const table = new Table(client, name);
  return {
    open: async (operation, input) => {
      const { execution, kind, startedAt } = operation;
      const print = fingerprint(kind, input);
      const record = openedRecord(operation, input, print);
      if (await table.put(newItem(record), 'attribute_not_exists(operationId)')) {
        return { outcome: 'opened', startedAt, again: false };
      }
      const key = { operationId: execution.name };
      const opened = await table.change({
        key,
        set: { status: 'RUNNING', executionArn: execution.arn, startedAt: new Date(startedAt).toISOString() },
        condition: '#kind = :kind AND #fingerprint = :print AND #status = :queued',
        values: { kind, print, queued: 'QUEUED' },
      });
      if (opened) return { outcome: 'opened', startedAt, again: false };
      const found = await table.get(key);
      const there = found ? recordOf(found) : undefined;
      if (there?.kind !== kind || there.fingerprint !== print) return { outcome: 'taken' };
      if (there.status === 'CANCELLED') return { outcome: 'cancelled' };
      // A write whose answer was lost is made again by the SDK, and finds itself: it counts as a run before this one.
      const ours = there.status === 'RUNNING' && there.executionArn === execution.arn;
      if (!ours) return { outcome: 'taken' };
      return { outcome: 'opened', startedAt: Date.parse(there.startedAt ?? there.createdAt), again: true };
    },

    claimSend: async ({ execution }, call) => {
      const key = { operationId: execution.name };
      const claimed = await table.change({
        key,
        set: { sending: call, executionArn: execution.arn },
        condition: `${OURS} AND attribute_not_exists(#cancelRequestedAt)`,
      });
      if (claimed) return { outcome: 'send' };
      const found = await table.get(key);
      // A record that is missing, or another execution's, asks for nothing.
      const ours = found && recordOf(found).executionArn === execution.arn;
      return ours ? { outcome: 'cancelled', begun: found.sending?.S === call } : { outcome: 'send' };
    },

    note: async (operation) => {
      const { execution, identifier } = operation;
      const noted = await table.change({
        key: { operationId: execution.name },
        set: {
          history: historyOf(operation),
          identifier,
          version: identifier === undefined ? undefined : parseImageVersionArn(identifier)?.version,
          executionArn: execution.arn,
        },
        condition: OURS,
      });
      return noted !== undefined && recordOf(noted).cancelRequestedAt !== undefined;
    },

    hasTwin: async ({ execution, request, startedAt }) => {
      if (request.kind !== 'create') return false;
      const { ImageName: imageName, BaseImage } = request.desiredState;
      let from: Item | undefined;
      do {
        const command = new QueryCommand({
          TableName: name,
          IndexName: INDEXES.byImage,
          KeyConditionExpression: 'image = :image',
          FilterExpression:
            'operationId <> :id AND #kind = :create AND #request.#properties.BaseImage = :baseImage AND (#status = :running OR finishedAt >= :since)',
          ExpressionAttributeNames: {
            '#kind': 'kind',
            '#request': 'request',
            '#properties': 'properties',
            '#status': 'status',
          },
          ExpressionAttributeValues: marshall({
            ':image': imageKey({ region: request.region, imageName }),
            ':id': execution.name,
            ':create': 'create',
            ':baseImage': BaseImage,
            ':running': 'RUNNING',
            ':since': new Date(startedAt).toISOString(),
          }),
          ScanIndexForward: false,
          ExclusiveStartKey: from,
        });
        const page = await unavailable(() => client.send(command));
        if ((page.Items ?? []).length > 0) return true;
        from = page.LastEvaluatedKey;
      } while (from);
      return false;
    },

    close: async (ending) => {
      const { execution, kind, startedAt, finishedAt, done } = ending;
      const closed = await table.change({
        key: { operationId: execution.name },
        set: endingFields(ending, recordDays),
        // A Lambda that crashed right after it opened the record does not know when that was.
        setOnce: { startedAt: new Date(startedAt).toISOString() },
        // An end that is written stays: the function may have outlived its execution, whose end was then written by
        // others. One that was accepted and not opened is ended by an execution that opened nothing: it was refused, or
        // crashed before. What an execution did that opened another record of this id tells nothing about this one.
        condition: `(${OURS} AND #status IN (:running, :status))${done ? '' : ` OR (${UNOPENED} AND #kind = :wanted)`}`,
        values: { running: 'RUNNING', ...(done ? {} : { queued: 'QUEUED', wanted: kind }) },
      });
      if (closed) return recordOf(closed);
      const record = endedRecord(ending);
      const item = newItem(record, { expiresAt: expiry(finishedAt, recordDays) });
      const written = await table.put(item, 'attribute_not_exists(operationId)');
      return written ? { ...record, open: true } : undefined;
    },
  };
}

const UNOPENED = '#status = :queued AND attribute_not_exists(#executionArn)';
const OURS = '#executionArn = :executionArn';
