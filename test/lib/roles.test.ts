import { API_HANDLERS, ROUTE_NAMES, ROUTES } from '../../lambda/contract/routes.ts';
import { actionsOn, type Grant, grantsOf } from '../fixtures/grants.ts';
import { type Resource, type SynthesizedStack, synthesized, textOf } from '../fixtures/stacks.ts';

const { workflow, inventory, query } = synthesized({
  regions: 'us-east-1,eu-west-1',
  alarmEmail: 'team@example.com',
});

const FUNCTIONS = [
  'check',
  'settle',
  'execution-ended',
  'sweep',
  'submit-create',
  'submit-update',
  'submit-delete',
  'api-read',
  'api-write',
  'inventory',
  'api-inventory',
  'api-query',
  'api-query-read',
  'api-manifest',
  'api-manifest-read',
] as const;
type FunctionName = (typeof FUNCTIONS)[number];

/** The inventory has a stack, and statements and manifests have one. */
function stackOf(name: FunctionName): SynthesizedStack {
  if (name.endsWith('inventory')) return inventory;
  return /^api-(query|manifest)/.test(name) ? query : workflow;
}

function functionNamed(name: FunctionName): {
  readonly stack: SynthesizedStack;
  readonly resource: Resource;
} {
  const stack = stackOf(name);
  return {
    stack,
    resource: stack.named('AWS::Lambda::Function', 'FunctionName', `image-version-${name}-test`),
  };
}

