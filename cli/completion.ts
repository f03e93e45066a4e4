import { path } from './address.ts';
import type { Api } from './api.ts';
import { type CommandTree, takesValue } from './command-tree.ts';
import { CommandFailure } from './failure.ts';
import { aliasName, imageName } from './names.ts';
import { FORMATS } from './output.ts';
import { REMOVABLE } from './properties.ts';
import { Image, ImageVersion, Operation, pageOf, Snapshot } from './shapes.ts';
import { plain } from './text.ts';

/** What a shell offers for the word that is being typed. The scripts in completion-scripts.ts ask for it. */

interface Candidate {
  readonly value: string;
  readonly describe: string;
}

/** `files` leaves it to the shell, which completes paths better. */
type Candidates = readonly Candidate[] | 'files';

type Source = 'files' | 'images' | 'versions' | 'operations' | 'snapshots';

/** Values of options and positionals: words, or where they come from. Those that are not here are free text. */
const VALUES: Readonly<Record<string, readonly string[] | Source>> = {
  output: FORMATS,
  status: ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT'],
  'vendor-guidance': ['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED'],
  'job-type': ['TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL'],
  processor: ['CPU', 'GPU'],
  remove: REMOVABLE,
  shell: ['bash', 'zsh', 'fish'],
  file: 'files',
  image: 'images',
  number: 'versions',
  which: 'versions',
  id: 'operations',
  from: 'snapshots',
  to: 'snapshots',
  snapshot: 'snapshots',
};

/** What the words are completed with. */
interface Completing {
  readonly tree: CommandTree;
  /** All words behind the command's name; the last one is the one that is being typed. */
  readonly words: readonly string[];
  /** The API that the words so far name. */
  readonly api: () => Api;
}

/** A line for each candidate: its value, a tab, and what it is; `:files` alone where paths are wanted. */
export async function completionText(completing: Completing): Promise<string> {
  const found = await candidates(completing);
  if (found === 'files') return ':files\n';
  return found.map(({ value, describe }) => `${plain(value)}\t${plain(describe)}\n`).join('');
}

async function candidates({ tree, words, api }: Completing): Promise<Candidates> {
  const { before, current, prefix } = typed(words);
  const { command, given } = tree.reach(before);
  const matching = (all: Candidates) =>
    all === 'files'
      ? all
      : all
          .filter(({ value }) => value.startsWith(current))
          .map(({ value, describe }) => ({ value: prefix + value, describe }));
  const last = prefix === '' ? before.at(-1) : prefix;
  const option = last?.startsWith('-') ? command.option(last) : undefined;
  if (option && takesValue(option.definition)) return matching(await valuesOf(option.name, given, api));
  if (current.startsWith('-')) return matching(optionsOf(command, before));
  if (command.subcommands.size > 0) {
    return matching([...command.subcommands].map(([value, { describe }]) => ({ value, describe })));
  }
  const positional = command.positionals[given.length];
  return matching(positional ? await valuesOf(positional.name, given, api) : optionsOf(command, before));
}

/**
 * The word that is being typed. bash takes `--output=js` for three words, the other shells for one, of which `--output=`
 * stays.
 */
function typed(words: readonly string[]) {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1).filter((word) => word !== '=');
  if (current === '=') return { before, current: '', prefix: '' };
  const [, prefix = '', value = current] = /^(--[a-z-]+=)(.*)$/s.exec(current) ?? [];
  return { before, current: value, prefix };
}

function optionsOf({ optionsByName }: CommandTree, before: readonly string[]): Candidate[] {
  const options = [...optionsByName].flatMap(([name, { describe = '', type, array }]) =>
    before.includes(`--${name}`) && !array
      ? []
      : [
          { value: `--${name}`, describe },
          ...(type === 'boolean' && name === 'horovod' ? [{ value: `--no-${name}`, describe }] : []),
        ],
  );
  return [...options, { value: '--help', describe: 'Show help' }];
}

async function valuesOf(name: string, given: readonly string[], api: () => Api): Promise<Candidates> {
  const values = VALUES[name] ?? [];
  if (values === 'files') return values;
  if (typeof values !== 'string') return values.map((value) => ({ value, describe: '' }));
  try {
    return await fromApi(values, given, api());
  } catch (error) {
    // Whoever presses Tab wants no message in the prompt; the command itself says what is wrong.
    if (error instanceof CommandFailure) return [];
    throw error;
  }
}

async function fromApi(
  source: Exclude<Source, 'files'>,
  [image = '']: readonly string[],
  api: Api,
): Promise<Candidate[]> {
  const read = { method: 'GET', query: { limit: 50 } } as const;
  switch (source) {
    case 'images': {
      const { items } = await api.json({ ...read, path: '/images' }, pageOf(Image));
      return items.map((item) => ({ value: item.imageName, describe: item.region }));
    }
    case 'versions': {
      const versions = path`/images/${imageName(image)}/versions`;
      const { items } = await api.json({ ...read, path: versions }, pageOf(ImageVersion));
      return items.flatMap(({ version, properties: { Aliases = [] } }) => [
        { value: String(version), describe: Aliases.join(' ') },
        ...Aliases.map((alias) => ({ value: aliasName(alias), describe: `version ${version}` })),
      ]);
    }
    case 'operations': {
      const { items } = await api.json({ ...read, path: '/operations' }, pageOf(Operation));
      return items.map(({ operationId, kind, imageName: of, status }) => ({
        value: operationId,
        describe: `${kind} ${of} ${status}`,
      }));
    }
    case 'snapshots': {
      const { items } = await api.json({ ...read, path: '/snapshots' }, pageOf(Snapshot));
      const latest = { value: 'latest', describe: 'the newest one' };
      return [latest, ...items.map(({ snapshotId, takenAt }) => ({ value: snapshotId, describe: takenAt }))];
    }
  }
}
