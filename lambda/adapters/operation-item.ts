import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Operation } from '../core/operation/operation.ts';
import type { HistoryEntry, OperationRecord } from '../core/operation/record.ts';
import type { Ending } from '../core/operation/result.ts';
import type { StoredRecord } from '../core/ports.ts';
import { imageKeyOf } from '../core/queue/image-key.ts';

/**
 * An operation's record as an item. Besides the record's own fields it has:
 *
 * - `image`, `listedAt`: the operations of an image, and of a region, newest first;
 * - `sending`: the last call of a request that was permitted;
 * - `open`: present only until everything about the operation is done, so that the sweeper's index holds no more
 *   than what is on its way.
 */
export type Item = Record<string, AttributeValue>;

const OPEN = 'open';

/** A record that is written for the first time. One that names no image is in no list of an image. */
export function newItem(record: OperationRecord, fields: { readonly expiresAt?: number } = {}): Item {
  return marshall(
    {
      ...record,
      image: imageKeyOf(record),
      listedAt: `${record.createdAt}#${record.operationId}`,
      open: OPEN,
      ...fields,
    },
    { removeUndefinedValues: true },
  );
}

/** An item as the record that it is. Items are written here alone, so they are trusted. */
export function recordOf(item: Item): StoredRecord {
  const {
    image: _image,
    listedAt: _listedAt,
    expiresAt: _expiresAt,
    sending: _sending,
    open,
    ...record
  } = unmarshall(item);
  return { ...(record as OperationRecord), open: open === OPEN };
}

/** The record of an operation whose workflow begins. */
export function openedRecord(operation: Operation, input: unknown, fingerprint: string): OperationRecord {
  const { execution, kind, request, identifier, startedAt } = operation;
  return {
    operationId: execution.name,
    executionArn: execution.arn,
    kind,
    status: 'RUNNING',
    region: request.region,
    imageName: request.kind === 'create' ? request.desiredState.ImageName : request.target.imageName,
    ...(request.kind === 'create' ? {} : { version: request.target.version }),
    ...(identifier ? { identifier } : {}),
    request: input,
    fingerprint,
    history: [],
    createdAt: isoTime(startedAt),
    startedAt: isoTime(startedAt),
  };
}

/** Requests, errors and waits in the order in which they came. */
export function historyOf({ requests, log }: Pick<Operation, 'requests' | 'log'>): HistoryEntry[] {
  const made = requests.map((request) => ({ event: 'request' as const, ...request }));
  return [...made, ...log]
    .toSorted((a, b) => a.at - b.at)
    .map((entry) => ({ ...entry, at: isoTime(entry.at) }));
}

/** The fields that an end sets. What is undefined is left as it is. */
export function endingFields(ending: Ending, recordDays: number) {
  const { execution, settlement, done, finishedAt, identifier, version } = ending;
  return {
    executionArn: execution.arn,
    status: settlement.status,
    ...(settlement.status === 'SUCCEEDED' ? { result: settlement.result } : { error: settlement.error }),
    identifier,
    version,
    history: done && historyOf(done),
    finishedAt: isoTime(finishedAt),
    expiresAt: expiry(finishedAt, recordDays),
  };
}

/** The record of an operation that nobody accepted and no workflow opened, or whose record is missing. */
export function endedRecord(ending: Ending): OperationRecord {
  const { execution, settlement, kind, region, imageName, version, identifier, done, startedAt } = ending;
  return {
    operationId: execution.name,
    executionArn: execution.arn,
    kind,
    status: settlement.status,
    region,
    ...(imageName === undefined ? {} : { imageName }),
    ...(version === undefined ? {} : { version }),
    ...(identifier === undefined ? {} : { identifier }),
    ...(settlement.status === 'SUCCEEDED' ? { result: settlement.result } : { error: settlement.error }),
    history: done ? historyOf(done) : [],
    createdAt: isoTime(startedAt),
    startedAt: isoTime(startedAt),
    finishedAt: isoTime(ending.finishedAt),
  };
}

/** Epoch seconds: what DynamoDB's time to live reads. */
export function expiry(finishedAt: number, recordDays: number): number {
  return Math.ceil(finishedAt / 1000) + recordDays * 24 * 60 * 60;
}

function isoTime(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}
