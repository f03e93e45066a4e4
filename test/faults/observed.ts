/** What there was to see of one run of a schedule: by the API, on the bus, and in the image store itself. */
export interface Observed {
  readonly operations: readonly ObservedOperation[];
  /** Answers of the API that accepted something, in the order in which they came. */
  readonly accepted: readonly Acceptance[];
  readonly store: StoreHistory;
  readonly snapshots: readonly ObservedSnapshot[];
  /** Reads of a past time, each asked for twice or more. */
  readonly past: readonly PastRead[];
  readonly events: readonly ObservedEvent[];
  /** Seconds from acceptance, or from the end of the one before, that an operation may take. */
  readonly deadlineSeconds: number;
  /** Regions that are configured at the end. */
  readonly regions: readonly string[];
  /** Times in which the app was not deployed. */
  readonly outages: readonly Outage[];
  /** Operations that were asked for once nothing went wrong any more, one of each image whose region is configured. */
  readonly lastAsked: readonly LastAsked[];
  /** Snapshots that were asked for of a schedule while nothing went wrong. */
  readonly snapshotsWanted: readonly WantedSnapshot[];
  /** Base images of creations that were sent after their operation's cancellation had been accepted. */
  readonly sentAfterCancellation: readonly string[];
}

/** Epoch milliseconds. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

export interface LastAsked {
  readonly imageName: string;
  /** undefined where the API did not accept it. */
  readonly operationId: string | undefined;
}

export interface WantedSnapshot {
  readonly region: string;
  readonly taken: boolean;
}

/** An operation as the API tells of it. */
export interface ObservedOperation {
  readonly operationId: string;
  readonly kind: 'create' | 'update' | 'delete';
  readonly status: string;
  readonly imageName: string;
  readonly version?: number;
  readonly identifier?: string;
  readonly request: { readonly properties?: Properties; readonly identifier?: string } & Properties;
  readonly result?: {
    readonly effect: string;
    readonly properties: Properties | null;
    readonly note?: string;
  };
  readonly error?: { readonly name: string; readonly message: string };
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Whether it went through the queue; else it was started by hand. */
  readonly queued: boolean;
  /** Its record is there no more. */
  readonly gone?: boolean;
}

export type Properties = Readonly<Record<string, unknown>>;

/** When a caller asked, and when it was answered, by one counter. */
export interface Acceptance {
  readonly operationId: string;
  readonly imageName: string;
  readonly asked: number;
  readonly answered: number;
}

/** One version as it was from a moment on; undefined where it is gone. */
export interface StoredVersion {
  readonly imageName: string;
  readonly version: number;
  readonly arn: string;
  readonly status: string;
  readonly baseImage: string;
  readonly releaseNotes: string | undefined;
  readonly aliases: readonly string[];
}

export interface Moment {
  /** Epoch milliseconds of the clock. */
  readonly at: number;
  readonly version: StoredVersion | undefined;
}

/** Every state that each version ever had, by its ARN, oldest first. */
export type StoreHistory = ReadonlyMap<string, readonly Moment[]>;

export interface ObservedSnapshot {
  readonly snapshotId: string;
  readonly startedAt: string;
  readonly takenAt: string;
  /** Changes that it counts. */
  readonly changes: number;
  readonly first: boolean;
  readonly rows: readonly ObservedRow[];
}

export interface ObservedRow {
  readonly identifier: string;
  readonly status: string;
  readonly properties: Properties;
}

export interface PastRead {
  readonly at: string;
  /** Answers in the order in which they came, as text. */
  readonly answers: readonly string[];
}

export interface ObservedEvent {
  readonly detailType: string;
  readonly detail: Properties;
}

/** The region of an ARN, or of a snapshot's id. */
export function regionOf(id: string): string {
  return id.startsWith('arn:') ? (id.split(':')[3] ?? '') : id.replace(/-\d+$/, '');
}

/** Whether a version was there before anybody asked for anything. */
export function isStock({ baseImage }: StoredVersion): boolean {
  return baseImage.startsWith(STOCK);
}

/** What the store holds at the end. */
export function standing(store: StoreHistory): StoredVersion[] {
  return [...store.values()].flatMap((moments) => moments.at(-1)?.version ?? []);
}

/** Every state that a version had at some moment from `from` to `to`, both included; undefined where it was not there. */
export function statesWithin(
  moments: readonly Moment[],
  from: number,
  to: number,
): readonly (StoredVersion | undefined)[] {
  const before = moments.findLast(({ at }) => at < from);
  const within = moments.filter(({ at }) => at >= from && at <= to);
  return [before?.version, ...within.map(({ version }) => version)];
}

/** In front of the base images of what was there before. */
export const STOCK = 'registry/stock:';

/** What a create is recognised by: the base image that it alone asks for. */
export function labelOf({ kind, request }: ObservedOperation): string | undefined {
  const base = request.properties?.BaseImage;
  return kind === 'create' && typeof base === 'string' ? base : undefined;
}

export function isFinal({ status }: ObservedOperation): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}

/** Whether an operation says what became of a version: as its own, or in the words of its error. */
export function names(operation: ObservedOperation, arn: string): boolean {
  return operation.identifier === arn || (operation.error?.message.includes(arn) ?? false);
}
