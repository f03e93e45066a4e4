import { ERRORS } from '../contract/errors.ts';
import { bounded } from './bounded.ts';
import { type ImageVersionRef, imageVersionArn, parseImageVersionArn } from './image-version/identifier.ts';
import type { FullModel } from './image-version/properties.ts';
import { CallError, type ImageVersionRequests, type ImageVersions } from './ports.ts';

/**
 * Live reads. Two facts shape the lists: versions can be listed one image at a time only, so a region's are found
 * by way of its images; and AWS cuts its pages as it likes, so ours are cut from them here and a place in a list is
 * AWS's token with an offset into what it leads to.
 */

/** One page as AWS cut it: identifiers. */
export interface ListedPage {
  readonly identifiers: readonly string[];
  readonly nextToken?: string;
}

/** Lists of Cloud Control. Both may throw {@link CallError}. */
export interface ResourceLists {
  /** ARNs of the images of a region. */
  images(region: string, nextToken: string | undefined): Promise<ListedPage>;
  /** ARNs of an image's versions; undefined where there is no such image. */
  versions(region: string, imageName: string, nextToken: string | undefined): Promise<ListedPage | undefined>;
}

export interface CataloguePorts {
  readonly lists: ResourceLists;
  readonly requests: Pick<ImageVersionRequests, 'read'>;
  readonly versions: Pick<ImageVersions, 'aliases' | 'describeAlias'>;
}

export interface LiveVersion extends Pick<ImageVersionRef, 'region' | 'imageName' | 'version'> {
  readonly identifier: string;
  /** Under CloudFormation's names, aliases filled in. */
  readonly properties: FullModel;
}

export interface LiveImage {
  readonly identifier: string;
  readonly imageName: string;
  readonly region: string;
}

/** Where a list goes on: AWS's token, and how far what it leads to was handed out already. */
export interface Place {
  readonly token?: string | undefined;
  readonly offset: number;
  /** The last one handed out: what comes or goes in front of it makes none come twice or be missed. */
  readonly after?: string | undefined;
}

/** Where the list of a region's versions goes on: at which image, and where in its versions. */
export interface RegionPlace {
  readonly images: Place;
  readonly versions?: Place | undefined;
}

export interface Page<Item, At> {
  /** As many as asked for, or fewer: a version may vanish while the list is made. */
  readonly items: readonly Item[];
  /** undefined on the last page. */
  readonly next?: At;
}

export const START: Place = { offset: 0 };

const AT_ONCE = 5;
/**
 * Lists that one page asks for at most. A region may have 250 images, many without a version, and API Gateway waits
 * 30 s: a page that finds little ends early, with a place to go on from.
 */
const MOST_LISTS = 30;

/**
 * One version; undefined where there is none.
 *
 * @param identifier as AWS answered it. @default - made from the image's name and the number
 */
export async function findVersion(
  ref: ImageVersionRef,
  ports: CataloguePorts,
  identifier: string = imageVersionArn(ref),
): Promise<LiveVersion | undefined> {
  const { region, imageName, version } = ref;
  const [model, aliases] = await Promise.all([
    ports.requests.read(region, identifier),
    ports.versions.aliases(region, imageName, version),
  ]);
  if (!model) return undefined;
  return { identifier, region, imageName, version, properties: { ...model, Aliases: aliases } };
}

/** The version that an alias points to; undefined where it points to none. */
export async function findAlias(
  region: string,
  imageName: string,
  alias: string,
  ports: CataloguePorts,
): Promise<LiveVersion | undefined> {
  const described = await ports.versions.describeAlias(region, imageName, alias);
  if (!described) return undefined;
  const { identifier } = described;
  return await findVersion({ ...versionRef(identifier), imageName }, ports, identifier);
}

export async function listImages(
  region: string,
  at: Place,
  limit: number,
  ports: CataloguePorts,
): Promise<Page<LiveImage, Place>> {
  const taken = await take((token) => ports.lists.images(region, token), at, limit);
  const items = (taken?.items ?? []).map((identifier) => ({
    identifier,
    imageName: imageNameOf(identifier),
    region,
  }));
  return { ...taken, items };
}

