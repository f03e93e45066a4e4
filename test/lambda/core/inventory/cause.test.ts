import { causeOf } from '../../../../lambda/core/inventory/cause.ts';
import type { VersionState } from '../../../../lambda/core/inventory/snapshot.ts';
import type { OperationRecord } from '../../../../lambda/core/operation/record.ts';
import { arnOf } from '../../../fixtures/scope.ts';

/** Which changes are an operation's, and which were made past this system. */

const AT = '2026-11-24T08:00:00.000Z';
const LATER = '2026-11-24T09:00:00.000Z';

function state(version: number, change: Partial<VersionState> = {}): VersionState {
  return {
    identifier: arnOf(version),
    region: 'us-east-1',
    account: '123456789012',
    imageName: 'pytorch',
    version,
    status: 'CREATED',
    createdAt: AT,
    modifiedAt: AT,
    properties: { ImageName: 'pytorch', Version: version, BaseImage: 'base', Processor: 'CPU' },
    aliases: [],
    ...change,
  };
}

function withProperties(version: number, properties: object, aliases: readonly string[] = []): VersionState {
  const { properties: known } = state(version);
  return state(version, { properties: { ...known, ...properties }, aliases, modifiedAt: LATER });
}

let ids = 0;
/** An operation that has sent a request. */
function operation(about: Partial<OperationRecord>): OperationRecord {
  ids += 1;
  const { kind = 'update' } = about;
  return {
    operationId: `op-${ids}`,
    kind,
    status: 'SUCCEEDED',
    region: 'us-east-1',
    imageName: 'pytorch',
    history: [
      { event: 'request', at: AT, step: kind, attempt: 1, requestToken: 'r', status: 'SUCCESS', polls: 1 },
    ],
    createdAt: AT,
    ...about,
  };
}

/** An operation that has read back what it left. */
function ended(
  kind: OperationRecord['kind'],
  left: VersionState,
  request: unknown,
  effect: 'created' | 'updated' | 'unchanged' = kind === 'create' ? 'created' : 'updated',
): OperationRecord {
  return operation({
    kind,
    version: left.version,
    request,
    result: {
      operationId: `op-${ids + 1}`,
      kind,
      effect,
      identifier: left.identifier,
      imageName: left.imageName,
      version: left.version,
      region: left.region,
      properties: { ...left.properties, Aliases: left.aliases },
      requests: 1,
      polls: 1,
      attempts: 1,
      durationSeconds: 1,
    },
  });
}

const DRIFT = { drift: true };
const by = ({ operationId }: OperationRecord) => ({ drift: false, operationId });

test('where there was no operation, it is drift', () => {
  expect(causeOf(undefined, state(1), [])).toEqual(DRIFT);
  expect(causeOf(state(1), withProperties(1, { Horovod: true }), [])).toEqual(DRIFT);
  expect(causeOf(state(1), undefined, [])).toEqual(DRIFT);
});

const CREATE = { properties: { ImageName: 'pytorch', BaseImage: 'base', Processor: 'CPU' } };

describe('a version that is new', () => {
  test('is that of the create that left it so', () => {
    const made = state(2, { aliases: ['stable'] });
    const create = ended('create', made, { properties: { ...CREATE.properties, Aliases: ['stable'] } });
    expect(causeOf(undefined, made, [create])).toEqual(by(create));
  });

  test('is that of a create that spells the image name with other capitals', () => {
    const create = operation({
      kind: 'create',
      version: 2,
      request: { properties: { ...CREATE.properties, ImageName: 'PyTorch' } },
    });
    expect(causeOf(undefined, state(2), [create])).toEqual(by(create));
    expect(causeOf(undefined, withProperties(2, { Processor: 'cpu' }), [create])).toEqual(DRIFT);
  });

  test('is drift where somebody has changed it since, be it in what the create did not name', () => {
    const create = ended('create', state(2), CREATE);
    expect(causeOf(undefined, withProperties(2, { Processor: 'GPU' }), [create])).toEqual(DRIFT);
    expect(causeOf(undefined, withProperties(2, { ReleaseNotes: 'by hand' }), [create])).toEqual(DRIFT);
    expect(causeOf(undefined, state(2, { aliases: ['mine'] }), [create])).toEqual(DRIFT);
  });

  test('is that of an update that changed it since', () => {
    const create = ended('create', state(2), CREATE);
    const after = withProperties(2, { Horovod: true });
    const update = { ...ended('update', after, { properties: { Horovod: true } }), createdAt: LATER };
    expect(causeOf(undefined, after, [create, update])).toEqual(by(update));
  });

  test('is that of a create that is still at work and has not named it', () => {
    const create = operation({
      kind: 'create',
      status: 'RUNNING',
      request: { properties: { ...CREATE.properties, Aliases: ['stable'] } },
    });
    const creating = { status: 'CREATING', properties: { ...CREATE.properties, Version: 2 } };
    expect(causeOf(undefined, state(2, creating), [create])).toEqual(by(create));
    const other = state(2, { properties: { BaseImage: 'other' } });
    expect(causeOf(undefined, other, [create])).toEqual(DRIFT);
  });

  test('is drift where the create was one of another version, or has sent nothing yet', () => {
    expect(causeOf(undefined, state(3), [ended('create', state(2), CREATE)])).toEqual(DRIFT);
    const queued = operation({ kind: 'create', status: 'QUEUED', request: CREATE, history: [] });
    expect(causeOf(undefined, state(2), [queued])).toEqual(DRIFT);
  });

  test('is that of the create that was found by what it had made, though no request of it is known', () => {
    const adopted = { ...ended('create', state(2), CREATE), history: [] };
    expect(causeOf(undefined, state(2), [adopted])).toEqual(by(adopted));
  });
});

