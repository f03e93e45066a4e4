import { readableRegions } from '../core/inventory/readable-regions.ts';
import type { Answer, NeededRead } from './engine.ts';
import { QueryError, TooCostly } from './errors.ts';
import type { QueryPorts } from './ports.ts';
import { changes } from './sources/changes.ts';
import { heldVersions } from './sources/held-versions.ts';
import { liveVersions } from './sources/live-versions.ts';
import { operations } from './sources/operations.ts';
import { Reading } from './sources/reading.ts';
import { snapshots } from './sources/snapshots.ts';
import type { SelectStatement } from './statement.ts';
import { isHeld, type Row, type TableName } from './tables.ts';

/** Reading takes so long at most. With the engine's 5 s that is below the 25 s after which a request is given up. */
const READING_SECONDS = 18;

/** What a statement came to, and the calls of Cloud Control and SageMaker that it took. */
export interface Result extends Answer {
  readonly calls: number;
}

type Source = (read: NeededRead, reading: Reading) => Promise<readonly Row[]>;

const SOURCES: Readonly<Record<TableName, Source>> = {
  'awscc.sagemaker.image_versions': liveVersions,
  'awscc.sagemaker.image_versions_list_only': liveVersions,
  'inventory.image_versions': heldVersions,
  'inventory.snapshots': snapshots,
  'inventory.changes': changes,
  'operations.operations': operations,
};

/**
 * Runs a statement that reads. Nothing is asked of AWS before SQLite has understood all of it.
 *
 * @throws QueryError, TooCostly, CallError, and what `snapshotOf` fails with
 */
export async function runSelect(statement: SelectStatement, ports: QueryPorts): Promise<Result> {
  const reads = await neededReads(statement, ports);
  const reading = new Reading(ports);
  const rows = await inTime(reading, () => rowsOf(reads, reading));
  const answer = await ports.engine.run(statement, reads, rows);
  return { ...answer, calls: reading.counts.calls };
}

/** What a statement needs to read, all of it in regions that there are. */
export async function neededReads(
  statement: SelectStatement,
  ports: Pick<QueryPorts, 'engine' | 'scope' | 'inventory'>,
): Promise<readonly NeededRead[]> {
  const { engine, scope } = ports;
  const unknown = (reads: SelectStatement['reads'], regions: readonly string[]) =>
    reads.flatMap((read) => read.regions ?? []).find((one) => !regions.includes(one));
  const [remembered, others] = [true, false].map((held) =>
    statement.reads.filter(({ table }) => isHeld(table) === held),
  );
  refuseRegion(unknown(others ?? [], scope.regions), 'configured regions', scope.regions);
  // The table is asked only about a region that is not configured.
  if (unknown(remembered ?? [], scope.regions) !== undefined) {
    const readable = await readableRegions(ports.inventory, scope.regions);
    refuseRegion(unknown(remembered ?? [], readable), 'regions that the inventory has', readable);
  }
  return engine.prepare(statement);
}

function refuseRegion(unknown: string | undefined, what: string, regions: readonly string[]): void {
  if (unknown === undefined) return;
  throw new QueryError(
    `given the region ${JSON.stringify(unknown.slice(0, 100))}, wanted one of the ${what}: ${regions.join(', ')}`,
  );
}

async function rowsOf(
  reads: readonly NeededRead[],
  reading: Reading,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const found = await Promise.all(
    reads.map(async (read) => [read.local, await SOURCES[read.table](read, reading)] as const),
  );
  return new Map(found);
}

/** What the work comes to; work that fails or takes too long asks AWS for nothing more. */
async function inTime<T>(reading: Reading, work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const tooLate = async (): Promise<never> => {
    await reading.ports.sleep(READING_SECONDS * 1_000, done.signal);
    const { calls, throttled } = reading.counts;
    const refused = throttled === 0 ? '' : `, of which it throttled ${throttled}`;
    throw new TooCostly(
      `its rows were not read within ${READING_SECONDS} s (after ${calls} calls of AWS${refused}): narrow it with WHERE image_name = '…' or one region, or name fewer columns; identifiers and versions cost least, aliases and properties most`,
    );
  };
  try {
    return await Promise.race([work(), tooLate()]);
  } finally {
    done.abort();
    reading.stop();
  }
}
