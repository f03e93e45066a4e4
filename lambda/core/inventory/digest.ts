import { createHash } from 'node:crypto';
import type { ListedVersion } from './ports.ts';

/**
 * Digests of images: what SageMaker lists of an image, in a few characters. As long as it is the same, nothing about
 * the image has changed that the lists tell of, and nothing more is read of it.
 */

/**
 * A change within so many milliseconds after another may leave LastModifiedTime as it is. An image that was changed so
 * lately is looked at again next time.
 */
const SETTLING = 2_000;

/** Whether a change at this time may have been followed by another that bears the same one, after what was read then. */
export function unsettled(modifiedAt: string, readAt: number): boolean {
  return Date.parse(modifiedAt) > readAt - SETTLING;
}

/** The digest that no list has: the image counts as changed the next time. */
export const UNSETTLED = '';

/**
 * @param versions in order of their numbers
 * @param aliases in order
 * @param listedAt epoch milliseconds at which the list was begun
 */
export function digestOf(
  versions: readonly ListedVersion[],
  aliases: readonly string[],
  listedAt: number,
): string {
  if (versions.some(({ modifiedAt }) => unsettled(modifiedAt, listedAt))) return UNSETTLED;
  const lines = versions.map(({ version, status, failureReason, createdAt, modifiedAt }) => [
    version,
    status,
    failureReason,
    createdAt,
    modifiedAt,
  ]);
  // 96 bits: of a thousand images that change each hour for a century, none passes for unchanged.
  return createHash('sha256')
    .update(JSON.stringify([lines, aliases]))
    .digest('base64url')
    .slice(0, 16);
}
