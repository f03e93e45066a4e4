import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { imageQueues } from '../../../lambda/adapters/image-queues.ts';
import { readDesk } from '../../../lambda/adapters/read-desk.ts';
import { recordStore } from '../../../lambda/adapters/record-store.ts';
import { InvalidCursor, type OperationFilter, type ReadDesk } from '../../../lambda/core/operation/desk.ts';
import type { OperationStatus } from '../../../lambda/core/operation/record.ts';
import { acceptedRecord } from '../../fixtures/operations.ts';
import { Tables } from '../../fixtures/tables.ts';
import { START } from '../../fixtures/world.ts';

const tables = new Tables();
let desk: ReadDesk;

const at = (minute: number) => new Date(START + minute * 60_000).toISOString();
const REGION: OperationFilter = { region: 'us-east-1' };
const IMAGE: OperationFilter = { region: 'us-east-1', imageName: 'pytorch' };

/** Ten of pytorch, one a minute, each third of them FAILED; one of tensorflow between; one in another region. */
beforeAll(async () => {
  await tables.start();
  const store = recordStore({ name: tables.operations, recordDays: 1 });
  for (let minute = 0; minute < 10; minute += 1) {
    const record = acceptedRecord(`op-${minute}`, { createdAt: at(minute), ticket: minute + 1 });
    await store.accept(record);
    await imageQueues(tables.queues).enter('us-east-1#pytorch', minute + 1, record.operationId);
    if (minute % 3 === 0) await store.conclude(record, { from: 'QUEUED', status: 'FAILED', at: at(minute) });
  }
  await store.accept(acceptedRecord('other', { imageName: 'tensorflow', createdAt: at(4) }));
  await store.accept(acceptedRecord('far', { region: 'eu-west-1', createdAt: at(4) }));
  desk = readDesk(tables.operations, imageQueues(tables.queues));
});
afterAll(() => tables.stop());

async function ids(filter: OperationFilter, limit = 50, cursor?: string): Promise<string[]> {
  return (await desk.list(filter, limit, cursor)).records.map(({ operationId }) => operationId);
}

/** Page by page to the end. */
async function pages(filter: OperationFilter, limit: number): Promise<string[][]> {
  const all: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await desk.list(filter, limit, cursor);
    all.push(page.records.map(({ operationId }) => operationId));
    cursor = page.cursor;
  } while (cursor);
  return all;
}

test('an image is listed with its operations however its name is spelt', async () => {
  const spelt = (imageName: string) => ids({ region: 'us-east-1', imageName });
  await expect(spelt('PyTorch')).resolves.toEqual(await spelt('pytorch'));
  await expect(spelt('PyTorch')).resolves.not.toEqual([]);
});

test('an operation is found by its id, or not', async () => {
  await expect(desk.find('op-3')).resolves.toMatchObject({ operationId: 'op-3', status: 'FAILED' });
  await expect(desk.find('nobody')).resolves.toBeUndefined();
});

describe('the place in the queue', () => {
  test('of what is queued is how many come before it', async () => {
    const record = await desk.find('op-4');
    await expect(record && desk.position(record)).resolves.toBe(4);
  });

  test.each<[OperationStatus]>([['RUNNING'], ['SUCCEEDED'], ['CANCELLED']])(
    'of what is %s is none',
    async (status) => {
      await expect(desk.position(acceptedRecord('op-4', { status }))).resolves.toBeUndefined();
    },
  );

  test('of what has no ticket is none', async () => {
    const { ticket: _none, ...record } = acceptedRecord('op-4');
    await expect(desk.position(record)).resolves.toBeUndefined();
  });
});

describe('a list', () => {
  const newestFirst = Array.from({ length: 10 }, (_, index) => `op-${9 - index}`);

  test('of an image is newest first, and of that image in that region alone', async () => {
    await expect(ids(IMAGE)).resolves.toEqual(newestFirst);
    await expect(ids({ ...IMAGE, region: 'eu-west-1' })).resolves.toEqual(['far']);
  });

  test('of a region has every image’s', async () => {
    const all = await ids(REGION);
    expect(all).toHaveLength(11);
    expect(all.filter((id) => id !== 'other')).toEqual(newestFirst);
    expect(all.indexOf('other')).toBeGreaterThan(all.indexOf('op-5'));
  });

  test('holds records in full, and nothing of how they are stored', async () => {
    const { records } = await desk.list(IMAGE, 1);
    expect(records[0]).toEqual({
      ...acceptedRecord('op-9', { createdAt: at(9), status: 'FAILED', ticket: 10 }),
      finishedAt: at(9),
      open: true,
    });
  });

  test('since a time begins with what was accepted then', async () => {
    await expect(ids({ ...IMAGE, since: at(7) })).resolves.toEqual(['op-9', 'op-8', 'op-7']);
    await expect(ids({ ...IMAGE, since: at(10) })).resolves.toEqual([]);
  });

  test('of a status has those alone', async () => {
    await expect(ids({ ...IMAGE, status: 'FAILED' })).resolves.toEqual(['op-9', 'op-6', 'op-3', 'op-0']);
    await expect(ids({ ...REGION, status: 'SUCCEEDED' })).resolves.toEqual([]);
  });

  test.each([[1], [2], [3], [7], [10], [50]])('by pages of %i is the same list', async (limit) => {
    const all = await pages(IMAGE, limit);
    expect(all.flat()).toEqual(newestFirst);
    expect(all.every((page) => page.length <= limit)).toBe(true);
  });

  test.each([[1], [2], [3]])('of a status by pages of %i is the same list', async (limit) => {
    const all = await pages({ ...IMAGE, status: 'FAILED' }, limit);
    expect(all.flat()).toEqual(['op-9', 'op-6', 'op-3', 'op-0']);
    expect(all.every((page) => page.length <= limit)).toBe(true);
  });

  test('since a time, by pages, is the same list', async () => {
    expect((await pages({ ...REGION, since: at(6) }, 2)).flat()).toEqual(['op-9', 'op-8', 'op-7', 'op-6']);
  });

  test('of an image that nobody asked anything of is empty', async () => {
    await expect(desk.list({ ...IMAGE, imageName: 'nobody' }, 10)).resolves.toEqual({ records: [] });
  });
});

