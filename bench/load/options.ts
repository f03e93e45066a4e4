import { parseArgs } from 'node:util';

export interface LoadOptions {
  /** Of the large run. */
  readonly operations: number;
  /** Of the large run; the small one has as many operations for each of its images. */
  readonly images: number;
  /** That stand before either run, over all images. */
  readonly versions: number;
  /** A second of the machine's. */
  readonly reads: number;
  readonly speed: number;
}

/** Of the small run, against which the large one is held. */
export const FEW = 100;

const USAGE = `npm run bench:load -- [options]

  --operations N   in the queue at once, held against ${FEW} (5000)
  --images N       over so many images (500)
  --versions N     that a snapshot reads meanwhile (10000)
  --reads N        of the API a second of the machine's time (100)
  --speed X        of the local cloud's time (1)
`;

/** @throws Error that says what was given and what is wanted */
export function readOptions(args: readonly string[]): LoadOptions {
  const values = parsed(args);
  const options = {
    operations: number('--operations', values.operations, 5000, FEW, 100_000),
    images: number('--images', values.images, 500, 1, 5000),
    versions: number('--versions', values.versions, 10_000, 0, 100_000),
    reads: number('--reads', values.reads, 100, 1, 1000),
    speed: speed(values.speed),
  };
  if (options.operations % options.images !== 0) {
    throw new Error(
      `--operations: given ${options.operations} over ${options.images} images, wanted as many for each image`,
    );
  }
  return options;
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = { operations: text, images: text, versions: text, reads: text, speed: text };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

/** One of which a process that plays the whole cloud has time to spare, with 500 creates under way and 100 reads a second. */
const USUAL_SPEED = 1;

function speed(given: string | undefined): number {
  const value =
    given === undefined ? USUAL_SPEED : /^\d{1,3}(\.\d)?$/.test(given) ? Number(given) : Number.NaN;
  if (value >= 1 && value <= 100) return value;
  throw new Error(`--speed: given "${given}", wanted a number from 1 to 100, with one decimal at most`);
}

function number(name: string, given: string | undefined, usual: number, least: number, most: number): number {
  const value = given === undefined ? usual : /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`${name}: given "${given}", wanted a whole number from ${least} to ${most}`);
}
