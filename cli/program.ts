import { readFileSync } from 'node:fs';
import yargs from 'yargs';
import { runnerOf } from './commands/context.ts';
import { inventoryCommands } from './commands/inventory.ts';
import { manifestCommands } from './commands/manifests.ts';
import { operationCommands } from './commands/operations.ts';
import { queryCommand } from './commands/query.ts';
import { snapshotCommands } from './commands/snapshots.ts';
import { versionCommands } from './commands/versions.ts';
import { CommandFailure, EXIT, type Exit, misuse } from './failure.ts';
import { EVERYWHERE } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { plain } from './text.ts';

/** The command: what it is called with, and how it ends. */

/**
 * Runs the command line.
 *
 * @returns the process's exit code
 */
export async function run(args: readonly string[], around: Surroundings): Promise<Exit> {
  let exit: Exit = EXIT.done;
  const runner = runnerOf(around, (ended) => {
    exit = ended;
  });
  const root = yargs([...args])
    .scriptName('image-versions')
    .usage(
      '$0 <command> [options]\n\nVersions of SageMaker images: made, changed, deleted, followed, remembered.',
    )
    .parserConfiguration({
      // Only what is written is taken: `--alias a image` names one alias, and "2" stays a text.
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
    })
    .options(EVERYWHERE)
    .group(Object.keys(EVERYWHERE), 'Of every command:');
  versionCommands(root, runner);
  operationCommands(root, runner);
  inventoryCommands(root, runner);
  snapshotCommands(root, runner);
  queryCommand(root, runner);
  manifestCommands(root, runner);
  const commands = root
    .completion('completion', 'Print what the shell needs to complete commands and options')
    .demandCommand(1, 'Wanted a command.')
    .strict()
    .recommendCommands()
    .version(version())
    .help()
    .alias('help', 'h')
    .locale('en')
    .wrap(around.width ?? 100)
    .epilogue('Exit codes: 0 done, 1 failed, 2 not understood, 3 not reachable, 130 interrupted.')
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw error ?? misused(message, args);
    });
  try {
    await commands.parseAsync();
  } catch (error) {
    const failure = isMisuse(error) ? misused(error.message, args) : error;
    if (!(failure instanceof CommandFailure)) throw error;
    tellFailure(failure, around);
    return failure.exit;
  }
  return exit;
}

/** yargs wraps what an option's own check throws, too. */
function isMisuse(error: unknown): error is Error {
  return error instanceof Error && error.name === 'YError';
}

/** What yargs says, so that it reads like the rest. */
function misused(message: string, args: readonly string[]): CommandFailure {
  const [, nearest] = /^Did you mean (.+)\?$/.exec(message) ?? [];
  if (nearest) return misuse(`There is no such command. Is it ${nearest}?`, ['image-versions --help']);
  if (message === `Unknown argument: ${args[0]}`) {
    return misuse(`There is no command ${plain(args[0] ?? '')}.`, ['image-versions --help']);
  }
  const told = plain(message)
    .replace(/^Not enough non-option arguments: got (\d+), need at least (\d+)$/, MISSING)
    .replace(/^Not enough arguments following: (.+)$/, '--$1: given nothing, wanted a value.')
    .replace(/^Unknown arguments?: (.+)$/, 'Given what this command does not know: $1.');
  return misuse(told, [`image-versions ${commandOf(args)}--help`]);
}

const MISSING = 'Given $1 of the $2 names that the command needs.';

function tellFailure({ message, lines, next }: CommandFailure, { tell }: Surroundings): void {
  const told = [
    `image-versions: ${message}`,
    ...lines.map((line) => `  ${line}`),
    ...next.map((one) => `Next: ${one}`),
  ];
  tell(told.map((line) => `${line}\n`).join(''));
}

/** The words up to the first option: the command whose help helps. */
function commandOf(args: readonly string[]): string {
  const [first = '', second = ''] = args;
  const group = first === 'operations' || first === 'snapshots';
  const words = [first, ...(group ? [second] : [])].filter((word) => /^[a-z]+$/.test(word));
  return words.map((word) => `${plain(word)} `).join('');
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(Reflect.get(Object(manifest), 'version'));
}
