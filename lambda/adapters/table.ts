import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { RECORDS_UNAVAILABLE } from '../contract/workflow.ts';
import { CallError } from '../core/ports.ts';
import { called } from './call-error.ts';
import type { Item } from './operation-item.ts';

/** The table did not answer. A state machine runs the Lambda again. */
class RecordsUnavailable extends CallError {
  constructor(error: CallError) {
    super(RECORDS_UNAVAILABLE, `${error.name}: ${error.message}`, true);
  }
}

/** A change of one item: fields to set, fields to remove, and what must hold for it to be made. */
export interface Change {
  readonly key: Record<string, unknown>;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Set only where they are not set yet. */
  readonly setOnce?: Readonly<Record<string, unknown>>;
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  /** An expression over `#name` for fields and `:name` for `values`. */
  readonly condition?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** One table, by the single-item calls that everything here is built of. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** A strongly consistent read. */
  async get(key: Record<string, unknown>): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#name, Key: marshall(key), ConsistentRead: true });
    return (await unavailable(() => this.#client.send(command))).Item;
  }

  /** @returns false where the condition does not hold */
  async put(item: Item, condition?: string): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#name,
      Item: item,
      ...(condition ? { ConditionExpression: condition } : {}),
    });
    return (await conditionally(() => this.#client.send(command))) !== undefined;
  }

  async delete(key: Record<string, unknown>): Promise<void> {
    const command = new DeleteItemCommand({ TableName: this.#name, Key: marshall(key) });
    await unavailable(() => this.#client.send(command));
  }

  /** @returns the item as it is afterwards; undefined where the condition does not hold */
  async change(change: Change): Promise<Item | undefined> {
    const { key, set = {}, setOnce = {}, add = {}, remove = [], condition, values = {} } = change;
    const defined = Object.entries(set).filter(([, value]) => value !== undefined);
    const sets = [
      ...defined.map(([name]) => `#${name} = :${name}`),
      ...Object.keys(setOnce).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    ];
    const clauses = [
      sets.length > 0 ? `SET ${sets.join(', ')}` : '',
      Object.keys(add).length > 0
        ? `ADD ${Object.keys(add)
            .map((name) => `#${name} :${name}`)
            .join(', ')}`
        : '',
      remove.length > 0 ? `REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '',
    ];
    const expression = clauses.filter((clause) => clause !== '').join(' ');
    const mentioned = [...`${expression} ${condition ?? ''}`.matchAll(/#(\w+)/g)].map(
      ([, name = '']) => name,
    );
    const all = { ...Object.fromEntries(defined), ...setOnce, ...add, ...values };
    const command = new UpdateItemCommand({
      TableName: this.#name,
      Key: marshall(key),
      UpdateExpression: expression,
      ReturnValues: 'ALL_NEW',
      ExpressionAttributeNames: Object.fromEntries(mentioned.map((name) => [`#${name}`, name])),
      ...(condition ? { ConditionExpression: condition } : {}),
      ...(Object.keys(all).length > 0
        ? {
            ExpressionAttributeValues: marshall(
              Object.fromEntries(Object.entries(all).map(([name, value]) => [`:${name}`, value])),
              { removeUndefinedValues: true },
            ),
          }
        : {}),
    });
    return (await conditionally(() => this.#client.send(command)))?.Attributes;
  }
}

/** @returns undefined where the condition does not hold: that is an answer, not an error */
async function conditionally<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await unavailable(write);
  } catch (error) {
    if (error instanceof CallError && error.name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}

/** Runs one call of the table. */
export async function unavailable<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await called(call);
  } catch (error) {
    throw error instanceof CallError && error.transient ? new RecordsUnavailable(error) : error;
  }
}
