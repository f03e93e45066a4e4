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

/** Of these functions or machines alone, by the ids of their constructs. */
function roleOf(...ids: readonly string[]): RegExp {
  return new RegExp(`/(${ids.join('|')})Role[0-9A-F]{8}$`);
}

const MACHINE = roleOf('(Create|Update|Delete)StateMachine');

export const EXPLAINED: readonly Explanation[] = [
  {
    action: /^logs:(CreateLogStream|PutLogEvents)$/,
    resource: /:log-group:\/aws\/lambda\/image-version-[a-z-]+:\*$/,
    reason: 'Lambda writes the log of a function with its role; the local cloud does so without asking.',
  },
  {
    action: /^xray:Put(TraceSegments|TelemetryRecords)$/,
    resource: /^\*$/,
    reason: 'Lambda and Step Functions send traces with the role; the local cloud has none.',
  },
  {
    role: MACHINE,
    action: /^xray:GetSampling(Rules|Targets)$/,
    resource: /^\*$/,
    reason: 'Step Functions asks which executions it is to trace; the local cloud traces none.',
  },
  {
    role: MACHINE,
    action:
      /^logs:((Create|Get|Update|Delete)LogDelivery|ListLogDeliveries|PutResourcePolicy|Describe(ResourcePolicies|LogGroups))$/,
    resource: /^\*$/,
    reason: 'Step Functions asks for these when a machine that logs is made, and never in a local run.',
  },
  {
    role: roleOf('Check', 'SubmitCreate', 'SubmitUpdate', 'ApiRead', 'ApiManifest', 'ApiManifestRead'),
    action: /^sagemaker:ListAliases$/,
    resource: /:image\/\*$/,
    reason:
      'They ask for the aliases of one version; AWS’s reference names the image as well, and which of the two it judges by is not known here (docs/unverified.md).',
  },
  {
    role: roleOf('Inventory'),
    action: /^sagemaker:ListAliases$/,
    resource: /:image-version\/\*$/,
    reason:
      'It asks for the aliases of a whole image; AWS’s reference names the version as well, and which of the two it judges by is not known here (docs/unverified.md).',
  },
];
