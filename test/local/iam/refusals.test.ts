import { CloudControlClient, GetResourceRequestStatusCommand } from '@aws-sdk/client-cloudcontrol';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeImageVersionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { isJsonObject, parseJson } from '../../../local/json.ts';
import { permission } from '../assembly-files.ts';
import { type OneFunctionCloud, type Statement, startOneFunctionCloud } from './one-function-cloud.ts';

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const MACHINE = arn('states', 'stateMachine:machine');
const VERSION = arn('sagemaker', 'image-version/alpha/1');
type Client = OneFunctionCloud['asFunction'];

interface Call {
  readonly action: string;
  readonly resource: string;
  readonly make: (client: Client) => Promise<unknown>;
  /** The service's own error, where what is asked for is not there: it was asked. @default it answers */
  readonly error?: string;
}

const CALLS: Readonly<Record<string, Call>> = {
  'Cloud Control': {
    action: 'cloudformation:GetResourceRequestStatus',
    resource: '*',
    make: (client) =>
      new CloudControlClient(client).send(
        // Handlers ask for more in the caller's name: handlers.test.ts.
        new GetResourceRequestStatusCommand({ RequestToken: 'none' }),
      ),
    error: 'RequestTokenNotFoundException',
  },
  SageMaker: {
    action: 'sagemaker:DescribeImageVersion',
    resource: VERSION,
    make: (client) =>
      new SageMakerClient(client).send(new DescribeImageVersionCommand({ ImageName: 'alpha', Version: 1 })),
    error: 'ResourceNotFound',
  },
  DynamoDB: {
    action: 'dynamodb:GetItem',
    resource: arn('dynamodb', 'table/records'),
    make: (client) =>
      new DynamoDBClient(client).send(new GetItemCommand({ TableName: 'records', Key: { id: { S: 'a' } } })),
  },
  'Step Functions': {
    action: 'states:StartExecution',
    resource: MACHINE,
    make: (client) => new SFNClient(client).send(new StartExecutionCommand({ stateMachineArn: MACHINE })),
  },
  EventBridge: {
    action: 'events:PutEvents',
    resource: arn('events', 'event-bus/bus'),
    make: (client) =>
      new EventBridgeClient(client).send(
        new PutEventsCommand({
          Entries: [{ EventBusName: 'bus', Source: 'a', DetailType: 'b', Detail: '{}' }],
        }),
      ),
  },
  SQS: {
    action: 'sqs:SendMessage',
    resource: arn('sqs', 'queue'),
    make: (client) => sqs(client, 'SendMessage', { QueueUrl: 'queue', MessageBody: 'a' }),
  },
  Lambda: {
    action: 'lambda:InvokeFunction',
    resource: arn('lambda', 'function:caller'),
    make: (client) => new LambdaClient(client).send(new InvokeCommand({ FunctionName: 'caller' })),
  },
};

/** There is no SQS client among the project's packages; this is what one sends. */
async function sqs({ endpoint, credentials }: Client, operation: string, input: object): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': `AmazonSQS.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const body = parseJson(await response.text());
  if (response.ok) return body;
  const { __type: name, message } = isJsonObject(body) ? body : {};
  throw Object.assign(new Error(String(message)), { name: String(name) });
}

/** `let through` where the service itself has answered; else the error. */
async function outcome(call: Call, client: Client): Promise<string> {
  try {
    await call.make(client);
    return call.error === undefined ? 'let through' : `No ${call.error}`;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.name === call.error ? 'let through' : `${error.name}: ${error.message}`;
  }
}

function refusal(
  { action, resource }: Call,
  why = `because no identity-based policy allows the ${action} action`,
) {
  return expect.stringMatching(
    new RegExp(
      `^AccessDeniedException: .*User: arn:aws:sts::000000000000:assumed-role/App-Role-\\w+/caller is not authorized to perform: ${action} on resource: ${resource.replace('*', '\\*')} ${why}`,
    ),
  );
}

const ALLOWED: readonly Statement[] = [
  ...Object.values(CALLS).map(
    ({ action, resource }): Statement => ({
      Effect: 'Allow',
      Action: action,
      Resource: resource,
    }),
  ),
];

async function withCloud<T>(
  options: Parameters<typeof startOneFunctionCloud>[0],
  work: (cloud: OneFunctionCloud) => Promise<T>,
): Promise<T> {
  const cloud = await startOneFunctionCloud(options);
  try {
    return await work(cloud);
  } finally {
    await cloud.stop();
  }
}

/** In turn for every service, in one cloud. */
function everyCall(
  title: string,
  statements: readonly Statement[],
  check: (cloud: OneFunctionCloud, call: Call) => Promise<void>,
): void {
  describe(title, () => {
    let cloud: OneFunctionCloud;
    beforeAll(async () => {
      cloud = await startOneFunctionCloud({ statements });
    });
    afterAll(() => cloud.stop());
    test.each(Object.entries(CALLS))('%s', (_service, call) => check(cloud, call));
  });
}

