import { operationsTable } from '../../../lambda/adapters/operations-table.ts';
import { recordStore } from '../../../lambda/adapters/record-store.ts';
import { endingOfCrash } from '../../../lambda/core/operation/crash.ts';
import { type Ending, endingOfRefusal } from '../../../lambda/core/operation/result.ts';
import type { OperationRecords, RecordStore } from '../../../lambda/core/ports.ts';
import { MemoryRecords } from '../../fixtures/memory-records.ts';
import {
  acceptedRecord,
  arnOfExecution,
  awaiting,
  begunOperation,
  endingAs,
  INPUT,
} from '../../fixtures/operations.ts';
import { arnOf } from '../../fixtures/scope.ts';
import { Tables } from '../../fixtures/tables.ts';
import { START } from '../../fixtures/world.ts';

/** What both sides of the records promise: of the table, and of its stand-in in the tests of core. */

const tables = new Tables();
beforeAll(() => tables.start());
afterAll(() => tables.stop());

const AT = new Date(START + 30_000).toISOString();
const subject = { region: 'us-east-1', imageName: 'pytorch', version: 3 };

/** Of an execution whose first function crashed. */
function crashOf(id: string, now: number): Ending {
  const { execution, kind } = begunOperation(id);
  const crash = { Error: 'x', Cause: 'y' };
  const about = {
    execution,
    crash,
    kind,
    subject,
    operation: undefined,
    opened: false,
    leftovers: undefined,
  };
  return endingOfCrash(about, now);
}

const failure = { status: 'FAILED', error: { name: 'AccessDenied', message: 'no' } } as const;

interface Sides {
  readonly store: RecordStore;
  readonly workflows: OperationRecords;
}

const IMPLEMENTATIONS: Readonly<Record<string, () => Sides>> = {
  'the table': () => {
    const table = { name: tables.operations, recordDays: 30 };
    return { store: recordStore(table), workflows: operationsTable(table) };
  },
  memory: () => {
    const records = new MemoryRecords();
    return { store: records, workflows: records };
  },
};

