/**
 * What dynalite does not know of a table: protection against deletion, encryption, expiry, and continuous backups. Nothing
 * is encrypted or backed up here. The settings are shown, and protection is enforced; items expire by `dynamodb-expiry.ts`.
 */
import { types } from 'node:util';
import type { DynaliteStore, Table } from 'dynalite/db/index.js';
import type { TableResource } from '../assembly/tables.ts';
import type { Clock } from '../clock.ts';
import { unreadableBody } from './protocol-errors.ts';
import { AwsError } from './service.ts';

/** The newest moment to which a table can be restored is typically this long ago (DynamoDB developer guide). */
const RESTORE_LAG_SECONDS = 300;
const DAY_SECONDS = 86_400;

type Input = Readonly<Record<string, unknown>>;

export class TableSettings {
  readonly #store: DynaliteStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #resources = new Map<string, TableResource>();

  constructor(store: DynaliteStore, clock: Pick<Clock, 'now'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Gives a table of the template its settings. A table that was there before keeps its protection: somebody may have
   * taken it off, and CloudFormation does not undo what a template did not change.
   */
  async apply(resource: TableResource, isNew: boolean): Promise<void> {
    this.#resources.set(resource.name, resource);
    const { encryption, deletionProtection } = resource;
    await this.#amend(resource.name, (table) => ({
      ...table,
      DeletionProtectionEnabled:
        isNew || table.DeletionProtectionEnabled === undefined
          ? deletionProtection
          : table.DeletionProtectionEnabled,
      ...(encryption && { SSEDescription: { Status: 'ENABLED', ...encryption } }),
    }));
  }

  /** @throws AwsError ResourceNotFoundException */
  protect(name: string, enabled: boolean): Promise<Table> {
    return this.#amend(name, (table) => ({ ...table, DeletionProtectionEnabled: enabled }));
  }

  /** @throws AwsError ValidationException for a table that is protected (name and message as users report them) */
  async refuseDeletion(name: string): Promise<void> {
    const table = await this.#find(name);
    if (table?.DeletionProtectionEnabled !== true) return;
    throw new AwsError(
      'ValidationException',
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }

  /** The answer of DescribeTimeToLive for a table that exists. */
  timeToLive(name: string): object {
    const AttributeName = this.#resources.get(name)?.timeToLiveAttribute;
    const status = AttributeName === undefined ? 'DISABLED' : 'ENABLED';
    return {
      TimeToLiveDescription: { TimeToLiveStatus: status, ...(AttributeName && { AttributeName }) },
    };
  }

  /**
   * The answer of DescribeContinuousBackups.
   * @throws AwsError TableNotFoundException
   */
  async continuousBackups(name: string): Promise<object> {
    const table = await this.#find(name);
    if (!table) throw new AwsError('TableNotFoundException', `Table not found: ${name}`);
    const days = this.#resources.get(name)?.recoveryDays;
    return {
      ContinuousBackupsDescription: {
        // Every table has them from its creation on; recovery to a point in time is switched on apart.
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription:
          days === undefined ? { PointInTimeRecoveryStatus: 'DISABLED' } : this.#recovery(table, days),
      },
    };
  }

  #recovery(table: Table, days: number): object {
    const now = this.#clock.now() / 1000;
    const earliest = Math.max(table.CreationDateTime, now - days * DAY_SECONDS);
    return {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: days,
      EarliestRestorableDateTime: earliest,
      LatestRestorableDateTime: Math.max(earliest, now - RESTORE_LAG_SECONDS),
    };
  }

  #find(name: string): Promise<Table | undefined> {
    return new Promise((resolve, reject) => {
      this.#store.getTable(name, false, (error, table) => {
        if (table || isMissing(error)) resolve(table);
        else reject(error);
      });
    });
  }

  /** Under dynalite's own lock, so that none of its changes gets lost. */
  #amend(name: string, change: (table: Table) => Table): Promise<Table> {
    return new Promise((resolve, reject) => {
      this.#store.tableDb.lock(name, (release) => {
        const done = release((error?: unknown, table?: Table) => (table ? resolve(table) : reject(error)));
        this.#store.getTable(name, false, (error, table) => {
          if (!table) return done(error);
          const changed = change(table);
          this.#store.tableDb.put(name, changed, (failure) =>
            failure ? done(failure) : done(null, changed),
          );
        });
      });
    });
  }
}

/** dynalite's store has no other sign for a key that it lacks; the error may be of another realm in a test's sandbox. */
function isMissing(error: unknown): boolean {
  return types.isNativeError(error) && error.name === 'NotFoundError';
}

/**
 * Parts the input of CreateTable or UpdateTable into protection, and what dynalite understands.
 * @throws AwsError SerializationException
 */
export function partProtection(input: Input): {
  readonly rest: Input;
  readonly protect: boolean | undefined;
} {
  const { DeletionProtectionEnabled: protect, ...rest } = input;
  if (protect !== undefined && typeof protect !== 'boolean') {
    throw unreadableBody(`deletionProtectionEnabled: a boolean is wanted, not ${JSON.stringify(protect)}`);
  }
  return { rest, protect };
}
