import { createHash } from 'node:crypto';
import type { OperationKind } from '../contract/workflow.ts';
import type { Fault } from '../core/fault.ts';
import { MUTABLE_PROPERTIES } from '../core/image-version/properties.ts';
import type { ReadDesk } from '../core/operation/desk.ts';
import { fingerprint, operationIdOf } from '../core/operation/fingerprint.ts';
import { isFinal, type OperationRecord } from '../core/operation/record.ts';
import { stableJson } from '../core/stable-json.ts';
import { aliasesWith, isSameValue, type NamedError, type PropertyChange } from './need.ts';
import type { ManifestPorts } from './ports.ts';
import type { Identity, Resolved } from './resolve.ts';
import { type Sight, type Standing, stands } from './sight.ts';

/**
 * Orders that nobody makes twice. An order's key is made of what is to be done and to which version, never of who asks
 * or when, so the same manifest leads to the same operation however often, by whomever, and by how many at once it is
 * built. An operation that has ended and did not lead to what is wanted, or whose work is gone again, is followed by
 * the one whose key has that operation's id in it as well: so each end is followed by one operation at most. A failure
 * stands in the way of the same request alone: with other properties, it is another thing that is asked for.
 */

export interface Errand {
  readonly kind: OperationKind;
  /** In the form that the workflow takes. */
  readonly input: object;
  /** What the key is made of: what tells this errand from every other. */
  readonly about: readonly unknown[];
  /** Of one that succeeded before the look was begun: what it means that this is still to be done. */
  readonly after: (
    ended: OperationRecord,
    ports: ManifestPorts,
  ) => Promise<'again' | 'look-again' | NamedError>;
}

export type Ordered =
  | { readonly kind: 'running'; readonly operation: OperationRecord }
  /** It ended while this request looked elsewhere: the next one sees what it did. */
  | { readonly kind: 'look-again'; readonly operation: OperationRecord }
  | { readonly kind: 'failed'; readonly error: NamedError; readonly operation?: OperationRecord };

/** All who build manifests are one caller: their keys are about what is to be, not about who asks. */
const CALLER = 'manifests';

/** What to do about a failure, behind AWS's own words. */
const AGAIN = ' (asked for once more when all has been at rest for a minute, it is tried again)';

/**
 * @param mayFollow whether an operation that failed may be tried again now
 */
export async function place(
  errand: Errand,
  sight: Sight,
  mayFollow: (failed: OperationRecord) => boolean,
  ports: ManifestPorts,
): Promise<Ordered> {
  let before: string | undefined;
  // That of the same request, for as long as it may not be tried again.
  let failure: Ordered | undefined;
  for (;;) {
    const key = keyOf(errand, before);
    const known = await ports.operations.find(operationIdOf(CALLER, key));
    if (!known && failure) return failure;
    const operation = known ?? (await accepted(errand, key, ports));
    if ('message' in operation) return { kind: 'failed', error: operation };
    if (!isFinal(operation.status)) {
      // It may have been cut off before it had its place in the queue.
      if (known?.status === 'QUEUED') await accepted({ ...errand, input: Object(known.request) }, key, ports);
      return { kind: 'running', operation };
    }
    if (Date.parse(operation.finishedAt ?? '') >= sight.look.begunAt)
      return { kind: 'look-again', operation };
    if (operation.status === 'SUCCEEDED') {
      const meaning = await errand.after(operation, ports);
      if (meaning === 'look-again') return { kind: meaning, operation };
      const stuck = meaning !== 'again' && !mayFollow(operation);
      failure = stuck ? { kind: 'failed', error: meaning, operation } : undefined;
    } else if (operation.fingerprint === fingerprint(errand.kind, errand.input) && !mayFollow(operation)) {
      const { status, error } = operation;
      const { name, message } = error ?? { name: status, message: `The operation ended as ${status}` };
      failure = { kind: 'failed', error: { name, message: `${message}${AGAIN}` }, operation };
    }
    before = operation.operationId;
  }
}

function keyOf({ kind, about }: Pick<Errand, 'kind' | 'about'>, before: string | undefined): string {
  const text = stableJson([kind, ...about, before ?? null]) ?? '';
  return createHash('sha256').update(text).digest('hex');
}