describe('a version that has changed', () => {
  const before = state(2);

  test('is that of the update that left it so', () => {
    const after = withProperties(2, { VendorGuidance: 'STABLE' });
    const update = ended('update', after, { properties: { VendorGuidance: 'STABLE' } });
    expect(causeOf(before, after, [update])).toEqual(by(update));
    const patch = ended('update', after, {
      patch: [
        { op: 'test', path: '/Processor', value: 'CPU' },
        { op: 'add', path: '/VendorGuidance', value: 'STABLE' },
      ],
    });
    expect(causeOf(before, after, [patch])).toEqual(by(patch));
  });

  test('is drift where one property is another than the update left', () => {
    const update = ended('update', withProperties(2, { VendorGuidance: 'STABLE' }), {
      properties: { VendorGuidance: 'STABLE' },
    });
    const after = withProperties(2, { VendorGuidance: 'STABLE', ReleaseNotes: 'by hand' });
    expect(causeOf(before, after, [update])).toEqual(DRIFT);
  });

  test('is drift where the update read back what somebody else had changed before', () => {
    const after = withProperties(2, { VendorGuidance: 'ARCHIVED', ReleaseNotes: 'ours' }, ['theirs']);
    const update = ended('update', after, { properties: { ReleaseNotes: 'ours' } });
    expect(causeOf(before, after, [update])).toEqual(DRIFT);
    const unchanged = ended('update', after, { properties: { VendorGuidance: 'ARCHIVED' } }, 'unchanged');
    expect(causeOf(before, after, [unchanged])).toEqual(DRIFT);
  });

  test('is that of the later one of two updates, each of which made a part of it', () => {
    const first = ended('update', withProperties(2, { Horovod: true }), { properties: { Horovod: true } });
    const after = withProperties(2, { Horovod: true, ReleaseNotes: 'new' });
    const second = ended('update', after, { properties: { ReleaseNotes: 'new' } });
    const later = { ...second, createdAt: LATER };
    expect(causeOf(before, after, [first, later])).toEqual(by(later));
  });

  test('is that of an update that is still at work, by what that was asked for', () => {
    const update = operation({
      status: 'RUNNING',
      version: 2,
      request: { properties: { Horovod: true, Processor: null } },
    });
    expect(causeOf(before, withProperties(2, { Horovod: true }), [update])).toEqual(by(update));
    const { Processor: _gone, ...left } = before.properties;
    const removed = state(2, { properties: { ...left, Horovod: true }, modifiedAt: LATER });
    expect(causeOf(before, removed, [update])).toEqual(by(update));
    expect(causeOf(before, withProperties(2, { Horovod: false }), [update])).toEqual(DRIFT);
  });

  test('a property that is gone was removed by the update that was to remove it', () => {
    const { Processor: _gone, ...left } = before.properties;
    const after = state(2, { properties: left, modifiedAt: LATER });
    const update = ended('update', after, { properties: { Processor: null } });
    expect(causeOf(before, after, [update])).toEqual(by(update));
    const patch = ended('update', after, { patch: [{ op: 'remove', path: '/Processor' }] });
    expect(causeOf(before, after, [patch])).toEqual(by(patch));
  });

  test('status alone is that of whatever was done with it, and drift where nothing was', () => {
    const creating = state(2, { status: 'CREATING' });
    const create = ended('create', state(2), CREATE);
    expect(causeOf(creating, state(2), [create])).toEqual(by(create));
    expect(causeOf(creating, state(2), [ended('create', state(3), CREATE)])).toEqual(DRIFT);
    const deletion = operation({ kind: 'delete', status: 'RUNNING', version: 2 });
    expect(causeOf(before, state(2, { status: 'DELETING' }), [deletion])).toEqual(by(deletion));
  });

  test('is drift where the only operation is a create of the same image, begun long after it was made', () => {
    const create = operation({ kind: 'create', status: 'RUNNING', request: CREATE, createdAt: LATER });
    expect(causeOf(before, state(2, { status: 'DELETING' }), [create])).toEqual(DRIFT);
    expect(causeOf(before, undefined, [create])).toEqual(DRIFT);
  });
});

