import type { Argv } from 'yargs';
import { path } from '../address.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { SNAPSHOT_COLUMNS, snapshotText, writeDifferences } from '../inventory-output.ts';
import { snapshotName } from '../names.ts';
import { count, flag, region, time } from '../options.ts';
import { counted, writeList, writeOne } from '../output.ts';
import { listed, writeApiCsv } from '../pages.ts';
import { Progress } from '../progress.ts';
import { Difference, pageOf, Snapshot, SnapshotRequest } from '../shapes.ts';
import type { Context, Everywhere, Runner } from './context.ts';
import { ROW_PAGE } from './inventory.ts';

/** snapshots list, diff, take. */

/** There is one for each hour of the years. */
const DEFAULT_LIMIT = 20;

/** A snapshot of a full region takes minutes, and what does not fit into one run is handed on. */
const LONGEST_SNAPSHOT = 60 * 60_000;
const LOOK_EVERY = 1_000;

export function snapshotCommands<T extends Everywhere>(yargs: Argv<T>, run: Runner): Argv<T> {
  return yargs.command('snapshots', 'List, compare and take snapshots', (group) =>
    group
      .command(
        'list',
        'List the snapshots of a region, newest first',
        (command) =>
          command.options({
            since: time('since', 'Taken then or later: 2026-11-24T08:00:00Z, or the day 2026-11-24'),
            region,
            limit: count('limit', `So many at most; else ${DEFAULT_LIMIT}`),
          }),
        (given) =>
          run(given, async ({ api, output, around }) => {
            const { since, region: where, limit = DEFAULT_LIMIT } = given;
            const listing = {
              path: '/snapshots',
              query: { since, region: where },
              pageSize: ROW_PAGE,
              limit,
            };
            if (output.format === 'csv') {
              await writeApiCsv(api, output, listing);
              return undefined;
            }
            const { items, more } = await listed(api, listing, pageOf(Snapshot));
            await writeList(output, items, SNAPSHOT_COLUMNS);
            if (items.length === 0) around.tell('There are no such snapshots.\n');
            if (more) around.tell(`There are older ones: --limit N lists more than ${limit}.\n`);
            return undefined;
          }),
      )
      .command(
        'diff <from> [to]',
        'Show what the second snapshot has otherwise than the first',
        (command) =>
          command
            .positional('from', { type: 'string', demandOption: true, describe: 'The id of a snapshot' })
            .positional('to', {
              type: 'string',
              default: 'latest',
              describe: 'The id of a snapshot of the same region, or latest',
            })
            .options({ region }),
        (given) =>
          run(given, async (context) => {
            const { from, to, region: where } = given;
            await difference(context, path`/snapshots/${snapshotName(from)}/diff/${snapshotName(to)}`, where);
            return undefined;
          }),
      )
      .command(
        'take',
        'Ask for a snapshot of a region, to be taken now',
        (command) => command.options({ region, wait: flag('Wait until it can be read') }),
        (given) =>
          run(given, async (context) => {
            const { region: where, wait = false } = given;
            const query = { region: where };
            const request = await context.api.json(
              { method: 'POST', path: '/snapshots', query },
              SnapshotRequest,
            );
            if (wait) await show(context, await taken(context, request));
            else await tellRequest(context, request);
            return undefined;
          }),
      )
      .demandCommand(1, 'Wanted one of list, diff, take.'),
  );
}

async function difference({ api, output, around }: Context, of: string, where: string | undefined) {
  const listing = { path: of, query: { region: where }, pageSize: ROW_PAGE, limit: undefined };
  if (output.format === 'csv') return writeApiCsv(api, output, listing);
  const { items, first } = await listed(api, listing, pageOf(Difference));
  if (output.format === 'json' || output.format === 'yaml') await writeList(output, items, []);
  else await writeDifferences(output, items);
  const { from, to } = first;
  if (from && to)
    around.tell(
      `${counted(items.length, 'version')} with differences: ${snapshotText(from)}; ${snapshotText(to)}\n`,
    );
  return undefined;
}

type Request = ReturnType<typeof SnapshotRequest.parse>;

async function tellRequest({ output, around }: Context, request: Request): Promise<void> {
  const columns = [
    { name: 'region', of: ({ region: where }: Request) => where },
    { name: 'requestedAt', of: ({ requestedAt }: Request) => requestedAt },
  ];
  const fields = columns.map(({ name, of }) => [name, of(request)] as const);
  await writeOne(output, request, columns, [{ fields }]);
  around.tell('Asked for. See it once it is there: image-versions snapshots list\n');
}

async function show({ output }: Context, snapshot: Snapshot): Promise<void> {
  const fields = SNAPSHOT_COLUMNS.map(({ name, of }) => [name, of(snapshot)] as const);
  await writeOne(output, snapshot, SNAPSHOT_COLUMNS, [{ fields }]);
}

/** The first snapshot that was begun when it was asked for, or later. */
async function taken({ api, around }: Context, { region: where, requestedAt }: Request): Promise<Snapshot> {
  around.onInterrupt('The snapshot is taken all the same. See it: image-versions snapshots list');
  const progress = new Progress(around);
  const until = around.now() + LONGEST_SNAPSHOT;
  try {
    progress.show(`snapshot of ${where}: asked for`);
    for (;;) {
      const asked = { method: 'GET', path: '/snapshots', query: { region: where, limit: 1 } } as const;
      const [newest] = (await api.json(asked, pageOf(Snapshot))).items;
      if (newest && Date.parse(newest.startedAt) >= Date.parse(requestedAt)) return newest;
      if (around.now() > until) {
        throw new CommandFailure(EXIT.failed, 'The snapshot has not been committed within an hour.', {
          next: [
            'image-versions snapshots list   tells whether it has come since',
            'see the alarms of the inventory',
          ],
        });
      }
      await around.sleep(LOOK_EVERY);
    }
  } finally {
    progress.end();
  }
}
