import { NEXT_ACTIONS } from '../../contract/workflow.ts';
import type { FullModel } from '../image-version/properties.ts';
import { CallError, type ImageVersionRequests } from '../ports.ts';
import {
  examined,
  examineFailed,
  findHoldersFailed,
  holdersFound,
  searched,
  searchFailed,
} from './aftermath.ts';
import { cancelFailed, cancelling } from './cancellation.ts';
import { limitOf, type Moment } from './decision.ts';
import { absentee, confirmFailed, goneOrNot } from './gone.ts';
import type { Decision, Holder, Operation, PhaseOf } from './operation.ts';
import { readBack, readBackFailed } from './read-back.ts';
import { creationOf, findMade } from './search.ts';
import type { CheckPorts } from './submit.ts';
import { identifierOf, versionOf } from './target.ts';
import { checkFailed, progressed } from './transitions.ts';

/**
 * Looks at where an operation stands: at its outstanding request, at what a failed one left behind, at the
 * result. Goes on by itself while the next look is due at once, so that it costs the machine no transition.
 */
export async function check(operation: Operation, ports: CheckPorts): Promise<Decision> {
  let decision = await look(operation, ports);
  while (decision.next.action === NEXT_ACTIONS.poll && decision.next.seconds === 0) {
    decision = await look(decision.operation, ports);
  }
  return decision;
}

async function look(operation: Operation, ports: CheckPorts): Promise<Decision> {
  const { phase } = operation;
  const moment = (): Moment => ({
    now: ports.circumstances.now(),
    random: ports.circumstances.random(),
  });
  switch (phase.name) {
    case 'await':
      return phase.cancelRequested || moment().now >= limitOf(operation)
        ? await cancel(operation, phase, ports.requests, moment)
        : await status(operation, phase, ports.requests, moment);
    case 'cancel':
      return await status(operation, phase, ports.requests, moment);
    case 'examine':
      return await attempt(
        async () => {
          const { imageName, version } = versionOf(operation);
          const found = await ports.versions.describe(operation.request.region, imageName, version);
          return examined(operation, phase, found, moment());
        },
        (error) => examineFailed(operation, phase, error, moment()),
      );
    case 'search':
      return await attempt(
        async () =>
          searched(operation, phase, await findMade(creationOf(operation), ports.versions), moment()),
        (error) => searchFailed(operation, phase, error, moment()),
      );
    case 'confirm-gone':
      return await attempt(
        async () => {
          const { imageName, version } = versionOf({ ...operation, identifier: absentee(operation) });
          const found = await ports.versions.describe(operation.request.region, imageName, version);
          return goneOrNot(operation, phase, found, moment());
        },
        (error) => confirmFailed(operation, phase, error, moment()),
      );
    case 'find-holders':
      return await attempt(
        async () => holdersFound(operation, phase, await findHolders(operation, phase, ports), moment()),
        (error) => findHoldersFailed(operation, phase, error, moment()),
      );
    case 'read':
      return await attempt(
        async () => readBack(operation, phase, await readFull(operation, ports), moment()),
        (error) => readBackFailed(operation, phase, error, moment()),
      );
    case 'plan':
    case 'send':
    case 'ended':
      throw new Error(`An operation in phase ${phase.name} has nothing to check`);
  }
}

async function attempt(
  work: () => Promise<Decision>,
  failed: (error: CallError) => Decision,
): Promise<Decision> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CallError) return failed(error);
    throw error;
  }
}

function status(
  operation: Operation,
  phase: PhaseOf<'await' | 'cancel'>,
  requests: ImageVersionRequests,
  moment: () => Moment,
): Promise<Decision> {
  const last = operation.requests.at(-1);
  const polled = {
    ...operation,
    polls: operation.polls + 1,
    requests: last ? [...operation.requests.slice(0, -1), { ...last, polls: last.polls + 1 }] : [],
  };
  return attempt(
    async () =>
      progressed(polled, await requests.status(operation.request.region, phase.requestToken), moment()),
    (error) => checkFailed(polled, error, moment()),
  );
}

/** A cancellation that is refused changes nothing: the request's own status then tells how it ended. */
function cancel(
  operation: Operation,
  phase: PhaseOf<'await'>,
  requests: ImageVersionRequests,
  moment: () => Moment,
): Promise<Decision> {
  return attempt(
    async () => {
      await requests.cancel(operation.request.region, phase.requestToken);
      return cancelling(operation, phase, moment());
    },
    (error) => cancelFailed(operation, phase, error, moment()),
  );
}

/** The other versions that hold wanted aliases. */
async function findHolders(
  operation: Operation,
  phase: PhaseOf<'find-holders'>,
  { versions }: CheckPorts,
): Promise<Holder[]> {
  const { region } = operation.request;
  const { imageName, version } = versionOf(operation);
  const own = await versions.aliases(region, imageName, version);
  const held = new Map<string, string[]>();
  for (const alias of phase.aliases.filter((wanted) => !own.includes(wanted))) {
    const holder = await versions.describeAlias(region, imageName, alias);
    if (!holder || versionOf({ ...operation, identifier: holder.identifier }).version === version) continue;
    held.set(holder.identifier, [...(held.get(holder.identifier) ?? []), alias]);
  }
  return [...held].map(([identifier, aliases]) => ({ identifier, aliases }));
}

async function readFull(operation: Operation, ports: CheckPorts): Promise<FullModel | undefined> {
  const { region } = operation.request;
  const { imageName, version } = versionOf(operation);
  const [model, aliases] = await Promise.all([
    ports.requests.read(region, identifierOf(operation)),
    ports.versions.aliases(region, imageName, version),
  ]);
  return model && { ...model, Aliases: aliases };
}
