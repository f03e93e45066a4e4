import { type Crashed, endingOfCrash } from '../../../../lambda/core/operation/crash.ts';
import type { Phase } from '../../../../lambda/core/operation/operation.ts';
import { begin } from '../../../../lambda/core/operation/transitions.ts';
import { SCOPE } from '../../../fixtures/scope.ts';
import { EXECUTION, POLICY, START } from '../../../fixtures/world.ts';

const { account, partition } = SCOPE;
const subject = { region: 'us-east-1', imageName: 'pytorch', version: 3 };
const target = { partition, account, ...subject };
const operation = begin(EXECUTION, { kind: 'delete', region: 'us-east-1', target }, POLICY, START);

function crashed(about: Partial<Crashed>): Crashed {
  return {
    execution: EXECUTION,
    crash: { Error: 'Runtime.ExitError', Cause: 'x' },
    kind: 'delete',
    subject,
    operation: undefined,
    opened: false,
    leftovers: undefined,
    ...about,
  };
}

function messageOf(about: Partial<Crashed>): string {
  const { settlement } = endingOfCrash(crashed(about), START + 5000);
  return settlement.status === 'SUCCEEDED' ? '' : settlement.error.message;
}

test.each([
  ['{"errorMessage": "out of memory", "errorType": "x"}', 'Runtime.ExitError: out of memory'],
  ['{"errorMessage": 5}', 'Runtime.ExitError: 5'],
  ['{"other": 1}', 'Runtime.ExitError: {"other": 1}'],
  ['null', 'Runtime.ExitError: null'],
  ['plain words', 'Runtime.ExitError: plain words'],
  ['', 'Runtime.ExitError: '],
])('a crash whose cause is %j, before there was an operation', (Cause, message) => {
  const crash = { Error: 'Runtime.ExitError', Cause };
  expect(endingOfCrash(crashed({ crash }), START)).toEqual({
    execution: EXECUTION,
    settlement: { status: 'FAILED', error: { name: 'WorkflowCrashed', message } },
    kind: 'delete',
    ...subject,
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
  const about = { operation: { ...operation, phase }, opened: true };
  expect(endingOfCrash(crashed(about), START + 5000)).toMatchObject({
    kind: 'delete',
    version: 3,
    startedAt: START,
    finishedAt: START + 5000,
  });
  expect(messageOf(about).includes('may still be running')).toBe(running);
});

test.each([true, false])('a first function that opened the record (%s) may have sent a request', (opened) => {
  expect(messageOf({ opened }).includes('may still be running')).toBe(opened);
});

test('names what it may have made', () => {
  expect(messageOf({ leftovers: 'made meanwhile from its base image: x' })).toBe(
    'Runtime.ExitError: x (made meanwhile from its base image: x)',
  );
});
