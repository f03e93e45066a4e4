import type { Argv } from 'yargs';
import { path } from '../address.ts';
import { operationName } from '../names.ts';
import { endWith, historySection, operationColumns, writeOperation } from '../operation-output.ts';
import { count, flag, one, region, time } from '../options.ts';
import { writeList } from '../output.ts';
import { listed } from '../pages.ts';
import { Operation, pageOf } from '../shapes.ts';
import { demandOperation } from '../target.ts';
import type { Context, Everywhere, Runner } from './context.ts';

/** operations list, show, watch, cancel. */

const ID = { type: 'string', demandOption: true, describe: 'The id of the operation' } as const;

const PAGE = 50;
/** Records are kept for months: all of them is seldom what is wanted. */
const DEFAULT_LIMIT = 20;

export function operationCommands<T extends Everywhere>(yargs: Argv<T>, run: Runner): Argv<T> {
  return yargs.command('operations', 'List, show, watch and cancel operations', (group) =>
    group
      .command(
        'list',
        'List operations, newest first',
        (command) =>
          command.options({
            image: one('image', 'Of this image alone'),
            status: one('status', 'QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED or TIMED_OUT alone'),
            since: time('since', 'Accepted then or later: 2026-11-24T08:00:00Z, or the day 2026-11-24'),
            region,
            limit: count('limit', `So many at most; else ${DEFAULT_LIMIT}`),
          }),
        (given) =>
          run(given, async ({ api, output, around }) => {
            const { image, status, since, region: where, limit = DEFAULT_LIMIT } = given;
            const query = { image, status, since, region: where };
            const listing = { path: '/operations', query, pageSize: PAGE, limit };
            const { items, more } = await listed(api, listing, pageOf(Operation));
            await writeList(output, items, operationColumns(around.now()));
            if (items.length === 0) around.tell('There are no such operations.\n');
            if (more) around.tell(`There are older ones: --limit N lists more than ${limit}.\n`);
            return undefined;
          }),
      )
      .command(
        'show <id>',
        'Show an operation, and what happened step by step',
        (command) => command.positional('id', ID),
        (given) =>
          run(given, async (context) => {
            const operation = await read(context, given.id);
            await writeOperation(context.output, operation, context.around, [historySection(operation)]);
            return undefined;
          }),
      )
      .command(
        'watch <id>',
        'Follow an operation to its end, and end as it ends',
        (command) => command.positional('id', ID),
        (given) =>
          run(given, async (context) => endWith(await read(context, given.id), { ...context, wait: true })),
      )
      .command(
        'cancel <id>',
        'Cancel an operation',
        (command) =>
          command
            .positional('id', ID)
            .options({ wait: flag('Wait until it has really ended, in whichever way') }),
        (given) =>
          run(given, async (context) => {
            const { id, wait = false } = given;
            const asked = { method: 'POST', path: path`/operations/${operationName(id)}/cancel` } as const;
            const operation = await context.api.json(asked, Operation);
            demandOperation(id, operation.operationId);
            return endWith(operation, { ...context, wait, wanted: 'CANCELLED' });
          }),
      )
      .demandCommand(1, 'Wanted one of list, show, watch, cancel.'),
  );
}

async function read({ api }: Context, id: string): Promise<Operation> {
  const asked = { method: 'GET', path: path`/operations/${operationName(id)}` } as const;
  const operation = await api.json(asked, Operation);
  demandOperation(id, operation.operationId);
  return operation;
}
