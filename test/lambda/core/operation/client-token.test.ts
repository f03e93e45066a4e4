import fc from 'fast-check';
import { clientToken } from '../../../../lambda/core/operation/client-token.ts';
import type { Operation, RequestRecord, Work } from '../../../../lambda/core/operation/operation.ts';
import { begin } from '../../../../lambda/core/operation/transitions.ts';
import { arnOf, SCOPE } from '../../../fixtures/scope.ts';
import { EXECUTION, POLICY, START } from '../../../fixtures/world.ts';

const { account, partition } = SCOPE;
const target = { partition, region: 'us-east-1', account, imageName: 'pytorch', version: 3 };
const OPERATION = begin(EXECUTION, { kind: 'delete', region: 'us-east-1', target }, POLICY, START);
const RECORD: RequestRecord = {
  step: 'delete',
  attempt: 1,
  requestToken: 'r',
  at: START,
  status: 'FAILED',
  polls: 1,
};

/** An operation as far as its token is concerned. */
function at(arn: string, work: Work, attempt: number, requests: number): Operation {
  return {
    ...OPERATION,
    execution: { arn, name: 'op-1' },
    step: { ...OPERATION.step, work, attempt },
    requests: Array.from({ length: requests }, () => RECORD),
  };
}

test('it is a token that Cloud Control takes, whatever the execution is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (arn) => {
      expect(clientToken(at(arn, { name: 'delete' }, 1, 0))).toMatch(/^[-A-Za-z0-9+/=]{1,128}$/);
    }),
  );
});

test('it is the same for a repeat, however the calls before it failed', () => {
  const repeated = {
    ...OPERATION,
    polls: 7,
    step: { ...OPERATION.step, callFailures: 3, startedAt: START + 1 },
  };
  expect(clientToken(repeated)).toBe(clientToken(OPERATION));
});

test('it is another for another execution, step, attempt, or number of requests before', () => {
  const release: Work = {
    name: 'release-aliases',
    holders: [{ identifier: arnOf(2), aliases: ['a'] }],
    resume: OPERATION.step,
  };
  const tokens = [
    at('arn:a', { name: 'delete' }, 1, 0),
    at('arn:b', { name: 'delete' }, 1, 0),
    at('arn:a', { name: 'create' }, 1, 0),
    at('arn:a', { name: 'delete' }, 2, 0),
    at('arn:a', { name: 'delete' }, 2, 1),
    at('arn:a', release, 1, 1),
    at('arn:a', release, 1, 3),
  ].map(clientToken);
  expect(new Set(tokens).size).toBe(tokens.length);
});
