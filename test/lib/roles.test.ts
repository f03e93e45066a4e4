import { actionsOn, type Grant, grantsOf } from '../fixtures/grants.ts';
import { synthesized, textOf } from '../fixtures/stacks.ts';

const { workflow } = synthesized({ regions: 'us-east-1,eu-west-1', alarmEmail: 'team@example.com' });

const FUNCTIONS = ['check', 'settle', 'submit-create', 'submit-update', 'submit-delete'] as const;
type FunctionName = (typeof FUNCTIONS)[number];

function grantsOfFunction(name: FunctionName): Grant[] {
  return grantsOf(
    workflow,
    workflow.named('AWS::Lambda::Function', 'FunctionName', `image-version-${name}-test`),
  );
}

/** Actions that take no resource in IAM, beside Cloud Control's. */
const TRACES = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

/**
 * What the handlers of AWS::SageMaker::ImageVersion ask of their caller.
 * Source: the permissions of the resource's documentation, "To operate on the image_versions resource".
 */
const ASKED = {
  create: ['sagemaker:CreateImageVersion', 'sagemaker:DescribeImageVersion'],
  read: ['sagemaker:DescribeImageVersion'],
  update: ['sagemaker:UpdateImageVersion', 'sagemaker:DescribeImageVersion', 'sagemaker:ListAliases'],
  delete: ['sagemaker:DeleteImageVersion', 'sagemaker:DescribeImageVersion'],
  list: ['sagemaker:ListImageVersions'],
} as const;
const CALLS = {
  create: 'cloudformation:CreateResource',
  read: 'cloudformation:GetResource',
  update: 'cloudformation:UpdateResource',
  delete: 'cloudformation:DeleteResource',
  list: 'cloudformation:ListResources',
} as const;
type Operation = keyof typeof ASKED;

interface Role {
  readonly operations: readonly Operation[];
  /** Actions that it calls by itself. */
  readonly further?: readonly string[];
  readonly records: boolean;
}

const ROLES: Readonly<Record<FunctionName, Role>> = {
  check: {
    operations: ['read'],
    further: [
      'cloudformation:CancelResourceRequest',
      'cloudformation:GetResourceRequestStatus',
      'sagemaker:ListAliases',
    ],
    records: false,
  },
  settle: { operations: [], records: true },
  'submit-create': { operations: ['create', 'update', 'delete'], records: true },
  'submit-update': { operations: ['read', 'update'], records: true },
  'submit-delete': { operations: ['delete'], records: true },
};

const IMAGE_ARNS = ['us-east-1', 'eu-west-1'].flatMap((region) =>
  ['image', 'image-version'].map(
    (type) => `arn:\${AWS::Partition}:sagemaker:${region}:\${AWS::AccountId}:${type}/*`,
  ),
);

function unique(actions: readonly string[]): string[] {
  return [...new Set(actions)].sort();
}

describe.each(FUNCTIONS)('%s', (name) => {
  const grants = grantsOfFunction(name);
  const { operations, further = [], records } = ROLES[name];
  const wanted = [
    ...operations.map((one) => CALLS[one]),
    ...operations.flatMap((one) => ASKED[one]),
    ...further,
  ];

  test('may do these things, and no others', () => {
    expect(unique(grants.map(({ action }) => action))).toEqual(
      unique([
        ...wanted,
        ...TRACES,
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        ...(records ? ['dynamodb:PutItem', 'dynamodb:UpdateItem'] : []),
      ]),
    );
  });

  test('on any resource only what takes none', () => {
    expect(actionsOn(grants, /^\*$/)).toEqual(
      unique([...TRACES, ...wanted.filter((action) => action.startsWith('cloudformation:'))]),
    );
  });

  test('on images and image versions of the configured regions alone', () => {
    const actions = unique(wanted.filter((action) => action.startsWith('sagemaker:')));
    const arns = unique(
      grants.filter(({ action }) => action.startsWith('sagemaker:')).map(({ resource }) => resource),
    );
    expect(arns).toEqual(actions.length > 0 ? unique(IMAGE_ARNS) : []);
    for (const arn of arns) {
      expect(unique(grants.filter(({ resource }) => resource === arn).map(({ action }) => action))).toEqual(
        actions,
      );
    }
  });

  test('on its own log group and the one table alone', () => {
    const own = textOf(
      workflow.named('AWS::Lambda::Function', 'FunctionName', `image-version-${name}-test`).Properties.Role,
    ).replace(/Role[0-9A-F]{8}\.Arn}$/, 'Logs');
    const logs = unique(
      grants.filter(({ action }) => action.startsWith('logs:')).map(({ resource }) => resource),
    );
    expect(logs).toHaveLength(1);
    expect(logs[0]?.startsWith(own)).toBe(true);
    const tables = unique(
      grants.filter(({ action }) => action.startsWith('dynamodb:')).map(({ resource }) => resource),
    );
    expect(tables).toEqual(
      records ? [expect.stringMatching(/^\$\{Data:ExportsOutputFnGetAttOperations\w+Arn\w+}$/)] : [],
    );
  });
});

test('nothing lists image versions yet, so no role may', () => {
  const all = FUNCTIONS.flatMap((name) => grantsOfFunction(name)).map(({ action }) => action);
  for (const action of [...ASKED.list, CALLS.list, 'sagemaker:ListImages']) expect(all).not.toContain(action);
});

test('no action is named by a wildcard', () => {
  const all = FUNCTIONS.flatMap((name) => grantsOfFunction(name)).map(({ action }) => action);
  expect(all.filter((action) => action.includes('*'))).toEqual([]);
});

/** Log delivery and traces of a state machine take no resource. */
const DELIVERY =
  /^(logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)|xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets))$/;

test.each([['create'], ['update'], ['delete']])(
  'the machine of %s may invoke its three functions, and nothing else',
  (kind) => {
    const machine = workflow.named(
      'AWS::StepFunctions::StateMachine',
      'StateMachineName',
      `${kind}-image-version-test`,
    );
    const grants = grantsOf(workflow, machine);
    const invoked = grants
      .filter(({ action }) => action === 'lambda:InvokeFunction')
      .map(({ resource }) => resource);
    const names = invoked.map(
      (resource) => workflow.resources.get(resource.slice(2, -'.Arn}'.length))?.Properties.FunctionName,
    );
    expect(names.map((name) => textOf(name)).sort()).toEqual([
      'image-version-check-test',
      'image-version-settle-test',
      `image-version-submit-${kind}-test`,
    ]);
    expect(
      grants.filter(({ action }) => action !== 'lambda:InvokeFunction' && !DELIVERY.test(action)),
    ).toEqual([]);
  },
);

test('the region that the stacks are deployed to is the one, where none is configured', () => {
  const { workflow } = synthesized();
  const submit = workflow.named('AWS::Lambda::Function', 'FunctionName', 'image-version-submit-delete-test');
  const arn = (type: string) =>
    `arn:\${AWS::Partition}:sagemaker:\${AWS::Region}:\${AWS::AccountId}:${type}/*`;
  const arns = grantsOf(workflow, submit).filter(({ action }) => action.startsWith('sagemaker:'));
  expect(unique(arns.map(({ resource }) => resource))).toEqual([arn('image-version'), arn('image')]);
});
