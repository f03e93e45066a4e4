import type { Schedule, Step } from '../schedule.ts';
import type { Mutation } from './mutation.ts';

/** For each invariant mistakes that somebody could make, on the shortest schedules that bring them out. */
export const MUTATIONS: readonly Mutation[] = [
  {
    invariant: 'every accepted operation is final in time',
    mistake: 'the sweeper does not start what was accepted and not started',
    file: 'core/queue/sweep.ts',
    from: '  await handOn(image, ports);\n',
    to: '',
    handlers: ['sweep'],
    schedule: schedule(
      [create({ keyed: false })],
      [{ at: 'call', fn: 'api-write', nth: 5, what: 'kill-before' }],
    ),
  },
  {
    invariant: 'what the record says happened is what the image store says',
    mistake: 'what Cloud Control did not find is taken for gone, though SageMaker has it',
    file: 'core/operation/gone.ts',
    from: 'if (!found) return gone(operation, moment);',
    to: 'return gone(operation, moment);',
    handlers: ['check'],
    schedule: schedule(
      [create(), { do: 'delete', image: 0, version: 1, keyed: true, by: 'api', after: 1 }],
      [
        {
          at: 'handler',
          rule: {
            image: 0,
            times: 1,
            handler: 'DELETE',
            kind: 'fail-request',
            errorCode: 'NotFound',
            when: 'before',
          },
        },
      ],
    ),
  },
  {
    invariant: 'no request makes two versions',
    mistake: 'a creation whose answer was lost is not looked for before it is sent again',
    file: 'core/operation/search.ts',
    from: 'resumed === true || step.attempt > 1 || step.callFailures > 0 || requests.length > 0',
    to: 'resumed === true',
    handlers: ['submit-create'],
    schedule: schedule(
      [create()],
      [
        { at: 'call', fn: 'submit-create', nth: 4, what: 'lose-answer' },
        { at: 'handler', rule: { image: 0, times: 1, handler: 'CREATE', kind: 'forget-client-tokens' } },
      ],
    ),
  },
  {
    invariant: 'versions follow the order of acceptance',
    mistake: "the newest in an image's queue has the turn",
    file: 'adapters/image-queues.ts',
    from: '            Limit: 1,\n',
    to: '            Limit: 1,\n            ScanIndexForward: false,\n',
    handlers: ['api-write', 'settle', 'execution-ended', 'sweep'],
    schedule: schedule(
      [create(), create(), create()],
      // So that both others wait by the time the first one ends.
      [{ at: 'handler', rule: { image: 0, times: 1, handler: 'CREATE', kind: 'stall', seconds: 600 } }],
    ),
  },
  {
    invariant: 'an alias points where the last successful operation put it',
    mistake: 'an update that changes no alias does not repeat them, and SageMaker takes them away',
    file: 'core/image-version/patch-document.ts',
    from: 'patch: [...patch, aliasesStep(wantedAliases)]',
    to: 'patch: sameSet(aliases, wantedAliases) ? patch : [...patch, aliasesStep(wantedAliases)]',
    handlers: ['submit-update'],
    schedule: schedule([
      create({ aliases: ['stable'] }),
      { do: 'update', image: 0, version: 1, keyed: true, by: 'api', after: 1 },
    ]),
  },
  {
    invariant: 'no orphan stays behind unnamed',
    mistake: 'the error of a creation does not say that what it left could not be removed',
    file: 'core/operation/attempts.ts',
    from: 'return fail(operation, withNote(work.because, note), now);',
    to: 'return fail(operation, work.because, now);',
    handlers: ['submit-create', 'check'],
    schedule: schedule(
      [create()],
      [
        { at: 'handler', rule: { image: 0, times: 1, handler: 'CREATE', kind: 'create-failed' } },
        {
          at: 'handler',
          rule: {
            image: 0,
            times: 1,
            handler: 'CREATE',
            kind: 'fail-request',
            errorCode: 'GeneralServiceException',
            when: 'after',
          },
        },
        {
          at: 'handler',
          rule: {
            image: 0,
            times: 1,
            handler: 'DELETE',
            kind: 'fail-request',
            errorCode: 'GeneralServiceException',
            when: 'before',
          },
        },
      ],
    ),
  },
  {
    invariant: 'each snapshot is what the store was, and the past stays as it was',
    mistake: 'what is known of a version that is gone is not ended',
    file: 'core/inventory/completion.ts',
    from: "if (change.kind !== 'added') {",
    to: "if (change.kind === 'changed') {",
    handlers: ['inventory'],
    schedule: schedule([
      create(),
      { do: 'snapshot', by: 'schedule', after: 300 },
      { do: 'delete', image: 0, version: 1, keyed: true, by: 'api', after: 60 },
    ]),
  },
  {
    invariant: 'each end is told of, and repeats say the same',
    mistake: 'an operation counts as done before its end is told',
    file: 'core/queue/finish.ts',
    from: '  await events.publish(record);\n  // Last: from now on nobody looks at it any more.\n  await records.done(record.operationId);\n',
    to: '  await records.done(record.operationId);\n  await events.publish(record);\n',
    handlers: ['settle'],
    schedule: schedule([create()], [{ at: 'call', fn: 'settle', nth: 6, what: 'kill-before' }]),
  },
  {
    invariant: 'what the record says happened is what the image store says',
    mistake: 'an execution that began before the operation was accepted is taken for its own',
    file: 'core/queue/own-execution.ts',
    from: "return startedAt >= Date.parse(record.createdAt) - CLOCK_DIFFERENCE_MS ? 'own' : 'earlier';",
    to: "return 'own';",
    handlers: ['sweep', 'execution-ended'],
    schedule: schedule([create(), { do: 'restore-tables', after: 60 }, { do: 'repeat', of: 0, after: 1 }]),
  },
  {
    invariant: 'no image is held for ever',
    mistake: 'a running operation whose execution is gone is passed over',
    file: 'core/queue/sweep.ts',
    from: 'if (!state && (await concludeLost(operationId, ports))) return;',
    to: 'if (!state) return;',
    handlers: ['sweep'],
    schedule: schedule(
      [create(), { do: 'deploy-anew', change: {}, daysGone: 0, after: 10 }],
      [{ at: 'handler', rule: { image: 0, times: 1, handler: 'CREATE', kind: 'stall', seconds: 600 } }],
    ),
  },
  {
    invariant: 'a cancelled operation sends no more creations',
    mistake: 'the mark of a cancellation is not heeded before a request is sent',
    file: 'core/operation/submit.ts',
    from: "if (claim.outcome === 'cancelled') return cancelledBeforeSend(operation, claim.begun, moment().now);",
    to: '',
    handlers: ['submit-create'],
    schedule: schedule(
      [create(), { do: 'cancel', of: 0, after: 1 }],
      [
        {
          at: 'handler',
          rule: {
            image: 0,
            times: 3,
            handler: 'CREATE',
            kind: 'error',
            name: 'ConcurrentOperationException',
          },
        },
      ],
    ),
  },
  {
    invariant: "every region's snapshots go on",
    mistake: 'a snapshot does not look at the time within an image',
    file: 'core/inventory/time-limit.ts',
    from: "if (this.isOver) throw new OutOfTime('The time of the run is over: what is left is handed on');",
    to: '',
    handlers: ['inventory'],
    schedule: {
      ...schedule([create()]),
      configuration: { snapshotCallsPerSecond: 1 },
      stock: { images: 3, versions: 15, aliases: 20 },
    },
  },
  {
    invariant: 'each snapshot is what the store was, and the past stays as it was',
    mistake: 'a region that is not configured any more cannot be read',
    file: 'core/inventory/readable-regions.ts',
    from: 'return [...new Set([...configured, ...(await desk.regions())])];',
    to: 'return configured;',
    handlers: ['api-inventory'],
    schedule: {
      ...schedule([
        create({ image: 1 }),
        { do: 'snapshot', by: 'schedule', after: 60 },
        { do: 'upgrade', change: { regions: ['us-east-1'] }, after: 60 },
      ]),
      configuration: { regions: ['us-east-1', 'eu-west-1'] },
    },
  },
];

function schedule(steps: Schedule['steps'], mishaps: Schedule['mishaps'] = []): Schedule {
  return {
    settings: { aliasTaken: 'refuse', repeatedToken: 'conflict', identifierShown: 'at-end' },
    steps,
    mishaps,
  };
}

/** Asked for once the one before is answered. */
function create(
  but: { readonly keyed?: boolean; readonly aliases?: readonly string[]; readonly image?: number } = {},
): Step {
  return { do: 'create', image: 0, aliases: [], keyed: true, by: 'api', after: 1, ...but };
}
