import type { Operation, Phase } from '../../../../lambda/core/operation/operation.ts';
import { endingOf, endingOfCrash, endingOfRefusal } from '../../../../lambda/core/operation/result.ts';
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
  expect(endingOfRefusal(EXECUTION, { kind: 'create', error, at: START })).toMatchObject({
    kind: 'create',
    settlement: { status: 'FAILED', error },
    requests: [],
    finishedAt: START,
  });
});

describe('a crash', () => {
  const cause = (text: string) => ({ Error: 'Runtime.ExitError', Cause: text });

  test.each([
    ['{"errorMessage": "out of memory", "errorType": "x"}', 'Runtime.ExitError: out of memory'],
    ['{"errorMessage": 5}', 'Runtime.ExitError: 5'],
    ['{"other": 1}', 'Runtime.ExitError: {"other": 1}'],
    ['null', 'Runtime.ExitError: null'],
    ['plain words', 'Runtime.ExitError: plain words'],
    ['', 'Runtime.ExitError: '],
  ])('whose cause is %j', (text, message) => {
    const error = { name: 'WorkflowCrashed', message };
    expect(endingOfCrash(EXECUTION, cause(text), undefined, START)).toEqual({
      execution: EXECUTION,
      settlement: { status: 'FAILED', error },
      requests: [],
      log: [],
      startedAt: START,
      finishedAt: START,
    });
  });

  const awaiting: Phase = { name: 'await', requestToken: 'r', polls: 1 };
  test.each<[Phase, boolean]>([
    [{ name: 'send' }, true],
    [awaiting, true],
    [{ name: 'cancel', why: 'late', requestToken: 'r', polls: 0, until: START }, true],
    [{ name: 'plan' }, false],
    [{ name: 'read', effect: 'updated', looks: 0 }, false],
  ])('in phase %j says whether a request may still be running: %s', (phase, running) => {
    const ending = endingOfCrash(EXECUTION, cause('x'), operation(phase), START + 5000);
    expect(ending).toMatchObject({ kind: 'delete', version: 3, startedAt: START, finishedAt: START + 5000 });
    const { settlement } = ending;
    const message = settlement.status === 'FAILED' ? settlement.error.message : '';
    expect(message.includes('may still be running')).toBe(running);
  });
});
