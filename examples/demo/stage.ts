import type { Progress } from './progress.ts';

/** Where the demo plays: a local cloud in this process, or one in a process of its own. */
export interface Stage {
  readonly awsUrl: string;
  readonly apiUrl: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly stateMachineArn: (name: string) => string;
  /** Tells the local cloud what is to go wrong. */
  readonly addFault: (rule: object) => Promise<void>;
  /**
   * Does something that may safely be done again: once where the local cloud stays up, and until it has been done
   * where it may be killed at any moment.
   */
  readonly surely: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly progress: Pick<Progress, 'update' | 'end' | 'finish'>;
  readonly say: (text: string) => void;
  /** Columns that a line may have. @default - nothing limits them */
  readonly width?: number | undefined;
}
