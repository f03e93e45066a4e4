import { planUpdate } from '../image-version/patch-document.ts';
import type { FullModel } from '../image-version/properties.ts';
import {
  CallError,
  type Circumstances,
  type ImageVersionRequests,
  type ImageVersions,
  type OperationRecords,
  type ProgressEvent,
  type SendClaim,
  type VersionDescription,
} from '../ports.ts';
import { adopted } from './aftermath.ts';
import { cancelledBeforeSend } from './cancellation.ts';
import { clientToken } from './client-token.ts';
import { fail, limitOf, type Moment } from './decision.ts';
import { conflictingRequest } from './failure.ts';
import type { Decision, Operation, PhaseOf } from './operation.ts';
import { findOwn, mayHaveBeenSent } from './search.ts';
import { holderOf, identifierOf, versionOf } from './target.ts';
import { aliasesPlanned, overdue, planned, releasePlanned, sent, submitFailed } from './transitions.ts';

export interface CheckPorts {
  readonly requests: ImageVersionRequests;
  readonly versions: ImageVersions;
  readonly circumstances: Circumstances;
}

export interface SubmitPorts extends CheckPorts {
  readonly records: Pick<OperationRecords, 'claimSend' | 'hasTwin'>;
}

/**
 * Does what an operation has to send: plans an update from what is there, or sends the request that is due.
 * May be run again at any time: the request then has the same client token and the same body, and a creation is
 * looked for first.
 */
export async function submit(operation: Operation, ports: SubmitPorts): Promise<Decision> {
  const { circumstances } = ports;
  const moment = (): Moment => ({ now: circumstances.now(), random: circumstances.random() });
  if (moment().now >= limitOf(operation)) return overdue(operation, moment().now);
  try {
    switch (operation.phase.name) {
      case 'plan':
        return await plan(operation, ports, moment);
      case 'send': {
        const made = await madeBefore(operation, ports);
        if (made) return adopted(operation, made, moment().now);
        const claim = await claimSend(operation, ports);
        if (claim.outcome === 'cancelled') return cancelledBeforeSend(operation, claim.begun, moment().now);
        return sent(operation, await send(operation, operation.phase, ports.requests), moment());
      }
      case 'await':
      case 'cancel':
      case 'examine':
      case 'search':
      case 'confirm-gone':
      case 'find-holders':
      case 'read':
      case 'ended':
        throw new Error(`An operation in phase ${operation.phase.name} has nothing to submit`);
    }
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const requestToken = conflictingRequest(error);
    if (requestToken === undefined) return submitFailed(operation, error, moment());
    return sent(operation, { requestToken, status: 'IN_PROGRESS' }, moment());
  }
}

/** A creation that may have been sent is looked for before it is sent again: see search.ts. */
async function madeBefore(
  operation: Operation,
  { versions, records }: SubmitPorts,
): Promise<VersionDescription | undefined> {
  const again = operation.step.work.name === 'create' && mayHaveBeenSent(operation);
  return again ? await findOwn(operation, versions, records) : undefined;
}

/** The removal of what a failed creation left is sent however the operation ends. */
async function claimSend(operation: Operation, { records }: SubmitPorts): Promise<SendClaim> {
  if (operation.step.work.name === 'remove-orphan') return { outcome: 'send' };
  return await records.claimSend(operation, `${clientToken(operation)}#${operation.step.callFailures}`);
}

async function plan(operation: Operation, ports: SubmitPorts, moment: () => Moment): Promise<Decision> {
  const { work } = operation.step;
  switch (work.name) {
    case 'update':
      return await planUpdateStep(operation, ports, moment);
    case 'add-aliases':
      return aliasesPlanned(operation, work, await aliasesOf(operation, identifierOf(operation), ports));
    case 'release-aliases': {
      const current = await aliasesOf(operation, holderOf(work), ports);
      return releasePlanned(operation, work, current, moment());
    }
    case 'create':
    case 'delete':
    case 'remove-orphan':
      throw new Error(`Step ${work.name} is not planned`);
  }
}

async function aliasesOf(
  operation: Operation,
  identifier: string,
  { versions }: SubmitPorts,
): Promise<readonly string[]> {
  const { imageName, version } = versionOf({ ...operation, identifier });
  return await versions.aliases(operation.request.region, imageName, version);
}

async function planUpdateStep(
  operation: Operation,
  ports: SubmitPorts,
  moment: () => Moment,
): Promise<Decision> {
  const { request } = operation;
  if (request.kind !== 'update') throw new Error(`A ${request.kind} is not planned`);
  const { region, target } = request;
  const identifier = identifierOf(operation);
  const [model, aliases] = await Promise.all([
    ports.requests.read(region, identifier),
    ports.versions.aliases(region, target.imageName, target.version),
  ]);
  if (!model) {
    const message = `There is no image version ${identifier}`;
    return fail(operation, { name: 'NotFound', message, retryable: false }, moment().now);
  }
  const current: FullModel = { ...model, Aliases: aliases };
  return planned(operation, planUpdate(request, model, aliases), current, moment().now);
}

function send(
  operation: Operation,
  phase: PhaseOf<'send'>,
  requests: ImageVersionRequests,
): Promise<ProgressEvent> {
  const { request, step } = operation;
  const token = clientToken(operation);
  switch (step.work.name) {
    case 'create':
      if (request.kind !== 'create') throw new Error(`A ${request.kind} does not create`);
      return requests.create(request.region, request.desiredState, token);
    case 'add-aliases':
    case 'update':
      return requests.update(request.region, identifierOf(operation), phase.patch ?? [], token);
    case 'release-aliases':
      return requests.update(request.region, holderOf(step.work), phase.patch ?? [], token);
    case 'delete':
    case 'remove-orphan':
      return requests.delete(request.region, identifierOf(operation), token);
  }
}
