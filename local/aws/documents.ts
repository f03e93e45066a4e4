import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface DocumentKey {
  readonly region: string;
  /** What it belongs to: documents are listed by it. */
  readonly parent: string;
  /** Unique within region and parent; the order of lists. */
  readonly key: string | number;
}

/**
 * One table of JSON documents, each of which may have a time at which it changes by itself. A document is
 * trusted when it is read, for only its own service writes it.
 */
export class Documents<T> {
  readonly #statements: Record<
    'get' | 'put' | 'amend' | 'delete' | 'list' | 'due' | 'next' | 'clear',
    StatementSync
  >;

  /** @param table a fixed name of the program's own: it stands in SQL as it is. */
  constructor(database: DatabaseSync, table: string) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${table} (
        region TEXT NOT NULL, parent TEXT NOT NULL, key NOT NULL, due REAL, body TEXT NOT NULL,
        PRIMARY KEY (region, parent, key)
      );
      CREATE INDEX IF NOT EXISTS ${table}_due ON ${table} (due) WHERE due IS NOT NULL;
    `);
    const key = 'region = ? AND parent = ? AND key = ?';
    this.#statements = {
      get: database.prepare(`SELECT body FROM ${table} WHERE ${key}`),
      put: database.prepare(
        `INSERT OR REPLACE INTO ${table} (region, parent, key, due, body) VALUES (?, ?, ?, ?, ?)`,
      ),
      amend: database.prepare(`UPDATE ${table} SET body = ? WHERE ${key}`),
      delete: database.prepare(`DELETE FROM ${table} WHERE ${key}`),
      list: database.prepare(`SELECT body FROM ${table} WHERE region = ? AND parent = ? ORDER BY key`),
      due: database.prepare(`SELECT body FROM ${table} WHERE due <= ? ORDER BY due, region, parent, key`),
      next: database.prepare(`SELECT min(due) AS due FROM ${table} WHERE due IS NOT NULL`),
      clear: database.prepare(`DELETE FROM ${table}`),
    };
  }

  get(key: DocumentKey): T | undefined {
    const row = this.#statements.get.get(key.region, key.parent, key.key);
    return row && this.#read(row);
  }

  /** @param due epoch milliseconds; undefined: it stays as it is. */
  put(key: DocumentKey, document: T, due: number | undefined): void {
    this.#statements.put.run(key.region, key.parent, key.key, due ?? null, JSON.stringify(document));
  }

  /** Changes a document and leaves alone when it changes by itself. */
  amend(key: DocumentKey, document: T): void {
    this.#statements.amend.run(JSON.stringify(document), key.region, key.parent, key.key);
  }

  delete(key: DocumentKey): void {
    this.#statements.delete.run(key.region, key.parent, key.key);
  }

  list(region: string, parent: string): T[] {
    return this.#statements.list.all(region, parent).map((row) => this.#read(row));
  }

  dueAt(at: number): T[] {
    return this.#statements.due.all(at).map((row) => this.#read(row));
  }

  nextDue(): number | undefined {
    const due = this.#statements.next.get()?.due;
    return typeof due === 'number' ? due : undefined;
  }

  clear(): void {
    this.#statements.clear.run();
  }

  #read(row: Record<string, unknown>): T {
    return JSON.parse(String(row.body)) as T;
  }
}
