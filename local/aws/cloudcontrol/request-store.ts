import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { HandlerErrorCode } from '../../faults.ts';
import type { RequestOperation } from './resource-type.ts';

export type OperationStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESS'
  | 'FAILED'
  | 'CANCEL_IN_PROGRESS'
  | 'CANCEL_COMPLETE';

/** What happens to a request when it falls due. */
export type NextStep =
  /** Its handler looks whether the work is done. */
  | { readonly kind: 'check' }
  | { readonly kind: 'fail'; readonly errorCode: HandlerErrorCode; readonly message: string };

/** One Cloud Control request. Times are epoch milliseconds. */
export interface ResourceRequest {
  readonly token: string;
  readonly region: string;
  /** Of whoever made the request; its handler acts on their behalf to the end. */
  readonly accessKeyId: string;
  readonly typeName: string;
  readonly operation: RequestOperation;
  readonly identifier?: string | undefined;
  readonly clientToken?: string | undefined;
  /** Tells an identical repeat from another request with the same ClientToken. */
  readonly fingerprint: string;
  readonly acceptedAt: number;
  /** Of its latest change. */
  readonly eventAt: number;
  readonly status: OperationStatus;
  readonly statusMessage?: string | undefined;
  readonly errorCode?: HandlerErrorCode | undefined;
  readonly next: NextStep;
}

export function isGoingOn(status: OperationStatus): boolean {
  switch (status) {
    case 'PENDING':
    case 'IN_PROGRESS':
    case 'CANCEL_IN_PROGRESS':
      return true;
    case 'SUCCESS':
    case 'FAILED':
    case 'CANCEL_COMPLETE':
      return false;
    default:
      return status satisfies never;
  }
}

/** Every request of the last seven days. */
export class RequestStore {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #byToken: StatementSync;
  readonly #byClientToken: StatementSync;
  readonly #goingOn: StatementSync;
  readonly #inRegion: StatementSync;
  readonly #due: StatementSync;
  readonly #nextDue: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS cloudcontrol_requests (
        token TEXT PRIMARY KEY, region TEXT NOT NULL, type_name TEXT NOT NULL, identifier TEXT,
        client_token TEXT, going_on INTEGER NOT NULL, accepted_at REAL NOT NULL, due REAL, body TEXT NOT NULL
      );
      CREATE INDEX IF NOT EXISTS cloudcontrol_requests_client ON cloudcontrol_requests (region, client_token);
      CREATE INDEX IF NOT EXISTS cloudcontrol_requests_resource ON cloudcontrol_requests (region, identifier);
      CREATE INDEX IF NOT EXISTS cloudcontrol_requests_due ON cloudcontrol_requests (due) WHERE due IS NOT NULL;
    `);
    const select = 'SELECT body FROM cloudcontrol_requests WHERE';
    this.#database = database;
    // Not INSERT OR REPLACE, which would give the row a new rowid and so another place among its equals.
    this.#put = database.prepare(
      `INSERT INTO cloudcontrol_requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (token) DO UPDATE SET
       identifier = excluded.identifier, going_on = excluded.going_on, due = excluded.due, body = excluded.body`,
    );
    this.#byToken = database.prepare(`${select} region = ? AND token = ?`);
    this.#byClientToken = database.prepare(
      `${select} region = ? AND client_token = ? AND accepted_at > ? ORDER BY accepted_at DESC, rowid DESC LIMIT 1`,
    );
    this.#goingOn = database.prepare(
      `${select} region = ? AND identifier = ? AND type_name = ? AND going_on = 1`,
    );
    this.#inRegion = database.prepare(`${select} region = ? ORDER BY accepted_at DESC, rowid DESC`);
    this.#due = database.prepare(`${select} due <= ? ORDER BY due, accepted_at, rowid`);
    // The condition is the index's own, without which it would not be used.
    this.#nextDue = database.prepare(
      'SELECT min(due) AS due FROM cloudcontrol_requests WHERE due IS NOT NULL',
    );
    this.#forget = database.prepare('DELETE FROM cloudcontrol_requests WHERE accepted_at < ?');
  }

  /** @param due when its next step comes; undefined: never by itself. */
  put(request: ResourceRequest, due: number | undefined): void {
    this.#put.run(
      request.token,
      request.region,
      request.typeName,
      request.identifier ?? null,
      request.clientToken ?? null,
      isGoingOn(request.status) ? 1 : 0,
      request.acceptedAt,
      due ?? null,
      JSON.stringify(request),
    );
  }

  get(region: string, token: string): ResourceRequest | undefined {
    return first(this.#byToken.all(region, token));
  }

  /** The latest request with this ClientToken that was accepted after `since`. */
  withClientToken(region: string, clientToken: string, since: number): ResourceRequest | undefined {
    return first(this.#byClientToken.all(region, clientToken, since));
  }

  /** The request that is at work on a resource, if there is one. */
  goingOn(region: string, typeName: string, identifier: string): ResourceRequest | undefined {
    return first(this.#goingOn.all(region, identifier, typeName));
  }

  /** The newest first. */
  list(region: string): ResourceRequest[] {
    return this.#inRegion.all(region).map(read);
  }

  dueAt(at: number): ResourceRequest[] {
    return this.#due.all(at).map(read);
  }

  nextDue(): number | undefined {
    const due = this.#nextDue.get()?.due;
    return typeof due === 'number' ? due : undefined;
  }

  forgetBefore(time: number): void {
    this.#forget.run(time);
  }

  clear(): void {
    this.#database.exec('DELETE FROM cloudcontrol_requests');
  }
}

function first(rows: Record<string, unknown>[]): ResourceRequest | undefined {
  const [row] = rows;
  return row && read(row);
}

function read(row: Record<string, unknown>): ResourceRequest {
  return JSON.parse(String(row.body)) as ResourceRequest;
}
