import type { CallMiddleware, ServiceCall } from '../../local/aws/call-middleware.ts';
import { functionNameOf } from '../../local/aws/lambda/credentials.ts';
import { sum } from './figures.ts';

/**
 * Stands around every call of the local cloud and tells whose it was, how long it took, and what DynamoDB would charge
 * for it. The functions do not ask for that, so the meter asks in their place.
 */

interface MeteredCall {
  /** Name of the function; undefined for somebody outside. */
  readonly caller: string | undefined;
  readonly kind: 'aws-read' | 'table-read' | 'table-write' | 'other';
  /** Milliseconds of the machine. */
  readonly begun: number;
  readonly ended: number;
  readonly throttled: boolean;
  /** Of DynamoDB; 0 of everything else. */
  readonly units: number;
}

/** What one function, or somebody outside, did in some time. */
export interface Metered {
  /** Of Cloud Control and SageMaker, those that were throttled among them. */
  readonly calls: number;
  readonly throttled: number;
  /** From the first of those calls to the end of the last one. */
  readonly callSeconds: number;
  readonly writes: number;
  readonly writeUnits: number;
  readonly reads: number;
  readonly readUnits: number;
}

export class Meter {
  #calls: MeteredCall[] = [];

  readonly middleware: CallMiddleware = async (call, next) => {
    const kind = kindOf(call);
    const begun = performance.now();
    const done = (throttled: boolean, units: number) => {
      const ended = performance.now();
      this.#calls.push({ caller: functionNameOf(call.accessKeyId), kind, begun, ended, throttled, units });
    };
    if (isOfTable(kind)) Object.assign(call.input, { ReturnConsumedCapacity: 'TOTAL' });
    try {
      const answer = await next();
      done(false, isOfTable(kind) ? unitsOf(call, answer) : 0);
      return answer;
    } catch (error) {
      // A write whose condition does not hold is charged like any other.
      done(error instanceof Error && error.name === 'ThrottlingException', kind === 'table-write' ? 1 : 0);
      throw error;
    }
  };

  /** Forgets what was. */
  reset(): void {
    this.#calls = [];
  }

  /** Since the last reset. */
  of(caller: string | undefined): Metered {
    const own = this.#calls.filter((call) => call.caller === caller);
    const ofKind = (kind: MeteredCall['kind']) => own.filter((call) => call.kind === kind);
    const [calls, writes, reads] = [ofKind('aws-read'), ofKind('table-write'), ofKind('table-read')];
    const [first] = calls.map(({ begun }) => begun).toSorted((a, b) => a - b);
    const last = calls
      .map(({ ended }) => ended)
      .toSorted((a, b) => a - b)
      .at(-1);
    return {
      calls: calls.length,
      throttled: calls.filter(({ throttled }) => throttled).length,
      callSeconds: first === undefined || last === undefined ? 0 : (last - first) / 1000,
      writes: writes.length,
      writeUnits: sum(writes.map(({ units }) => units)),
      reads: reads.length,
      readUnits: sum(reads.map(({ units }) => units)),
    };
  }
}

const READS: readonly string[] = ['GetItem', 'Query'];
const WRITES: readonly string[] = ['PutItem', 'UpdateItem', 'DeleteItem'];

function kindOf({ service, operation }: ServiceCall): MeteredCall['kind'] {
  if (service === 'CloudApiService' || service === 'SageMaker') return 'aws-read';
  if (service !== 'DynamoDB_20120810') return 'other';
  if (READS.includes(operation)) return 'table-read';
  return WRITES.includes(operation) ? 'table-write' : 'other';
}

function isOfTable(kind: MeteredCall['kind']): boolean {
  return kind === 'table-read' || kind === 'table-write';
}

/** dynalite tells what the table itself is charged. What is in the index by time is written there once more. */
function unitsOf(call: ServiceCall, answer: object): number {
  const consumed: unknown = Reflect.get(answer, 'ConsumedCapacity');
  const units =
    typeof consumed === 'object' && consumed !== null ? Number(Reflect.get(consumed, 'CapacityUnits')) : 0;
  return isIndexed(call) ? 2 * units : units;
}

/** Only a snapshot that is committed is in the index; it is put so, or becomes so by an update. */
function isIndexed({ operation, input: { Item, Key } }: ServiceCall): boolean {
  if (operation === 'PutItem') return typeof Item === 'object' && Item !== null && 'timeline' in Item;
  return operation === 'UpdateItem' && JSON.stringify(Key).includes('"snapshots#');
}
