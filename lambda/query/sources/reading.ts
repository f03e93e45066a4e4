import type { CallCounts } from '../../core/inventory/paced-reads.ts';
import { TooCostly } from '../errors.ts';
import type { QueryPorts } from '../ports.ts';
import type { Row } from '../tables.ts';
import { RegionReads } from './region-reads.ts';

/** Of one table: what SQLite takes in within a second, and what lies in memory twice. */
const MOST_ROWS = 20_000;

/** What one statement has read so far, and may read still. */
export class Reading {
  readonly ports: QueryPorts;
  readonly #regions = new Map<string, RegionReads>();

  constructor(ports: QueryPorts) {
    this.ports = ports;
  }

  /** All reads of a region share its rate. */
  region(name: string): RegionReads {
    const reads = this.#regions.get(name) ?? new RegionReads(name, this.ports);
    this.#regions.set(name, reads);
    return reads;
  }

  /** Calls of Cloud Control and SageMaker. */
  get counts(): CallCounts {
    const all = [...this.#regions.values()].map(({ counts }) => counts);
    return {
      calls: all.reduce((sum, { calls }) => sum + calls, 0),
      throttled: all.reduce((sum, { throttled }) => sum + throttled, 0),
    };
  }

  /** Nothing more is asked. */
  stop(): void {
    for (const reads of this.#regions.values()) reads.stop();
  }
}

/** Rows of one table, until there are too many. */
export class Rows {
  readonly all: Row[] = [];
  readonly #table: string;

  constructor(table: string) {
    this.#table = table;
  }

  /** @throws TooCostly where the table has more than a statement may read */
  add(...rows: readonly Row[]): void {
    if (this.all.length + rows.length > MOST_ROWS) {
      throw new TooCostly(
        `the statement reads more than ${MOST_ROWS} rows of ${this.#table}: narrow it with WHERE image_name = '…' or region = '…'`,
      );
    }
    this.all.push(...rows);
  }
}
