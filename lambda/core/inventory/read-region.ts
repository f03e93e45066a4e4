import { bounded } from '../bounded.ts';
import { type ImageReader, type ImageReading, readImage, type Unfinished } from './read-image.ts';

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
  const listed = await reader.reads.images();
  // Those that were there the last time are asked for by name: that a list lacks them is not believed.
  const names = [...new Set([...listed, ...known.keys()])].filter((name) => name > place.begun).toSorted();
  const resumed = place.unfinished.map((unfinished) => ({ imageName: unfinished.imageName, unfinished }));
  const work = [...resumed, ...names.map((imageName) => ({ imageName, unfinished: undefined }))];

  // Once there is no more time no other image is begun, so those that were not are the last ones. One is begun in any
  // case: a run that hands on as much as it was handed would go on for ever.
  const [first] = work;
  const readings = await bounded(work, AT_ONCE, async (one) =>
    one !== first && reader.outOfTime()
      ? ({ outcome: 'not-begun', ...one } as const)
      : readImage(one.imageName, known.get(one.imageName), one.unfinished, reader),
  );
  return reading(readings, place);
}

type Outcome =
  | ImageReading
  | {
      readonly outcome: 'not-begun';
      readonly imageName: string;
      readonly unfinished: Unfinished | undefined;
    };

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
