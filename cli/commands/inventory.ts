import type { Argv } from 'yargs';
import { path } from '../address.ts';
import { type Exit, misuse } from '../failure.ts';
import {
  ALIAS_PERIOD_COLUMNS,
  ROW_COLUMNS,
  snapshotText,
  VERSION_PERIOD_COLUMNS,
} from '../inventory-output.ts';
import { aliasName, imageName, snapshotName, versionNumber } from '../names.ts';
import { count, flag, one, region, time } from '../options.ts';
import { type Column, counted, writeList } from '../output.ts';
import { listed, writeApiCsv } from '../pages.ts';
import { AliasPeriod, InventoryRow, pageOf, VersionPeriod } from '../shapes.ts';
import type { Context, Everywhere, Runner } from './context.ts';

/** inventory and history: what was where, when. */

/** The inventory's lists have as many items on a page at most. */
export const ROW_PAGE = 1_000;

export function inventoryCommands<T extends Everywhere>(yargs: Argv<T>, run: Runner): Argv<T> {
  return yargs
    .command(
      'inventory [image]',
      'What there is by the newest snapshot, or was at a time',
      (command) =>
        command.positional('image', { type: 'string', describe: 'Of this image alone' }).options({
          at: time('at', 'As it was then: 2026-11-17T09:00:00Z, or 2026-11-17 for the start of that day'),
          snapshot: one('snapshot', 'As a snapshot has it: its id, or latest'),
          alias: one('alias', 'The versions that have this alias alone'),
          'vendor-guidance': one('vendor-guidance', 'Of this vendor guidance alone'),
          processor: one('processor', 'Of this processor alone'),
          'ml-framework': one('ml-framework', 'Of this framework alone, version and all'),
          region,
          limit: count('limit', 'So many at most'),
        }),
      (given) =>
        run(given, async (context) => {
          const filter = {
            image: given.image,
            alias: given.alias,
            vendorGuidance: given['vendor-guidance'],
            processor: given.processor,
            mlFramework: given['ml-framework'],
            at: given.at,
          };
          const { snapshot, limit } = given;
          if (snapshot !== undefined && Object.values(filter).some((value) => value !== undefined)) {
            throw misuse('--snapshot shows all of a snapshot: given with a filter or --at, wanted alone.');
          }
          const from = snapshot === undefined ? '/inventory' : path`/snapshots/${snapshotName(snapshot)}`;
          return inventory(context, { path: from, query: { ...filter, region: given.region }, limit });
        }),
    )
    .command(
      'history <image> <which>',
      'How a version was, or which version an alias was, from when to when',
      (command) =>
        command
          .positional('image', { type: 'string', demandOption: true, describe: 'The name of the image' })
          .positional('which', {
            type: 'string',
            demandOption: true,
            describe: 'The number of a version, or an alias',
          })
          .options({ region, 'as-alias': flag('It is an alias, even if it is all digits') }),
      (given) =>
        run(given, (context) => {
          const { image, which, region: where } = given;
          const query = { region: where };
          return /^\d+$/.test(which) && !given['as-alias']
            ? history(context, {
                of: {
                  path: path`/images/${imageName(image)}/versions/${versionNumber(which)}/history`,
                  query,
                },
                shape: pageOf(VersionPeriod),
                columns: VERSION_PERIOD_COLUMNS,
              })
            : history(context, {
                of: { path: path`/images/${imageName(image)}/aliases/${aliasName(which)}/history`, query },
                shape: pageOf(AliasPeriod),
                columns: ALIAS_PERIOD_COLUMNS,
              });
        }),
    );
}

interface Place {
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
}

async function inventory(
  { api, output, around }: Context,
  of: Place & { readonly limit: number | undefined },
): Promise<undefined> {
  const listing = { ...of, pageSize: ROW_PAGE };
  if (output.format === 'csv') {
    await writeApiCsv(api, output, listing);
    return;
  }
  const { items, more, first } = await listed(api, listing, pageOf(InventoryRow));
  await writeList(output, items, ROW_COLUMNS);
  if (first.snapshot) around.tell(`${counted(items.length, 'version')} in ${snapshotText(first.snapshot)}\n`);
  if (more) around.tell('There are more: without --limit all are listed.\n');
}

interface History<Period> {
  readonly of: Place;
  readonly shape: ReturnType<typeof pageOf<Period>>;
  readonly columns: readonly Column<Period>[];
}

async function history<Period>(
  { api, output }: Context,
  { of, shape, columns }: History<Period>,
): Promise<Exit | undefined> {
  const listing = { ...of, pageSize: ROW_PAGE, limit: undefined };
  if (output.format === 'csv') {
    await writeApiCsv(api, output, listing);
    return undefined;
  }
  const { items } = await listed(api, listing, shape);
  await writeList(output, items, columns);
  return undefined;
}
