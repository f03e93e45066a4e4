import { bounded } from '../bounded.ts';
import { UNSETTLED } from './digest.ts';
import type { Unfinished } from './image-progress.ts';
import { type ImageReader, type ImageReading, type ImageToRead, readImage } from './read-image.ts';

/** Reads the images of a region, or what an earlier run left of them. */

/** Where to begin: nothing was begun, or an earlier run has told. */
export interface RegionPlace {
  /** Images up to this name were begun. */
  readonly begun: string;
  readonly unfinished: readonly Unfinished[];
}

export interface RegionReading {
  /** Images that were finished, those among them that are gone. */
  readonly finished: number;
  readonly images: number;
  readonly versions: number;
  /** By image, of those that were done. */
  readonly digests: ReadonlyMap<string, string>;
  /** undefined where the region is done. */
  readonly next: RegionPlace | undefined;
}

/**
 * Images that are read at once at most. An unchanged one takes two calls of some hundred milliseconds, so that at 20
 * calls a second fewer than ten are ever on their way; the rate is what holds them back.
 */
export const MOST_AT_ONCE = 16;

/** @param known digests of the snapshot before. @throws the first failure: then the snapshot has failed */
export async function readRegion(
  place: RegionPlace,
  known: ReadonlyMap<string, string>,
  reader: ImageReader,
): Promise<RegionReading> {
  const listed = new Set(await reader.reads.images());
  // Those that were there the last time are asked for by name: that a list lacks them is not believed.
  const names = [...new Set([...listed, ...known.keys()])].filter((name) => name > place.begun).toSorted();
  const imageOf = (imageName: string, unfinished: Unfinished | undefined): Omit<ImageToRead, 'isFirst'> => ({
    imageName,
    listed: listed.has(imageName),
    known: known.get(imageName),
    unfinished,
  });
  const work = [
    ...place.unfinished.map((unfinished) => imageOf(unfinished.imageName, unfinished)),
    ...names.map((name) => imageOf(name, undefined)),
  ].map((image, index): ImageToRead => ({ ...image, isFirst: index === 0 }));

  const [first] = work;
  if (first) reader.limit.begin(`image ${first.imageName}`);
  // Of images that are read side by side, each gets a call a second at least: so that at a low rate not many are left
  // unfinished, whose lists the next run reads again.
  const atOnce = () => Math.min(MOST_AT_ONCE, Math.floor(reader.perSecond()));
  // Once there is no more time no other image is begun, so those that were not are the last ones.
  const readings = await bounded(
    work,
    atOnce,
    async (image): Promise<Outcome> =>
      reader.limit.isOver ? { outcome: 'not-begun', ...image } : readImage(image, reader),
  );
  return reading(readings, place);
}

type Outcome = ImageReading | ({ readonly outcome: 'not-begun' } & ImageToRead);

function reading(outcomes: readonly Outcome[], place: RegionPlace): RegionReading {
  const digests = new Map<string, string>();
  const unfinished: Unfinished[] = [];
  let [images, gone, versions, complete] = [0, 0, 0, true];
  let { begun } = place;
  for (const one of outcomes) {
    switch (one.outcome) {
      case 'read':
        images += 1;
        versions += one.versions;
        digests.set(one.imageName, one.digest);
        break;
      case 'gone':
        gone += 1;
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
  return {
    finished: images + gone,
    images,
    versions,
    digests,
    next: complete ? undefined : { begun, unfinished },
  };
}
