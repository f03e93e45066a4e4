import { readFileSync } from 'node:fs';
import yargs, { type Argv } from 'yargs';
import { CommandTree } from './command-tree.ts';
import { completionCommand } from './commands/completion.ts';
import { apiOf, type Everywhere, type Runner, runnerOf } from './commands/context.ts';
import { inventoryCommands } from './commands/inventory.ts';
import { manifestCommands } from './commands/manifests.ts';
import { operationCommands } from './commands/operations.ts';
import { queryCommand } from './commands/query.ts';
import { snapshotCommands } from './commands/snapshots.ts';
import { versionCommands } from './commands/versions.ts';
import { completionText } from './completion.ts';
import { CommandFailure, EXIT, type Exit, misuse } from './failure.ts';
import { nearest } from './nearest.ts';
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
  if (args[0] === '--complete') return complete(args.slice(1), around);
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
  defineCommands(root, runner);
  const commands = root
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

function defineCommands(yargs: Argv<Everywhere>, runner: Runner): void {
  versionCommands(yargs, runner);
  operationCommands(yargs, runner);
  inventoryCommands(yargs, runner);
  snapshotCommands(yargs, runner);
  queryCommand(yargs, runner);
  manifestCommands(yargs, runner);
  completionCommand(yargs, runner);
}

/** What the commands take. Nothing is run. */
function commandTree(): CommandTree {
  return CommandTree.of((yargs) => {
    yargs.options(EVERYWHERE);
    defineCommands(yargs, async () => undefined);
  });
}

/** Nobody waits longer than this for a word. */
const LONGEST_COMPLETION = 2_000;

async function complete(words: readonly string[], around: Surroundings): Promise<Exit> {
  const given = words.findLast((_word, nth) => words[nth - 1] === '--api');
  const quiet: Surroundings = {
    ...around,
    // A try that failed is not made again.
    sleep: () => Promise.reject(new CommandFailure(EXIT.unreachable, 'The API does not answer.')),
  };
  const api = () =>
    apiOf({ api: given, sign: words.includes('--sign') || undefined }, quiet, LONGEST_COMPLETION);
  around.write(await completionText({ tree: commandTree(), words, api }));
  return EXIT.done;
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
  const unknown = message.startsWith('Unknown argument') ? unknownOption(args) : undefined;
  return misuse(unknown ?? told, [`image-versions ${commandOf(args)}--help`]);
}

/** Of the first option that the command does not have. Undefined if it has all of them. */
function unknownOption(args: readonly string[]): string | undefined {
  const { command } = commandTree().reach(args);
  const isKnown = (word: string) =>
    /^--(help|version)$|^-h$/.test(word) || command.option(word) !== undefined;
  const unknown = args.find((word) => /^--?[a-z]/i.test(word) && !isKnown(word))?.replace(/=.*/s, '');
  if (unknown === undefined) return undefined;
  const near = nearest(unknown.replace(/^-+/, ''), command.optionsByName.keys());
  return `There is no option ${plain(unknown)}.${near === undefined ? '' : ` Is it --${near}?`}`;
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
