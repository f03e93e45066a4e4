import type { Paint } from './table.ts';

/** What the command has around it: the terminal, time, chance, files and the environment. start.ts makes it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was asked for: standard output. */
  readonly write: (text: string) => void;
  /** What goes with it, for people: standard error. */
  readonly tell: (text: string) => void;
  /** Columns of the terminal that standard output is; undefined where it is none. */
  readonly width: number | undefined;
  /** The same of standard error. */
  readonly tellWidth: number | undefined;
  /** Colours what is written to standard output, where that shows colours. */
  readonly paint: Paint;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls each second until it is stopped. */
  readonly eachSecond: (tick: () => void) => { readonly stop: () => void };
  /** From 0 up to 1. */
  readonly chance: () => number;
  readonly newKey: () => string;
  /** @param path `-` is standard input */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** What is told where the command is interrupted from now on. */
  readonly onInterrupt: (text: string) => void;
}
