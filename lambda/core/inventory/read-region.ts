import { bounded } from '../bounded.ts';
import { UNSETTLED } from './digest.ts';
import {
  type ImageReader,
  type ImageReading,
  type ImageToRead,
  readImage,
  type Unfinished,
} from './read-image.ts';

/** Reads the images of a region, or what an earlier run left of them. */

/** Where to begin: nothing was begun, or an earlier run has told. */
export interface RegionPlace {
  /** Images up to this name were begun. */
  readonly begun: string;
  readonly unfinished: readonly Unfinished[];
}

export interface RegionReading {
  readonly images: number;
  readonly versions: number;
  /** By image, of those that were done. */
  readonly digests: ReadonlyMap<string, string>;
  /** undefined where the region is done. */
  readonly next: RegionPlace | undefined;
}

/**
 * Images that are read at once. An unchanged one takes two calls of some hundred milliseconds, so that at 20 calls a
 * second fewer than ten are ever on their way; the rate is what holds them back.
 */
const AT_ONCE = 16;

/** @param known digests of the snapshot before. @throws the first failure: then the snapshot has failed */
export async function readRegion(
  place: RegionPlace,
  known: ReadonlyMap<string, string>,
  reader: ImageReader,
): Promise<RegionReading> {
  const listed = new Set(await reader.reads.images());
  // Those that were there the last time are asked for by name: that a list lacks them is not believed.
  const names = [...new Set([...listed, ...known.keys()])].filter((name) => name > place.begun).toSorted();
  const imageOf = (imageName: string, unfinished: Unfinished | undefined): ImageToRead => ({
    imageName,
    listed: listed.has(imageName),
    known: known.get(imageName),
    unfinished,
  });
  const work = [
    ...place.unfinished.map((unfinished) => imageOf(unfinished.imageName, unfinished)),
    ...names.map((name) => imageOf(name, undefined)),
  ];

  // Once there is no more time no other image is begun, so those that were not are the last ones. One is begun in any
  // case: a run that hands on as much as it was handed would go on for ever.
  const [first] = work;
  const readings = await bounded(
    work,
    AT_ONCE,
    async (image): Promise<Outcome> =>
      image !== first && reader.outOfTime() ? { outcome: 'not-begun', ...image } : readImage(image, reader),
  );
  return reading(readings, place);
}

type Outcome = ImageReading | ({ readonly outcome: 'not-begun' } & ImageToRead);

function reading(outcomes: readonly Outcome[], place: RegionPlace): RegionReading {
  const digests = new Map<string, string>();
  const unfinished: Unfinished[] = [];
  let [images, versions, complete] = [0, 0, true];
  let { begun } = place;
  for (const one of outcomes) {
    switch (one.outcome) {
      case 'read':
        images += 1;
        versions += one.versions;
        digests.set(one.imageName, one.digest);
        break;
      case 'gone':
        // As if it were there with no versions: the next snapshot asks for it once more.
        if (!one.settled) digests.set(one.imageName, UNSETTLED);
        break;
      case 'unfinished':
        complete = false;
        unfinished.push(one.unfinished);
        break;
      case 'not-begun':
        complete = false;
        if (one.unfinished) unfinished.push(one.unfinished);
        break;
      default:
        one satisfies never;
    }
    const name = one.outcome === 'unfinished' ? one.unfinished.imageName : one.imageName;
    if (one.outcome !== 'not-begun' && name > begun) begun = name;
  }
  return { images, versions, digests, next: complete ? undefined : { begun, unfinished } };
}
