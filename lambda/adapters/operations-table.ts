import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fingerprint } from '../core/operation/fingerprint.ts';
import type { OperationRecords } from '../core/ports.ts';
import { endingFields, historyOf, newItem, openedRecord, recordOf } from './operation-item.ts';
import { REQUEST_HANDLER } from './regional.ts';
import { Table } from './table.ts';

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
  const table = new Table(new DynamoDBClient({ requestHandler: REQUEST_HANDLER }), name);
  return {
    open: async (operation, input) => {
      const { execution, kind, startedAt } = operation;
      const print = fingerprint(kind, input);
      const record = openedRecord(operation, input, print);
      if (await table.put(newItem(record), 'attribute_not_exists(operationId)')) return 'opened';
      const key = { operationId: execution.name };
      const opened = await table.change({
        key,
        set: { status: 'RUNNING', executionArn: execution.arn },
        setOnce: { startedAt: new Date(startedAt).toISOString() },
        condition: `#kind = :kind AND #fingerprint = :print AND (#status = :queued OR (#status = :status AND ${OURS}))`,
        values: { kind, print, queued: 'QUEUED' },
      });
      if (opened) return 'opened';
      const found = await table.get(key);
      const there = found ? recordOf(found) : undefined;
      return there?.status === 'CANCELLED' && there.fingerprint === print ? 'cancelled' : 'taken';
    },

    note: async (operation) => {
      const { execution, identifier } = operation;
      const noted = await table.change({
        key: { operationId: execution.name },
        set: { history: historyOf(operation), identifier, executionArn: execution.arn },
        condition: OURS,
      });
      return noted !== undefined && recordOf(noted).cancelRequestedAt !== undefined;
    },

    close: async (ending) => {
      const { startedAt, ...fields } = endingFields(ending, recordDays);
      const key = { operationId: ending.execution.name };
      const closed = await table.change({
        key,
        set: fields,
        // A Lambda that crashed right after it opened the record does not know when that was.
        setOnce: { startedAt, createdAt: startedAt },
        // Also one that was accepted and that its workflow refuses. An end that is written stays: the function may
        // have outlived its execution, whose end was then written by others.
        condition: `attribute_not_exists(#operationId) OR (${OURS} AND #status IN (:running, :status)) OR (#status = :queued AND attribute_not_exists(#executionArn) AND #kind = :wanted)`,
        values: { queued: 'QUEUED', running: 'RUNNING', wanted: ending.kind ?? '' },
      });
      return closed && recordOf(closed);
    },
  };
}

const OURS = '#executionArn = :executionArn';
