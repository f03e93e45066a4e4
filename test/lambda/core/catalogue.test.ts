import fc from 'fast-check';
import {
  type CataloguePorts,
  findAlias,
  findVersion,
  type ListedPage,
  listImages,
  listRegion,
  listVersions,
  type Place,
  type RegionPlace,
  START,
} from '../../../lambda/core/catalogue.ts';
import { CallError } from '../../../lambda/core/ports.ts';
import { arnOf } from '../../fixtures/scope.ts';

const REGION = 'us-east-1';

function imageArn(name: string): string {
  return `arn:aws:sagemaker:${REGION}:123456789012:image/${name}`;
}

function versionArn(name: string, version: number): string {
  return `arn:aws:sagemaker:${REGION}:123456789012:image-version/${name}/${version}`;
}

/** Images with so many versions, listed in AWS's pages of `size`. */
class Region {
  readonly images: Map<string, number[]>;
  readonly size: number;
  readonly vanished = new Set<string>();
  calls = 0;
  atOnce = 0;
  mostAtOnce = 0;

  constructor(images: Readonly<Record<string, number>>, size: number) {
    this.images = new Map(
      Object.entries(images).map(([name, count]) => [
        name,
        Array.from({ length: count }, (_, index) => count - index),
      ]),
    );
    this.size = size;
  }

  get ports(): CataloguePorts {
    return {
      lists: {
        images: async (_region, token) => this.#page([...this.images.keys()].map(imageArn), token),
        versions: async (_region, name, token) => {
          const versions = this.images.get(name);
          return (
            versions &&
            this.#page(
              versions.map((one) => versionArn(name, one)),
              token,
            )
          );
        },
      },
      requests: {
        read: async (_region, identifier) => {
          this.atOnce += 1;
          this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
          await new Promise(setImmediate);
          this.atOnce -= 1;
          return this.vanished.has(identifier) ? undefined : { ImageVersionArn: identifier };
        },
      },
      versions: {
        aliases: async (_region, name, version) => [`${name}-${version}`],
        describeAlias: async (_region, _name, alias) =>
          alias === 'stable' ? { identifier: arnOf(2), status: 'CREATED' } : undefined,
      },
    };
  }

  #page(identifiers: readonly string[], token: string | undefined): ListedPage {
    this.calls += 1;
    const start = Number(token ?? 0);
    const end = start + this.size;
    return {
      identifiers: identifiers.slice(start, end),
      ...(end < identifiers.length ? { nextToken: String(end) } : {}),
    };
  }
}

describe('one version', () => {
  test('has its aliases filled in', async () => {
    const ref = {
      partition: 'aws',
      region: REGION,
      account: '123456789012',
      imageName: 'pytorch',
      version: 2,
    };
    expect(await findVersion(ref, new Region({}, 9).ports)).toEqual({
      identifier: arnOf(2),
      region: REGION,
      imageName: 'pytorch',
      version: 2,
      properties: { ImageVersionArn: arnOf(2), Aliases: ['pytorch-2'] },
    });
  });

  test('is found by an alias, or not', async () => {
    const { ports } = new Region({}, 9);
    expect(await findAlias(REGION, 'pytorch', 'stable', ports)).toMatchObject({ version: 2 });
    expect(await findAlias(REGION, 'pytorch', 'old', ports)).toBeUndefined();
  });
});

/** Follows a region's list to its end. */
async function walk(region: Region, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let at: RegionPlace | undefined = { images: START };
  while (at) {
    const page = await listRegion(REGION, at, limit, region.ports);
    pages.push(page.items.map(({ identifier }) => identifier));
    // As it travels in a cursor.
    at = page.next && JSON.parse(JSON.stringify(page.next));
    if (pages.length > 500) throw new Error('It does not end');
  }
  return pages;
}

