import { isFinal } from '../core/operation/record.ts';
import type { Manifest } from './manifest.ts';
import type { NamedError } from './need.ts';
import { change, creation, invalid, type Ordered, place, removal } from './orders.ts';
import type { ManifestPorts, ManifestReadPorts } from './ports.ts';
import { mayFollow } from './rest.ts';
import type { Given } from './scope.ts';
import {
  type ManifestState,
  type Progress,
  progressOf,
  type ResourceState,
  resourceState,
  stateOf,
} from './state.ts';
import { type Finding, type Survey, survey } from './survey.ts';

/**
 * What is done with a manifest. Each call does what can be done now and tells how far that is; nothing is kept between
 * two calls but the operations themselves, so whoever asks again, and whoever else asks, goes on from where it stands.
 */

/** Milliseconds after which no read is begun, and after which no order is: API Gateway waits 30 s for an answer. */
const TIME_TO_READ = 17_000;
const TIME_TO_ORDER = 21_000;

/** What building it would do. Nothing is sent. */
export async function plan(
  manifest: Manifest,
  given: Given,
  ports: ManifestReadPorts,
): Promise<ManifestState> {
  return foreseen(manifest, given, ports);
}

/** Whether all is as the manifest says. Nothing is sent. */
export async function test(
  manifest: Manifest,
  given: Given,
  ports: ManifestReadPorts,
): Promise<ManifestState> {
  const state = await foreseen(manifest, given, ports);
  const right = ({ action, status }: ResourceState) =>
    status === 'done' && (action === 'none' || action === 'skip');
  return { ...state, ok: state.resources.every(right) };
}

/** Makes what is missing and changes what differs, in the manifest's order. */
export async function build(manifest: Manifest, given: Given, ports: ManifestPorts): Promise<ManifestState> {
  const until = ports.now() + TIME_TO_ORDER;
  const findings = await surveyed(manifest, given, { purpose: 'make' }, ports);
  const follow = mayFollow(findings, ports.now());
  return inTurn(manifest, findings, async (finding) => {
    const progress = progressOf(finding);
    // What there is no time for now is done when it is asked for again.
    if (ports.now() >= until && progress.status === 'planned') return { ...progress, status: 'waiting' };
    return (await made(finding, follow, ports)) ?? progress;
  });
}

/** Deletes what is there, the last first: each is sent once those after it are gone. */
export async function teardown(
  manifest: Manifest,
  given: Given,
  ports: ManifestPorts,
): Promise<ManifestState> {
  const findings = await surveyed(
    manifest,
    given,
    { purpose: 'remove', operations: ports.operations },
    ports,
  );
  const follow = mayFollow(findings, ports.now());
  const dispute = disputeIn(findings);
  const states: ResourceState[] = [];
  for (const finding of findings.toReversed()) {
    const progress = await removed(finding, states, dispute, follow, ports);
    states.push(resourceState(finding, progress));
  }
  return stateOf(manifest.name, states.toReversed());
}

async function foreseen(manifest: Manifest, given: Given, ports: ManifestReadPorts): Promise<ManifestState> {
  const findings = await surveyed(manifest, given, { purpose: 'foresee' }, ports);
  return inTurn(manifest, findings, async (finding) => progressOf(finding));
}

/** Does something about each resource, in order, unless it has to wait for one before it. */
async function inTurn(
  { name }: Manifest,
  findings: readonly Finding[],
  work: (finding: Finding) => Promise<Progress>,
): Promise<ManifestState> {
  const states: ResourceState[] = [];
  for (const finding of findings) {
    states.push(resourceState(finding, waitsFor(finding, states) ?? (await work(finding))));
  }
  return stateOf(name, states);
}

function surveyed(
  manifest: Manifest,
  given: Given,
  asked: Survey,
  ports: ManifestReadPorts,
): Promise<readonly Finding[]> {
  const until = ports.now() + TIME_TO_READ;
  return survey(manifest, given, asked, { reads: ports, limits: ports.scope, until });
}

