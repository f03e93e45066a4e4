/**
 * Does something with each item, so many at once at most, and answers in the items' order. The first failure is
 * the whole's; what had begun by then runs out unheard, what had not is not begun.
 *
 * @param most if it is a function, it is asked whenever an item could begin, so that the limit may change meanwhile.
 *   One item may always begin.
 */
export async function bounded<Item, Result>(
  items: readonly Item[],
  most: number | (() => number),
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const limit = typeof most === 'number' ? () => most : most;
  const results = new Map<number, Result>();
  const queue = items.entries();
  await new Promise<void>((resolve, reject) => {
    let running = 0;
    let over = false;
    const run = async (index: number, item: Item): Promise<void> => {
      results.set(index, await work(item));
      running -= 1;
      begin();
    };
    const begin = (): void => {
      while (!over && running < Math.max(1, limit())) {
        const next = queue.next();
        if (next.done) {
          over = true;
          break;
        }
        running += 1;
        run(...next.value).catch((error: unknown) => {
          over = true;
          reject(error);
        });
      }
      if (running === 0) resolve();
    };
    begin();
  });
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
