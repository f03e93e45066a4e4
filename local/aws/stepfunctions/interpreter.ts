/**
 * Goes from state to state of one execution. Time, effects, retries, catches, Map and Parallel are done here;
 * what happens to JSON within a state is `data-flow.ts`.
 *
 * At the top level of a machine each step is written down before it is taken, so that an execution goes on
 * after a restart where it was: it enters the state again with the input that it had. States inside Map and
 * Parallel are not written down; a restart does the whole Map or Parallel again.
 */
import type { Clock } from '../../clock.ts';
import { isJsonArray, type Json } from '../../json.ts';
import type { Randomness } from '../../randomness.ts';
import { choose, effectiveInput, evaluate, type Frame, stateOutput } from './data-flow.ts';
import type { Machine, State, StateOf } from './definition.ts';
import type { Progress } from './execution-store.ts';
import { planRetry } from './retry.ts';
import type { InnerScope, Scope } from './scope.ts';
import { siblingFailed, sideBySide } from './side-by-side.ts';
import { StatesError, takesError } from './states-error.ts';
import type { TaskIntegration } from './task-integration.ts';
import { withinTime } from './time-limit.ts';
import { waitEnd } from './wait.ts';

/** Bytes of a state's input or output (Step Functions quotas). */
const DATA_LIMIT = 256 * 1024;
/** Iterations of an inline Map that run at once when MaxConcurrency is 0 (Step Functions quotas). */
const MAP_CONCURRENCY = 40;

export interface InterpreterPorts {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly integrations: readonly TaskIntegration[];
  readonly region: string;
  /** Does several writes wholly or not at all. */
  readonly transact: (work: () => void) => void;
}

type Step =
  | { readonly kind: 'next'; readonly state: string; readonly output: Json }
  | { readonly kind: 'end'; readonly output: Json };

type Recoverable = StateOf<'Task' | 'Map' | 'Parallel'>;

export class Interpreter {
  readonly #ports: InterpreterPorts;

  constructor(ports: InterpreterPorts) {
    this.#ports = ports;
  }