function grantsOfFunction(name: FunctionName): Grant[] {
  const { stack, resource } = functionNamed(name);
  return grantsOf(stack, resource);
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

/**
 * What each of them is asked for on.
 * Source: AWS's Service Authorization Reference; local/aws/iam/needed-actions.ts judges by it.
 */
const ASKED_ON: Readonly<Record<string, readonly ('image' | 'image-version')[]>> = {
  'sagemaker:CreateImageVersion': ['image'],
  'sagemaker:ListImageVersions': ['image'],
  'sagemaker:DescribeImageVersion': ['image-version'],
  'sagemaker:UpdateImageVersion': ['image-version'],
  'sagemaker:DeleteImageVersion': ['image-version'],
  'sagemaker:ListAliases': ['image', 'image-version'],
};

/** What a role may do with the tables, machines, bus and queues of the stacks, by what it may do it with. */
type Own = Readonly<Record<string, readonly string[]>>;

interface Role {
  readonly operations?: readonly Operation[];
  /** Actions that it calls by itself. */
  readonly further?: readonly string[];
  readonly own?: Own;
}

const KINDS = ['create', 'update', 'delete'] as const;

function onMachines(type: 'stateMachine' | 'execution', action: string): Own {
  const suffix = type === 'execution' ? ':*' : '';
  return Object.fromEntries(KINDS.map((kind) => [`${type}:${kind}-image-version-test${suffix}`, [action]]));
}

/** Taking and releasing an image, starting what is next and telling of ends. */
const HANDS_ON: Own = {
  operations: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  queues: ['dynamodb:DeleteItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
  ...onMachines('stateMachine', 'states:StartExecution'),
  bus: ['events:PutEvents'],
};
const OWN_RECORD: Own = { operations: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] };

/** Accepts operations as `api-write` does, and starts what is next; it cancels and ends none. */
const ACCEPTS: Own = {
  operations: ['dynamodb:GetItem', 'dynamodb:PutItem'],
  'operations/index/by-image': ['dynamodb:Query'],
  queues: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
  ...onMachines('stateMachine', 'states:StartExecution'),
};

/** What a creation made is named by whoever settles it. */
const LOOKS_FOR_VERSIONS = ['sagemaker:DescribeImageVersion', 'sagemaker:ListImageVersions'];

const ROLES: Readonly<Record<FunctionName, Role>> = {
  check: {
    operations: ['read'],
    further: [
      'cloudformation:CancelResourceRequest',
      'cloudformation:GetResourceRequestStatus',
      'sagemaker:ListAliases',
      'sagemaker:ListImageVersions',
    ],
  },
  settle: {
    further: LOOKS_FOR_VERSIONS,
    own: { ...HANDS_ON, operations: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
  },
  'execution-ended': { further: LOOKS_FOR_VERSIONS, own: { ...HANDS_ON, undelivered: ['sqs:SendMessage'] } },
  sweep: {
    further: ['cloudformation:CancelResourceRequest', ...LOOKS_FOR_VERSIONS],
    own: {
      ...HANDS_ON,
      'operations/index/open': ['dynamodb:Query'],
      queues: [
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      ...onMachines('execution', 'states:DescribeExecution'),
    },
  },
  'submit-create': {
    operations: ['create', 'update', 'delete'],
    further: ['sagemaker:ListImageVersions'],
    own: { ...OWN_RECORD, 'operations/index/by-image': ['dynamodb:Query'] },
  },
  'submit-update': { operations: ['read', 'update'], own: OWN_RECORD },
  'submit-delete': { operations: ['delete'], own: OWN_RECORD },
  'api-read': {
    operations: ['read', 'list'],
    further: ['sagemaker:ListAliases', 'sagemaker:ListImages'],
    own: {
      operations: ['dynamodb:GetItem'],
      'operations/index/by-image': ['dynamodb:Query'],
      'operations/index/by-region': ['dynamodb:Query'],
      queues: ['dynamodb:Query'],
    },
  },
  'api-write': {
    operations: ['read'],
    further: ['cloudformation:CancelResourceRequest'],
    own: {
      ...HANDS_ON,
      operations: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      queues: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    },
  },
  inventory: {
    operations: ['read', 'list'],
    further: ['sagemaker:ListAliases', 'sagemaker:ListImages'],
    own: {
      inventory: [
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      'operations/index/by-image': ['dynamodb:Query'],
      bus: ['events:PutEvents'],
      'snapshots-undelivered': ['sqs:SendMessage'],
    },
  },
  'api-inventory': {
    own: {
      inventory: ['dynamodb:GetItem', 'dynamodb:Query'],
      'inventory/index/by-time': ['dynamodb:Query'],
    },
  },
  'api-query': {
    operations: ['read', 'list'],
    further: ['sagemaker:ListAliases', 'sagemaker:ListImages'],
    own: {
      ...ACCEPTS,
      'operations/index/by-region': ['dynamodb:Query'],
      inventory: ['dynamodb:GetItem', 'dynamodb:Query'],
      'inventory/index/by-time': ['dynamodb:Query'],
    },
  },
  'api-query-read': {
    operations: ['read', 'list'],
    further: ['sagemaker:ListAliases', 'sagemaker:ListImages'],
    own: {
      'operations/index/by-image': ['dynamodb:Query'],
      'operations/index/by-region': ['dynamodb:Query'],
      inventory: ['dynamodb:GetItem', 'dynamodb:Query'],
      'inventory/index/by-time': ['dynamodb:Query'],
    },
  },
  'api-manifest': {
    operations: ['read'],
    further: ['sagemaker:ListAliases', 'sagemaker:ListImageVersions'],
    own: { ...ACCEPTS, inventory: ['dynamodb:Query'] },
  },
  'api-manifest-read': {
    operations: ['read'],
    further: ['sagemaker:ListAliases', 'sagemaker:ListImageVersions'],
    own: { 'operations/index/by-image': ['dynamodb:Query'], inventory: ['dynamodb:Query'] },
  },
};

/** A table, machine, bus or queue of the stacks by its short name; anything else as it stands in the policy. */
function shortName(resource: string): string {
  return resource
    .replace(/^\$\{Data:ExportsOutputFnGetAttOperations\w+Arn\w+}/, 'operations')
    .replace(/^\$\{Data:ExportsOutputFnGetAttQueues\w+Arn\w+}/, 'queues')
    .replace(/^arn:\$\{AWS::Partition}:states:\$\{AWS::Region}:\$\{AWS::AccountId}:/, '')
    .replace(/^\$\{Data:ExportsOutputFnGetAttInventory\w+Arn\w+}/, 'inventory')
    .replace(/^\$\{QueueKeeperUndelivered[0-9A-F]{8}\.Arn}$/, 'undelivered')
    .replace(/^\$\{ScheduleUndelivered[0-9A-F]{8}\.Arn}$/, 'snapshots-undelivered')
    .replace(/^\$\{(Bus[0-9A-F]{8}\.Arn|Workflow:ExportsOutputFnGetAttBus\w+Arn\w+)}$/, 'bus');
}

/** Takes no resource in IAM, though its neighbours do. */
const LIST_IMAGES = 'sagemaker:ListImages';

const REGIONS = ['us-east-1', 'eu-west-1'];

function imageArn(type: string, region: string): string {
  return `arn:\${AWS::Partition}:sagemaker:${region}:\${AWS::AccountId}:${type}/*`;
}

function unique(actions: readonly string[]): string[] {
  return [...new Set(actions)].sort();
}

describe.each(FUNCTIONS)('%s', (name) => {
  const grants = grantsOfFunction(name);
  const { operations = [], further = [], own = {} } = ROLES[name];
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
        ...Object.values(own).flat(),
      ]),
    );
  });

  test('on any resource only what takes none', () => {
    expect(actionsOn(grants, /^\*$/)).toEqual(
      unique([
        ...TRACES,
        ...wanted.filter((action) => action.startsWith('cloudformation:') || action === LIST_IMAGES),
      ]),
    );
  });

  test('each on what it is asked for on, images or image versions, of the configured regions alone', () => {
    const onImages = (action: string) => action.startsWith('sagemaker:') && action !== LIST_IMAGES;
    const found = grants.filter(({ action }) => onImages(action));
    const expected = unique(wanted.filter(onImages)).flatMap((action) =>
      (ASKED_ON[action] ?? []).flatMap((type) =>
        REGIONS.map((region) => `${action} ${imageArn(type, region)}`),
      ),
    );
    expect(found.map(({ action, resource }) => `${action} ${resource}`).sort()).toEqual(expected.sort());
  });

  test('on its own log group alone', () => {
    const group = textOf(functionNamed(name).resource.Properties.Role).replace(
      /Role[0-9A-F]{8}\.Arn}$/,
      'Logs',
    );
    const logs = unique(
      grants.filter(({ action }) => action.startsWith('logs:')).map(({ resource }) => resource),
    );
    expect(logs).toHaveLength(1);
    expect(logs[0]?.startsWith(group)).toBe(true);
  });

  test('with the tables, the machines, the bus and the queues: exactly this, each on exactly that', () => {
    const found = grants.filter(({ action }) => /^(dynamodb|states|events|sqs):/.test(action));
    const byName = Object.groupBy(found, ({ resource }) => shortName(resource));
    const actions = Object.entries(byName).map(([resource, some = []]) => [
      resource,
      unique(some.map(({ action }) => action)),
    ]);
    expect(Object.fromEntries(actions)).toEqual(own);
  });
});

