import type { ImageVersions, OperationRecords, VersionDescription } from '../ports.ts';
import type { Operation } from './operation.ts';

/**
 * A creation whose answer nobody saw may have made a version all the same. Its client token finds the request again, as
 * long as it is remembered and the request is made in the same attempt; what finds the version is looking for it. So a
 * creation that may have been sent before is looked for before it is sent again.
 */

/** Whether the step's request, or one of an earlier attempt, may have reached AWS. */
export function mayHaveBeenSent({ resumed, step, requests }: Operation): boolean {
  return resumed === true || step.attempt > 1 || step.callFailures > 0 || requests.length > 0;
}

/** A creation as far as what it makes can be told by it. */
export interface Creation {
  readonly region: string;
  readonly imageName: string;
  readonly baseImage: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * What a creation may have made: every version of its image that was made from its base image since it began. Of one
 * image the queue lets one operation run at a time, so that there is one at most; workflows that are started by hand may
 * make others. The other properties don't tell, because they can be changed.
 */
export async function findMade(
  { region, imageName, baseImage, startedAt }: Creation,
  versions: Pick<ImageVersions, 'madeFrom'>,
): Promise<readonly VersionDescription[]> {
  // SageMaker may tell its times in whole seconds.
  const since = Math.floor(startedAt / 1000) * 1000;
  return versions.madeFrom(region, imageName, baseImage, since);
}

/** In words for the error of a creation that was given up; undefined for nothing. */
export function madeMeanwhile(found: readonly VersionDescription[]): string | undefined {
  const names = found.map(({ identifier, status }) => `${identifier} (${status})`);
  return names.length === 0 ? undefined : `made meanwhile from its base image: ${names.join(', ')}`;
}

/** @throws Error for an operation that makes no version */
export function creationOf({ request, startedAt }: Operation): Creation {
  if (request.kind !== 'create') throw new Error(`A ${request.kind} makes no version`);
  const { ImageName: imageName, BaseImage: baseImage } = request.desiredState;
  return { region: request.region, imageName, baseImage, startedAt };
}

/**
 * The version that this creation made for certain.
 *
 * @returns undefined also where another workflow may have made it: then the client token alone can tell
 */
export async function findOwn(
  operation: Operation,
  versions: ImageVersions,
  records: Pick<OperationRecords, 'hasTwin'>,
): Promise<VersionDescription | undefined> {
  const [made] = await findMade(creationOf(operation), versions);
  if (!made || (await records.hasTwin(operation))) return undefined;
  return made;
}