describe.each(Object.entries(IMPLEMENTATIONS))('in %s', (_where, sides) => {
  let store: RecordStore;
  let workflows: OperationRecords;
  let id: string;
  let count = 0;
  beforeEach(() => {
    ({ store, workflows } = sides());
    count += 1;
    id = `op-${count}`;
  });

  const statusOf = async () => (await store.find(id))?.status;

  async function openIds(): Promise<string[]> {
    const ids: string[] = [];
    for await (const one of store.openOperations()) ids.push(one.operationId);
    return ids;
  }

  describe('a request that is about to be sent', () => {
    const begun = () => begunOperation(id);

    test('may be sent, and may be asked about again', async () => {
      await workflows.open(begun(), INPUT);
      await expect(workflows.claimSend(begun(), 'call-1')).resolves.toEqual({ outcome: 'send' });
      await expect(workflows.claimSend(begun(), 'call-1')).resolves.toEqual({ outcome: 'send' });
    });

    test.each([
      ['it was not permitted before', undefined, false],
      ['another one was permitted before', 'call-0', false],
      ['it was permitted before', 'call-1', true],
    ])('may not be sent once a caller has asked to cancel: %s', async (_what, before, begunBefore) => {
      await workflows.open(begun(), INPUT);
      if (before !== undefined) await workflows.claimSend(begun(), before);
      await store.requestCancellation(id, AT);
      await expect(workflows.claimSend(begun(), 'call-1')).resolves.toEqual({
        outcome: 'cancelled',
        begun: begunBefore,
      });
    });

    test('is not hindered by a record that is missing, or another execution’s', async () => {
      await expect(workflows.claimSend(begun(), 'call-1')).resolves.toEqual({ outcome: 'send' });
      await workflows.open(begun(), INPUT);
      await store.requestCancellation(id, AT);
      const stranger = { ...begun(), execution: { name: id, arn: arnOfExecution('another') } };
      await expect(workflows.claimSend(stranger, 'call-1')).resolves.toEqual({ outcome: 'send' });
    });

    test('leaves nothing in the record that callers see', async () => {
      await workflows.open(begun(), INPUT);
      const opened = await store.find(id);
      await workflows.claimSend(begun(), 'call-1');
      expect(await store.find(id)).toEqual(opened);
    });
  });

  describe('an operation that is accepted', () => {
    test('is there as it was written, and open', async () => {
      expect(await store.find(id)).toBeUndefined();
      await expect(store.accept(acceptedRecord(id))).resolves.toBe(true);
      expect(await store.find(id)).toEqual({ ...acceptedRecord(id), open: true });
      expect(await openIds()).toContain(id);
    });

    test('is listed with what the sweeper goes by, as it stands', async () => {
      const listed = async () => {
        for await (const one of store.openOperations()) if (one.operationId === id) return one;
        return undefined;
      };
      await store.accept(acceptedRecord(id));
      const wanted = { kind: 'delete', image: 'us-east-1#pytorch', createdAt: new Date(START).toISOString() };
      expect(await listed()).toMatchObject({ ...wanted, status: 'QUEUED', ticket: 1 });
      await workflows.open(begunOperation(id), INPUT);
      await store.requestCancellation(id, AT);
      expect(await listed()).toMatchObject({ ...wanted, status: 'RUNNING', cancelRequestedAt: AT });
      await workflows.close(endingAs(begunOperation(id)));
      expect(await listed()).toMatchObject({ ...wanted, status: 'SUCCEEDED' });
    });

    test('is accepted once', async () => {
      await store.accept(acceptedRecord(id));
      await expect(store.accept(acceptedRecord(id, { version: 4 }))).resolves.toBe(false);
      expect(await store.find(id)).toMatchObject({ version: 3 });
    });

    test('is opened by its workflow, as often as that is run', async () => {
      await store.accept(acceptedRecord(id));
      const operation = begunOperation(id);
      const { startedAt } = operation;
      const opened = { outcome: 'opened', startedAt };
      await expect(workflows.open(operation, INPUT)).resolves.toEqual({ ...opened, again: false });
      const later = { ...operation, startedAt: startedAt + 60_000 };
      await expect(workflows.open(later, INPUT)).resolves.toEqual({ ...opened, again: true });
      expect(await store.find(id)).toEqual({
        ...acceptedRecord(id),
        status: 'RUNNING',
        executionArn: arnOfExecution(id),
        startedAt: new Date(START + 5000).toISOString(),
        open: true,
      });
    });

    test('whose input has its fields in another order is the same', async () => {
      await store.accept(acceptedRecord(id));
      const turned = { version: 3, imageName: 'pytorch' };
      await expect(workflows.open(begunOperation(id), turned)).resolves.toMatchObject({ outcome: 'opened' });
    });

    test.each([
      ['another input', begunOperation, { ...INPUT, version: 4 }],
      ['another kind', (one: string) => begunOperation(one, 'update', { ...INPUT, properties: {} }), INPUT],
    ])('is not opened by an execution of %s under its id', async (_what, begun, input) => {
      await store.accept(acceptedRecord(id));
      await expect(workflows.open(begun(id), input)).resolves.toMatchObject({ outcome: 'taken' });
      expect(await statusOf()).toBe('QUEUED');
    });

    test('and cancelled is not opened', async () => {
      await store.accept(acceptedRecord(id));
      await store.conclude(acceptedRecord(id), { from: 'QUEUED', status: 'CANCELLED', at: AT });
      await expect(workflows.open(begunOperation(id), INPUT)).resolves.toMatchObject({
        outcome: 'cancelled',
      });
      await expect(workflows.open(begunOperation(id), { ...INPUT, version: 4 })).resolves.toMatchObject({
        outcome: 'taken',
      });
      expect(await statusOf()).toBe('CANCELLED');
    });
  });

  test('a workflow that was started by hand writes the record itself, and finds it when it is run again', async () => {
    const operation = begunOperation(id);
    const opened = { outcome: 'opened', startedAt: operation.startedAt };
    await expect(workflows.open(operation, INPUT)).resolves.toEqual({ ...opened, again: false });
    const later = { ...operation, startedAt: operation.startedAt + 60_000 };
    await expect(workflows.open(later, INPUT)).resolves.toEqual({ ...opened, again: true });
    const record = await store.find(id);
    expect(record).toMatchObject({ status: 'RUNNING', executionArn: arnOfExecution(id), open: true });
    expect(record?.ticket).toBeUndefined();
    expect(await openIds()).toContain(id);
  });

  test('an id that another execution runs under, or ran, is taken', async () => {
    await workflows.open(begunOperation(id), INPUT);
    const other = { ...begunOperation(id), execution: { name: id, arn: 'arn:other' } };
    await expect(workflows.open(other, INPUT)).resolves.toMatchObject({ outcome: 'taken' });
    await workflows.close(endingAs(begunOperation(id)));
    await expect(workflows.open(begunOperation(id), INPUT)).resolves.toMatchObject({ outcome: 'taken' });
  });

  describe('a creation has a twin', () => {
    const BASE = 'registry/x:1';
    const asked = (BaseImage: string, ImageName = `twins-${id}`) => ({
      properties: { ImageName, BaseImage },
    });
    const creation = (name: string, input: object) => begunOperation(`${id}-${name}`, 'create', input);
    const start = async (name: string, input: object) => {
      const operation = creation(name, input);
      await workflows.open(operation, input);
      return operation;
    };

    test('where another one of its image, from the same base image, runs or has run beside it', async () => {
      const own = await start('own', asked(BASE));
      await expect(workflows.hasTwin(own)).resolves.toBe(false);
      const other = await start('other', asked(BASE));
      await expect(workflows.hasTwin(own)).resolves.toBe(true);
      await workflows.close(endingAs(other, failure));
      await expect(workflows.hasTwin(own)).resolves.toBe(true);
    });

    test('and not in what is of another image, from another base image, or had ended before', async () => {
      await start('other-image', asked(BASE, `others-${id}`));
      await start('other-base', asked('registry/x:2'));
      await workflows.close(endingAs(await start('before', asked(BASE)), failure));
      const later = { ...creation('own', asked(BASE)), startedAt: START + 3_600_000 };
      await workflows.open(later, asked(BASE));
      await expect(workflows.hasTwin(later)).resolves.toBe(false);
    });

    test('and not in one that is still queued', async () => {
      const own = await start('own', asked(BASE));
      const queued = { kind: 'create', imageName: `twins-${id}`, request: asked(BASE) } as const;
      await store.accept(acceptedRecord(`${id}-queued`, queued));
      await expect(workflows.hasTwin(own)).resolves.toBe(false);
    });
  });

  describe('a workflow’s note', () => {
    test('tells how far it has come, and hears whether it was cancelled', async () => {
      await workflows.open(begunOperation(id), INPUT);
      await expect(workflows.note(awaiting(begunOperation(id)))).resolves.toBe(false);
      expect((await store.find(id))?.history).toMatchObject([
        { event: 'request', requestToken: 'r-1', status: 'IN_PROGRESS', at: new Date(START).toISOString() },
      ]);
      await store.requestCancellation(id, AT);
      await expect(workflows.note(awaiting(begunOperation(id)))).resolves.toBe(true);
    });

    test('names the version of a creation as soon as it is known', async () => {
      const input = { properties: { ImageName: 'pytorch', BaseImage: 'registry/x' } };
      const creation = begunOperation(id, 'create', input);
      await workflows.open(creation, input);
      await workflows.note(creation);
      expect((await store.find(id))?.version).toBeUndefined();
      await workflows.note({ ...creation, identifier: arnOf(7) });
      expect(await store.find(id)).toMatchObject({ identifier: arnOf(7), version: 7 });
    });

    test('changes no other execution’s record', async () => {
      await workflows.open(begunOperation(id), INPUT);
      await store.requestCancellation(id, AT);
      const other = { ...awaiting(begunOperation(id)), execution: { name: id, arn: 'arn:other' } };
      await expect(workflows.note(other)).resolves.toBe(false);
      expect((await store.find(id))?.history).toEqual([]);
    });
  });

  describe('an end', () => {
    test('is written once it comes, and the same again by a repeat', async () => {
      await store.accept(acceptedRecord(id));
      await workflows.open(begunOperation(id), INPUT);
      const closed = await workflows.close(endingAs(begunOperation(id)));
      expect(closed).toMatchObject({
        status: 'SUCCEEDED',
        result: { effect: 'deleted' },
        ticket: 1,
        createdAt: new Date(START).toISOString(),
        finishedAt: new Date(START + 60_000).toISOString(),
        open: true,
      });
      expect(await store.find(id)).toEqual(closed);
      await expect(workflows.close(endingAs(begunOperation(id)))).resolves.toEqual(closed);
    });

    test('of a workflow that refuses what was accepted is the end of it', async () => {
      await store.accept(acceptedRecord(id));
      const error = { name: 'InvalidInput', message: 'no longer' };
      const refused = endingOfRefusal(begunOperation(id).execution, {
        kind: 'delete',
        error,
        at: START,
        subject,
      });
      await expect(workflows.close(refused)).resolves.toMatchObject({ status: 'FAILED', error, open: true });
    });

    test('of a workflow that crashed before it opened what was accepted is the end of it', async () => {
      await store.accept(acceptedRecord(id));
      await expect(workflows.close(crashOf(id, START))).resolves.toMatchObject({
        status: 'FAILED',
        error: { name: 'WorkflowCrashed' },
        request: INPUT,
        ticket: 1,
        open: true,
      });
    });

    test.each([
      ['succeeded', undefined],
      ['failed', failure],
    ])(
      'of an operation that %s under another record of its id tells nothing about this one',
      async (_how, outcome) => {
        await store.accept(acceptedRecord(id));
        await expect(workflows.close(endingAs(begunOperation(id), outcome))).resolves.toBeUndefined();
        expect(await store.find(id)).toEqual({ ...acceptedRecord(id), open: true });
      },
    );

    test('of a workflow that crashed after it was opened does not forget when that was, nor what was sent', async () => {
      await workflows.open(begunOperation(id), INPUT);
      await workflows.note(awaiting(begunOperation(id)));
      await expect(workflows.close(crashOf(id, START + 90_000))).resolves.toMatchObject({
        status: 'FAILED',
        history: [{ requestToken: 'r-1' }],
        createdAt: new Date(START + 5000).toISOString(),
        startedAt: new Date(START + 5000).toISOString(),
        finishedAt: new Date(START + 90_000).toISOString(),
      });
    });

    test.each([
      ['an execution of another kind', 'update', 'arn:other'],
      ['another execution', 'delete', 'arn:other'],
    ] as const)('of %s changes nothing', async (_whose, kind, arn) => {
      await store.accept(acceptedRecord(id));
      if (kind === 'delete') await workflows.open(begunOperation(id), INPUT);
      const before = await store.find(id);
      const error = { name: 'OperationIdTaken', message: 'taken' };
      const refused = endingOfRefusal({ name: id, arn }, { kind, error, at: START, subject });
      await expect(workflows.close(refused)).resolves.toBeUndefined();
      expect(await store.find(id)).toEqual(before);
    });

    test('that was written already stays: a function that outlives its execution writes no other', async () => {
      await workflows.open(begunOperation(id), INPUT);
      await store.conclude(acceptedRecord(id), { from: 'RUNNING', status: 'CANCELLED', at: AT });
      await expect(workflows.close(endingAs(begunOperation(id)))).resolves.toBeUndefined();
      expect(await statusOf()).toBe('CANCELLED');
    });

    test('of an execution that nobody accepted and that was refused is a whole record, open until it is done', async () => {
      const error = { name: 'InvalidInput', message: 'no' };
      const { execution } = begunOperation(id);
      const refused = endingOfRefusal(execution, { kind: 'delete', error, at: START, subject });
      const record = {
        operationId: id,
        executionArn: arnOfExecution(id),
        kind: 'delete',
        status: 'FAILED',
        ...subject,
        error,
        history: [],
        createdAt: new Date(START).toISOString(),
        startedAt: new Date(START).toISOString(),
        finishedAt: new Date(START).toISOString(),
      };
      await expect(workflows.close(refused)).resolves.toEqual({ ...record, open: true });
      expect(await store.find(id)).toEqual({ ...record, open: true });
      expect(await openIds()).toContain(id);
      await store.done(id);
      await expect(workflows.close(refused)).resolves.toEqual({ ...record, open: false });
      expect(await openIds()).not.toContain(id);
    });

    test('of an execution that names no image is open as well', async () => {
      const error = { name: 'InvalidInput', message: 'no' };
      const { execution } = begunOperation(id);
      const nothing = { kind: 'create', error, at: START, subject: { region: 'us-east-1' } } as const;
      const closed = await workflows.close(endingOfRefusal(execution, nothing));
      expect(closed).toMatchObject({ status: 'FAILED', region: 'us-east-1', open: true });
      expect(closed).not.toHaveProperty('imageName');
      expect(await openIds()).toContain(id);
    });

    test('of an operation whose record is missing is a whole record', async () => {
      await expect(workflows.close(endingAs(begunOperation(id)))).resolves.toMatchObject({
        kind: 'delete',
        status: 'SUCCEEDED',
        ...subject,
        result: { effect: 'deleted' },
        createdAt: new Date(START + 5000).toISOString(),
        open: true,
      });
    });

    test('that fails tells the error and no result', async () => {
      await workflows.open(begunOperation(id), INPUT);
      const closed = await workflows.close(endingAs(begunOperation(id), failure));
      expect(closed).toMatchObject(failure);
      expect(closed).not.toHaveProperty('result');
    });
  });

  describe('a conclusion', () => {
    const concluded = (from: 'QUEUED' | 'RUNNING') =>
      store.conclude(acceptedRecord(id), { from, status: 'FAILED', at: AT, error: failure.error });

    test('is drawn from the status that the record still has, and from no other', async () => {
      await store.accept(acceptedRecord(id));
      await expect(concluded('RUNNING')).resolves.toBe(false);
      expect(await statusOf()).toBe('QUEUED');
      await expect(concluded('QUEUED')).resolves.toBe(true);
      expect(await store.find(id)).toMatchObject({ ...failure, finishedAt: AT, open: true });
      await expect(concluded('QUEUED')).resolves.toBe(false);
    });

    test('is drawn of no record that is not there', async () => {
      await expect(concluded('QUEUED')).resolves.toBe(false);
      expect(await store.find(id)).toBeUndefined();
    });
  });

  describe('a cancellation that is asked for', () => {
    test('stands in the record from the first time on', async () => {
      await store.accept(acceptedRecord(id));
      await expect(store.requestCancellation(id, AT)).resolves.toMatchObject({ cancelRequestedAt: AT });
      await workflows.open(begunOperation(id), INPUT);
      const later = new Date(START + 90_000).toISOString();
      await expect(store.requestCancellation(id, later)).resolves.toMatchObject({ cancelRequestedAt: AT });
    });

    test('comes too late after the end, and for nobody', async () => {
      await expect(store.requestCancellation(id, AT)).resolves.toBeUndefined();
      expect(await store.find(id)).toBeUndefined();
      await workflows.open(begunOperation(id), INPUT);
      await workflows.close(endingAs(begunOperation(id)));
      await expect(store.requestCancellation(id, AT)).resolves.toBeUndefined();
      expect(await store.find(id)).not.toHaveProperty('cancelRequestedAt');
    });
  });

  test('what is done is open no more, may be done again, and comes of nothing', async () => {
    await store.done(id);
    expect(await store.find(id)).toBeUndefined();
    await store.accept(acceptedRecord(id));
    for (let times = 0; times < 2; times += 1) await store.done(id);
    expect(await store.find(id)).toMatchObject({ open: false });
    expect(await openIds()).not.toContain(id);
  });
});