  /**
   * Runs from the start, or from where `resumed` says.
   * @throws StatesError when it fails; the signal's reason when it is aborted
   */
  async runMachine(scope: Scope, input: Json, resumed?: Progress): Promise<Json> {
    let at = resumed ?? this.#enter(scope, scope.machine.StartAt, input);
    for (;;) {
      const state = stateNamed(scope.machine, at.state);
      const step = await this.#runState(scope, state, at);
      checkSize(step.output, at.state);
      let entered: Progress | undefined;
      this.#ports.transact(() => {
        scope.journal.stateExited(state.Type, at.state, step.output);
        if (step.kind === 'next') entered = this.#enter(scope, step.state, step.output);
      });
      if (!entered) return step.output;
      at = entered;
    }
  }

  #enter(scope: Scope, name: string, input: Json): Progress {
    const { Type } = stateNamed(scope.machine, name);
    const enteredEventId = scope.journal.stateEntered(Type, name, input);
    const progress = { state: name, input, enteredAt: this.#ports.clock.now(), enteredEventId };
    scope.save?.(progress);
    return progress;
  }

  async #runState(scope: Scope, state: State, at: Progress): Promise<Step> {
    const frame = this.#frame(scope, at, 0);
    try {
      switch (state.Type) {
        case 'Task':
        case 'Map':
        case 'Parallel':
          return await this.#runRecoverable(scope, state, at);
        case 'Pass': {
          const input = await effectiveInput(state, frame);
          const result = state.Result === undefined ? input : state.Result;
          const output = await stateOutput(state, frame, result);
          return next(state, output);
        }
        case 'Wait': {
          const input = await effectiveInput(state, frame);
          const until = at.waitUntil ?? (await waitEnd(state, { ...frame, input }, this.#ports.clock.now()));
          scope.save?.({ ...at, waitUntil: until });
          await this.#sleepUntil(until, scope.signal);
          return next(state, await stateOutput(state, frame, input));
        }
        case 'Choice': {
          const input = await effectiveInput(state, frame);
          const chosen = await choose(state, { ...frame, input });
          return { kind: 'next', state: chosen, output: await stateOutput(state, frame, input) };
        }
        case 'Succeed': {
          const input = await effectiveInput(state, frame);
          return { kind: 'end', output: await stateOutput(state, frame, input) };
        }
        case 'Fail': {
          const read = async (expression: string) => String(await evaluate(expression, frame));
          const error = state.ErrorPath === undefined ? state.Error : await read(state.ErrorPath);
          const cause = state.CausePath === undefined ? state.Cause : await read(state.CausePath);
          throw new StatesError(error ?? '', cause ?? '');
        }
        default:
          return state satisfies never;
      }
    } catch (error) {
      throw located(error, at);
    }
  }

  async #runRecoverable(scope: Scope, state: Recoverable, at: Progress): Promise<Step> {
    let counts = at.retryCounts ?? [];
    // A retry that was due when the process stopped is still waited for.
    if (at.waitUntil !== undefined) await this.#sleepUntil(at.waitUntil, scope.signal);
    for (;;) {
      const retryCount = counts.reduce((sum, count) => sum + count, 0);
      const frame = this.#frame(scope, at, retryCount);
      try {
        // A Map's Parameters are the old name of its ItemSelector, and are for its items.
        const fields = state.Type === 'Map' ? { InputPath: state.InputPath } : state;
        const input = await effectiveInput(fields, frame);
        checkSize(input, at.state);
        const result = await this.#effect(scope, state, { ...frame, input }, at);
        checkSize(result, at.state);
        return next(state, await stateOutput(state, frame, result));
      } catch (thrown) {
        if (!(thrown instanceof StatesError)) throw thrown;
        const failure = located(thrown, at);
        const plan = planRetry(state.Retry ?? [], counts, thrown.error, this.#ports.randomness);
        if (!plan) return await caught(state, failure, frame);
        counts = plan.counts;
        const until = this.#ports.clock.now() + plan.delayMs;
        scope.save?.({ ...at, retryCounts: counts, waitUntil: until });
        scope.retried();
        await this.#sleepUntil(until, scope.signal);
      }
    }
  }

  #effect(scope: Scope, state: Recoverable, frame: Frame, at: Progress): Promise<Json> {
    switch (state.Type) {
      case 'Task':
        return this.#runTask(scope, state, frame);
      case 'Map':
        return this.#runMap(scope, state, frame, at.state);
      case 'Parallel':
        return this.#runParallel(scope, state, frame.input);
      default:
        return state satisfies never;
    }
  }

  async #runTask(scope: Scope, state: StateOf<'Task'>, frame: Frame): Promise<Json> {
    const { input } = frame;
    const { clock, integrations, region } = this.#ports;
    const integration = integrations.find((candidate) => candidate.serves(state.Resource));
    if (!integration) throw new Error(`Nothing serves ${state.Resource}`);
    const timeout =
      state.TimeoutSecondsPath === undefined
        ? state.TimeoutSeconds
        : Number(await evaluate(state.TimeoutSecondsPath, frame));
    const style = integration.historyStyle(state.Resource);
    scope.journal.taskStarted(style, state.Resource, region, input, timeout);
    try {
      scope.signal.throwIfAborted();
      const work = integration.run(state.Resource, input, scope.caller);
      const result = await withinTime(work, scope.signal, clock, timeout);
      scope.journal.taskSucceeded(style, result);
      return result;
    } catch (error) {
      if (error instanceof StatesError) scope.journal.taskFailed(style, error);
      throw error;
    }
  }

  async #runMap(scope: Scope, state: StateOf<'Map'>, frame: Frame, name: string): Promise<Json> {
    const items = state.ItemsPath === undefined ? frame.input : await evaluate(state.ItemsPath, frame);
    if (!isJsonArray(items)) {
      throw new StatesError(
        'States.Runtime',
        `Map wants an array to go through; given ${JSON.stringify(items)}`,
      );
    }
    const machine = state.ItemProcessor ?? state.Iterator;
    if (!machine) throw new Error(`Map ${name} has neither ItemProcessor nor Iterator`);
    const limit =
      state.MaxConcurrencyPath === undefined
        ? state.MaxConcurrency
        : Number(await evaluate(state.MaxConcurrencyPath, frame));
    const selector = state.ItemSelector ?? state.Parameters;
    const iterations = items.map((item, index) => async (inner: InnerScope): Promise<Json> => {
      const map = { Map: { Item: { Index: index, Value: item } } };
      const mapped = { ...inner, machine, context: { ...inner.context, ...map } };
      const log = (end: 'Started' | 'Succeeded' | 'Failed' | 'Aborted') =>
        inner.journal.add(`MapIteration${end}`, {
          [`mapIteration${end}EventDetails`]: { name, index },
        });
      log('Started');
      try {
        const chosen =
          selector === undefined
            ? item
            : await effectiveInput(
                { Parameters: selector },
                { ...frame, context: { ...frame.context, ...map } },
              );
        const output = await this.runMachine(mapped, chosen);
        log('Succeeded');
        return output;
      } catch (error) {
        // One that is cut off with its whole execution does not end by itself.
        if (error instanceof StatesError) log('Failed');
        else if (error === siblingFailed) log('Aborted');
        throw error;
      }
    });
    scope.journal.add('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
    return this.#logged(scope, 'Map', () => sideBySide(scope, limit || MAP_CONCURRENCY, iterations));
  }

  #runParallel(scope: Scope, state: StateOf<'Parallel'>, input: Json): Promise<Json> {
    const branches = state.Branches.map(
      (machine) => (inner: InnerScope) => this.runMachine({ ...inner, machine }, input),
    );
    scope.journal.add('ParallelStateStarted');
    return this.#logged(scope, 'Parallel', () => sideBySide(scope, branches.length, branches));
  }

  async #logged(scope: Scope, type: 'Map' | 'Parallel', work: () => Promise<Json[]>): Promise<Json> {
    try {
      const results = await work();
      scope.journal.add(`${type}StateSucceeded`);
      return results;
    } catch (failure) {
      if (failure instanceof StatesError) {
        const { error, cause } = failure;
        const member = `${type.toLowerCase()}StateFailedEventDetails`;
        scope.journal.add(`${type}StateFailed`, { [member]: { error, cause } });
      }
      throw failure;
    }
  }

  #frame(scope: Scope, at: Progress, retryCount: number): Frame {
    const entered = new Date(at.enteredAt).toISOString();
    const state = { EnteredTime: entered, Name: at.state, RetryCount: retryCount };
    const { randomness } = this.#ports;
    return { input: at.input, context: { ...scope.context, State: state }, randomness };
  }

  async #sleepUntil(until: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    await clock.sleep(Math.max(0, until - clock.now()), signal);
    signal.throwIfAborted();
  }
}

