import type { Schedule } from './schedule.ts';

/** A fault that a schedule found and that was mended since. */
export interface KeptFault {
  /** What the app did. */
  readonly fault: string;
  /** The shrunk trace, as `npm run test:faults` printed it. */
  readonly schedule: Schedule;
}

/** Newest last. */
export const KEPT: readonly KeptFault[] = [
  {
    fault:
      'a creation that was answered with an unknown status before it had a name was given up, and its error did not say what it had made',
    schedule: {
      settings: { aliasTaken: 'refuse', repeatedToken: 'conflict', identifierShown: 'at-end' },
      steps: [{ do: 'create', image: 0, aliases: [], keyed: false, by: 'api', after: 0 }],
      mishaps: [
        { at: 'handler', rule: { image: 0, times: 1, handler: 'CREATE', kind: 'stall', seconds: 60 } },
        {
          at: 'handler',
          rule: { image: 0, times: 1, handler: 'CREATE', kind: 'status', value: 'NEVER_HEARD_OF' },
        },
      ],
    },
  },
  {
    fault:
      'a creation whose workflow was stopped before its version had a name left that version unnamed, and the image was handed on while its function could still send',
    schedule: {
      settings: { aliasTaken: 'refuse', repeatedToken: 'conflict', identifierShown: 'at-end' },
      steps: [
        { do: 'create', image: 0, aliases: [], keyed: true, by: 'api', after: 1 },
        { do: 'stop', of: 0, after: 2 },
        { do: 'create', image: 0, aliases: [], keyed: true, by: 'api', after: 1 },
      ],
      mishaps: [],
    },
  },
  {
    fault:
      'a deletion of what was not there yet claimed to have deleted it, because its first attempt was refused as busy',
    schedule: {
      settings: { aliasTaken: 'refuse', repeatedToken: 'conflict', identifierShown: 'at-once' },
      steps: [
        { do: 'delete', image: 0, version: 1, keyed: true, by: 'api', after: 1 },
        { do: 'create', image: 0, aliases: [], keyed: true, by: 'api', after: 1 },
      ],
      mishaps: [
        {
          at: 'handler',
          rule: {
            image: 0,
            times: 1,
            handler: 'DELETE',
            kind: 'error',
            name: 'ConcurrentOperationException',
          },
        },
      ],
    },
  },
  {
    fault: 'a creation whose answer was lost made a second version where its client token was forgotten',
    schedule: {
      settings: { aliasTaken: 'refuse', repeatedToken: 'conflict', identifierShown: 'at-end' },
      steps: [{ do: 'create', image: 0, aliases: ['stable'], keyed: true, by: 'api', after: 1 }],
      mishaps: [
        { at: 'invocation', fn: 'submit-create', nth: 1, what: 'kill-after' },
        { at: 'handler', rule: { image: 0, times: 3, handler: 'CREATE', kind: 'forget-client-tokens' } },
      ],
    },
  },
  {
    fault:
      'a version that could not be read in one snapshot was taken for known, without its properties, in those that followed',
    schedule: {
      settings: { aliasTaken: 'move', repeatedToken: 'original', identifierShown: 'at-end' },
      steps: [
        { do: 'create', image: 1, aliases: ['gpu'], keyed: false, by: 'api', after: 0 },
        { do: 'snapshot', by: 'api', after: 0 },
        { do: 'create', image: 0, aliases: ['gpu'], keyed: true, by: 'api', after: 4 },
        { do: 'update', image: 0, version: 2, aliases: ['gpu', 'stable'], keyed: false, by: 'api', after: 0 },
        { do: 'create', image: 0, aliases: ['gpu'], keyed: false, by: 'api', after: 6 },
        { do: 'snapshot', by: 'schedule', after: 6 },
        { do: 'create', image: 0, aliases: ['gpu'], keyed: false, by: 'api', after: 0 },
      ],
      mishaps: [
        {
          at: 'handler',
          rule: { image: 0, times: 3, handler: 'UPDATE', kind: 'status', value: 'NEVER_HEARD_OF' },
        },
        {
          at: 'handler',
          rule: {
            image: 0,
            times: 2,
            handler: 'CREATE',
            kind: 'error',
            name: 'HandlerInternalFailureException',
          },
        },
        {
          at: 'handler',
          rule: { image: 0, times: 1, handler: 'READ', kind: 'error', name: 'ResourceNotFoundException' },
        },
        {
          at: 'handler',
          rule: { image: 0, times: 1, handler: 'READ', kind: 'error', name: 'ResourceNotFoundException' },
        },
      ],
    },
  },
  {
    fault: 'a request without a key, for which the function was run twice, was two operations',
    schedule: {
      settings: { aliasTaken: 'refuse', repeatedToken: 'conflict', identifierShown: 'at-end' },
      steps: [{ do: 'create', image: 0, aliases: [], keyed: false, by: 'api', after: 1 }],
      mishaps: [{ at: 'invocation', fn: 'api-write', nth: 1, what: 'run-twice' }],
    },
  },
  {
    fault:
      'a deletion claimed that a version was gone already which stood, because the handler had not found it',
    schedule: {
      settings: { aliasTaken: 'refuse', repeatedToken: 'conflict', identifierShown: 'at-end' },
      steps: [
        { do: 'create', image: 0, aliases: ['stable'], keyed: true, by: 'api', after: 1 },
        { do: 'delete', image: 0, version: 1, keyed: true, by: 'api', after: 0 },
      ],
      mishaps: [
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
    },
  },
];
