/** Writes an execution's history as it happens; ids count up, and each event knows the one that led to it. */

import type { Clock } from '../../clock.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { ExecutionStore } from './execution-store.ts';
import { StatesError } from './states-error.ts';
import type { TaskStyle } from './task-integration.ts';

/** Events that a STANDARD execution may have (Step Functions quotas). */
const MOST_EVENTS = 25_000;

export class Journal {
  readonly #arn: string;
  readonly #store: ExecutionStore;
  readonly #clock: Clock;
  readonly #ids: { last: number };
  #previous: number;

  constructor(
    arn: string,
    store: ExecutionStore,
    clock: Clock,
    ids = { last: store.lastEventId(arn) },
    previous = ids.last,
  ) {
    this.#arn = arn;
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
    this.#previous = previous;
  }

  /** For a branch or an iteration: the same numbering, a chain of causes of its own. */
  branch(): Journal {
    return new Journal(this.#arn, this.#store, this.#clock, this.#ids, this.#previous);
  }

  add(type: string, details: JsonObject = {}): number {
    this.#ids.last += 1;
    const id = this.#ids.last;
    this.#store.addEvent(this.#arn, { id, previousId: this.#previous, type, at: this.#clock.now(), details });
    this.#previous = id;
    return id;
  }

  stateEntered(type: string, name: string, input: Json): number {
    // Room is left for the events of this state and for the one that ends the execution.
    if (this.#ids.last > MOST_EVENTS - 10) {
      const cause = `The execution reached the maximum number of history events (${MOST_EVENTS}).`;
      throw new StatesError('States.Runtime', cause);
    }
    this.#store.addTransition(this.#arn);
    return this.add(`${type}StateEntered`, { stateEnteredEventDetails: { name, ...data('input', input) } });
  }

  stateExited(type: string, name: string, output: Json): void {
    this.add(`${type}StateExited`, { stateExitedEventDetails: { name, ...data('output', output) } });
  }

  taskStarted(
    style: TaskStyle,
    resource: string,
    region: string,
    input: Json,
    timeout: number | undefined,
  ): void {
    const limit = timeout === undefined ? {} : { timeoutInSeconds: timeout };
    if (style.kind === 'lambda') {
      this.add('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: { resource, ...data('input', input), ...limit },
      });
      this.add('LambdaFunctionStarted');
      return;
    }
    const task = { resourceType: style.resourceType, resource: style.resource };
    this.add('TaskScheduled', {
      taskScheduledEventDetails: { ...task, region, parameters: JSON.stringify(input), ...limit },
    });
    this.add('TaskStarted', { taskStartedEventDetails: task });
  }

  taskSucceeded(style: TaskStyle, output: Json): void {
    if (style.kind === 'lambda') {
      this.add('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: data('output', output) });
      return;
    }
    const task = { resourceType: style.resourceType, resource: style.resource };
    this.add('TaskSucceeded', { taskSucceededEventDetails: { ...task, ...data('output', output) } });
  }

  taskFailed(style: TaskStyle, { error, cause }: StatesError): void {
    const end = error === 'States.Timeout' ? 'TimedOut' : 'Failed';
    if (style.kind === 'lambda') {
      this.add(`LambdaFunction${end}`, { [`lambdaFunction${end}EventDetails`]: { error, cause } });
      return;
    }
    const task = { resourceType: style.resourceType, resource: style.resource };
    this.add(`Task${end}`, { [`task${end}EventDetails`]: { ...task, error, cause } });
  }
}

function data(name: 'input' | 'output', value: Json): JsonObject {
  return { [name]: JSON.stringify(value), [`${name}Details`]: { truncated: false } };
}
