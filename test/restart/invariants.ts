import { eventsTold } from '../faults/invariants/events-told.ts';
import { finalInTime } from '../faults/invariants/final-in-time.ts';
import { inOrder } from '../faults/invariants/in-order.ts';
import { nothingTwice } from '../faults/invariants/nothing-twice.ts';
import { orphansNamed } from '../faults/invariants/orphans-named.ts';
import { type Observed, type ObservedOperation, standing } from '../faults/observed.ts';
import { MOVING_ALIAS, QUEUED_IMAGE } from './orders.ts';

/**
 * What must hold of a local cloud that was killed: what holds after fault schedules, as far as it can be told by who
 * comes afterwards, and what is known of this scenario besides. @returns a sentence for everything that is not so
 */
export function breaches(observed: Observed): string[] {
  return [
    finalInTime,
    eventsTold,
    inOrder,
    nothingTwice,
    orphansNamed,
    storeAsRecorded,
    aliasMoved,
    snapshotsWhole,
  ].flatMap((invariant) => invariant(observed));
}

/** In the store stands what some record says that it made and none says that it deleted, and all of that. */
function storeAsRecorded({ operations, store }: Observed): string[] {
  const made = new Set(succeeded(operations, 'create').map(({ identifier }) => identifier));
  const gone = new Set(succeeded(operations, 'delete').map(({ identifier }) => identifier));
  const there = standing(store);
  const stands = new Set<string | undefined>(there.map(({ arn }) => arn));
  return [
    ...there.filter(({ arn }) => !made.has(arn)).map(({ arn }) => `${arn} stands, and no record made it`),
    ...there.filter(({ arn }) => gone.has(arn)).map(({ arn }) => `${arn} stands, and a record deleted it`),
    ...there.filter(({ status }) => status !== 'CREATED').map(({ arn, status }) => `${arn} is ${status}`),
    ...[...made]
      .filter((arn) => !stands.has(arn) && !gone.has(arn))
      .map((arn) => `${arn} is gone, and no record deleted it`),
    ...operations
      .filter(({ queued, status }) => queued && status !== 'SUCCEEDED')
      .map(
        ({ operationId, status, error }) => `${operationId} is ${status}: ${error?.name} ${error?.message}`,
      ),
  ];
}

function aliasMoved({ operations, store }: Observed): string[] {
  const [last] = succeeded(operations, 'create')
    .filter(({ imageName }) => imageName === QUEUED_IMAGE)
    .toSorted((a, b) => (b.finishedAt ?? '').localeCompare(a.finishedAt ?? ''));
  const holders = standing(store).filter(
    ({ imageName, aliases }) => imageName === QUEUED_IMAGE && aliases.includes(MOVING_ALIAS),
  );
  if (last && holders.length === 1 && holders[0]?.arn === last.identifier) return [];
  return [
    `"${MOVING_ALIAS}" is at ${holders.map(({ arn }) => arn).join()}, and should be at ${last?.identifier}`,
  ];
}

/** Numbered without gaps, read twice alike, and the last one is the store. */
function snapshotsWhole({ snapshots, past, store }: Observed): string[] {
  const last = snapshots.at(-1);
  const seen = last?.rows.map(({ identifier, status, properties: { BaseImage, ReleaseNotes, Aliases } }) =>
    shown([identifier, status, BaseImage, ReleaseNotes, Aliases]),
  );
  const stands = standing(store).map(({ arn, status, baseImage, releaseNotes, aliases }) =>
    shown([arn, status, baseImage, releaseNotes, aliases]),
  );
  const same = JSON.stringify(seen?.toSorted()) === JSON.stringify(stands.toSorted());
  return [
    ...snapshots.flatMap(({ snapshotId }, index) =>
      snapshotId.endsWith(`-${index + 1}`) ? [] : [`snapshot ${index + 1} is called ${snapshotId}`],
    ),
    ...past
      .filter(({ answers }) => new Set(answers).size > 1)
      .map(({ at, answers }) => `The snapshot of ${at} was read as ${answers.join(' and then as ')}`),
    ...(same ? [] : [`${last?.snapshotId} is ${seen?.join()}, and the store is ${stands.join()}`]),
  ];
}

function shown([arn, status, base, notes, aliases]: readonly unknown[]): string {
  const names = Array.isArray(aliases) ? aliases.map(String).sort() : [];
  return JSON.stringify([arn, status, base, notes ?? null, names]);
}

function succeeded(operations: readonly ObservedOperation[], kind: ObservedOperation['kind']) {
  return operations.filter((one) => one.kind === kind && one.status === 'SUCCEEDED');
}
