/** Permissions that no test uses, and why they stand all the same. */
export interface Explanation {
  /** `<stack>/<logical id>`. @default any */
  readonly role?: RegExp;
  readonly action: RegExp;
  /** The resource as it stands in the policy. @default any */
  readonly resource?: RegExp;
  /** One sentence. */
  readonly reason: string;
}

export const EXPLAINED: readonly Explanation[] = [
  {
    action: /^logs:(CreateLogStream|PutLogEvents)$|^xray:/,
    reason:
      'Lambda and Step Functions write logs and traces with the role; the local cloud does so without asking.',
  },
  {
    action: /^logs:/,
    reason: 'Step Functions asks for these when a machine that logs is made, and never in a local run.',
  },
];