test('a region’s versions come once each and in order, however AWS and the caller cut them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(7), { maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 9 }),
      async (counts, size, limit) => {
        const images = Object.fromEntries(counts.map((count, index) => [`image${index}`, count]));
        const region = new Region(images, size);
        const pages = await walk(region, limit);
        const all = [...region.images].flatMap(([name, versions]) =>
          versions.map((one) => versionArn(name, one)),
        );
        expect(pages.flat()).toEqual(all);
        for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
      },
    ),
  );
});

test('a page that finds little ends early, with a place to go on from', async () => {
  const images = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`image${index}`, 0]));
  const region = new Region({ ...images, last: 1 }, 100);
  const first = await listRegion(REGION, { images: START }, 20, region.ports);
  expect(first).toMatchObject({ items: [], next: { images: { offset: 29 } } });
  expect(region.calls).toBeLessThanOrEqual(30);
  expect((await walk(region, 20)).flat()).toEqual([versionArn('last', 1)]);
});

test('an image that vanishes has no versions', async () => {
  const region = new Region({ a: 1, b: 1 }, 9);
  const { ports } = region;
  const lists: CataloguePorts['lists'] = {
    ...ports.lists,
    versions: async (at, name, token) => (name === 'a' ? undefined : ports.lists.versions(at, name, token)),
  };
  const page = await listRegion(REGION, { images: START }, 9, { ...ports, lists });
  expect(page).toEqual({ items: [expect.objectContaining({ imageName: 'b' })] });
});

describe('an image’s versions', () => {
  test('are read five at once at most, and one that vanishes is left out', async () => {
    const region = new Region({ pytorch: 12 }, 100);
    region.vanished.add(versionArn('pytorch', 7));
    const page = await listVersions(REGION, 'pytorch', START, 50, region.ports);
    expect(page?.items.map(({ version }) => version)).toEqual([12, 11, 10, 9, 8, 6, 5, 4, 3, 2, 1]);
    expect(page?.next).toBeUndefined();
    expect(region.mostAtOnce).toBe(5);
  });

  test('come once each when others are made between two pages', async () => {
    const region = new Region({ pytorch: 4 }, 100);
    const first = await listVersions(REGION, 'pytorch', START, 2, region.ports);
    region.images.set('pytorch', [6, 5, 4, 3, 2, 1]);
    const second = await listVersions(REGION, 'pytorch', first?.next ?? START, 9, region.ports);
    expect([first, second].map((page) => page?.items.map(({ version }) => version))).toEqual([
      [4, 3],
      [2, 1],
    ]);
  });

  test('of an image that is not there are none to be told', async () => {
    expect(await listVersions(REGION, 'nothing', START, 9, new Region({}, 9).ports)).toBeUndefined();
  });

  test('are never told in part: a read that fails fails the page', async () => {
    const { ports } = new Region({ pytorch: 3 }, 9);
    const requests = { read: async () => Promise.reject(new CallError('ThrottlingException', 'slow', true)) };
    await expect(listVersions(REGION, 'pytorch', START, 9, { ...ports, requests })).rejects.toThrow('slow');
  });
});

test('images come page by page', async () => {
  const region = new Region({ a: 0, b: 0, c: 0 }, 2);
  let at: Place | undefined = START;
  const found: string[] = [];
  while (at) {
    const page: { items: readonly { imageName: string }[]; next?: Place } = await listImages(
      REGION,
      at,
      1,
      region.ports,
    );
    found.push(...page.items.map(({ imageName }) => imageName));
    at = page.next;
  }
  expect(found).toEqual(['a', 'b', 'c']);
});

test('what is no ARN is AWS’s unexpected answer', async () => {
  const { ports } = new Region({}, 9);
  const lists = { ...ports.lists, images: async () => ({ identifiers: ['pytorch'] }) };
  await expect(listImages(REGION, START, 9, { ...ports, lists })).rejects.toMatchObject({
    name: 'UnexpectedAnswer',
  });
});