describe('an alias', () => {
  const gained = state(2, { aliases: ['stable'] });
  const lost = state(1, { aliases: ['stable'] });

  test.each([
    ['the whole set', { properties: { Aliases: ['stable'] } }],
    ['an addition', { aliasesToAdd: ['stable'] }],
    ['a patch', { patch: [{ op: 'add', path: '/Aliases/-', value: 'stable' }] }],
  ])('that was moved here by %s was moved away there by the same operation', (_how, request) => {
    const update = ended('update', gained, request);
    expect(causeOf(state(2), gained, [update])).toEqual(by(update));
    expect(causeOf(lost, state(1, { modifiedAt: LATER }), [update])).toEqual(by(update));
  });

  test('is moved by an addition that is still at work, at both ends', () => {
    const update = operation({ status: 'RUNNING', version: 2, request: { aliasesToAdd: ['stable'] } });
    expect(causeOf(state(2), gained, [update])).toEqual(by(update));
    expect(causeOf(lost, state(1), [update])).toEqual(by(update));
  });

  test('is taken away by the operation that was to take it', () => {
    const update = operation({ status: 'RUNNING', version: 1, request: { aliasesToDelete: ['stable'] } });
    expect(causeOf(lost, state(1), [update])).toEqual(by(update));
  });

  test('that was lost without anybody wanting it elsewhere is drift', () => {
    const update = ended('update', state(2, { aliases: ['latest'] }), { aliasesToAdd: ['latest'] });
    expect(causeOf(lost, state(1), [update])).toEqual(DRIFT);
  });

  test('that was there by hand before a patch added another is drift', () => {
    const after = state(2, { aliases: ['mine', 'stable'] });
    const update = ended('update', after, { patch: [{ op: 'add', path: '/Aliases/-', value: 'stable' }] });
    expect(causeOf(state(2), after, [update])).toEqual(DRIFT);
    const removal = ended('update', state(1), { patch: [{ op: 'remove', path: '/Aliases/0' }] });
    expect(causeOf(lost, state(1), [removal])).toEqual(by(removal));
  });

  test('that was added by hand beside one that was moved away, or came, is drift', () => {
    const update = ended('update', gained, { aliasesToAdd: ['stable'] });
    expect(causeOf(lost, state(1, { aliases: ['mine'] }), [update])).toEqual(DRIFT);
    expect(causeOf(state(2), state(2, { aliases: ['mine', 'stable'] }), [update])).toEqual(DRIFT);
  });
});

describe('a version that is gone', () => {
  test('was deleted by its delete, however that ended', () => {
    for (const status of ['SUCCEEDED', 'TIMED_OUT', 'RUNNING'] as const) {
      const deletion = operation({ kind: 'delete', status, version: 2 });
      expect(causeOf(state(2), undefined, [deletion])).toEqual(by(deletion));
    }
  });

  test('is drift where the delete was cancelled before it had sent anything', () => {
    const cancelled = operation({ kind: 'delete', status: 'CANCELLED', version: 2, history: [] });
    expect(causeOf(state(2), undefined, [cancelled])).toEqual(DRIFT);
  });

  test('was removed by the create that failed and cleared up, and not by one that succeeded', () => {
    const orphan = state(2, { status: 'CREATE_FAILED' });
    const failed = operation({
      kind: 'create',
      status: 'FAILED',
      version: 2,
      history: (['create', 'remove-orphan'] as const).map((step) => ({
        event: 'request',
        at: AT,
        step,
        attempt: 1,
        requestToken: step,
        status: 'SUCCESS',
        polls: 1,
      })),
    });
    expect(causeOf(orphan, undefined, [failed])).toEqual(by(failed));
    expect(causeOf(state(2), undefined, [ended('create', state(2), CREATE)])).toEqual(DRIFT);
  });

  test('is drift where the delete was one of another version', () => {
    expect(causeOf(state(2), undefined, [operation({ kind: 'delete', version: 1 })])).toEqual(DRIFT);
  });
});
