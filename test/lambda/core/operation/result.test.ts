import type { Operation, Phase } from '../../../../lambda/core/operation/operation.ts';
import { endingOf, endingOfRefusal } from '../../../../lambda/core/operation/result.ts';
import { begin } from '../../../../lambda/core/operation/transitions.ts';
import { SCOPE } from '../../../fixtures/scope.ts';
import { EXECUTION, POLICY, START } from '../../../fixtures/world.ts';

const { account, partition } = SCOPE;

function operation(phase: Phase, version = 3): Operation {
  const target = { partition, region: 'us-east-1', account, imageName: 'pytorch', version };
  return { ...begin(EXECUTION, { kind: 'delete', region: 'us-east-1', target }, POLICY, START), phase };
}

const deleted: Phase = {
  name: 'ended',
  endedAt: START + 12_345,
  outcome: { status: 'SUCCEEDED', effect: 'already-gone', properties: null },
};

test('a success tells the version, what it took and how long', () => {
  expect(endingOf(operation(deleted))).toMatchObject({
    kind: 'delete',
    imageName: 'pytorch',
    version: 3,
    finishedAt: START + 12_345,
    settlement: {
      status: 'SUCCEEDED',
      result: { effect: 'already-gone', version: 3, requests: 0, attempts: 0, durationSeconds: 12.3 },
    },
  });
});

test('every version number that an input may have can be told of', () => {
  const version = Number.MAX_SAFE_INTEGER;
  expect(endingOf(operation(deleted, version))).toMatchObject({ settlement: { result: { version } } });
});

test.each([
  ['OperationTimedOut', 'TIMED_OUT'],
  ['RequestCancelled', 'CANCELLED'],
  ['AccessDenied', 'FAILED'],
])('%s ends as %s', (name, status) => {
  const error = { name, message: 'why' };
  const phase: Phase = { name: 'ended', endedAt: START, outcome: { status: 'FAILED', error } };
  expect(endingOf(operation(phase)).settlement).toEqual({ status, error });
});

test('what has not ended has no ending', () => {
  expect(() => endingOf(operation({ name: 'send' }))).toThrow('phase send has not ended');
});

test('a refusal', () => {
  const error = { name: 'InvalidInput', message: 'no', faults: [{ path: '/region', message: 'no' }] };
  const subject = { region: 'us-east-1', imageName: 'pytorch' };
  expect(endingOfRefusal(EXECUTION, { kind: 'create', error, at: START, subject })).toEqual({
    execution: EXECUTION,
    kind: 'create',
    ...subject,
    settlement: { status: 'FAILED', error },
    startedAt: START,
    finishedAt: START,
  });
});