/** An image's versions; undefined where there is no such image. */
export async function listVersions(
  region: string,
  imageName: string,
  at: Place,
  limit: number,
  ports: CataloguePorts,
): Promise<Page<LiveVersion, Place> | undefined> {
  const taken = await take((token) => ports.lists.versions(region, imageName, token), at, limit);
  return taken && { ...taken, items: await live(taken.items, ports) };
}

/** Every version of a region, image by image. */
export async function listRegion(
  region: string,
  at: RegionPlace,
  limit: number,
  ports: CataloguePorts,
): Promise<Page<LiveVersion, RegionPlace>> {
  const { items, next } = await identifiersOfRegion(region, at, limit, ports.lists);
  return { items: await live(items, ports), ...(next ? { next } : {}) };
}

async function identifiersOfRegion(
  region: string,
  at: RegionPlace,
  limit: number,
  lists: ResourceLists,
): Promise<Page<string, RegionPlace>> {
  const items: string[] = [];
  let { images, versions }: RegionPlace = at;
  let asked = 0;
  const enough = () => items.length >= limit || asked >= MOST_LISTS;
  while (!enough()) {
    const page = await lists.images(region, images.token);
    asked += 1;
    const first = startIn(page, images);
    for (const [index, arn] of page.identifiers.slice(first).entries()) {
      if (enough()) return { items, next: { images, versions } };
      const list = (token: string | undefined) => lists.versions(region, imageNameOf(arn), token);
      // An image that has gone since it was listed has no versions.
      const taken = (await take(list, versions ?? START, limit - items.length)) ?? { items: [] };
      asked += 1;
      items.push(...taken.items);
      if (taken.next) return { items, next: { images, versions: taken.next } };
      images = { token: images.token, offset: first + index + 1, after: arn };
      versions = undefined;
    }
    if (!page.nextToken) return { items };
    images = { token: page.nextToken, offset: 0 };
  }
  return { items, next: { images, versions } };
}

/** Cuts so many out of a list that AWS pages as it likes. */
async function take(
  list: (token: string | undefined) => Promise<ListedPage | undefined>,
  at: Place,
  limit: number,
): Promise<Page<string, Place> | undefined> {
  const items: string[] = [];
  let place = at;
  for (let asked = 0; asked < MOST_LISTS && items.length < limit; asked += 1) {
    const page = await list(place.token);
    if (!page) return undefined;
    const first = startIn(page, place);
    const taken = page.identifiers.slice(first, first + limit - items.length);
    items.push(...taken);
    const offset = first + taken.length;
    const after = taken.at(-1);
    if (offset < page.identifiers.length) return { items, next: { token: place.token, offset, after } };
    if (!page.nextToken) return { items };
    place = { token: page.nextToken, offset: 0 };
  }
  return { items, next: place };
}

/** After the last one handed out, wherever it stands by now; where it has gone, its place counts. */
function startIn(page: ListedPage, { after, offset }: Place): number {
  const found = after === undefined ? -1 : page.identifiers.indexOf(after);
  return found >= 0 ? found + 1 : offset;
}

/** The versions that still stand, with their properties. */
async function live(identifiers: readonly string[], ports: CataloguePorts): Promise<LiveVersion[]> {
  const found = await bounded(identifiers, AT_ONCE, async (identifier) => {
    const { region, imageName: named, version } = versionRef(identifier);
    const model = await ports.requests.read(region, identifier);
    if (!model) return undefined;
    // The ARN of a version may spell the name of its image in another way.
    const imageName = typeof model.ImageName === 'string' ? model.ImageName : named;
    const aliases = await ports.versions.aliases(region, imageName, version);
    return { identifier, region, imageName, version, properties: { ...model, Aliases: aliases } };
  });
  return found.filter((version) => version !== undefined);
}

function versionRef(identifier: string): ImageVersionRef {
  const ref = parseImageVersionArn(identifier);
  if (ref) return ref;
  throw new CallError(ERRORS.unexpectedAnswer, `${identifier} is not the ARN of an image version`, false);
}

/** The name in the ARN of an image. @throws CallError for what is none */
export function imageNameOf(identifier: string): string {
  const [, name] = /^arn:[\w-]+:sagemaker:[a-z0-9-]*:\d{12}:image\/([A-Za-z0-9.-]+)$/.exec(identifier) ?? [];
  if (name) return name;
  throw new CallError(ERRORS.unexpectedAnswer, `${identifier} is not the ARN of an image`, false);
}
