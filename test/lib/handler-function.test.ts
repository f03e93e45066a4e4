import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  inventoryPolicyFromEnvironment,
  maxWaitFromEnvironment,
  policyFromEnvironment,
  stateMachinesFromEnvironment,
} from '../../lambda/runtime/environment.ts';
import { type JsonObject, objectOf, type SynthesizedStack, synthesized, textOf } from '../fixtures/stacks.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

const { workflow, inventory, query } = synthesized({
  regions: ['us-east-1', 'eu-west-1'],
  operationDeadlineMinutes: 30,
  recordRetentionDays: 91,
  snapshotEveryMinutes: 30,
  snapshotCallsPerSecond: 10,
});
const functions = [workflow, inventory, query].flatMap((stack) =>
  stack
    .ofType('AWS::Lambda::Function')
    .map((one) => [textOf(one.Properties.FunctionName), one.Properties, stack] as const),
);

/** Of 130 s for a state's task; of the minute until the next sweep; of API Gateway's 30 s; of Lambda's own limit. */
const TIMEOUTS: Readonly<Record<string, number>> = {
  'image-version-sweep-test': 58,
  'image-version-api-read-test': 29,
  'image-version-api-write-test': 29,
  'image-version-api-inventory-test': 29,
  'image-version-api-query-test': 29,
  'image-version-api-query-read-test': 29,
  'image-version-api-manifest-test': 29,
  'image-version-api-manifest-read-test': 29,
  'image-version-inventory-test': 900,
};

describe.each(functions)('%s', (name, properties, stack: SynthesizedStack) => {
  test('runs on Node 24 and ARM64, and is traced', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      Handler: 'index.handler',
    });
  });

  test('is cut off before whoever calls it gives up', () => {
    expect(properties.Timeout).toBe(TIMEOUTS[name] ?? 120);
  });

  test('writes to a log group of its own, as JSON', () => {
    const { LogFormat, LogGroup } = objectOf(properties.LoggingConfig);
    expect(LogFormat).toBe('JSON');
    const group = stack.resources.get(textOf(LogGroup).slice(2, -1));
    expect(textOf(group?.Properties.LogGroupName)).toBe(`/aws/lambda/${name}`);
  });

  test('has the memory that it needs', () => {
    // SQLite's rows lie in it, and its share of a core is what statements run on.
    expect(properties.MemorySize).toBe(/^image-version-api-query-/.test(name) ? 1024 : 512);
  });

  test('is made of the handler that it is called after', () => {
    const handler = name.replace('image-version-', '').replace('-test', '');
    expect(existsSync(join(import.meta.dirname, '..', '..', 'lambda', 'handlers', `${handler}.ts`))).toBe(
      true,
    );
  });
});

/** What each function reads from its environment: missing ones would end it at the start. */
const IMAGES = ['IMAGE_ACCOUNT', 'IMAGE_PARTITION', 'IMAGE_REGIONS'];
const RECORDS = ['OPERATIONS_TABLE', 'OPERATION_RECORD_DAYS'];
const QUEUES = [...RECORDS, 'QUEUES_TABLE', 'STATE_MACHINES', 'EVENT_BUS'];
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'image-version-check-test': IMAGES,
  'image-version-settle-test': [...IMAGES, ...QUEUES],
  'image-version-execution-ended-test': QUEUES,
  'image-version-sweep-test': QUEUES,
  'image-version-api-write-test': [...IMAGES, ...QUEUES, 'MAX_WAIT_SECONDS'],
  'image-version-api-read-test': [...IMAGES, ...RECORDS, 'QUEUES_TABLE', 'MAX_WAIT_SECONDS'],
  'image-version-inventory-test': [...IMAGES, ...RECORDS, 'INVENTORY_TABLE', 'INVENTORY_POLICY', 'EVENT_BUS'],
  'image-version-api-inventory-test': [...IMAGES, 'INVENTORY_TABLE'],
  'image-version-api-query-test': [...IMAGES, ...QUEUES, 'INVENTORY_TABLE', 'MAX_WAIT_SECONDS'],
  'image-version-api-query-read-test': [...IMAGES, ...RECORDS, 'INVENTORY_TABLE'],
  'image-version-api-manifest-test': [...IMAGES, ...QUEUES, 'INVENTORY_TABLE'],
  'image-version-api-manifest-read-test': [...IMAGES, ...RECORDS, 'INVENTORY_TABLE'],
  ...Object.fromEntries(
    ['create', 'update', 'delete'].map((kind) => [
      `image-version-submit-${kind}-test`,
      [...IMAGES, ...RECORDS, 'OPERATION_POLICY'],
    ]),
  ),
};

