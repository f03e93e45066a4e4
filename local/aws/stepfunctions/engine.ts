/**
 * Runs executions: starts, stops, ends them, and after a restart takes up again those that were running.
 * An execution that has ended is rows in the database and nothing else.
 */
import { setMaxListeners } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';
import type { StateMachineResource } from '../../assembly/state-machines.ts';
import type { Clock } from '../../clock.ts';
import { type JsonObject, parseJson } from '../../json.ts';
import { type Randomness, systemRandomness } from '../../randomness.ts';
import { transact } from '../database.ts';
import { type Machine, parseDefinition, statesOf } from './definition.ts';
import { type Ending, type Execution, ExecutionStore, type Progress } from './execution-store.ts';
import { Interpreter } from './interpreter.ts';
import { Journal } from './journal.ts';
import { StatesError } from './states-error.ts';
import type { TaskIntegration } from './task-integration.ts';

export interface EngineOptions {
  readonly stateMachines: readonly StateMachineResource[];
  readonly integrations: readonly TaskIntegration[];
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  readonly randomness?: Randomness;
  /**
   * Told of every execution that starts and that ends, in the transaction in which it is written down: what comes of it
   * is written too, or neither is. @default - nobody is told
   */
  readonly onStatusChange?: (execution: Execution) => void;
  /** Told of what should never happen: an error that is no States error. The execution fails with it. */
  readonly onUnexpected: (error: unknown) => void;
}

export interface DeployedMachine {
  readonly resource: StateMachineResource;
  readonly machine: Machine;
  readonly createdAt: number;
}

interface Running {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** Why an execution is cut short. */
type Cut =
  | { readonly kind: 'ended'; readonly ending: Ending; readonly event: string }
  /** The process ends; the execution goes on in the next one. */
  | { readonly kind: 'suspended' };

export class Engine {
  readonly machines: ReadonlyMap<string, DeployedMachine>;
  readonly store: ExecutionStore;
  readonly #options: EngineOptions;
  readonly #interpreter: Interpreter;
  readonly #running = new Map<string, Running>();

  /** @throws Error for a definition that does not run here */
  constructor(options: EngineOptions) {
    this.#options = options;
    this.store = new ExecutionStore(options.database);
    const { clock, integrations, region, database, stateMachines } = options;
    const randomness = options.randomness ?? systemRandomness;
    this.#interpreter = new Interpreter({
      clock,
      randomness,
      integrations,
      region,
      transact: (work) => transact(database, work),
    });
    this.machines = new Map(stateMachines.map((resource) => [resource.arn, this.#deploy(resource)]));
  }

  /** Writes the execution down and starts it; it runs on by itself. */
  start(machine: DeployedMachine, arn: string, name: string, input: string): Execution {
    const { clock, database } = this.#options;
    const startedAt = clock.now();
    const execution = transact(database, () => {
      this.store.insert({ arn, machineArn: machine.resource.arn, name, input, startedAt });
      new Journal(arn, this.store, clock).add('ExecutionStarted', {
        executionStartedEventDetails: {
          input,
          inputDetails: { truncated: false },
          roleArn: machine.resource.roleArn,
        },
      });
      const begun = this.#stored(arn);
      this.#options.onStatusChange?.(begun);
      return begun;
    });
    this.#launch(machine, execution, undefined);
    return execution;
  }

  /** The state machines were removed, and their executions with them. To be called before `resume`. */
  removeStacks(): void {
    this.store.clear();
  }

  /** Takes up what was running when the process before this one ended. */
  resume(): void {
    for (const execution of this.store.running()) {
      if (this.#running.has(execution.arn)) continue;
      const machine = this.machines.get(execution.machineArn);
      if (machine) this.#launch(machine, execution, this.store.progress(execution.arn));
      else
        this.#end(
          execution.arn,
          { status: 'ABORTED', cause: 'The state machine is gone' },
          'ExecutionAborted',
        );
    }
  }

  /** Ends a running execution as ABORTED; one that has ended stays as it is. */
  abort(arn: string, error: string | undefined, cause: string | undefined): void {
    const cut: Cut = {
      kind: 'ended',
      ending: { status: 'ABORTED', error, cause },
      event: 'ExecutionAborted',
    };
    this.#cut(arn, cut);
  }

  /** Resolves when the execution has ended, or is suspended; at once when it does not run. */
  async settled(arn: string): Promise<void> {
    await this.#running.get(arn)?.done;
  }

  /** Suspends all that runs; `resume` of the next engine on this database goes on with it. */
  async stop(): Promise<void> {
    const all = [...this.#running.values()];
    for (const { controller } of all) controller.abort({ kind: 'suspended' } satisfies Cut);
    await Promise.all(all.map(({ done }) => done));
  }

  #deploy(resource: StateMachineResource): DeployedMachine {
    const title = `${resource.stackName}/${resource.logicalId}`;
    if (resource.type === 'EXPRESS')
      throw new Error(`${title} is an EXPRESS machine; only STANDARD ones run locally`);
    const machine = parseDefinition(resource.definition, title);
    for (const [name, state] of statesOf(machine)) {
      if (state.Type !== 'Task') continue;
      if (!this.#options.integrations.some((integration) => integration.serves(state.Resource))) {
        throw new Error(`${title} calls ${state.Resource} in ${name}, which does not run locally`);
      }
    }
    return { resource, machine, createdAt: this.#options.clock.now() };
  }

  #launch(deployed: DeployedMachine, execution: Execution, progress: Progress | undefined): void {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const done = this.#run(deployed, execution, progress, controller.signal).finally(() => {
      this.#running.delete(execution.arn);
    });
    this.#running.set(execution.arn, { controller, done });
  }

