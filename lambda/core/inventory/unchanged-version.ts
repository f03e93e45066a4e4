import { unsettled } from './digest.ts';
import type { ListedVersion } from './ports.ts';
import type { VersionState } from './snapshot.ts';

/**
 * Whether the properties that a snapshot has of a version are still those that GetResource would answer, so that it
 * need not be asked. Snapshots and live reads of statements both go by this rule;
 * docs/decisions/011-change-detection.md says what it can miss.
 *
 * @param listed the version as SageMaker lists it now
 * @param readAt epoch milliseconds at which the snapshot was begun
 */
export function isUnchanged(known: VersionState, listed: ListedVersion, readAt: number): boolean {
  return (
    // A version that could not be read has only what its identifier says. Every version has a base image.
    known.properties.BaseImage !== undefined &&
    known.identifier === listed.identifier &&
    known.status === listed.status &&
    known.failureReason === listed.failureReason &&
    known.createdAt === listed.createdAt &&
    known.modifiedAt === listed.modifiedAt &&
    !unsettled(listed.modifiedAt, readAt)
  );
}
