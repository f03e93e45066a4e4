/** What the bench and the thread that reads the API tell each other. */

export interface ReaderStart {
  readonly apiUrl: string;
  readonly perSecond: number;
  readonly images: readonly string[];
}

/** `accepted`: all operations are, and these are theirs to read. `stop`: no more reads; the thread answers with what it has measured. */
export type ToReader =
  | { readonly kind: 'accepted'; readonly ids: readonly string[] }
  | { readonly kind: 'stop' };

/** From the moment at which a read was due until its answer was read, in milliseconds of the machine. */
export type Latencies = readonly number[];

export interface ReadFigures {
  /** Of reads that were due while operations were still being accepted, which is the machine's busiest time. */
  readonly whileAccepting: Latencies;
  readonly afterwards: Latencies;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** From the first read to the last one's answer. */
  readonly seconds: number;
}
