import {
  type Observed,
  type ObservedSnapshot,
  regionOf,
  type StoredVersion,
  standing,
  statesWithin,
} from '../observed.ts';

/**
 * Of each version, a snapshot has a state that it had at some moment between the snapshot's start and its end: its
 * properties, its aliases and whether it was there. The last one of a region, for which
 * nothing moved, is the store. And what was
 * read of a past time is read so again.
 */
export function snapshotsTrue({ snapshots, store, past, regions }: Observed): string[] {
  return [
    ...snapshots.flatMap((snapshot) => untrue(snapshot, store)),
    ...regions.flatMap((region) => {
      const last = snapshots.findLast(({ snapshotId }) => regionOf(snapshotId) === region);
      const there = standing(store).filter(({ arn }) => regionOf(arn) === region);
      return last ? unlike(last, there) : [`No snapshot of ${region} was taken`];
    }),
    ...past
      .filter(({ answers }) => new Set(answers).size > 1)
      .map(
        ({ at, answers }) =>
          `The inventory of ${at} was read as ${[...new Set(answers)].join(' and then as ')}`,
      ),
  ];
}

function untrue(
  { snapshotId, startedAt, takenAt, rows }: ObservedSnapshot,
  store: Observed['store'],
): string[] {
  const found: string[] = [];
  const seen = new Map(rows.map((row) => [row.identifier, row]));
  for (const [arn, moments] of store) {
    if (regionOf(arn) !== regionOf(snapshotId)) continue;
    const states = statesWithin(moments, Date.parse(startedAt), Date.parse(takenAt));
    const row = seen.get(arn);
    const there = states.filter((state) => state !== undefined);
    if (!row) {
      if (there.length === states.length)
        found.push(`${snapshotId} lacks ${arn}, which was there all the time`);
      continue;
    }
    const { BaseImage, ReleaseNotes, Aliases } = row.properties;
    const properties = JSON.stringify([BaseImage, ReleaseNotes ?? null]);
    // Listed, and not readable yet: reads lag behind creates, and the row says no more than what the list did.
    const readable = BaseImage !== undefined;
    if (readable && !there.some((state) => propertiesOf(state) === properties)) {
      found.push(`${snapshotId} has ${arn} with ${properties}, which it never was meanwhile`);
    }
    if (!there.some((state) => state.status === row.status)) {
      found.push(`${snapshotId} has ${arn} as ${row.status}, which it never was meanwhile`);
    }
    if (!there.some((state) => sorted(state.aliases) === sorted(Aliases))) {
      found.push(`${snapshotId} has ${arn} with aliases ${sorted(Aliases)}, which it never had meanwhile`);
    }
  }
  for (const identifier of seen.keys()) {
    if (!store.has(identifier)) found.push(`${snapshotId} has ${identifier}, which never was`);
  }
  return found;
}

function unlike({ snapshotId, rows }: ObservedSnapshot, there: readonly StoredVersion[]): string[] {
  const lines = (all: readonly string[]) => JSON.stringify(all.toSorted());
  const seen = lines(
    rows.map(({ identifier, status, properties }) =>
      JSON.stringify([
        identifier,
        status,
        properties.BaseImage,
        properties.ReleaseNotes ?? null,
        sorted(properties.Aliases),
      ]),
    ),
  );
  const stands = lines(
    there.map(({ arn, status, baseImage, releaseNotes, aliases }) =>
      JSON.stringify([arn, status, baseImage, releaseNotes ?? null, sorted(aliases)]),
    ),
  );
  return seen === stands ? [] : [`${snapshotId} is ${seen}, and the store is ${stands}`];
}

function propertiesOf({ baseImage, releaseNotes }: StoredVersion): string {
  return JSON.stringify([baseImage, releaseNotes ?? null]);
}

function sorted(aliases: unknown): string {
  return JSON.stringify(Array.isArray(aliases) ? aliases.map(String).sort() : []);
}
