import type { Argv } from 'yargs';
import { path } from '../address.ts';
import type { Answer } from '../api.ts';
import { CommandFailure, EXIT, type Exit, misuse } from '../failure.ts';
import { failedResources, isNothing, progressText, writeState } from '../manifest-output.ts';
import { CHANGE, several } from '../options.ts';
import { Progress } from '../progress.ts';
import { ManifestState } from '../shapes.ts';
import { namedValues } from '../values.ts';
import { pauseOf, untilFinal } from '../waiting.ts';
import type { Context, Everywhere, Runner } from './context.ts';

/** plan, build, test, teardown: a manifest as the state that is wanted. */

const WORK = ['plan', 'build', 'test', 'teardown'] as const;
type Work = (typeof WORK)[number];

const DESCRIPTIONS: Readonly<Record<Work, string>> = {
  plan: 'Show what building a manifest would do, property by property',
  build: 'Create what a manifest says and is not there, and change what differs',
  test: 'Show whether all is as a manifest says',
  teardown: 'Delete what a manifest says, in reverse order',
};

export function manifestCommands<T extends Everywhere>(yargs: Argv<T>, run: Runner): Argv<T> {
  return WORK.reduce((commands, work) => manifestCommand(commands, work, run), yargs);
}

function manifestCommand<T extends Everywhere>(yargs: Argv<T>, work: Work, run: Runner): Argv<T> {
  return yargs.command(
    `${work} <file>`,
    DESCRIPTIONS[work],
    (command) =>
      command
        .positional('file', {
          type: 'string',
          demandOption: true,
          describe: 'The manifest, a YAML file; - reads it from standard input',
        })
        .options({
          var: several('var', 'A variable of the manifest: NAME=TEXT, or NAME:=JSON for what is no text'),
          param: several('param', 'What {{ NAME }} stands for: NAME=TEXT, or NAME:=JSON'),
          ...(work === 'build' || work === 'teardown' ? { wait: WAIT } : {}),
        }),
    (given) =>
      run(given, async (context) => {
        const vars = namedValues('--var', given.var ?? []);
        const params = namedValues('--param', given.param ?? []);
        const manifest = await read(context, given.file);
        const body = {
          manifest,
          ...(Object.keys(vars).length > 0 ? { vars } : {}),
          ...(Object.keys(params).length > 0 ? { params } : {}),
        };
        const wait = 'wait' in given && given.wait === true;
        return drive(context, { work, body, wait, file: given.file });
      }),
  );
}

const WAIT = { ...CHANGE.wait, describe: 'Ask again until all is done, and end as it ends' } as const;

async function read({ around }: Context, file: string): Promise<string> {
  try {
    return await around.read(file);
  } catch (error) {
    throw misuse(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Driven {
  readonly work: Work;
  readonly body: object;
  readonly wait: boolean;
  readonly file: string;
}

async function drive(context: Context, driven: Driven): Promise<Exit> {
  const { work, wait, file } = driven;
  const state = wait ? await toTheEnd(context, driven) : (await once(context, driven)).state;
  await writeState(context.output, state);
  const failed = failedResources(state);
  if (failed.length > 0) {
    throw new CommandFailure(EXIT.failed, `The ${work} of ${state.name} has failed.`, {
      lines: failed,
      next: [`mend the cause; image-versions ${work} ${file}   goes on from there`],
    });
  }
  if (state.ok === false) {
    throw new CommandFailure(EXIT.failed, `${state.name} is not as the manifest says.`, {
      next: [`image-versions build ${file} --wait   makes it so`],
    });
  }
  if (isNothing(state)) {
    context.around.tell('Nothing to do: all is as it should be.\n');
  } else if ((work === 'build' || work === 'teardown') && !state.done) {
    context.around.tell(`On its way. Drive it to its end: image-versions ${work} ${file} --wait\n`);
  }
  return EXIT.done;
}

async function once(
  { api }: Context,
  { work, body }: Driven,
): Promise<{ answer: Answer; state: ManifestState }> {
  const answer = await api.ask({ method: 'POST', path: path`/manifests/${work}`, body });
  return { answer, state: api.read(answer, ManifestState) };
}

/**
 * Asks again until nothing is left to be done, or nothing of it can be. In between it waits for an operation that runs:
 * its end is what the next one waits for.
 */
async function toTheEnd(context: Context, driven: Driven): Promise<ManifestState> {
  const { api, around } = context;
  const { work, file } = driven;
  const goesOn = `What has begun goes on, what waits does not. Go on: image-versions ${work} ${file} --wait`;
  around.onInterrupt(goesOn);
  const progress = new Progress(around);
  try {
    for (;;) {
      const { answer, state } = await once(context, driven);
      progress.show(progressText(state));
      if (state.done || !state.resources.some(({ status }) => status === 'running' || status === 'waiting')) {
        return state;
      }
      const running = state.resources.find(({ status, operationId }) => status === 'running' && operationId);
      if (running?.operationId) await untilFinal(api, running.operationId, around, () => undefined);
      else await around.sleep(pauseOf(answer.headers) * 1000);
    }
  } catch (error) {
    throw error instanceof CommandFailure ? error.and(goesOn) : error;
  } finally {
    progress.end();
    around.onInterrupt('Interrupted.');
  }
}
