import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { policyFromEnvironment } from '../../lambda/runtime/environment.ts';
import { objectOf, synthesized, textOf } from '../fixtures/stacks.ts';

const { workflow } = synthesized({
  regions: ['us-east-1', 'eu-west-1'],
  operationDeadlineMinutes: 30,
  recordRetentionDays: 7,
});
const functions = workflow
  .ofType('AWS::Lambda::Function')
  .map((one) => [textOf(one.Properties.FunctionName), one.Properties] as const);

describe.each(functions)('%s', (name, properties) => {
  test('runs on Node 24 and ARM64, and is traced', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      Handler: 'index.handler',
    });
  });

  test('is cut off before the state that calls it', () => {
    expect(properties.Timeout).toBe(120);
  });

  test('writes to a log group of its own, as JSON', () => {
    const { LogFormat, LogGroup } = objectOf(properties.LoggingConfig);
    expect(LogFormat).toBe('JSON');
    const group = workflow.resources.get(textOf(LogGroup).slice(2, -1));
    expect(textOf(group?.Properties.LogGroupName)).toBe(`/aws/lambda/${name}`);
  });

  test('is made of the handler that it is called after', () => {
    const handler = name.replace('image-version-', '').replace('-test', '');
    expect(existsSync(join(import.meta.dirname, '..', '..', 'lambda', 'handlers', `${handler}.ts`))).toBe(
      true,
    );
  });
});

/** What each function reads from its environment: missing ones would end it at the start. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'image-version-check-test': ['IMAGE_ACCOUNT', 'IMAGE_PARTITION', 'IMAGE_REGIONS'],
  'image-version-settle-test': ['OPERATIONS_TABLE', 'OPERATION_RECORD_DAYS'],
  ...Object.fromEntries(
    ['create', 'update', 'delete'].map((kind) => [
      `image-version-submit-${kind}-test`,
      [
        'IMAGE_ACCOUNT',
        'IMAGE_PARTITION',
        'IMAGE_REGIONS',
        'OPERATIONS_TABLE',
        'OPERATION_POLICY',
        'OPERATION_RECORD_DAYS',
      ],
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
  if (variables.OPERATION_RECORD_DAYS) expect(variables.OPERATION_RECORD_DAYS).toBe('7');
  if (variables.IMAGE_ACCOUNT) expect(textOf(variables.IMAGE_ACCOUNT)).toBe(`\${AWS::AccountId}`);
  if (variables.IMAGE_PARTITION) expect(textOf(variables.IMAGE_PARTITION)).toBe(`\${AWS::Partition}`);
});

test('the policy that the stack writes is one that the functions can read, with the deadline of the context', () => {
  const submit = workflow.named('AWS::Lambda::Function', 'FunctionName', 'image-version-submit-create-test');
  const { OPERATION_POLICY } = objectOf(objectOf(submit.Properties.Environment).Variables);
  const before = process.env.OPERATION_POLICY;
  process.env.OPERATION_POLICY = textOf(OPERATION_POLICY);
  expect(policyFromEnvironment()).toMatchObject({ deadlineSeconds: 30 * 60, graceSeconds: 600 });
  if (before === undefined) delete process.env.OPERATION_POLICY;
  else process.env.OPERATION_POLICY = before;
});
