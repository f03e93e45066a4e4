import type { Argv } from 'yargs';
import type { Answer } from '../api.ts';
import { CommandFailure, EXIT, type Exit } from '../failure.ts';
import { failedResources, isNothing, progressText, writeState } from '../manifest-output.ts';
import { CHANGE, orStandardInput, several } from '../options.ts';
import { Progress } from '../progress.ts';
import { ManifestState, type Resource } from '../shapes.ts';
import { namedValues, readText } from '../values.ts';
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
        const file = orStandardInput(given.file);
        const manifest = await readText(file, context.around);
        const body = {
          manifest,
          ...(Object.keys(vars).length > 0 ? { vars } : {}),
          ...(Object.keys(params).length > 0 ? { params } : {}),
        };
        const wait = 'wait' in given && given.wait === true;
        return drive(context, { work, body, wait });
      }),
  );
}

const WAIT = { ...CHANGE.wait, describe: 'Ask again until all is done, and end as it ends' } as const;

interface Driven {
  readonly work: Work;
  readonly body: object;
  readonly wait: boolean;
}

async function drive(context: Context, driven: Driven): Promise<Exit> {
  const { work, wait } = driven;
  const state = wait ? await toTheEnd(context, driven) : (await once(context, driven)).state;
  await writeState(context.output, state);
  const failed = failedResources(state);
  if (failed.length > 0) {
    throw new CommandFailure(EXIT.failed, `The ${work} of ${state.name} has failed.`, {
      lines: failed,
      next: ['mend the cause: the same command goes on from there'],
    });
  }
  if (state.ok === false) {
    throw new CommandFailure(EXIT.failed, `${state.name} is not as the manifest says.`, {
      next: ['image-versions build   makes it so, given the same'],
    });
  }
  if (state.ok === true) {
    context.around.tell(`${state.name} is as the manifest says.\n`);
  } else if (isNothing(state)) {
    context.around.tell('Nothing to do.\n');
  } else if ((work === 'build' || work === 'teardown') && !state.done) {
    context.around.tell('On its way. The same command with --wait drives it to its end.\n');
  }
  return EXIT.done;
}

async function once(
  { api }: Context,
  { work, body }: Driven,
): Promise<{ answer: Answer; state: ManifestState }> {
  const answer = await api.ask({ method: 'POST', path: `/manifests/${work}`, body });
  return { answer, state: api.read(answer, ManifestState) };
}

/**
 * Asks again until nothing is left to be done, or nothing of it can be. In between it waits for an operation that runs:
 * its end is what the next one waits for.
 */
async function toTheEnd(context: Context, driven: Driven): Promise<ManifestState> {
  const { api, around } = context;
  const goesOn = 'What has begun goes on, what waits does not: the same command drives it to its end.';
  around.onInterrupt(goesOn);
  const progress = new Progress(around);
  const begun = new Map<string, Resource>();
  try {
    for (;;) {
      const { answer, state } = await once(context, driven);
      progress.show(progressText(state));
      for (const resource of state.resources) {
        if (resource.status === 'running') begun.set(resource.name, resource);
      }
      if (state.done || !state.resources.some(({ status }) => status === 'running' || status === 'waiting')) {
        return withDoings(state, begun);
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

/** Of what is right the API tells that nothing is to be done. Whoever waited wants to know what was. */
function withDoings(state: ManifestState, begun: ReadonlyMap<string, Resource>): ManifestState {
  const resources = state.resources.map((resource) => {
    const doing = begun.get(resource.name);
    if (!doing || resource.status !== 'done') return resource;
    const { action, changes, operationId } = doing;
    return { ...resource, action, changes, ...(operationId === undefined ? {} : { operationId }) };
  });
  return { ...state, resources };
}