test.each(functions)('%s is given its variables', (name, properties) => {
  const variables = objectOf(objectOf(properties.Environment).Variables);
  expect(
    Object.keys(variables)
      .filter((one) => !one.startsWith('AWS_'))
      .sort(),
  ).toEqual([...(VARIABLES[name] ?? [])].sort());
  if (variables.IMAGE_REGIONS) expect(variables.IMAGE_REGIONS).toBe('us-east-1,eu-west-1');
  if (variables.OPERATION_RECORD_DAYS) expect(variables.OPERATION_RECORD_DAYS).toBe('91');
  if (variables.IMAGE_ACCOUNT) expect(textOf(variables.IMAGE_ACCOUNT)).toBe(`\${AWS::AccountId}`);
  if (variables.IMAGE_PARTITION) expect(textOf(variables.IMAGE_PARTITION)).toBe(`\${AWS::Partition}`);
});

test('the policy that the stack writes is one that the functions can read, with the deadline of the context', () => {
  const submit = workflow.named('AWS::Lambda::Function', 'FunctionName', 'image-version-submit-create-test');
  const { OPERATION_POLICY } = objectOf(objectOf(submit.Properties.Environment).Variables);
  process.env.OPERATION_POLICY = textOf(OPERATION_POLICY);
  expect(policyFromEnvironment()).toMatchObject({ deadlineSeconds: 30 * 60, graceSeconds: 600 });
});

test('how the inventory reads is written so that its function can read it, from the context', () => {
  const { Properties } = inventory.named(
    'AWS::Lambda::Function',
    'FunctionName',
    'image-version-inventory-test',
  );
  process.env.INVENTORY_POLICY = textOf(
    objectOf(objectOf(Properties.Environment).Variables).INVENTORY_POLICY,
  );
  expect(inventoryPolicyFromEnvironment()).toEqual({ callsPerSecond: 10, fullEvery: 48, handOnSeconds: 120 });
});

test('the machines that the stack writes are ones that the functions can read, each kind its own', () => {
  const settle = workflow.named('AWS::Lambda::Function', 'FunctionName', 'image-version-settle-test');
  const { STATE_MACHINES } = objectOf(objectOf(settle.Properties.Environment).Variables);
  process.env.STATE_MACHINES = textOf(STATE_MACHINES);
  const arnOf = (kind: string) =>
    `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${kind}-image-version-test`;
  expect(stateMachinesFromEnvironment()).toEqual({
    create: arnOf('create'),
    update: arnOf('update'),
    delete: arnOf('delete'),
  });
});

test('the wait that the stack writes is the one of the context, and one that the functions can read', () => {
  const { workflow, query } = synthesized({ maxWaitSeconds: '0' });
  const holding = [workflow, query]
    .flatMap((stack) => stack.ofType('AWS::Lambda::Function'))
    .map(({ Properties }) => objectOf(objectOf(Properties.Environment).Variables).MAX_WAIT_SECONDS)
    .filter((seconds) => seconds !== undefined);
  expect(holding).toEqual(['0', '0', '0']);
  process.env.MAX_WAIT_SECONDS = '0';
  expect(maxWaitFromEnvironment()).toBe(0);
  process.env.MAX_WAIT_SECONDS = '21';
  expect(() => maxWaitFromEnvironment()).toThrow();
});

describe('concurrency', () => {
  const reservedIn = (context: JsonObject) => {
    const stacks = synthesized(context);
    const all = [stacks.workflow, stacks.inventory, stacks.query].flatMap((stack) =>
      stack.ofType('AWS::Lambda::Function'),
    );
    return all.flatMap(({ Properties }) =>
      Properties.ReservedConcurrentExecutions === undefined
        ? []
        : [`${textOf(Properties.FunctionName)} ${textOf(String(Properties.ReservedConcurrentExecutions))}`],
    );
  };

  test('is reserved for no function by default', () => {
    expect(reservedIn({})).toEqual([]);
  });

  test('is reserved for each function of the workflows, and for none that requests or schedules fill', () => {
    expect(reservedIn({ reservedConcurrency: 25 }).sort()).toEqual(
      ['check', 'execution-ended', 'settle', 'submit-create', 'submit-delete', 'submit-update', 'sweep'].map(
        (name) => `image-version-${name}-test 25`,
      ),
    );
  });
});
