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
];
