import {
  isStock,
  labelOf,
  type Moment,
  names,
  type Observed,
  type ObservedOperation,
  type Properties,
  type StoredVersion,
  standing,
  statesWithin,
} from '../observed.ts';

/** What a record says of a success is what the store was meanwhile; what stands is what some record says. */
export function recordsTrue({ operations, store }: Observed): string[] {
  const successes = operations
    .filter(({ status }) => status === 'SUCCEEDED')
    .flatMap((operation) => untrue(operation, store.get(operation.identifier ?? '') ?? []));
  const makers = Map.groupBy(operations, labelOf);
  const unknown = standing(store).flatMap((version) => {
    const { arn, baseImage, status } = version;
    if (isStock(version)) return [];
    const asked = makers.get(baseImage);
    if (!asked) return [`${arn} stands, and nobody asked for ${baseImage}`];
    if (asked.some((maker) => names(maker, arn))) return [];
    const unnamed = asked.map((maker) => `${maker.operationId}, which is ${maker.status},`);
    return [`${arn} is ${status}, and ${unnamed.join(' and ')} does not name it`];
  });
  return [...successes, ...unknown];
}

function untrue(operation: ObservedOperation, moments: readonly Moment[]): string[] {
  const { operationId, kind, startedAt, createdAt, finishedAt = '', result } = operation;
  const states = statesWithin(moments, Date.parse(startedAt ?? createdAt), Date.parse(finishedAt));
  const effect = result?.effect;
  const accepted = Date.parse(createdAt);
  if (effect === 'created' && moments.some(({ at }) => at < accepted)) {
    return [`${operationId} says that it created what stood before it was accepted`];
  }
  if (effect === 'updated' && !moments.some(({ at }) => at >= accepted && at <= Date.parse(finishedAt))) {
    return [`${operationId} says that it updated what did not change meanwhile`];
  }
  if (effect === 'deleted' && !result?.note && states.every((state) => state === undefined)) {
    return [`${operationId} says that it deleted what was not there`];
  }
  if (kind === 'delete') {
    // Numbers are never given again, so what it deleted stays gone; what was not there may be made later.
    // One that says itself that it may have been gone before is no claim.
    const last = effect === 'deleted' && !result?.note ? moments.at(-1)?.version : undefined;
    if (!last && states.includes(undefined)) return [];
    return [`${operationId} says ${effect}; the store had ${states.map(storeShown).join(', ')}`];
  }
  const properties = result?.properties;
  if (!properties) return result?.note ? [] : [`${operationId} succeeded and says nothing of the version`];
  if (states.some((state) => state !== undefined && isAs(state, properties))) return [];
  return [`${operationId} says ${shown(properties)}; the store had ${states.map(storeShown).join(', ')}`];
}

function isAs(state: StoredVersion, properties: Properties): boolean {
  return state.status === 'CREATED' && storeShown(state) === shown(properties);
}

function shown({ Version, BaseImage, ReleaseNotes, Aliases }: Properties): string {
  const aliases = Array.isArray(Aliases) ? Aliases.map(String).sort() : [];
  return JSON.stringify([Version, BaseImage, ReleaseNotes ?? null, aliases]);
}

function storeShown(state: StoredVersion | undefined): string {
  if (!state) return 'nothing';
  const { version, baseImage, releaseNotes, aliases } = state;
  return JSON.stringify([version, baseImage, releaseNotes ?? null, [...aliases].sort()]);
}
