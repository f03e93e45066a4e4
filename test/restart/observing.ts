import {
  DescribeImageVersionCommand,
  ListAliasesCommand,
  paginateListImages,
  paginateListImageVersions,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { type Snapshot, takeSnapshot } from '../../examples/demo/snapshots.ts';
import type { Stage } from '../../examples/demo/stage.ts';
import type {
  Acceptance,
  Observed,
  ObservedEvent,
  ObservedOperation,
  ObservedRow,
  ObservedSnapshot,
  PastRead,
  StoredVersion,
} from '../faults/observed.ts';

/** Of the stack, which has it by default. */
const DEADLINE_SECONDS = 7_200;
const BUS = 'image-version-operations-dev';

/** What is to be seen once all has come to rest, by the doors that users have. */
export async function observe(stage: Stage, accepted: readonly Acceptance[]): Promise<Observed> {
  const before = await snapshotsOf(stage);
  await takeSnapshot(stage);
  const snapshots = await snapshotsOf(stage);
  const rowsAgain = new Map(snapshots.map(({ snapshotId, rows }) => [snapshotId, rows]));
  const past = before.map(
    ({ snapshotId, takenAt, rows }): PastRead => ({
      at: takenAt,
      answers: [rows, rowsAgain.get(snapshotId)].map((answer) => JSON.stringify(answer)),
    }),
  );
  const versions = await storeOf(stage);
  return {
    operations: await operationsOf(stage),
    accepted,
    store: new Map(versions.map((version) => [version.arn, [{ at: 0, version }]])),
    snapshots,
    past,
    events: await eventsOf(stage),
    deadlineSeconds: DEADLINE_SECONDS,
    regions: [stage.region],
    outages: [],
    lastAsked: [],
    snapshotsWanted: [],
    sentAfterCancellation: [],
  };
}

async function operationsOf(stage: Stage): Promise<ObservedOperation[]> {
  const operations = await pages<Omit<ObservedOperation, 'queued'>>(stage, '/operations?limit=50');
  return operations.map((one) => ({ ...one, queued: one.operationId.startsWith('key-') }));
}

type ToldSnapshot = Snapshot & {
  readonly takenAt: string;
  readonly counts: Readonly<Record<'added' | 'changed' | 'removed', number>>;
};

/** Oldest first. */
async function snapshotsOf(stage: Stage): Promise<ObservedSnapshot[]> {
  const seen: ObservedSnapshot[] = [];
  for (const { snapshotId, startedAt, takenAt, counts } of await pages<ToldSnapshot>(
    stage,
    '/snapshots?limit=50',
  )) {
    const rows = await pages<ObservedRow>(stage, `/snapshots/${snapshotId}?limit=1000`);
    const changes = counts.added + counts.changed + counts.removed;
    if (rows.length !== counts.versions) {
      throw new Error(`${snapshotId} counts ${counts.versions} versions, and has ${rows.length}`);
    }
    seen.push({ snapshotId, startedAt, takenAt, changes, first: snapshotId.endsWith('-1'), rows });
  }
  return seen.reverse();
}

async function eventsOf({ awsUrl, surely }: Stage): Promise<ObservedEvent[]> {
  return surely(async () => {
    const response = await fetch(`${awsUrl}/_local/events?bus=${BUS}&recent=1000`);
    const { events }: { events: { event: { 'detail-type': string; detail: ObservedEvent['detail'] } }[] } =
      JSON.parse(await response.text());
    return events.map(({ event }) => ({ detailType: event['detail-type'], detail: event.detail }));
  });
}

async function storeOf({ awsUrl: endpoint, region, credentials, surely }: Stage): Promise<StoredVersion[]> {
  const client = new SageMakerClient({ endpoint, region, credentials });
  const stored = await surely(async () => {
    const versions: StoredVersion[] = [];
    for await (const { Images = [] } of paginateListImages({ client }, {})) {
      for (const { ImageName } of Images) {
        for await (const { ImageVersions = [] } of paginateListImageVersions({ client }, { ImageName })) {
          for (const { Version } of ImageVersions) versions.push(await versionOf(client, ImageName, Version));
        }
      }
    }
    return versions;
  });
  client.destroy();
  return stored;
}

async function versionOf(client: SageMakerClient, ImageName = '', Version = 0): Promise<StoredVersion> {
  const described = await client.send(new DescribeImageVersionCommand({ ImageName, Version }));
  const aliases = await client.send(new ListAliasesCommand({ ImageName, Version }));
  return {
    imageName: ImageName,
    version: Version,
    arn: described.ImageVersionArn ?? '',
    status: described.ImageVersionStatus ?? '',
    baseImage: described.BaseImage ?? '',
    releaseNotes: described.ReleaseNotes,
    aliases: aliases.SageMakerImageVersionAliases ?? [],
  };
}

async function pages<Item>({ apiUrl, surely }: Stage, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: Item[]; nextCursor: string | null } = await surely(async () => {
      const response = await fetch(`${apiUrl}${path}${from}`);
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status}: ${text}`);
      return JSON.parse(text);
    });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
