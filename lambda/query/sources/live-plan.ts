import {
  type ImageVersionRef,
  imageVersionArn,
  parseImageVersionArn,
} from '../../core/image-version/identifier.ts';
import { ImageName } from '../../core/image-version/properties.ts';
import type { Scope } from '../../core/image-version/request.ts';
import type { NeededRead } from '../engine.ts';
import { LIVE_COLUMNS } from '../version-columns.ts';

/** What has to be asked of AWS for a read of live versions, in one region: as little as the statement's columns allow. */

/** What is wanted of each version beside what its identifier tells. */
export interface Wanted {
  readonly details: boolean;
  readonly aliases: boolean;
}

export type LivePlan = Wanted &
  (
    | { readonly kind: 'get'; readonly targets: readonly ImageVersionRef[] }
    | {
        readonly kind: 'list';
        /** undefined: every image of the region. */
        readonly imageNames: readonly string[] | undefined;
        readonly versions: ReadonlySet<number> | undefined;
      }
  );

/** A version's identifier alone tells these. */
const BY_IDENTIFIER: readonly string[] = [
  'image_name',
  'image_arn',
  'image_version_arn',
  'version',
  'region',
];
const ALIASES: readonly string[] = ['alias', 'aliases'];
const DETAILS = LIVE_COLUMNS.map(({ name }): string => name).filter(
  (name) => !BY_IDENTIFIER.includes(name) && !ALIASES.includes(name),
);

/** So many versions that are named one by one are got one by one; of more, a list costs less. */
const FEW = 10;

export function livePlan(read: NeededRead, region: string, scope: Scope): LivePlan {
  const wanted: Wanted = {
    details: read.columns.some((name) => DETAILS.includes(name)),
    aliases: read.columns.some((name) => ALIASES.includes(name)),
  };
  // What is no image's name is no row's.
  const imageNames = read.imageNames?.filter((name) => ImageName.safeParse(name).success);
  const versions = read.versions && new Set(read.versions);
  const named = namedVersions({ ...read, imageNames }, region, scope);
  if (!named) return { kind: 'list', imageNames, versions, ...wanted };
  const targets = named.filter(
    (one) => (imageNames?.includes(one.imageName) ?? true) && (versions?.has(one.version) ?? true),
  );
  return { kind: 'get', targets, ...wanted };
}

/** The versions that a statement names one by one; undefined where it does not, or where they are many. */
function namedVersions(
  {
    identifiers,
    imageNames,
    versions,
  }: Pick<NeededRead, 'identifiers' | 'versions'> & {
    readonly imageNames: readonly string[] | undefined;
  },
  region: string,
  { account, partition }: Scope,
): ImageVersionRef[] | undefined {
  if (identifiers) {
    // Of another account or partition there is no row.
    return identifiers
      .flatMap((arn) => parseImageVersionArn(arn) ?? [])
      .filter((ref) => ref.region === region && ref.account === account && ref.partition === partition);
  }
  if (!imageNames || !versions || imageNames.length * versions.length > FEW) return undefined;
  return imageNames.flatMap((imageName) =>
    versions
      .filter((version) => version >= 1)
      .map((version) => ({ partition, region, account, imageName, version })),
  );
}

/** The image's ARN in that of its version. */
export function imageArnOf(ref: ImageVersionRef): string {
  return imageVersionArn(ref).replace(/:image-version\/(.*)\/\d+$/, ':image/$1');
}
