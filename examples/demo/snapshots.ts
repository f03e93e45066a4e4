import type { Stage } from './stage.ts';

/** Snapshots by the HTTP API: asked for, waited for, and held against each other. */

/** As far as the demo looks at it. */
export interface Snapshot {
  readonly snapshotId: string;
  readonly startedAt: string;
  readonly counts: { readonly images: number; readonly versions: number };
  readonly calls: number;
  readonly durationSeconds: number;
}

/** Whether an operation of this system made a change. Absent where nothing is known of before. */
export type Cause =
  | { readonly drift: false; readonly operationId: string }
  | { readonly drift: true }
  | undefined;

export interface VersionDifference {
  readonly imageName: string;
  readonly version: number;
  readonly changes: readonly {
    readonly property: string;
    readonly before?: unknown;
    readonly after?: unknown;
  }[];
  readonly cause?: Cause;
}

export interface AliasPeriod {
  readonly version: number;
  readonly from: { readonly takenAt: string };
  readonly to: { readonly takenAt: string } | null;
  readonly cause?: Cause;
}

const LOOK_EVERY_MS = 150;
/** Of the machine's time: many times what a snapshot of a few images takes. */
const LONGEST_MS = 60_000;

/** Asks for a snapshot and waits until it is there. @throws Error for one that does not come */
export async function takeSnapshot({ apiUrl, surely }: Pick<Stage, 'apiUrl' | 'surely'>): Promise<Snapshot> {
  const requestedAt = await surely(async () => {
    const asked = await fetch(`${apiUrl}/snapshots`, { method: 'POST' });
    const answer: { requestedAt: string } = JSON.parse(await textOf(asked));
    return answer.requestedAt;
  });
  for (const until = performance.now() + LONGEST_MS; performance.now() < until; ) {
    const snapshot = await surely(() => latest(apiUrl));
    if (snapshot && snapshot.startedAt >= requestedAt) return snapshot;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error(`No snapshot has come within ${LONGEST_MS / 1000} s; npm start -- --verbose shows why`);
}

/** undefined before the first. */
async function latest(apiUrl: string): Promise<Snapshot | undefined> {
  const response = await fetch(`${apiUrl}/snapshots/latest?limit=1`);
  if (response.status === 404) return undefined;
  const { snapshot }: { snapshot: Snapshot } = JSON.parse(await textOf(response));
  return snapshot;
}

/** What the second has otherwise than the first. */
export async function diff(apiUrl: string, first: Snapshot, second: Snapshot): Promise<VersionDifference[]> {
  const response = await fetch(`${apiUrl}/snapshots/${first.snapshotId}/diff/${second.snapshotId}`);
  const { items }: { items: VersionDifference[] } = JSON.parse(await textOf(response));
  return items;
}

/** The versions that an alias pointed to, oldest first. */
export async function aliasHistory(apiUrl: string, imageName: string, alias: string): Promise<AliasPeriod[]> {
  const response = await fetch(`${apiUrl}/images/${imageName}/aliases/${alias}/history`);
  const { items }: { items: AliasPeriod[] } = JSON.parse(await textOf(response));
  return items;
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${response.url} answered ${response.status}: ${text}`);
}
