import fc from 'fast-check';
import { CallError } from '../../../../lambda/core/ports.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { event, POLICY, run, type Told, version, World } from '../../../fixtures/world.ts';

/** Whole operations against answers drawn at random, everything that AWS may say among them. */

const CODES = [
  'Throttling',
  'ResourceConflict',
  'AlreadyExists',
  'NotFound',
  'ServiceTimeout',
  'AccessDenied',
  'New',
];
const ERRORS = [
  new CallError('ThrottlingException', 'later', true),
  new CallError('ECONNRESET', 'broken off', true),
  new CallError('ConcurrentOperationException', 'busy', false),
  new CallError('ResourceNotFoundException', 'not there', false),
  new CallError('ValidationException', 'no', false),
  new CallError('ClientTokenConflictException', 'an operation with RequestToken earlier-1', false),
];

const identifier = fc.constantFrom(undefined, arnOf(3), arnOf(4), 'no-arn');
const progress = fc
  .record({
    status: fc.constantFrom(
      'PENDING',
      'IN_PROGRESS',
      'SUCCESS',
      'FAILED',
      'FAILED',
      'CANCEL_COMPLETE',
      'NEW',
    ),
    errorCode: fc.constantFrom(undefined, ...CODES),
    identifier,
    retryAfter: fc.constantFrom(undefined, 0, 4_000_000_000_000),
  })
  .map(({ status, errorCode, identifier, retryAfter }) =>
    event(status, {
      ...(errorCode && status === 'FAILED' ? { errorCode } : {}),
      ...(identifier ? { identifier } : {}),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    }),
  );
const described = fc
  .constantFrom('CREATING', 'CREATED', 'CREATE_FAILED', 'DELETING', 'NEW')
  .map((status) => version(3, status));

function script<T>(answers: fc.Arbitrary<T>) {
  return fc.array(fc.oneof({ arbitrary: answers, weight: 3 }, fc.constantFrom(...ERRORS)), {
    minLength: 1,
    maxLength: 6,
  });
}

const scripts = fc.record({
  create: script(progress),
  update: script(progress),
  delete: script(progress),
  status: script(progress),
  cancel: script(progress),
  read: script(fc.constantFrom(undefined, { ImageName: 'pytorch', Version: 3 }, { ReleaseNotes: 'new' })),
  describe: script(fc.option(described, { nil: undefined })),
  describeAlias: script(fc.constantFrom(undefined, version(2, 'CREATED'), version(3, 'CREATED'))),
  aliases: script(fc.constantFrom([], ['latest'], ['latest', 'other'])),
});

const INPUTS = {
  create: { properties: { ImageName: 'pytorch', BaseImage: 'registry/x', Aliases: ['latest', 'stable'] } },
  update: { identifier: arnOf(3), properties: { ReleaseNotes: 'new' }, aliasesToAdd: ['latest'] },
  delete: { identifier: arnOf(3) },
} as const;
const kind = fc.constantFrom('create', 'update', 'delete');
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

interface Lived extends Told {
  readonly world: World;
}

/** Every operation is held to these, whatever was answered. */
function everyOperation(claim: (lived: Lived) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(kind, scripts, random, async (kind, answers, chance) => {
      const world = new World(answers, () => chance);
      claim({ ...(await run(kind, INPUTS[kind], world)), world });
    }),
    { numRuns: 250 },
  );
}

test('it ends, within the deadline and four graces, with a name and a message or a result', () =>
  everyOperation(({ settlement, seconds }) => {
    expect(seconds).toBeLessThanOrEqual(POLICY.deadlineSeconds + 4 * POLICY.graceSeconds);
    if (settlement.status === 'SUCCEEDED')
      expect(settlement.result.identifier).toMatch(/^arn:aws:sagemaker:/);
    else
      expect(settlement.error).toMatchObject({
        name: expect.stringMatching(/./),
        message: expect.stringMatching(/./),
      });
  }));

test('its requests and its calls are bounded', () =>
  everyOperation(({ operation, world }) => {
    const { maxAttempts, maxCalls } = POLICY;
    // A step, before each further attempt of it the release of aliases, and one clean-up.
    const steps = 2 * maxAttempts + 1;
    expect(operation.requests.length).toBeLessThanOrEqual(steps * maxAttempts);
    const sent = ['create', 'update', 'delete'].flatMap((method) =>
      world.calls.filter((call) => call.method === method),
    );
    expect(sent.length).toBeLessThanOrEqual(steps * maxAttempts * maxCalls);
  }));

test('the same token is sent with the same body alone, and another body with another token', () =>
  everyOperation(({ world }) => {
    const bodies = new Map<unknown, string>();
    for (const { method, given } of world.calls) {
      if (method !== 'create' && method !== 'update' && method !== 'delete') continue;
      const body = JSON.stringify([method, given.slice(0, -1)]);
      const token = given.at(-1);
      expect(bodies.get(token) ?? body).toBe(body);
      bodies.set(token, body);
    }
  }));

test('a second create is sent only after the first failed and nothing stood of what it had named', () =>
  everyOperation(({ operation, world }) => {
    const creates = operation.requests.filter(({ step }) => step === 'create');
    for (const { status, errorCode } of creates.slice(0, -1)) {
      expect(['FAILED', 'CANCEL_COMPLETE']).toContain(status);
      expect(errorCode).toMatch(/^(Throttling|ResourceConflict)$/);
    }
    // A version that was seen standing is never followed by another create.
    const seen = world.calls.findIndex(({ method }) => method === 'update' || method === 'delete');
    if (operation.kind !== 'create' || seen < 0) return;
    expect(world.calls.slice(seen).filter(({ method }) => method === 'create')).toEqual([]);
  }));

test('a failed create that named a version is never left without a look at it', () =>
  everyOperation(({ operation, world, settlement }) => {
    if (
      operation.kind !== 'create' ||
      settlement.status === 'SUCCEEDED' ||
      operation.identifier === undefined
    )
      return;
    const looked = world.callsOf('describe').length > 0;
    const standing = settlement.error.message.includes('was created and stays');
    // Final at once, because nothing about it is known: the record names the version.
    const unseen = ['UnexpectedStatus', 'AlreadyExists', ...ERRORS.map(({ name }) => name)].includes(
      settlement.error.name,
    );
    expect(looked || standing || unseen).toBe(true);
  }));
