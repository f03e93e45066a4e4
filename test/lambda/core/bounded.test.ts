import { bounded } from '../../../lambda/core/bounded.ts';

test('no more at once than allowed, and the answers in order', async () => {
  let running = 0;
  let most = 0;
  const results = await bounded([5, 1, 4, 2, 3, 0], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, item));
    running -= 1;
    return item * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30, 0]);
  expect(most).toBe(2);
});

test('the first failure is the whole’s, and nothing new is begun', async () => {
  const begun: number[] = [];
  const work = bounded([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 2) throw new Error('two');
    return item;
  });
  await expect(work).rejects.toThrow('two');
  await new Promise(setImmediate);
  expect(begun.length).toBeLessThan(6);
});

test('nothing to do', async () => {
  expect(await bounded([], 3, async () => 1)).toEqual([]);
});

test('a limit that changes meanwhile counts from the next item on, and one item may always begin', async () => {
  let limit = 4;
  let running = 0;
  const most: number[] = [];
  const results = await bounded(
    [1, 2, 3, 4, 5, 6, 7, 8],
    () => limit,
    async (item) => {
      running += 1;
      most.push(running);
      await new Promise(setImmediate);
      if (item === 1) limit = 0;
      if (item === 6) limit = 2;
      running -= 1;
      return item;
    },
  );
  expect(results).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(most).toEqual([1, 2, 3, 4, 1, 1, 1, 2]);
});