test('a page for which much is read and little found is answered with what there is, and goes on', async () => {
  const aws = mockClient(DynamoDBClient);
  const LastEvaluatedKey = {
    image: { S: 'us-east-1#pytorch' },
    listedAt: { S: 'x' },
    operationId: { S: 'y' },
  };
  aws.on(QueryCommand).resolves({ Items: [], LastEvaluatedKey });
  const page = await desk.list({ ...IMAGE, status: 'CANCELLED' }, 5);
  const reads = aws.commandCalls(QueryCommand).length;
  aws.restore();
  expect(page.records).toEqual([]);
  expect(page.cursor).toBeDefined();
  expect(reads).toBeGreaterThan(1);
  expect(reads).toBeLessThanOrEqual(10);
});

describe('a cursor', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const key = {
    image: { S: 'us-east-1#pytorch' },
    listedAt: { S: `${at(5)}#op-5` },
    operationId: { S: 'op-5' },
  };

  test('goes on where the page ended, also when what it names is gone', async () => {
    await expect(ids(IMAGE, 2, encoded(key))).resolves.toEqual(['op-4', 'op-3']);
    const gone = { ...key, listedAt: { S: `${at(5)}#op-x` }, operationId: { S: 'op-x' } };
    await expect(ids(IMAGE, 1, encoded(gone))).resolves.toEqual(['op-5']);
  });

  test.each([
    ['no JSON', 'x'],
    ['nothing', ''],
    ['no base64', '%%%'],
    ['null', encoded(null)],
    ['a list', encoded([key])],
    ['a text', encoded('op-5')],
    ['too little', encoded({ image: key.image, listedAt: key.listedAt })],
    ['too much', encoded({ ...key, open: { S: 'open' } })],
    ['another image', encoded({ ...key, image: { S: 'us-east-1#tensorflow' } })],
    ['another region’s image', encoded({ ...key, image: { S: 'eu-west-1#pytorch' } })],
    ['another index', encoded({ ...key, image: undefined, region: { S: 'us-east-1' } })],
    ['numbers', encoded({ ...key, listedAt: { N: '5' } })],
    ['two types at once', encoded({ ...key, listedAt: { ...key.listedAt, N: '5' } })],
    ['a plain text for an attribute', encoded({ ...key, listedAt: at(5) })],
    ['null for an attribute', encoded({ ...key, listedAt: null })],
    ['an empty id', encoded({ ...key, operationId: { S: '' } })],
    ['an empty place', encoded({ ...key, listedAt: { S: '' } })],
    ['an endless id', encoded({ ...key, operationId: { S: 'x'.repeat(5000) } })],
    ['an endless place', encoded({ ...key, listedAt: { S: 'x'.repeat(5000) } })],
    ['parts of JavaScript', Buffer.from('{"__proto__": {}, "constructor": 1}').toString('base64url')],
  ])('of %s is refused as one that this list did not hand out', async (_what, cursor) => {
    await expect(desk.list(IMAGE, 2, cursor)).rejects.toThrow(InvalidCursor);
  });

  test('of an image’s list is none of the region’s, and the other way round', async () => {
    const { cursor: ofImage } = await desk.list(IMAGE, 1);
    const { cursor: ofRegion } = await desk.list(REGION, 1);
    await expect(desk.list(REGION, 1, ofImage)).rejects.toThrow(InvalidCursor);
    await expect(desk.list(IMAGE, 1, ofRegion)).rejects.toThrow(InvalidCursor);
  });

  test('from before the time that is asked for is none of that list', async () => {
    await expect(desk.list({ ...IMAGE, since: at(7) }, 2, encoded(key))).rejects.toThrow(InvalidCursor);
  });
});
