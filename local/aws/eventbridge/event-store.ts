/** The record of events, what is still to be delivered of them, and when schedules rang last. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { isJsonObject, type JsonObject, parseJson } from '../../json.ts';

/** An event that was published, and the rules that it matched. */
export interface RecordedEvent {
  readonly bus: string;
  /** Epoch milliseconds of its arrival. */
  readonly at: number;
  readonly rules: readonly string[];
  readonly event: JsonObject;
}

/** One event on its way to one target. */
export interface Delivery {
  readonly sequence: number;
  readonly ruleArn: string;
  readonly targetId: string;
  /** What the target gets: JSON text. */
  readonly payload: string;
  /** EventBridge hands over to Lambda, which takes it into its own queue and invokes from there. */
  readonly phase: 'hand-over' | 'invoke';
  /** Of this phase, that failed. */
  readonly attempts: number;
  /** How often Lambda would not run the function at all. */
  readonly refusals: number;
  /** Epoch milliseconds at which the event came. */
  readonly since: number;
  readonly due: number;
  /** Comes of a schedule: idle time is not skipped for its retries, lest a failing one runs for ever. */
  readonly background: boolean;
}

const KEPT_EVENTS = 1000;

export class EventStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS event_log (
        sequence INTEGER PRIMARY KEY, bus TEXT NOT NULL, at REAL NOT NULL, rules TEXT NOT NULL, event TEXT NOT NULL
      );
      CREATE TABLE IF NOT EXISTS event_deliveries (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, rule_arn TEXT NOT NULL, target_id TEXT NOT NULL,
        payload TEXT NOT NULL, phase TEXT NOT NULL, attempts INTEGER NOT NULL, refusals INTEGER NOT NULL,
        since REAL NOT NULL, due REAL NOT NULL, background INTEGER NOT NULL
      );
      CREATE TABLE IF NOT EXISTS event_schedules (rule_arn TEXT PRIMARY KEY, last_at REAL NOT NULL);`);
  }

  record({ bus, at, rules, event }: RecordedEvent): void {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO event_log (bus, at, rules, event) VALUES (?, ?, ?, ?)')
      .run(bus, at, JSON.stringify(rules), JSON.stringify(event));
    this.#database
      .prepare('DELETE FROM event_log WHERE sequence <= ?')
      .run(Number(lastInsertRowid) - KEPT_EVENTS);
  }

  /** Newest first. */
  recent(bus: string | undefined, limit: number): RecordedEvent[] {
    return this.#database
      .prepare('SELECT * FROM event_log WHERE ? IS NULL OR bus = ? ORDER BY sequence DESC LIMIT ?')
      .all(bus ?? null, bus ?? null, limit)
      .map((row) => {
        const event = parseJson(String(row.event));
        const rules = parseJson(String(row.rules));
        return {
          bus: String(row.bus),
          at: Number(row.at),
          rules: Array.isArray(rules) ? rules.map(String) : [],
          event: isJsonObject(event) ? event : {},
        };
      });
  }

  addDelivery(delivery: Omit<Delivery, 'sequence'>): void {
    this.#database
      .prepare(
        `INSERT INTO event_deliveries
           (rule_arn, target_id, payload, phase, attempts, refusals, since, due, background)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        delivery.ruleArn,
        delivery.targetId,
        delivery.payload,
        delivery.phase,
        delivery.attempts,
        delivery.refusals,
        delivery.since,
        delivery.due,
        Number(delivery.background),
      );
  }

  changeDelivery({ sequence, phase, attempts, refusals, due }: Delivery): void {
    this.#database
      .prepare(
        'UPDATE event_deliveries SET phase = ?, attempts = ?, refusals = ?, due = ? WHERE sequence = ?',
      )
      .run(phase, attempts, refusals, due, sequence);
  }

  endDelivery({ sequence }: Delivery): void {
    this.#database.prepare('DELETE FROM event_deliveries WHERE sequence = ?').run(sequence);
  }

  /** When the deliveries are due, in the order in which they were added. */
  pending(): Pick<Delivery, 'sequence' | 'due' | 'background'>[] {
    return this.#database
      .prepare('SELECT sequence, due, background FROM event_deliveries ORDER BY sequence')
      .all()
      .map((row) => ({
        sequence: Number(row.sequence),
        due: Number(row.due),
        background: row.background === 1,
      }));
  }

  delivery(sequence: number): Delivery | undefined {
    const row = this.#database.prepare('SELECT * FROM event_deliveries WHERE sequence = ?').get(sequence);
    return row && deliveryIn(row);
  }

  scheduleRangAt(ruleArn: string): number | undefined {
    const row = this.#database.prepare('SELECT last_at FROM event_schedules WHERE rule_arn = ?').get(ruleArn);
    return row && Number(row.last_at);
  }

  scheduleRings(ruleArn: string, at: number): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO event_schedules (rule_arn, last_at) VALUES (?, ?)')
      .run(ruleArn, at);
  }

  /** Rules are made anew: a rate counts from then on. */
  forgetSchedules(): void {
    this.#database.exec('DELETE FROM event_schedules;');
  }

  /** Forgets every event and delivery; schedules go on. */
  clear(): void {
    this.#database.exec('DELETE FROM event_log; DELETE FROM event_deliveries;');
  }
}

function deliveryIn(row: Record<string, SQLOutputValue>): Delivery {
  return {
    sequence: Number(row.sequence),
    ruleArn: String(row.rule_arn),
    targetId: String(row.target_id),
    payload: String(row.payload),
    phase: row.phase === 'invoke' ? 'invoke' : 'hand-over',
    attempts: Number(row.attempts),
    refusals: Number(row.refusals),
    since: Number(row.since),
    due: Number(row.due),
    background: row.background === 1,
  };
}