test('every function has a row above', () => {
  const names = [workflow, inventory, query]
    .flatMap((stack) => stack.ofType('AWS::Lambda::Function'))
    .map((one) => textOf(one.Properties.FunctionName));
  expect(names.sort()).toEqual(FUNCTIONS.map((name) => `image-version-${name}-test`).sort());
});

test('nothing but what tells of them lists images and versions; some look through the versions of an image', () => {
  const listing: readonly FunctionName[] = ['api-read', 'inventory', 'api-query', 'api-query-read'];
  const looking: readonly FunctionName[] = [
    'submit-create',
    'check',
    'settle',
    'execution-ended',
    'sweep',
    'api-manifest',
    'api-manifest-read',
  ];
  const whoMay = (action: string) =>
    FUNCTIONS.filter((name) => grantsOfFunction(name).some((grant) => grant.action === action)).sort();
  for (const action of [CALLS.list, LIST_IMAGES]) expect(whoMay(action)).toEqual(listing.toSorted());
  for (const action of ASKED.list) expect(whoMay(action)).toEqual([...listing, ...looking].sort());
});

test('whatever a reader may call is served by a function that can start, write and send nothing', () => {
  const reading = ROUTE_NAMES.filter((name) => !('changes' in ROUTES[name]));
  const functions = new Set(reading.map((name) => API_HANDLERS[ROUTES[name].side]));
  expect(functions.size).toBeGreaterThan(3);
  for (const name of functions) {
    const actions = unique(grantsOfFunction(name).map(({ action }) => action));
    const harmless = /^(dynamodb:(GetItem|Query)|sagemaker:(Describe|List)\w+|cloudformation:(Get|List)\w+)$/;
    const own = [...TRACES, 'logs:CreateLogStream', 'logs:PutLogEvents'];
    expect([name, ...actions.filter((action) => !harmless.test(action) && !own.includes(action))]).toEqual([
      name,
    ]);
  }
});

test('nobody stops executions, and nobody reads what they were started with but the sweeper', () => {
  const states = FUNCTIONS.flatMap((name) => grantsOfFunction(name).map(({ action }) => [name, action]));
  const others = states.filter(([, action]) => /^states:(?!StartExecution)/.test(action ?? ''));
  expect(new Set(others.map(([name, action]) => `${name} ${action}`))).toEqual(
    new Set(['sweep states:DescribeExecution']),
  );
});

test('no action is named by a wildcard', () => {
  const all = FUNCTIONS.flatMap((name) => grantsOfFunction(name)).map(({ action }) => action);
  expect(all.filter((action) => action.includes('*'))).toEqual([]);
});

test('the region that the stacks are deployed to is the one, where none is configured', () => {
  const { workflow } = synthesized();
  const submit = workflow.named('AWS::Lambda::Function', 'FunctionName', 'image-version-submit-delete-test');
  const own = `\${AWS::Region}`;
  const arns = grantsOf(workflow, submit).filter(({ action }) => action.startsWith('sagemaker:'));
  expect(unique(arns.map(({ resource }) => resource))).toEqual([imageArn('image-version', own)]);
});
