import { parseArgs } from 'node:util';

const PARTS = ['first', 'steady', 'plain', 'memory', 'cost', 'reading'] as const;
type Part = (typeof PARTS)[number];

/** What a part is held against, and what it goes on from. */
const NEEDS: Readonly<Record<Part, readonly Part[]>> = {
  first: [],
  steady: ['first'],
  plain: ['first', 'steady'],
  memory: [],
  cost: ['first', 'steady', 'plain'],
  reading: [],
};

export interface Options {
  readonly parts: ReadonlySet<Part>;
  readonly images: number;
  /** Of each image. */
  readonly versions: number;
  /** Of each image, where memory is measured once more with many. */
  readonly manyVersions: number;
  /** Among which past times are read. */
  readonly snapshots: number;
  readonly reads: number;
}

const USAGE = `npm run bench:inventory -- [options]

  --only A,B          some of ${PARTS.join(', ')}, and what they need (all)
  --images N          (100)
  --versions N        of each image (20)
  --many-versions N   of each image, for memory with many (200)
  --snapshots N       among which past times are read (1000)
  --reads N           of past times (300)
`;

/** @throws Error that says what was given and what is wanted */
export function readOptions(args: readonly string[]): Options {
  const { values } = parsed(args);
  const parts = (values.only?.split(',') ?? PARTS).map(partOf);
  return {
    parts: new Set(parts.flatMap((part) => [...NEEDS[part], part])),
    // SageMaker has no more than 250 images in a region, and the inventory ten changes in as many images.
    images: number('--images', values.images, 100, 10, 250),
    versions: number('--versions', values.versions, 20, 2, 1000),
    manyVersions: number('--many-versions', values['many-versions'], 200, 2, 1000),
    snapshots: number('--snapshots', values.snapshots, 1000, 2, 100_000),
    reads: number('--reads', values.reads, 300, 1, 100_000),
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: text,
        images: text,
        versions: text,
        'many-versions': text,
        snapshots: text,
        reads: text,
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function partOf(name: string): Part {
  const part = PARTS.find((one) => one === name);
  if (part) return part;
  throw new Error(`--only: given "${name}", wanted some of ${PARTS.join(', ')}, joined by commas`);
}

function number(
  option: string,
  given: string | undefined,
  usual: number,
  least: number,
  most: number,
): number {
  const value = given === undefined ? usual : /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`${option}: given "${given}", wanted a whole number from ${least} to ${most}`);
}
