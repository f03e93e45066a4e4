/**
 * Runs one function's code in a worker thread, the way Lambda's Node runtime does in a process: loads the
 * handler once, then answers one invocation after another. Started by `function-worker.ts`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { clockDate } from './clock-date.ts';
import { ClockTimers } from './clock-timers.ts';
import type {
  FunctionFailure,
  WorkerInvocation,
  WorkerMessage,
  WorkerOrder,
  WorkerStart,
} from './worker-protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

class InitError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const start: WorkerStart = workerData;
const machineDate = globalThis.Date;
globalThis.Date = clockDate(start.clock, machineDate);
// For code that asks a value's constructor whether it is a date.
machineDate.prototype.constructor = globalThis.Date;
const timers = new ClockTimers({
  now: () => globalThis.Date.now(),
  onAsleep: (until) => post({ kind: 'asleep', until }),
});
if (start.clockTimers) timers.install();

/** As the runtime interface client of Lambda puts an error into words. */
function failureOf(error: unknown): FunctionFailure {
  if (!types.isNativeError(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  const trace = (error.stack ?? '')
    .replaceAll(pathToFileURL(start.assetDirectory).href, 'file:///var/task')
    .replaceAll(start.assetDirectory, '/var/task');
  return { errorType: error.name, errorMessage: error.message, trace: trace.split('\n') };
}

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function giveUp(error: unknown, errorType?: string): void {
  const failure = failureOf(error);
  post({ kind: 'broken', failure: errorType ? { ...failure, errorType } : failure });
  // Lambda's runtime exits too, and a new one takes its place.
  process.exit(129);
}

async function load(): Promise<Handler> {
  const dot = start.handler.lastIndexOf('.');
  const name = start.handler.slice(0, dot);
  const exported = start.handler.slice(dot + 1);
  const file = ['.mjs', '.cjs', '.js'].map((end) => join(start.assetDirectory, name + end)).find(existsSync);
  if (!file) throw new InitError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  const handler = handlerIn(await import(pathToFileURL(file).href), exported);
  if (!handler) {
    throw new InitError('Runtime.HandlerNotFound', `${start.handler} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw new InitError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24',
    );
  }
  return handler;
}

function handlerIn(module: unknown, name: string): Handler | undefined {
  const member = property(module, name) ?? property(property(module, 'default'), name);
  return isHandler(member) ? member : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

async function run(handler: Handler, invocation: WorkerInvocation): Promise<WorkerMessage> {
  const context = {
    ...invocation.context,
    callbackWaitsForEmptyEventLoop: true,
    // In the machine's milliseconds, which is what a function's time-out is counted in.
    getRemainingTimeInMillis: () => Math.max(0, (invocation.deadline - Date.now()) / start.clock.speed),
  };
  let result: unknown;
  try {
    result = await handler(JSON.parse(invocation.event), context);
  } catch (error) {
    // The log line that Lambda's runtime writes.
    const failure = failureOf(error);
    console.error(`${invocation.context.awsRequestId}\tERROR\tInvoke Error\t${JSON.stringify(failure)}`);
    return { kind: 'failure', failure };
  }
  try {
    return { kind: 'result', payload: JSON.stringify(result) ?? 'null' };
  } catch {
    const errorMessage = 'Unable to stringify response body';
    return { kind: 'failure', failure: { errorType: 'Runtime.MarshalError', errorMessage, trace: [] } };
  }
}

process.on('uncaughtException', (error) => giveUp(error));
process.on('unhandledRejection', (reason) => giveUp(reason, 'Runtime.UnhandledPromiseRejection'));

try {
  const handler = await load();
  parentPort?.on('message', async (order: WorkerOrder) => {
    if (order.kind === 'wake') timers.wake(order.now);
    else post(await run(handler, order));
  });
  post({ kind: 'ready' });
} catch (error) {
  giveUp(error);
}