async function accepted(
  { kind, input }: Errand,
  idempotencyKey: string,
  ports: ManifestPorts,
): Promise<OperationRecord | NamedError> {
  const acceptance = await ports.orders.accept({ kind, input, caller: CALLER, idempotencyKey });
  switch (acceptance.outcome) {
    case 'accepted':
    case 'repeated':
      return acceptance.record;
    case 'invalid':
      return invalid(acceptance.faults);
    case 'key-reused': {
      // Another manifest asks at the same time for the same version, with other properties: those come after it.
      const record = await ports.operations.find(acceptance.operationId);
      if (record) return record;
      throw new Error(`Operation ${acceptance.operationId} has the key and cannot be read`);
    }
  }
}

/**
 * The operations of manifests that were to make a version of this base image, the oldest first. Those whose records
 * are kept no longer are not among them, nor what comes after them.
 */
export async function creations(
  identity: Identity,
  operations: Pick<ReadDesk, 'find'>,
): Promise<readonly OperationRecord[]> {
  const found: OperationRecord[] = [];
  for (;;) {
    const key = keyOf({ kind: 'create', about: aboutCreation(identity) }, found.at(-1)?.operationId);
    const next = await operations.find(operationIdOf(CALLER, key));
    if (!next) return found;
    found.push(next);
  }
}

function aboutCreation({ region, imageName, baseImage }: Identity): readonly unknown[] {
  return [region, imageName, baseImage];
}

export function invalid(faults: readonly Fault[]): NamedError {
  const message = faults.map((one) => `${one.path}: ${one.message}`).join('; ');
  return { name: 'InvalidInput', message };
}

/** @param sight of the image, as it was looked at for this */
export function creation({ said }: Resolved, identity: Identity, { look }: Sight): Errand {
  const { region, imageName, baseImage } = identity;
  const aliases = aliasesWith(said, []);
  const properties = {
    ImageName: imageName,
    BaseImage: baseImage,
    ...Object.fromEntries(MUTABLE_PROPERTIES.flatMap((name) => (name in said ? [[name, said[name]]] : []))),
    ...(aliases.length > 0 ? { Aliases: aliases } : {}),
  };
  return {
    kind: 'create',
    input: { region, properties },
    about: aboutCreation(identity),
    after: async ({ version, finishedAt = '' }, { images }) => {
      if (version === undefined) return 'again';
      // Two answers have to say that it is gone: a list may lag behind.
      const listed = look.versions?.find((one) => one.version === version);
      const found = listed ?? (await images.describe(region, imageName, version));
      // An image that is made anew gives the same numbers to other versions.
      const same = found && found.createdAt <= finishedAt;
      return same && stands(found) ? 'look-again' : 'again';
    },
  };
}

export function change(
  { said }: Resolved,
  { region, imageName }: Identity,
  { listed }: Standing,
  changes: readonly PropertyChange[],
): Errand {
  const { version, identifier, createdAt } = listed;
  const differing = changes.filter(({ property }) => property !== 'Aliases');
  const aliasesDiffer = differing.length < changes.length;
  const whole = aliasesDiffer && said.Aliases !== undefined;
  return {
    kind: 'update',
    input: {
      region,
      imageName,
      version,
      properties: {
        ...Object.fromEntries(differing.map(({ property, after }) => [property, after])),
        ...(whole ? { Aliases: aliasesWith(said, []) } : {}),
      },
      // The others that it has are nobody's to repeat here: they may be others by then.
      ...(aliasesDiffer && !whole ? { aliasesToAdd: [said.Alias] } : {}),
    },
    about: [identifier, createdAt, changes],
    after: async ({ result, operationId }) => {
      const undone = changes.filter((one) => result?.properties && !isDone(one, result.properties));
      if (undone.length === 0) return 'again';
      const names = undone.map(({ property }) => property).join(', ');
      const message = `Operation ${operationId} succeeded, and AWS has left ${names} as before${AGAIN}`;
      return { name: 'NotAsWanted', message };
    },
  };
}

function isDone({ property, after }: PropertyChange, there: Readonly<Record<string, unknown>>): boolean {
  const inOrder = (value: unknown) => (Array.isArray(value) ? value.toSorted() : value);
  return isSameValue(property, inOrder(there[property]), inOrder(after));
}

export function removal({ region, imageName }: Identity, { listed }: Standing): Errand {
  const { version, identifier, createdAt } = listed;
  return {
    kind: 'delete',
    input: { region, imageName, version },
    about: [identifier, createdAt],
    after: async () => 'again',
  };
}
