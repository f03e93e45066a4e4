import type { ListedVersion } from '../core/inventory/ports.ts';
import type { ReadDesk } from '../core/operation/desk.ts';
import type { ImageLooks } from './image-look.ts';
import { creations } from './orders.ts';
import type { Identity } from './resolve.ts';
import type { Sight } from './sight.ts';

/**
 * What a teardown may do about the version that a resource means. It deletes what manifests made, and what has been
 * taken for theirs because it is the only one; it never goes on to a version below that somebody else made.
 */
export type Disposal =
  | { readonly kind: 'delete' }
  /** It is one of several that were made in another way: which of them was taken for the manifest's, nobody can tell. */
  | { readonly kind: 'keep' }
  /** What manifests made is gone. This one was made in another way, and was there below it or came later. */
  | { readonly kind: 'left-over' }
  /** SageMaker is deleting what manifests made; the one that stands is left over. */
  | { readonly kind: 'going'; readonly version: ListedVersion };

/** @throws CallError, ManifestTooLong */
export async function disposalOf(
  identity: Identity,
  { look, standing }: Sight,
  looks: ImageLooks,
  operations: Pick<ReadDesk, 'find'>,
): Promise<Disposal> {
  if (!standing) return { kind: 'delete' };
  const made = (await creations(identity, operations)).filter((one) => one.identifier !== undefined);
  // An image that is made anew gives the same numbers to other versions.
  const isMade = ({ identifier, createdAt }: ListedVersion) =>
    made.some((one) => one.identifier === identifier && createdAt <= (one.finishedAt ?? createdAt));
  if (isMade(standing.listed)) return { kind: 'delete' };
  const versions = look.versions ?? [];
  const version = versions.find((one) => one.status === 'DELETING' && isMade(one));
  if (version) return { kind: 'going', version };
  if (made.length > 0) return { kind: 'left-over' };
  const others = versions.filter(
    (one) => one.version !== standing.listed.version && one.status !== 'CREATE_FAILED',
  );
  const other = await looks.madeFrom(identity.baseImage, others, identity);
  return { kind: other ? 'keep' : 'delete' };
}
