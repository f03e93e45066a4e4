import { objectionTo } from '../../../local/aws/iam/evaluator.ts';
import { type NeededAction, neededActions } from '../../../local/aws/iam/needed-actions.ts';

const region = 'eu-west-1';
const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:000000000000:${rest}`;
const IMAGE = arn('sagemaker', 'image/a');
const VERSION = arn('sagemaker', 'image-version/a/2');
const RECORDS = arn('dynamodb', 'table/records');
const MACHINE = arn('states', 'stateMachine:m');
const EXECUTION = arn('states', 'execution:m:e');
const ROLE = 'arn:aws:iam::000000000000:role/image';

const TABLES = { RequestItems: { records: {}, queues: {} } };
const PUT = { Entries: [{ EventBusName: 'b' }, { EventBusName: arn('events', 'event-bus/b') }, {}] };

/** After the Service Authorization Reference. */
const NEEDED: readonly [
  service: string,
  operation: string,
  input: object,
  needed: Record<string, string[]>,
][] = [
  ['CloudApiService', 'CreateResource', { TypeName: 'x' }, { 'cloudformation:CreateResource': ['*'] }],
  ['CloudApiService', 'CancelResourceRequest', {}, { 'cloudformation:CancelResourceRequest': ['*'] }],
  ['SageMaker', 'ListImages', {}, { 'sagemaker:ListImages': ['*'] }],
  ['SageMaker', 'CreateImageVersion', { ImageName: 'a' }, { 'sagemaker:CreateImageVersion': [IMAGE] }],
  ['SageMaker', 'ListImageVersions', { ImageName: 'a' }, { 'sagemaker:ListImageVersions': [IMAGE] }],
  [
    'SageMaker',
    'DescribeImageVersion',
    { ImageName: 'a', Version: 2 },
    { 'sagemaker:DescribeImageVersion': [VERSION] },
  ],
  [
    'SageMaker',
    'DescribeImageVersion',
    { ImageName: 'a', Alias: 'stable' },
    { 'sagemaker:DescribeImageVersion': [arn('sagemaker', 'image-version/a/stable')] },
  ],
  ['SageMaker', 'ListAliases', { ImageName: 'a' }, { 'sagemaker:ListAliases': [IMAGE] }],
  ['SageMaker', 'ListAliases', { ImageName: 'a', Version: 2 }, { 'sagemaker:ListAliases': [VERSION] }],
  [
    'SageMaker',
    'CreateImage',
    { ImageName: 'a', RoleArn: ROLE, Tags: [{ Key: 'k', Value: 'v' }] },
    { 'sagemaker:CreateImage': [IMAGE], 'iam:PassRole': [ROLE], 'sagemaker:AddTags': [IMAGE] },
  ],
  ['SageMaker', 'UpdateImage', { ImageName: 'a' }, { 'sagemaker:UpdateImage': [IMAGE] }],
  ['DynamoDB_20120810', 'GetItem', { TableName: 'records' }, { 'dynamodb:GetItem': [RECORDS] }],
  ['DynamoDB_20120810', 'GetItem', { TableName: RECORDS }, { 'dynamodb:GetItem': [RECORDS] }],
  ['DynamoDB_20120810', 'Query', { TableName: 'records' }, { 'dynamodb:Query': [RECORDS] }],
  [
    'DynamoDB_20120810',
    'Query',
    { TableName: 'records', IndexName: 'open' },
    { 'dynamodb:Query': [`${RECORDS}/index/open`] },
  ],
  [
    'DynamoDB_20120810',
    'BatchGetItem',
    TABLES,
    { 'dynamodb:BatchGetItem': [RECORDS, arn('dynamodb', 'table/queues')] },
  ],
  [
    'AWSStepFunctions',
    'StartExecution',
    { stateMachineArn: MACHINE },
    { 'states:StartExecution': [MACHINE] },
  ],
  ['AWSStepFunctions', 'StopExecution', { executionArn: EXECUTION }, { 'states:StopExecution': [EXECUTION] }],
  [
    'AWSStepFunctions',
    'DescribeStateMachineForExecution',
    { executionArn: EXECUTION },
    { 'states:DescribeStateMachineForExecution': [EXECUTION] },
  ],
  [
    'DynamoDB_20120810',
    'DescribeContinuousBackups',
    { TableName: 'records' },
    { 'dynamodb:DescribeContinuousBackups': [RECORDS] },
  ],
  ['STS', 'GetCallerIdentity', {}, {}],
  ['AWSStepFunctions', 'ListStateMachines', {}, { 'states:ListStateMachines': ['*'] }],
  [
    'AWSEvents',
    'PutEvents',
    PUT,
    { 'events:PutEvents': [arn('events', 'event-bus/b'), arn('events', 'event-bus/default')] },
  ],
  [
    'AmazonSQS',
    'SendMessage',
    { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/000000000000/q' },
    { 'sqs:SendMessage': [arn('sqs', 'q')] },
  ],
];

function byAction(needed: readonly NeededAction[]): Record<string, string[]> {
  const grouped = Object.groupBy(needed, ({ action }) => action);
  return Object.fromEntries(
    Object.entries(grouped).map(([action, some = []]) => [action, some.map(({ resource }) => resource)]),
  );
}

test.each(NEEDED)('%s %s of %j', async (service, operation, input, wanted) => {
  const needed = neededActions({ service, operation, region, input: { ...input } });
  expect(byAction(needed)).toEqual(wanted);
  // AWS's reference agrees that the action takes such a resource.
  for (const { action, resource } of needed) {
    expect(await objectionTo({ principal: ROLE, action, resource, context: {} })).toBeUndefined();
  }
});

test.each([
  ['DynamoDB_20120810', 'TransactWriteItems'],
  ['SageMaker', 'CreateTrainingJob'],
  ['Nobody', 'GetItem'],
  ['AmazonSQS', 'constructor'],
])('what %s.%s asks for is not known, and that is said', (service, operation) => {
  expect(() => neededActions({ service, operation, region, input: {} })).toThrow(
    `does not know which permission ${service}.${operation} asks for`,
  );
});
