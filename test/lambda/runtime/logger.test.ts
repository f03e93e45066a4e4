import { parseCreate } from '../../../lambda/core/image-version/request.ts';
import { begin } from '../../../lambda/core/operation/transitions.ts';
import { logDecision, logger } from '../../../lambda/runtime/logger.ts';
import { SCOPE } from '../../fixtures/scope.ts';
import { EXECUTION, POLICY, START } from '../../fixtures/world.ts';

const parsed = parseCreate(
  { properties: { ImageName: 'pytorch', BaseImage: 'registry/secret-base', ReleaseNotes: 'secret notes' } },
  SCOPE,
);
if (!parsed.ok) throw new Error('not parsed');
const operation = begin(EXECUTION, parsed.request, POLICY, START);

test('a decision is one line that an operation can be followed by, without what a caller wrote', () => {
  const info = jest.spyOn(logger, 'info').mockImplementation(() => undefined);
  logDecision(EXECUTION, { operation, next: { action: 'poll', seconds: 3 } });
  expect(info.mock.calls).toHaveLength(1);
  expect(info.mock.calls[0]?.[1]).toMatchObject({
    operationId: 'op-1',
    kind: 'create',
    step: 'create',
    attempt: 1,
    phase: 'send',
    next: 'poll',
    seconds: 3,
  });
  expect(JSON.stringify(info.mock.calls)).not.toContain('secret');
});

test('the error of one that failed is named, its message left out', () => {
  const info = jest.spyOn(logger, 'info').mockImplementation(() => undefined);
  const error = { name: 'AccessDenied', message: 'secret message' };
  const phase = { name: 'ended', endedAt: START, outcome: { status: 'FAILED', error } } as const;
  logDecision(EXECUTION, { operation: { ...operation, phase }, next: { action: 'settle', seconds: 0 } });
  expect(info.mock.lastCall?.[1]).toMatchObject({ error: 'AccessDenied' });
  expect(JSON.stringify(info.mock.lastCall)).not.toContain('secret');
});

afterEach(() => jest.restoreAllMocks());
