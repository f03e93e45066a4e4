import type { JsonObject } from '../../json.ts';
import type { Machine } from './definition.ts';
import type { Progress } from './execution-store.ts';
import type { Journal } from './journal.ts';
import type { TaskCaller } from './task-integration.ts';

/** What one chain of states runs in: the machine itself, a branch of a Parallel, or an iteration of a Map. */
export interface Scope {
  readonly machine: Machine;
  /** The context object without its State. */
  readonly context: JsonObject;
  /** On whose behalf tasks call. */
  readonly caller: TaskCaller;
  readonly journal: Journal;
  /** Aborts with the reason that `runMachine` then throws. */
  readonly signal: AbortSignal;
  /** At the top level: keeps where the execution stands. */
  readonly save?: (progress: Progress) => void;
  /** Told of each retry. */
  readonly retried: () => void;
}

/** What a branch or an iteration gets; its machine and its context are its own. */
export type InnerScope = Omit<Scope, 'machine'>;