function stateNamed(machine: Machine, name: string): State {
  const state = machine.States[name];
  if (!state) throw new StatesError('States.Runtime', `The definition has no state ${name} (any more)`);
  return state;
}

function next(state: StateOf<'Task' | 'Map' | 'Parallel' | 'Pass' | 'Wait'>, output: Json): Step {
  return state.Next === undefined ? { kind: 'end', output } : { kind: 'next', state: state.Next, output };
}

async function caught(state: Recoverable, failure: StatesError, frame: Frame): Promise<Step> {
  const catcher = state.Catch?.find((candidate) => takesError(candidate.ErrorEquals, failure.error));
  if (!catcher) throw failure;
  const { ResultPath } = catcher;
  const result = { Error: failure.error, Cause: failure.cause };
  const output = await stateOutput({ ResultPath }, frame, result);
  return { kind: 'next', state: catcher.Next, output };
}

/** States.Runtime says where it happened, as AWS does. */
function located(error: StatesError, at: Progress): StatesError;
function located(error: unknown, at: Progress): unknown;
function located(error: unknown, at: Progress): unknown {
  if (!(error instanceof StatesError) || error.error !== 'States.Runtime') return error;
  const start = 'An error occurred while executing the state';
  if (error.cause.startsWith(start)) return error;
  return new StatesError(
    error.error,
    `${start} '${at.state}' (entered at the event id #${at.enteredEventId}). ${error.cause}`,
  );
}

function checkSize(value: Json, state: string): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= DATA_LIMIT) return;
  throw new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
