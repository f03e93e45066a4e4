import type { CallMiddleware, ServiceCall } from '../../local/aws/call-middleware.ts';
import { functionNameOf } from '../../local/aws/lambda/credentials.ts';
import type { FunctionRun } from '../../local/aws/lambda/lambda-runtime.ts';

/**
 * Counts what AWS would charge for or limit, function by function, as it passes the local cloud's address; and which
 * operations have ended, as their events tell.
 */

export const KINDS = ['readUnits', 'writeUnits', 'starts', 'cloudControl', 'runs', 'milliseconds'] as const;
export type Kind = (typeof KINDS)[number];
export type Counts = Readonly<Record<Kind, number>>;

const NOTHING: Counts = {
  readUnits: 0,
  writeUnits: 0,
  starts: 0,
  cloudControl: 0,
  runs: 0,
  milliseconds: 0,
};

const DYNAMODB = 'DynamoDB_20120810';
const READS: readonly string[] = ['GetItem', 'Query'];
const WRITES: readonly string[] = ['PutItem', 'UpdateItem', 'DeleteItem'];
const OPERATION_ENDED = /^ImageVersionOperation/;

export class Tally {
  readonly #counts = new Map<string, Record<Kind, number>>();
  readonly #ended = new Set<string>();
  #lastEndAt = 0;

  /** Operations that have ended. */
  get ended(): number {
    return this.#ended.size;
  }

  /** Of the machine, on `performance`'s scale. */
  get lastEndAt(): number {
    return this.#lastEndAt;
  }

  reset(): void {
    this.#counts.clear();
    this.#ended.clear();
  }

  /** Of all functions together whose name this holds for. */
  of(which: (functionName: string) => boolean): Counts {
    const sum = { ...NOTHING };
    for (const [name, counts] of this.#counts) {
      if (which(name)) for (const kind of KINDS) sum[kind] += counts[kind];
    }
    return sum;
  }

  readonly onFunctionRun = ({ functionName, milliseconds }: FunctionRun): void => {
    this.#add(functionName, 'runs', 1);
    this.#add(functionName, 'milliseconds', milliseconds);
  };

  readonly middleware: CallMiddleware = async (call, next) => {
    const caller = functionNameOf(call.accessKeyId) ?? 'outside';
    const { service, operation } = call;
    if (service === 'CloudApiService') this.#add(caller, 'cloudControl', 1);
    if (service === 'AWSStepFunctions' && operation === 'StartExecution') this.#add(caller, 'starts', 1);
    const kind = unitsOf(call);
    if (kind === undefined) {
      const answer = await next();
      if (operation === 'PutEvents') this.#note(call.input.Entries);
      return answer;
    }
    // The functions do not ask what a call costs, so the tally asks in their place.
    Object.assign(call.input, { ReturnConsumedCapacity: 'TOTAL' });
    try {
      const answer = await next();
      this.#add(caller, kind, consumed(answer));
      return answer;
    } catch (error) {
      // A write whose condition does not hold is charged like any other.
      if (kind === 'writeUnits') this.#add(caller, kind, 1);
      throw error;
    }
  };

  #add(caller: string, kind: Kind, count: number): void {
    const counts = this.#counts.get(caller) ?? { ...NOTHING };
    counts[kind] += count;
    this.#counts.set(caller, counts);
  }

  #note(entries: unknown): void {
    for (const entry of Array.isArray(entries) ? entries : []) {
      if (!OPERATION_ENDED.test(entry.DetailType)) continue;
      const { operationId }: { operationId: string } = JSON.parse(entry.Detail);
      if (!this.#ended.has(operationId)) this.#lastEndAt = performance.now();
      this.#ended.add(operationId);
    }
  }
}

/** @throws Error for a call whose charge is not counted here, lest it be left out without a word */
function unitsOf({ service, operation }: ServiceCall): 'readUnits' | 'writeUnits' | undefined {
  if (service !== DYNAMODB) return undefined;
  if (READS.includes(operation)) return 'readUnits';
  if (WRITES.includes(operation)) return 'writeUnits';
  throw new Error(`The tally does not know what DynamoDB's ${operation} is charged: say so in tally.ts`);
}

/** As dynalite reckons them for the table; what its indexes are charged for a write is not in it. */
function consumed(answer: object): number {
  const capacity: unknown = Reflect.get(answer, 'ConsumedCapacity');
  const units: unknown =
    typeof capacity === 'object' && capacity !== null && Reflect.get(capacity, 'CapacityUnits');
  if (typeof units !== 'number') throw new Error(`An answer tells no units: ${JSON.stringify(answer)}`);
  return units;
}
