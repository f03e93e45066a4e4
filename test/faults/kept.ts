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
];
