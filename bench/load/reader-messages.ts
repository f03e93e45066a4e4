/** What the bench and the thread that reads the API tell each other. */

export interface ReaderStart {
  readonly apiUrl: string;
  readonly perSecond: number;
  readonly images: readonly string[];
}

/** `ids`: there are operations to read. `stop`: no more reads; the thread answers with what it has measured. */
export type ToReader = { readonly kind: 'ids'; readonly ids: readonly string[] } | { readonly kind: 'stop' };

export interface ReadFigures {
  /** From the moment at which a read was due until its answer was read, in milliseconds of the machine. */
  readonly latencies: readonly number[];
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** From the first read to the last one's answer. */
  readonly seconds: number;
}