  /** Never rejects. */
  async #run(
    { machine, resource }: DeployedMachine,
    { arn, name, input, startedAt }: Execution,
    progress: Progress | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options;
    const callOff = this.#limitTime(arn, startedAt, machine.TimeoutSeconds);
    const parsed = parseJson(input);
    const context: JsonObject = {
      Execution: {
        Id: arn,
        Input: parsed,
        Name: name,
        RoleArn: resource.roleArn,
        StartTime: new Date(startedAt).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: resource.arn, Name: resource.name },
    };
    try {
      // Not in the call that starts it: AWS answers StartExecution before the first state is entered.
      await Promise.resolve();
      signal.throwIfAborted();
      const scope = {
        caller: { roleArn: resource.roleArn, session: resource.name },
        machine,
        context,
        signal,
        journal: new Journal(arn, this.store, clock),
        save: (at: Progress) => this.store.saveProgress(arn, at),
        retried: () => this.store.addTransition(arn),
      };
      const output = JSON.stringify(await this.#interpreter.runMachine(scope, parsed, progress));
      this.#end(arn, { status: 'SUCCEEDED', output }, 'ExecutionSucceeded');
    } catch (error) {
      this.#fail(arn, error, signal);
    } finally {
      callOff();
    }
  }

  #fail(arn: string, error: unknown, signal: AbortSignal): void {
    if (signal.aborted && error === signal.reason) {
      if (isEnded(error)) this.#end(arn, error.ending, error.event);
    } else if (error instanceof StatesError) {
      const { error: name, cause } = error;
      this.#end(
        arn,
        { status: 'FAILED', error: name || undefined, cause: cause || undefined },
        'ExecutionFailed',
      );
    } else {
      this.#options.onUnexpected(error);
      this.#end(arn, { status: 'FAILED', error: 'States.Runtime', cause: String(error) }, 'ExecutionFailed');
    }
  }

  /** A machine's TimeoutSeconds count from the execution's start, restarts or not. */
  #limitTime(arn: string, startedAt: number, seconds: number | undefined): () => void {
    if (seconds === undefined) return () => undefined;
    const cut: Cut = {
      kind: 'ended',
      ending: { status: 'TIMED_OUT', error: 'States.Timeout' },
      event: 'ExecutionTimedOut',
    };
    return this.#options.clock.alarm(startedAt + seconds * 1000, () => this.#cut(arn, cut));
  }

  #cut(arn: string, cut: Cut): void {
    this.#running.get(arn)?.controller.abort(cut);
  }

  #end(arn: string, ending: Ending, event: string): void {
    const { clock, database, onStatusChange } = this.#options;
    const { output, error, cause } = ending;
    const data = output === undefined ? {} : { output, outputDetails: { truncated: false } };
    const details = {
      ...data,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
    const member = `${event.charAt(0).toLowerCase()}${event.slice(1)}EventDetails`;
    transact(database, () => {
      new Journal(arn, this.store, clock).add(event, { [member]: details });
      this.store.end(arn, ending, clock.now());
      onStatusChange?.(this.#stored(arn));
    });
  }

  #stored(arn: string): Execution {
    const execution = this.store.find(arn);
    if (!execution) throw new Error(`Execution ${arn} was not written down`);
    return execution;
  }
}

function isEnded(reason: unknown): reason is Extract<Cut, { kind: 'ended' }> {
  return typeof reason === 'object' && reason !== null && Reflect.get(reason, 'kind') === 'ended';
}
