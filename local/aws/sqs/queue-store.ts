/** Messages of the assembly's queues, in the local cloud's database. */
import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { QueueResource } from '../../assembly/queues.ts';
import type { Clock } from '../../clock.ts';
import { isJsonObject, parseJson } from '../../json.ts';
import type { Randomness } from '../../randomness.ts';

export interface QueueStoreOptions {
  readonly queues: readonly QueueResource[];
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly receives: number;
}

export class QueueStore {
  readonly queues: readonly QueueResource[];
  readonly #options: QueueStoreOptions;

  constructor(options: QueueStoreOptions) {
    this.queues = options.queues;
    this.#options = options;
    options.database.exec(`
      CREATE TABLE IF NOT EXISTS sqs_messages (
        sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, queue TEXT NOT NULL, body TEXT NOT NULL,
        attributes TEXT NOT NULL, sent_at REAL NOT NULL, visible_at REAL NOT NULL, receives INTEGER NOT NULL,
        receipt TEXT
      );`);
  }

  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): QueueMessage {
    const { database, clock, randomness } = this.#options;
    const id = randomness.uuid();
    const sentAt = clock.now();
    database
      .prepare(
        `INSERT INTO sqs_messages (id, queue, body, attributes, sent_at, visible_at, receives)
         VALUES (?, ?, ?, ?, ?, ?, 0)`,
      )
      .run(id, queueArn, body, JSON.stringify(attributes), sentAt, sentAt);
    return { id, body, md5: md5(body), attributes, sentAt, receives: 0 };
  }

  /** What the queue holds, oldest first, seen or not; nothing changes by looking. */
  messages(queue: QueueResource): QueueMessage[] {
    return this.#rows(queue).map(messageIn);
  }

  /** Takes up to `max` messages out of sight, each with the receipt by which it is deleted. */
  receive(
    queue: QueueResource,
    max: number,
    visibilitySeconds = queue.visibilitySeconds,
  ): (QueueMessage & { readonly receipt: string })[] {
    const { database, clock, randomness } = this.#options;
    const now = clock.now();
    const seen = this.#rows(queue).filter((row) => Number(row.visible_at) <= now);
    return seen.slice(0, max).map((row) => {
      const receipt = randomness.uuid();
      database
        .prepare(
          'UPDATE sqs_messages SET receives = receives + 1, receipt = ?, visible_at = ? WHERE sequence = ?',
        )
        .run(receipt, now + visibilitySeconds * 1000, Number(row.sequence));
      return { ...messageIn(row), receives: Number(row.receives) + 1, receipt };
    });
  }

  delete(queue: QueueResource, receipt: string): void {
    this.#options.database
      .prepare('DELETE FROM sqs_messages WHERE queue = ? AND receipt = ?')
      .run(queue.arn, receipt);
  }

  purge(queue: QueueResource): void {
    this.#options.database.prepare('DELETE FROM sqs_messages WHERE queue = ?').run(queue.arn);
  }

  clear(): void {
    for (const queue of this.queues) this.purge(queue);
  }

  #rows(queue: QueueResource): Record<string, SQLOutputValue>[] {
    const { database, clock } = this.#options;
    database
      .prepare('DELETE FROM sqs_messages WHERE queue = ? AND sent_at < ?')
      .run(queue.arn, clock.now() - queue.retentionSeconds * 1000);
    return database.prepare('SELECT * FROM sqs_messages WHERE queue = ? ORDER BY sequence').all(queue.arn);
  }
}

function messageIn(row: Record<string, SQLOutputValue>): QueueMessage {
  const attributes = parseJson(String(row.attributes));
  const entries = isJsonObject(attributes) ? Object.entries(attributes) : [];
  return {
    id: String(row.id),
    body: String(row.body),
    md5: md5(String(row.body)),
    attributes: Object.fromEntries(entries.map(([name, value]) => [name, String(value)])),
    sentAt: Number(row.sent_at),
    receives: Number(row.receives),
  };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
