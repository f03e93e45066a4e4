import type { Invariant } from '../invariants.ts';
import type { Schedule } from '../schedule.ts';

/** One mistake in the app's code, and a schedule on which an invariant tells of it. */
export interface Mutation {
  readonly invariant: Invariant;
  /** What the code does with the mistake in it. */
  readonly mistake: string;
  /** A file of lambda/, from there. */
  readonly file: string;
  /** What stands there, once, and what stands there instead. */
  readonly from: string;
  readonly to: string;
  /** Whose bundles have the mistake in them. */
  readonly handlers: readonly string[];
  /** Fixed, and not made from a seed: it is to stay the same when the making of schedules changes. */
  readonly schedule: Schedule;
}