everyCall(
  'a call is let through by its permission, the first time and from then on',
  ALLOWED,
  async ({ asFunction, unexpected }, call) => {
    expect(await outcome(call, asFunction)).toBe('let through');
    expect(await outcome(call, asFunction)).toBe('let through');
    expect(unexpected).toEqual([]);
  },
);

everyCall(
  'a call is refused by a denial',
  [...ALLOWED, { Effect: 'Deny', Action: '*', Resource: '*' }],
  async ({ asFunction }, call) => {
    const why = 'with an explicit deny in an identity-based policy';
    expect(await outcome(call, asFunction)).toEqual(refusal(call, why));
  },
);

everyCall(
  'a call is refused where the condition of its permission does not hold',
  ALLOWED.map((one) => ({ ...one, Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } })),
  async ({ asFunction }, call) => {
    expect(await outcome(call, asFunction)).toEqual(refusal(call));
  },
);

test.each(Object.entries(CALLS))(
  'a call of %s is refused without its permission, and all others are let through',
  async (_service, missing) => {
    const statements = ALLOWED.filter(({ Action }) => Action !== missing.action);
    await withCloud({ statements }, async ({ asFunction, asAdministrator }) => {
      expect(await outcome(missing, asFunction)).toEqual(refusal(missing));
      expect(await outcome(missing, asFunction)).toEqual(refusal(missing));
      expect(await outcome(missing, asAdministrator)).toBe('let through');
      for (const other of Object.values(CALLS).filter((one) => one !== missing)) {
        expect(await outcome(other, asFunction)).toBe('let through');
      }
    });
  },
);

describe('an execution', () => {
  const invoke: Statement = {
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: { 'Fn::GetAtt': ['Caller', 'Arn'] },
  };
  const end = (machineStatements: readonly Statement[]) =>
    withCloud({ statements: [], machineStatements }, async ({ cloud, asAdministrator }) => {
      const sfn = new SFNClient(asAdministrator);
      const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE }));
      await cloud.executions.settled(executionArn);
      return sfn.send(new DescribeExecutionCommand({ executionArn }));
    });

  test('calls a function that the role of its machine may call', async () => {
    expect(await end([invoke])).toMatchObject({ status: 'SUCCEEDED', output: '"called"' });
  });

  test('fails where the role may not', async () => {
    expect(await end([])).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.AWSLambdaException',
      cause: expect.stringContaining(
        '/machine is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:caller',
      ),
    });
  });
});

test('a call whose permission nobody knows is a fault of the local cloud, and let through to nobody', async () => {
  await withCloud(
    { statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    async ({ asFunction, unexpected }) => {
      const item = { Put: { TableName: 'records', Item: { id: { S: 'a' } } } };
      const command = new TransactWriteItemsCommand({ TransactItems: [item] });
      await expect(new DynamoDBClient(asFunction).send(command)).rejects.toMatchObject({
        name: 'InternalFailure',
      });
      expect(unexpected.map(String)).toEqual([
        expect.stringContaining('does not know which permission DynamoDB_20120810.TransactWriteItems'),
      ]);
    },
  );
});

describe('what would allow more or less here than in AWS is refused at the start', () => {
  test.each([
    [
      'a boundary',
      { statements: [], role: { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' } },
      'App/Role.PermissionsBoundary',
    ],
    [
      'a condition on what is not known of a call',
      {
        statements: [
          {
            Effect: 'Allow' as const,
            Action: 'dynamodb:GetItem',
            Resource: '*',
            Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } },
          },
        ],
      },
      'dynamodb:LeadingKeys',
    ],
    [
      'such a condition of a queue that takes the dead letters of a rule',
      {
        statements: [],
        resources: {
          Called: permission('Caller', 'events'),
          EachMinute: {
            Type: 'AWS::Events::Rule',
            Properties: {
              ScheduleExpression: 'rate(1 minute)',
              State: 'ENABLED',
              Targets: [
                {
                  Id: 'Caller',
                  Arn: { 'Fn::GetAtt': ['Caller', 'Arn'] },
                  DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
                },
              ],
            },
          },
          QueuePolicy: {
            Type: 'AWS::SQS::QueuePolicy',
            Properties: {
              Queues: [{ Ref: 'Queue' }],
              PolicyDocument: {
                Statement: {
                  Effect: 'Deny',
                  Principal: '*',
                  Action: 'sqs:*',
                  Resource: '*',
                  Condition: { StringEquals: { 'aws:SourceOrgID': 'o-1' } },
                },
              },
            },
          },
        },
      },
      'App/QueuePolicy.policies: the condition key ("aws:SourceOrgID")',
    ],
  ])('%s', async (_title, options, told) => {
    await expect(startOneFunctionCloud(options)).rejects.toThrow(told);
  });
});
