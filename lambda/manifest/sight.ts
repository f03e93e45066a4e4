import { type FullModel, MUTABLE_PROPERTIES } from '../core/image-version/properties.ts';
import type { ListedVersion } from '../core/inventory/ports.ts';
import { isFinal, type OperationRecord } from '../core/operation/record.ts';
import type { ImageLook, ImageLooks } from './image-look.ts';
import type { ManifestReads } from './ports.ts';
import type { Identity } from './resolve.ts';

/** What there is of the version that a resource means. */

export interface Standing {
  readonly listed: ListedVersion;
  /** Aliases filled in. */
  readonly properties: FullModel;
}

export interface Sight {
  readonly look: ImageLook;
  /** The version with that base image; of several, the one with the highest number. */
  readonly standing?: Standing;
  /** One that SageMaker is deleting, where none stands. */
  readonly going?: ListedVersion;
  /** Operations that are on their way: of the version that stands, or one that makes it. */
  readonly creating?: OperationRecord;
  readonly updating?: OperationRecord;
  readonly deleting?: OperationRecord;
  /** When the last operation about it ended, as epoch milliseconds. */
  readonly lastEnd: number;
}

export async function lookFor(identity: Identity, looks: ImageLooks, reads: ManifestReads): Promise<Sight> {
  const { region, imageName, baseImage } = identity;
  const look = await looks.of(region, imageName);
  const versions = look.versions ?? [];
  const found = await looks.madeFrom(baseImage, versions.filter(stands), identity);
  const going = found
    ? undefined
    : await looks.madeFrom(
        baseImage,
        versions.filter(({ status }) => status === 'DELETING'),
        identity,
      );
  const number = found?.version.version ?? going?.version.version;
  const about = look.operations.filter((one) =>
    one.kind === 'create' ? baseImageOf(one) === baseImage : one.version === number,
  );
  // The oldest is the one whose turn it is.
  const onItsWay = (kind: OperationRecord['kind']) =>
    about.findLast((one) => one.kind === kind && !isFinal(one.status));
  const [creating, updating, deleting] = [onItsWay('create'), onItsWay('update'), onItsWay('delete')];
  return {
    look,
    ...(found
      ? {
          standing: {
            listed: found.version,
            properties: {
              ...found.model,
              Aliases: await reads.versions.aliases(region, imageName, found.version.version),
            },
          },
        }
      : {}),
    ...(going ? { going: going.version } : {}),
    ...(creating ? { creating } : {}),
    ...(updating ? { updating } : {}),
    ...(deleting ? { deleting } : {}),
    lastEnd: Math.max(0, ...about.flatMap(({ finishedAt }) => (finishedAt ? [Date.parse(finishedAt)] : []))),
  };
}

/** A creation that failed leaves a version behind that can be nothing else than deleted. */
export function stands({ status }: Pick<ListedVersion, 'status'>): boolean {
  return status !== 'CREATE_FAILED' && status !== 'DELETING';
}

/** Whether something is about to become of it. */
export function moves({ standing, going, creating, updating, deleting }: Sight): boolean {
  return [going, creating, updating, deleting].some((one) => one !== undefined) || isBeingMade(standing);
}

export function isBeingMade(standing: Standing | undefined): boolean {
  return standing?.listed.status === 'CREATING';
}

/** What a create asks for. */
function baseImageOf({ request }: OperationRecord): unknown {
  const properties = member(request, 'properties');
  return member(properties, 'BaseImage');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** What is known of a property of a version that stands; null where it has none. */
export function propertyOf({ properties }: Standing, property: string): unknown {
  return property === 'Alias' ? (properties.Aliases[0] ?? null) : (properties[property] ?? null);
}

/** A version as it will be with what is said. */
export function foreseen(
  standing: Standing,
  said: Readonly<Record<string, unknown>>,
  aliases: readonly string[],
): Standing {
  const changed = MUTABLE_PROPERTIES.filter((name) => said[name] !== undefined);
  const properties = Object.fromEntries(changed.map((name) => [name, said[name]]));
  return { ...standing, properties: { ...standing.properties, ...properties, Aliases: aliases } };
}
