import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { imageQueues } from '../../../lambda/adapters/image-queues.ts';
import type { ImageQueues } from '../../../lambda/core/ports.ts';
import { MemoryQueues } from '../../fixtures/memory-queues.ts';
import { Tables } from '../../fixtures/tables.ts';

/** What the queues promise: of the table, and of its stand-in in the tests of core. */

const tables = new Tables();
beforeAll(() => tables.start());
afterAll(() => tables.stop());

const IMPLEMENTATIONS: Readonly<Record<string, () => ImageQueues>> = {
  'the table': () => imageQueues(tables.queues),
  memory: () => new MemoryQueues(),
};

describe.each(Object.entries(IMPLEMENTATIONS))('in %s', (_where, implementation) => {
  let queues: ImageQueues;
  let image: string;
  let count = 0;
  beforeEach(() => {
    queues = implementation();
    count += 1;
    image = `us-east-1#image-${count}`;
  });

  test('tickets are drawn upwards from 1, each once, for each image by itself', async () => {
    const drawn = await Promise.all(Array.from({ length: 8 }, () => queues.drawTicket(image)));
    expect(drawn.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(queues.drawTicket(`${image}-2`)).resolves.toBe(1);
  });

  test('first is whoever has the lowest ticket of those that are there, as a number', async () => {
    await expect(queues.first(image)).resolves.toBeUndefined();
    for (const ticket of [10, 9, 100]) await queues.enter(image, ticket, `op-${ticket}`);
    await expect(queues.first(image)).resolves.toEqual({ ticket: 9, operationId: 'op-9' });
    await queues.leave(image, 9);
    await expect(queues.first(image)).resolves.toEqual({ ticket: 10, operationId: 'op-10' });
    await queues.enter(image, 2, 'op-2');
    await expect(queues.first(image)).resolves.toEqual({ ticket: 2, operationId: 'op-2' });
  });

  test('an image of which a ticket was drawn has nobody in it by that', async () => {
    await queues.drawTicket(image);
    await queues.claim(image, 'op-1');
    await expect(queues.first(image)).resolves.toBeUndefined();
    await expect(queues.ahead(image, 5)).resolves.toBe(0);
  });

  test('entering and leaving may be repeated', async () => {
    for (let times = 0; times < 2; times += 1) await queues.enter(image, 1, 'op-1');
    await expect(queues.ahead(image, 2)).resolves.toBe(1);
    for (let times = 0; times < 2; times += 1) await queues.leave(image, 1);
    await expect(queues.first(image)).resolves.toBeUndefined();
  });

  test('those that are there are told by their tickets, and how many have lower ones', async () => {
    for (const ticket of [1, 2, 5, 12]) await queues.enter(image, ticket, `op-${ticket}`);
    const counts = await Promise.all([1, 2, 5, 12, 13].map((ticket) => queues.ahead(image, ticket)));
    expect(counts).toEqual([0, 1, 2, 3, 4]);
    await expect(queues.ahead(`${image}-2`, 5)).resolves.toBe(0);
    await queues.drawTicket(image);
    await expect(queues.tickets(image)).resolves.toEqual(new Set([1, 2, 5, 12]));
    await expect(queues.tickets(`${image}-2`)).resolves.toEqual(new Set());
  });

  test('an image is claimed by one, who may claim it again', async () => {
    await expect(queues.holder(image)).resolves.toBeUndefined();
    await expect(queues.claim(image, 'op-1')).resolves.toBe(true);
    await expect(queues.claim(image, 'op-1')).resolves.toBe(true);
    await expect(queues.claim(image, 'op-2')).resolves.toBe(false);
    await expect(queues.holder(image)).resolves.toBe('op-1');
  });

  test('of many that claim it at once, one gets it', async () => {
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, index) => queues.claim(image, `op-${index}`)),
    );
    expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    await expect(queues.holder(image)).resolves.toBe(`op-${claims.indexOf(true)}`);
  });

  test('it is given back by its holder alone, and then free', async () => {
    await queues.claim(image, 'op-1');
    await queues.release(image, 'op-2');
    await expect(queues.holder(image)).resolves.toBe('op-1');
    for (let times = 0; times < 2; times += 1) await queues.release(image, 'op-1');
    await expect(queues.holder(image)).resolves.toBeUndefined();
    await expect(queues.claim(image, 'op-2')).resolves.toBe(true);
  });

  test('what nobody ever held can be given back, and tickets go on after it', async () => {
    await queues.release(image, 'op-1');
    await expect(queues.drawTicket(image)).resolves.toBe(1);
    await queues.claim(image, 'op-1');
    await queues.release(image, 'op-1');
    await expect(queues.drawTicket(image)).resolves.toBe(2);
  });
});

test('whose turn it is is read strongly; how many come before need not be', async () => {
  const aws = mockClient(DynamoDBClient);
  aws.on(QueryCommand).resolves({ Items: [], Count: 0 });
  aws.on(PutItemCommand).resolves({});
  const queues = imageQueues('queues');
  await queues.first('image');
  expect(aws.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({ ConsistentRead: true, Limit: 1 });
  await queues.ahead('image', 5);
  expect(aws.commandCalls(QueryCommand)[1]?.args[0].input).toMatchObject({ Select: 'COUNT' });
  aws.restore();
});
