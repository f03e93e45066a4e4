/** Executions, where each that runs stands, and their histories, in the local cloud's database. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../json.ts';

export const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
export type ExecutionStatus = (typeof STATUSES)[number];

export interface Execution {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** JSON text. */
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  /** States entered so far and retries, each of which AWS bills as a state transition. */
  readonly transitions: number;
}

export interface Ending {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: string;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** Where an execution stands at the top level of its machine. */
export interface Progress {
  readonly state: string;
  readonly input: Json;
  readonly enteredAt: number;
  readonly enteredEventId: number;
  /** A Wait's end, or the retriers that were used and when the next attempt is due. */
  readonly waitUntil?: number | undefined;
  readonly retryCounts?: readonly number[] | undefined;
}

export interface HistoryEvent {
  readonly id: number;
  readonly previousId: number;
  readonly type: string;
  readonly at: number;
  /** The member of GetExecutionHistory's event that goes with the type. */
  readonly details: JsonObject;
}

export class ExecutionStore {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof statements>;

  constructor(database: DatabaseSync) {
    // Events are many and large: as rows in the order in which they come they are appended, and not sorted in.
    database.exec(`
      CREATE TABLE IF NOT EXISTS sfn_executions (
        sequence INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, machine_arn TEXT NOT NULL, name TEXT NOT NULL,
        status TEXT NOT NULL, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT,
        started_at INTEGER NOT NULL, stopped_at INTEGER, transitions INTEGER NOT NULL DEFAULT 0,
        progress TEXT
      );
      CREATE INDEX IF NOT EXISTS sfn_executions_by_machine ON sfn_executions (machine_arn, started_at);
      CREATE TABLE IF NOT EXISTS sfn_events (
        execution INTEGER NOT NULL, id INTEGER NOT NULL, previous_id INTEGER NOT NULL, type TEXT NOT NULL,
        at INTEGER NOT NULL, details TEXT NOT NULL
      );
      CREATE UNIQUE INDEX IF NOT EXISTS sfn_events_by_execution ON sfn_events (execution, id);`);
    this.#database = database;
    this.#statements = statements(database);
  }

  insert(execution: Pick<Execution, 'arn' | 'machineArn' | 'name' | 'input' | 'startedAt'>): void {
    const { arn, machineArn, name, input, startedAt } = execution;
    this.#statements.insert.run(arn, machineArn, name, input, startedAt);
  }

  clear(): void {
    this.#database.exec('DELETE FROM sfn_events; DELETE FROM sfn_executions;');
  }

  delete(arn: string): void {
    this.#statements.deleteEvents.run(arn);
    this.#statements.delete.run(arn);
  }

  find(arn: string): Execution | undefined {
    const row = this.#statements.find.get(arn);
    return row && executionIn(row);
  }

  running(): Execution[] {
    return this.#statements.running.all().map(executionIn);
  }

  /**
   * Newest first.
   * @param since those that had ended before this time are left out @default 0, none is left out
   */
  list(
    machineArn: string,
    status: ExecutionStatus | undefined,
    offset: number,
    limit: number,
    since = 0,
  ): Execution[] {
    return this.#statements.list
      .all(machineArn, status ?? null, status ?? null, since, limit, offset)
      .map(executionIn);
  }

  end(arn: string, ending: Ending, stoppedAt: number): void {
    const { status, output, error, cause } = ending;
    this.#statements.end.run(status, output ?? null, error ?? null, cause ?? null, stoppedAt, arn);
  }

  progress(arn: string): Progress | undefined {
    const row = this.#statements.progress.get(arn);
    const value = typeof row?.progress === 'string' ? parseJson(row.progress) : null;
    if (!isJsonObject(value)) return undefined;
    const { state, input, enteredAt, enteredEventId, waitUntil, retryCounts } = value;
    return {
      state: String(state),
      input: input ?? null,
      enteredAt: Number(enteredAt),
      enteredEventId: Number(enteredEventId),
      waitUntil: typeof waitUntil === 'number' ? waitUntil : undefined,
      retryCounts: Array.isArray(retryCounts) ? retryCounts.map(Number) : undefined,
    };
  }

