/**
 * Time to live: deletes items some time after they have expired, as DynamoDB does in the background. Until then they are
 * read and written like others.
 */
import type { TableResource } from '../assembly/tables.ts';
import type { Clock } from '../clock.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Settings } from '../settings.ts';
import type { DynamoDb } from './dynamodb.ts';
import { AwsError } from './service.ts';

const HOUR_MS = 3_600_000;
/** DynamoDB leaves an item whose time to live lies further back than five years: it takes it for a mistake. */
const TOO_OLD_SECONDS = 5 * 365 * 86_400;

export interface ExpiryOptions {
  readonly tables: readonly TableResource[];
  readonly dynamoDb: Pick<DynamoDb, 'call'>;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly onUnexpected: (error: unknown) => void;
}

export class Expiry {
  readonly #options: ExpiryOptions;
  #callOff: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /** Looks through the tables each hour of the clock. */
  start(): void {
    const { clock, onUnexpected } = this.#options;
    const onTime = () => {
      this.#running = this.deleteExpired().then(() => this.start(), onUnexpected);
    };
    this.#callOff = clock.alarm(clock.now() + HOUR_MS, onTime, { background: true });
  }

  async stop(): Promise<void> {
    this.#callOff();
    await this.#running;
    this.#callOff();
  }

  /** Deletes what has been expired for as long as the setting `expiredItemsStaySeconds` says. @returns how many items */
  async deleteExpired(): Promise<number> {
    const { tables, clock, settings } = this.#options;
    const now = Math.floor(clock.now() / 1000);
    const before = now - settings.current.expiredItemsStaySeconds;
    return clock.hold(async () => {
      let deleted = 0;
      for (const table of tables) {
        const { timeToLiveAttribute: attribute } = table;
        if (attribute !== undefined) deleted += await this.#clearIfThere(table, attribute, before, now);
      }
      return deleted;
    });
  }

  /** Somebody may have deleted the table. */
  async #clearIfThere(table: TableResource, attribute: string, before: number, now: number): Promise<number> {
    try {
      return await this.#clear(table, attribute, before, now);
    } catch (error) {
      if (error instanceof AwsError && error.name === 'ResourceNotFoundException') return 0;
      throw error;
    }
  }

  async #clear(table: TableResource, attribute: string, before: number, now: number): Promise<number> {
    const { dynamoDb } = this.#options;
    const expired = {
      TableName: table.name,
      ExpressionAttributeNames: { '#expiry': attribute },
      // Of another type than a number, it does not compare, and the item stays.
      ExpressionAttributeValues: {
        ':before': { N: `${before}` },
        ':oldest': { N: `${now - TOO_OLD_SECONDS}` },
      },
    };
    const condition = '#expiry < :before AND #expiry > :oldest';
    let deleted = 0;
    let start: Json | undefined;
    do {
      const input: JsonObject = {
        ...expired,
        FilterExpression: condition,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      };
      const page = await dynamoDb.call({ operation: 'Scan', input });
      const items: unknown = Reflect.get(page, 'Items');
      for (const item of Array.isArray(items) ? items.filter(isJsonObject) : []) {
        const Key = keyOf(item, table);
        // Only if it is still so: it may have been written anew since it was read.
        const input = { ...expired, Key, ConditionExpression: condition };
        if (await this.#delete(input)) deleted += 1;
      }
      const next: unknown = Reflect.get(page, 'LastEvaluatedKey');
      start = isJsonObject(next) ? next : undefined;
    } while (start !== undefined);
    return deleted;
  }

  async #delete(input: JsonObject): Promise<boolean> {
    try {
      await this.#options.dynamoDb.call({ operation: 'DeleteItem', input });
      return true;
    } catch (error) {
      if (error instanceof AwsError && error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }
}

function keyOf(item: JsonObject, { createTable }: TableResource): JsonObject {
  const schema = isJsonArray(createTable.KeySchema) ? createTable.KeySchema.filter(isJsonObject) : [];
  const names = schema.map(({ AttributeName }) => String(AttributeName));
  return Object.fromEntries(names.map((name) => [name, item[name] ?? null]));
}
