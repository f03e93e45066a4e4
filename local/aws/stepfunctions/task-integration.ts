/** What a Task state can call. A new one is one file that implements this, given to the engine. */
import type { Json } from '../../json.ts';

export interface TaskIntegration {
  /** Whether this one answers a Task state's Resource. */
  serves(resource: string): boolean;
  /** Which events its history has: those of a function that is the Resource itself, or those of a service. */
  historyStyle(resource: string): TaskStyle;
  /**
   * @param input - after InputPath and Parameters
   * @throws StatesError as AWS names what went wrong
   */
  run(resource: string, input: Json, caller: TaskCaller): Promise<Json>;
}

/** On whose behalf a task calls: the role of its machine. */
export interface TaskCaller {
  readonly roleArn: string;
  /** What the role's session is named, for the words of a refusal. */
  readonly session: string;
}

export type TaskStyle =
  | { readonly kind: 'lambda' }
  | { readonly kind: 'service'; readonly resourceType: string; readonly resource: string };