  saveProgress(arn: string, progress: Progress): void {
    this.#statements.saveProgress.run(JSON.stringify(progress), arn);
  }

  addTransition(arn: string): void {
    this.#statements.addTransition.run(arn);
  }

  /** @throws Error for an execution that is not there */
  addEvent(arn: string, event: HistoryEvent): void {
    const { id, previousId, type, at, details } = event;
    this.#statements.addEvent.run(arn, id, previousId, type, at, JSON.stringify(details));
  }

  lastEventId(arn: string): number {
    return Number(this.#statements.lastEventId.get(arn)?.id ?? 0);
  }

  events(arn: string, reverse: boolean, offset: number, limit: number): HistoryEvent[] {
    const { eventsForward, eventsBackward } = this.#statements;
    return (reverse ? eventsBackward : eventsForward).all(arn, limit, offset).map((row) => {
      const details = parseJson(String(row.details));
      return {
        id: Number(row.id),
        previousId: Number(row.previous_id),
        type: String(row.type),
        at: Number(row.at),
        details: isJsonObject(details) ? details : {},
      };
    });
  }
}

function statements(database: DatabaseSync) {
  const execution = '(SELECT sequence FROM sfn_executions WHERE arn = ?)';
  const events = `SELECT * FROM sfn_events WHERE execution = ${execution} ORDER BY id`;
  return {
    insert: database.prepare(
      `INSERT INTO sfn_executions (arn, machine_arn, name, status, input, started_at)
       VALUES (?, ?, ?, 'RUNNING', ?, ?)`,
    ),
    delete: database.prepare('DELETE FROM sfn_executions WHERE arn = ?'),
    deleteEvents: database.prepare(`DELETE FROM sfn_events WHERE execution = ${execution}`),
    find: database.prepare('SELECT * FROM sfn_executions WHERE arn = ?'),
    running: database.prepare("SELECT * FROM sfn_executions WHERE status = 'RUNNING' ORDER BY sequence"),
    list: database.prepare(
      `SELECT * FROM sfn_executions WHERE machine_arn = ? AND (? IS NULL OR status = ?)
       AND (stopped_at IS NULL OR stopped_at >= ?) ORDER BY started_at DESC, sequence DESC LIMIT ? OFFSET ?`,
    ),
    end: database.prepare(
      `UPDATE sfn_executions SET status = ?, output = ?, error = ?, cause = ?, stopped_at = ?, progress = NULL
       WHERE arn = ?`,
    ),
    progress: database.prepare('SELECT progress FROM sfn_executions WHERE arn = ?'),
    saveProgress: database.prepare('UPDATE sfn_executions SET progress = ? WHERE arn = ?'),
    addTransition: database.prepare('UPDATE sfn_executions SET transitions = transitions + 1 WHERE arn = ?'),
    addEvent: database.prepare(
      `INSERT INTO sfn_events (execution, id, previous_id, type, at, details) VALUES (${execution}, ?, ?, ?, ?, ?)`,
    ),
    lastEventId: database.prepare(`SELECT max(id) AS id FROM sfn_events WHERE execution = ${execution}`),
    eventsForward: database.prepare(`${events} ASC LIMIT ? OFFSET ?`),
    eventsBackward: database.prepare(`${events} DESC LIMIT ? OFFSET ?`),
  };
}

function executionIn(row: Record<string, SQLOutputValue>): Execution {
  const text = (column: string) => (row[column] === null ? undefined : String(row[column]));
  const status = STATUSES.find((known) => known === row.status);
  if (!status) throw new Error(`Execution ${String(row.arn)} has the unknown status ${String(row.status)}`);
  return {
    arn: String(row.arn),
    machineArn: String(row.machine_arn),
    name: String(row.name),
    status,
    input: String(row.input),
    output: text('output'),
    error: text('error'),
    cause: text('cause'),
    startedAt: Number(row.started_at),
    stoppedAt: row.stopped_at === null ? undefined : Number(row.stopped_at),
    transitions: Number(row.transitions),
  };
}
