import type { OperationRecord } from '../../core/operation/record.ts';
import { imageKey } from '../../core/queue/image-key.ts';
import type { NeededRead } from '../engine.ts';
import type { Row } from '../tables.ts';
import { type Reading, Rows } from './reading.ts';

/** Of each region the newest; where images are named, of each of them. */
export const NEWEST_OPERATIONS = 1_000;

/** So many images are asked for one by one. */
const FEW = 20;

export async function operations(read: NeededRead, reading: Reading): Promise<readonly Row[]> {
  const rows = new Rows(read.table);
  // A list of operations is that of an image, however its name is spelt: each image is read once.
  const imageNames = read.imageNames && [
    ...new Map(read.imageNames.map((name) => [imageKey({ region: '', imageName: name }), name])).values(),
  ];
  const each = imageNames && imageNames.length <= FEW ? imageNames.map((imageName) => ({ imageName })) : [{}];
  const filters = (read.regions ?? reading.ports.scope.regions).flatMap((region) =>
    each.map((of) => ({ region, ...of })),
  );
  await Promise.all(
    filters.map(async (filter) => {
      let left = NEWEST_OPERATIONS;
      let cursor: string | undefined;
      do {
        const page = await reading.ports.operations.list(filter, left, cursor);
        rows.add(...page.records.map(operationRow));
        left -= page.records.length;
        cursor = page.cursor;
      } while (cursor !== undefined && left > 0);
    }),
  );
  return rows.all;
}

function operationRow(record: OperationRecord): Row {
  const { operationId, kind, status, region, imageName, version, identifier, result, error } = record;
  return {
    operation_id: operationId,
    kind,
    status,
    region,
    image_name: imageName,
    version,
    image_version_arn: identifier,
    effect: result?.effect,
    error_name: error?.name,
    error_message: error?.message,
    created_at: record.createdAt,
    started_at: record.startedAt,
    finished_at: record.finishedAt,
    cancel_requested_at: record.cancelRequestedAt,
  };
}
