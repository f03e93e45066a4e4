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
function operation(about: Partial<OperationRecord>): OperationRecord {
  ids += 1;
  return {
    operationId: `op-${ids}`,
    kind: 'update',
    status: 'SUCCEEDED',
    region: 'us-east-1',
    imageName: 'pytorch',
    history: [],
    createdAt: AT,
    ...about,
  };
}

/** An operation that has read back what it left. */
function ended(kind: OperationRecord['kind'], left: VersionState): OperationRecord {
  return operation({
    kind,
    version: left.version,
    result: {
      operationId: `op-${ids + 1}`,
      kind,
      effect: kind === 'create' ? 'created' : 'updated',
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

describe('a version that is new', () => {
  test('is that of the create that left it so', () => {
    const made = state(2, { aliases: ['stable'] });
    const create = ended('create', made);
    expect(causeOf(undefined, made, [create])).toEqual(by(create));
  });

  test('is drift where somebody has changed it since', () => {
    const create = ended('create', state(2));
    expect(causeOf(undefined, withProperties(2, { Processor: 'GPU' }), [create])).toEqual(DRIFT);
  });

  test('is that of a create that is still at work and has not named it', () => {
    const create = operation({
      kind: 'create',
      status: 'RUNNING',
      request: { properties: { BaseImage: 'base', Processor: 'CPU', Aliases: ['stable'] } },
    });
    expect(causeOf(undefined, state(2, { status: 'CREATING' }), [create])).toEqual(by(create));
    const other = state(2, { properties: { BaseImage: 'other' } });
    expect(causeOf(undefined, other, [create])).toEqual(DRIFT);
  });

  test('is drift where the create was one of another version', () => {
    expect(causeOf(undefined, state(3), [ended('create', state(2))])).toEqual(DRIFT);
  });
});

describe('a version that has changed', () => {
  const before = state(2);

  test('is that of the update that left it so', () => {
    const after = withProperties(2, { VendorGuidance: 'STABLE' });
    const update = ended('update', after);
    expect(causeOf(before, after, [update])).toEqual(by(update));
  });

  test('is drift where one property is another than the update left', () => {
    const update = ended('update', withProperties(2, { VendorGuidance: 'STABLE' }));
    const after = withProperties(2, { VendorGuidance: 'STABLE', ReleaseNotes: 'by hand' });
    expect(causeOf(before, after, [update])).toEqual(DRIFT);
  });

  test('is that of the later one of two updates, each of which made a part of it', () => {
    const first = { ...ended('update', withProperties(2, { Horovod: true })), createdAt: AT };
    const after = withProperties(2, { Horovod: true, ReleaseNotes: 'new' });
    const second = { ...ended('update', after), createdAt: LATER };
    expect(causeOf(before, after, [first, second])).toEqual(by(second));
  });

  test('is that of an update that is still at work, by what that was asked for', () => {
    const update = operation({
      status: 'RUNNING',
      version: 2,
      request: { properties: { Horovod: true, Processor: null } },
    });
    expect(causeOf(before, withProperties(2, { Horovod: true }), [update])).toEqual(by(update));
    expect(causeOf(before, withProperties(2, { Horovod: true, Processor: undefined }), [update])).toEqual(
      by(update),
    );
    expect(causeOf(before, withProperties(2, { Horovod: false }), [update])).toEqual(DRIFT);
  });

  test('a property that is gone was removed by the update that did not read it back', () => {
    const after = withProperties(2, { Processor: undefined });
    const { Processor: _gone, ...left } = after.properties;
    const update = ended('update', { ...after, properties: left });
    expect(causeOf(before, { ...after, properties: left }, [update])).toEqual(by(update));
  });

  test('status alone is that of whatever was done with it, and drift where nothing was', () => {
    const creating = state(2, { status: 'CREATING' });
    const create = ended('create', state(2));
    expect(causeOf(creating, state(2), [create])).toEqual(by(create));
    expect(causeOf(creating, state(2), [ended('create', state(3))])).toEqual(DRIFT);
    const deletion = operation({ kind: 'delete', status: 'RUNNING', version: 2 });
    expect(causeOf(before, state(2, { status: 'DELETING' }), [deletion])).toEqual(by(deletion));
  });
});

describe('an alias', () => {
  test('that was moved here was moved away there by the same operation', () => {
    const gained = state(2, { aliases: ['stable'] });
    const update = ended('update', gained);
    expect(causeOf(state(2), gained, [update])).toEqual(by(update));
    expect(causeOf(state(1, { aliases: ['stable'] }), state(1, { modifiedAt: LATER }), [update])).toEqual(
      by(update),
    );
  });

  test('that was lost without anybody wanting it elsewhere is drift', () => {
    const update = ended('update', state(2, { aliases: ['latest'] }));
    expect(causeOf(state(1, { aliases: ['stable'] }), state(1), [update])).toEqual(DRIFT);
  });

  test('that was added by hand beside one that was moved away is drift', () => {
    const update = ended('update', state(2, { aliases: ['stable'] }));
    const [before, after] = [state(1, { aliases: ['stable'] }), state(1, { aliases: ['mine'] })];
    expect(causeOf(before, after, [update])).toEqual(DRIFT);
  });
});

describe('a version that is gone', () => {
  test('was deleted by its delete, however that ended', () => {
    for (const status of ['SUCCEEDED', 'TIMED_OUT', 'RUNNING'] as const) {
      const deletion = operation({ kind: 'delete', status, version: 2 });
      expect(causeOf(state(2), undefined, [deletion])).toEqual(by(deletion));
    }
  });

  test('was removed by the create that failed, and not by one that succeeded', () => {
    const orphan = state(2, { status: 'CREATE_FAILED' });
    const failed = operation({ kind: 'create', status: 'FAILED', version: 2 });
    expect(causeOf(orphan, undefined, [failed])).toEqual(by(failed));
    expect(causeOf(state(2), undefined, [ended('create', state(2))])).toEqual(DRIFT);
  });

  test('is drift where the delete was one of another version', () => {
    expect(causeOf(state(2), undefined, [operation({ kind: 'delete', version: 1 })])).toEqual(DRIFT);
  });
});
