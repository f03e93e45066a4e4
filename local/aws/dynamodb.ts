/**
 * DynamoDB: dynalite's store and actions behind the local address.
 *
 * Its HTTP server is left out. That one closes its database only if it listens on a port of its own, and
 * throws on a connection that breaks off; and as a service of the address, calls pass through the same fault
 * rules as all others.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { types } from 'node:util';
import db, { type DynaliteStore } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import type { TableResource } from '../assembly/tables.ts';
import type { Clock } from '../clock.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { recoverDynamoDb } from './dynamodb-recovery.ts';
import { partProtection, TableSettings } from './dynamodb-table-settings.ts';
import { unknownOperation } from './protocol-errors.ts';
import { type AwsCall, AwsError, type AwsJsonService, LOCAL_ACCOUNT } from './service.ts';

/** What dynalite 4 knows: no transactions, no PartiQL, no streams. Items expire by `dynamodb-expiry.ts`. */
const operations: ReadonlySet<string> = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
]);

export interface DynamoDbOptions {
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Where items are kept. @default - in memory */
  readonly dataDir?: string;
}

export class DynamoDb implements AwsJsonService {
  readonly target = 'DynamoDB_20120810';
  readonly contentType = 'application/x-amz-json-1.0';
  readonly #store: DynaliteStore;
  readonly #kept: boolean;
  readonly #settings: TableSettings;

  constructor(options: DynamoDbOptions) {
    this.#kept = options.dataDir !== undefined;
    const settling = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
    if (options.dataDir === undefined) {
      this.#store = db.create(settling);
    } else {
      mkdirSync(options.dataDir, { recursive: true });
      this.#store = db.create({ ...settling, path: join(options.dataDir, 'dynamodb') });
    }
    // Else it would take them from this process's environment.
    this.#store.tableDb.awsAccountId = LOCAL_ACCOUNT;
    this.#store.tableDb.awsRegion = options.region;
    this.#settings = new TableSettings(this.#store, options.clock);
  }

  async call({ operation, input }: Pick<AwsCall, 'operation' | 'input'>): Promise<object> {
    try {
      return await this.#answer(operation, input);
    } catch (error) {
      throw awsErrorIn(error) ?? error;
    }
  }

  async #answer(operation: string, input: AwsCall['input']): Promise<object> {
    const table = String(input.TableName);
    switch (operation) {
      case 'DescribeContinuousBackups':
        return this.#settings.continuousBackups(table);
      case 'DescribeTimeToLive':
        await this.#dynalite(operation, input);
        return this.#settings.timeToLive(table);
      case 'DeleteTable':
        await this.#settings.refuseDeletion(table);
        return this.#dynalite(operation, input);
      case 'CreateTable': {
        const { rest, protect = false } = partProtection(input);
        const answer = await this.#dynalite(operation, rest);
        await this.#active(table);
        await this.#settings.protect(table, protect);
        return answer;
      }
      case 'UpdateTable': {
        const { rest, protect } = partProtection(input);
        if (protect === undefined) return this.#dynalite(operation, rest);
        // dynalite refuses an update that changes nothing else.
        if (Object.keys(rest).length > 1) await this.#dynalite(operation, rest);
        await this.#active(table);
        return { TableDescription: await this.#settings.protect(table, protect) };
      }
      default:
        return this.#dynalite(operation, input);
    }
  }

  async #dynalite(operation: string, input: AwsCall['input']): Promise<object> {
    if (!operations.has(operation)) {
      throw unknownOperation(`DynamoDB ${operation}`);
    }
    const name = operation.charAt(0).toLowerCase() + operation.slice(1);
    const { default: validation } = await import(`dynalite/validations/${name}.js`);
    const { default: action } = await import(`dynalite/actions/${name}.js`);
    // dynalite would drop it without a word, and what was asked for would silently not happen.
    const unknown = Object.keys(input).find((key) => validation.types[key] === undefined);
    if (unknown !== undefined) {
      throw new AwsError(
        'ValidationException',
        `The local cloud's DynamoDB does not know ${operation}'s ${unknown}`,
      );
    }
    const checked = validations.checkTypes({ ...input }, validation.types);
    validations.checkValidations(checked, validation.types, validation.custom, this.#store);
    return new Promise<object>((resolve, reject) => {
      action(this.#store, checked, (error: unknown, output: object = {}) =>
        error ? reject(error) : resolve(output),
      );
    });
  }

  /** Waits until dynalite has made its change of a table: the second half of it would undo ours. */
  async #active(name: string): Promise<void> {
    // It is made on a timer that is due already; each look lets the event loop turn. A table that is gone has no state.
    while (((await this.#describe(name))?.TableStatus ?? 'ACTIVE') !== 'ACTIVE');
  }

  /**
   * Makes the tables that are missing and waits until all can be used. Tables that exist stay as they are, but for what
   * a killed process left half done. To be called before anything else.
   * @throws Error for one that was made from another template and lacks what this one declares
   */
  async ensureTables(tables: readonly TableResource[]): Promise<void> {
    if (this.#kept) await recoverDynamoDb(this.#store);
    for (const table of tables) {
      const found = await this.#describe(table.name);
      if (found) refuseOther(table, found);
      else await this.call({ operation: 'CreateTable', input: table.createTable });
      await this.#active(table.name);
      await this.#settings.apply(table, !found);
    }
  }

  async close(): Promise<void> {
    await this.#store.db.close();
  }

  async #describe(name: string): Promise<JsonObject | undefined> {
    try {
      const described = await this.call({ operation: 'DescribeTable', input: { TableName: name } });
      const table: unknown = Reflect.get(described, 'Table');
      return isJsonObject(table) ? table : undefined;
    } catch (error) {
      if (error instanceof AwsError && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }
}

/** dynalite cannot give a table another key or another index, and without them queries would fail later. */
function refuseOther({ name, createTable }: TableResource, found: JsonObject): void {
  for (const member of ['KeySchema', 'GlobalSecondaryIndexes', 'LocalSecondaryIndexes']) {
    if (shape(createTable[member]) === shape(found[member])) continue;
    throw new Error(
      `The table ${name} in the data directory was made with other ${member} than the template declares. Start with another --data directory, or remove this one.`,
    );
  }
}

/** Keys and names in one order, and nothing of sizes and states. */
function shape(value: unknown): string {
  if (!Array.isArray(value)) return '[]';
  const entries = value.filter(isJsonObject).map((entry) => {
    const { AttributeName, KeyType, IndexName, KeySchema, Projection } = entry;
    const keys = KeySchema === undefined ? undefined : shape(KeySchema);
    return JSON.stringify([AttributeName, KeyType, IndexName, keys, projection(Projection)]);
  });
  return JSON.stringify(entries.sort());
}

function projection(value: unknown): unknown {
  if (!isJsonObject(value)) return undefined;
  const attributes = Array.isArray(value.NonKeyAttributes) ? value.NonKeyAttributes.map(String).sort() : [];
  return [value.ProjectionType, attributes];
}

/** dynalite's errors carry the answer: `{statusCode, body: {__type: 'prefix#Name', message}}`. */
function awsErrorIn(error: unknown): AwsError | undefined {
  if (!types.isNativeError(error) && !(error instanceof Error)) return undefined;
  const body: unknown = Reflect.get(error, 'body');
  if (!isJsonObject(body)) return undefined;
  const name = String(body.__type).split('#').at(-1) ?? 'InternalFailure';
  const status = Number(Reflect.get(error, 'statusCode'));
  return new AwsError(name, String(body.message ?? body.Message ?? ''), status);
}