/** Where a resource uses exports of others that are not as they should be yet. */
function waitsFor(finding: Finding, earlier: readonly ResourceState[]): Progress | undefined {
  if (finding.kind !== 'found' || finding.resolved.waits.size === 0) return undefined;
  const on = new Set([...finding.resolved.waits.values()].flat());
  const failed = earlier.find(({ name, status }) => on.has(name) && ['failed', 'blocked'].includes(status));
  const progress = progressOf(finding);
  return failed
    ? { ...progress, status: 'blocked', error: blockedBy(failed) }
    : { ...progress, status: 'waiting' };
}

function blockedBy({ name }: ResourceState): { readonly name: string; readonly message: string } {
  return { name: 'Blocked', message: `${name} has failed, and this one comes after it` };
}

/** Orders what is needed; undefined where nothing is, or where it is ordered already. */
async function made(
  finding: Finding,
  follow: ReturnType<typeof mayFollow>,
  ports: ManifestPorts,
): Promise<Progress | undefined> {
  if (finding.kind !== 'found') return undefined;
  const { resolved, sight, need } = finding;
  const { identity } = resolved;
  if (!identity || !sight) return undefined;
  switch (need.kind) {
    case 'create':
      return ordered(need, await place(creation(resolved, identity, sight), sight, follow, ports));
    case 'update': {
      const errand = change(resolved, identity, need.standing, need.changes);
      return ordered(need, await place(errand, sight, follow, ports));
    }
    case 'none':
    case 'underway':
    case 'leaving':
    case 'impossible':
      return undefined;
  }
}

function ordered(
  {
    kind: action,
    changes,
  }: { readonly kind: 'create' | 'update'; readonly changes: ResourceState['changes'] },
  outcome: Ordered,
): Progress {
  const { operation } = outcome;
  if (outcome.kind === 'failed')
    return { action, status: 'failed', changes, operation, error: outcome.error };
  return { action, status: 'running', changes, operation };
}

/**
 * Where two mean one version, nothing is deleted: once what those use is gone, it could not be told any more that they
 * do, and which of them is protected.
 */
function disputeIn(findings: readonly Finding[]): NamedError | undefined {
  const names = findings.flatMap((one) => (one.kind === 'contested' ? [one.resource.name] : []));
  if (names.length === 0) return undefined;
  const message = `Nothing is deleted as long as ${names.join(' and ')} mean the same version`;
  return { name: 'Blocked', message };
}

async function removed(
  finding: Finding,
  later: readonly ResourceState[],
  dispute: NamedError | undefined,
  follow: ReturnType<typeof mayFollow>,
  ports: ManifestPorts,
): Promise<Progress> {
  if (finding.resource.protected) return { action: 'keep', status: 'done' };
  // No version can be what it has become, so none is.
  if (finding.kind === 'skipped' || finding.kind === 'faulty') return { action: 'skip', status: 'done' };
  if (finding.kind === 'contested')
    return { action: 'delete', status: 'failed', error: invalid(finding.faults) };
  const { resolved, sight, disposal } = finding;
  const { identity } = resolved;
  // It hangs on the exports of one that is not there: that goes after this one, so this one has gone before.
  if (!identity || !sight || !disposal) return { action: 'skip', status: 'done' };
  const { look, standing, going, creating, deleting } = sight;
  if (!standing && !going && !creating) return { action: 'delete', status: 'done' };
  if (disposal.kind === 'going') {
    const { version } = disposal;
    const operation = look.operations.findLast(
      (one) => one.kind === 'delete' && one.version === version.version && !isFinal(one.status),
    );
    return { action: 'delete', status: 'running', about: version, operation };
  }
  if (disposal.kind !== 'delete' && !creating) return { action: 'keep', status: 'done' };
  if (dispute) return { action: 'delete', status: 'blocked', error: dispute };
  const failed = later.find(({ status }) => status === 'failed' || status === 'blocked');
  if (failed) return { action: 'delete', status: 'blocked', error: blockedBy(failed) };
  if (creating || later.some(({ status }) => status !== 'done'))
    return { action: 'delete', status: 'waiting' };
  if (deleting || !standing) return { action: 'delete', status: 'running', operation: deleting };
  const outcome = await place(removal(identity, standing), sight, follow, ports);
  const { operation } = outcome;
  if (outcome.kind === 'failed')
    return { action: 'delete', status: 'failed', operation, error: outcome.error };
  return { action: 'delete', status: 'running', operation };
}
