import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, transact } from '../../local/aws/database.ts';
import { Clock } from '../../local/clock.ts';
import { ClockMemory } from '../../local/clock-memory.ts';
import { Faults } from '../../local/faults.ts';
import { keptFaults } from '../../local/kept-faults.ts';

/** What a process that is killed has written down for the next one. */

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'killed-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('no time that was told is told again, however fast the clock ran', async () => {
  const database = openDatabase(directory);
  const clock = new Clock({ speed: 1000 });
  const memory = new ClockMemory(database);
  memory.keep(clock);
  const told: number[] = [];
  const after: number[] = [];
  // As many looks as one writing of the clock is apart from the next, at any of which it may be killed.
  for (let look = 0; look < 10; look += 1) {
    await clock.sleep(50_000);
    told.push(clock.now());
    const next = openDatabase(directory);
    const notBefore = new ClockMemory(next).read() ?? 0;
    next.close();
    after.push(new Clock({ speed: 1000, notBefore }).now());
  }
  memory.stop(clock);
  clock.stop();
  database.close();
  expect(told.filter((time, look) => time > (after[look] ?? 0))).toEqual([]);
});

test('one that stops goes on where it was', () => {
  const database = openDatabase(directory);
  const clock = new Clock({ speed: 1, notBefore: Date.now() + 1e9 });
  const memory = new ClockMemory(database);
  memory.keep(clock);
  const before = clock.now();
  memory.stop(clock);
  const stopped = clock.now();
  database.close();
  const next = openDatabase(directory);
  const read = new ClockMemory(next).read();
  next.close();
  expect(read).toBeGreaterThanOrEqual(before);
  expect(read).toBeLessThanOrEqual(stopped);
});

test('fault rules strike on, as often as they still may', () => {
  const database = openDatabase(directory);
  const faults = new Faults(() => 'id', keptFaults(database));
  faults.add({ id: 'thrice', times: 3, effect: { kind: 'throttle' } });
  faults.add({ id: 'gone', effect: { kind: 'disconnect' } });
  faults.take(['throttle'], {});
  faults.remove('gone');
  database.close();

  const next = openDatabase(directory);
  const again = new Faults(() => 'id', keptFaults(next));
  expect(again.list()).toEqual([
    { id: 'thrice', match: {}, times: 2, struck: 1, effect: { kind: 'throttle' } },
  ]);
  next.close();
});

test('a strike that refused a call has struck, though the call was rolled back', async () => {
  const database = openDatabase(directory);
  const faults = new Faults(() => 'id', keptFaults(database));
  faults.add({ id: 'twice', times: 2, effect: { kind: 'throttle' } });
  const refused = async () =>
    transact(database, () => {
      faults.take(['throttle'], {});
      throw new Error('Rate exceeded');
    });
  await expect(refused()).rejects.toThrow('Rate exceeded');
  database.close();

  const next = openDatabase(directory);
  expect(new Faults(() => 'id', keptFaults(next)).list()).toMatchObject([{ times: 1, struck: 1 }]);
  next.close();
});
