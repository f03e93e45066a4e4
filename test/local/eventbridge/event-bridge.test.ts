import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryFault } from '../../../local/aws/eventbridge/delivery-faults.ts';
import type { InvocationFault } from '../../../local/aws/lambda/invocation-faults.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../../local/local-cloud.ts';
import { functionNamed, permission, ROLE, writeAssembly } from '../assembly-files.ts';

/** Rules, their targets and schedules of a template, driven over the wire as the SDKs drive them. */

const lambda = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const rule = (Properties: object) => ({ Type: 'AWS::Events::Rule', Properties });
const onBus = (EventPattern: object, target: object = {}) =>
  rule({
    EventBusName: { Ref: 'Bus' },
    EventPattern,
    State: 'ENABLED',
    Targets: [{ Arn: lambda('Hear'), Id: 'Target0', ...target }],
  });

const resources = {
  Role: {
    ...ROLE,
    Properties: {
      Policies: [
        {
          PolicyName: 'Tell',
          PolicyDocument: {
            Statement: {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': ['Failed', 'Arn'] },
            },
          },
        },
      ],
    },
  },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'operations' } },
  Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
  DeadPolicy: {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Dead' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: { 'Fn::GetAtt': ['Dead', 'Arn'] },
          },
        ],
      },
    },
  },
  Failed: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failed' } },
  Hear: functionNamed('hear'),
  Sweep: functionNamed('sweep', 'hear'),
  Refuse: functionNamed('refuse'),
  AllowHear: permission('Hear', 'events'),
  AllowSweep: permission('Sweep', 'events'),
  AllowRefuse: permission('Refuse', 'events', { 'Fn::GetAtt': ['Refused', 'Arn'] }),
  OnFailure: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Refuse' },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
    },
  },
  Done: onBus(
    { source: ['app'], detail: { status: [{ prefix: 'SUCC' }] } },
    {
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
      RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
    },
  ),
  Part: onBus({ source: ['part'] }, { InputPath: '$.detail.inner' }),
  Off: rule({
    EventBusName: { Ref: 'Bus' },
    EventPattern: { source: ['app'] },
    State: 'DISABLED',
    Targets: [{ Arn: lambda('Hear'), Id: 'Target0' }],
  }),
  Refused: rule({ EventPattern: { source: ['refused'] }, Targets: [{ Arn: lambda('Refuse'), Id: 'T' }] }),
  EveryMinute: rule({
    Name: 'every-minute',
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Arn: lambda('Sweep'), Id: 'T', Input: '{"sweep":true}' }],
  }),
};

const functions = {
  hear: 'export const handler = async (event) => { console.log(JSON.stringify(event)); };',
  refuse: "export const handler = async () => { throw new Error('told to'); };",
};

let directory: string;
let clouds: LocalCloud[];
let unexpected: unknown[];
beforeEach(() => {
  directory = writeAssembly(resources, functions);
  clouds = [];
  unexpected = [];
});
afterEach(async () => {
  for (const cloud of clouds) await cloud.stop();
  rmSync(directory, { recursive: true });
  expect(unexpected).toEqual([]);
});

async function start(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startLocalCloud({
    assembly: directory,
    // So slow that a busy machine's time does not count: what passes is what is skipped.
    clock: { skipIdle: true, speed: 0.001 },
    onUnexpected: (error) => unexpected.push(error),
    ...options,
  });
  clouds.push(cloud);
  return cloud;
}

async function call(cloud: LocalCloud, target: string, input: object, url = cloud.awsUrl) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const put = (cloud: LocalCloud, ...Entries: object[]) => call(cloud, 'AWSEvents.PutEvents', { Entries });
const succeeded = {
  EventBusName: 'operations',
  Source: 'app',
  DetailType: 'Ended',
  Detail: '{"status":"SUCCEEDED"}',
};

/** What a function has heard, in the order in which it came. The lines of a worker come after its answer. */
async function heard(cloud: LocalCloud, count: number, name = 'hear'): Promise<Record<string, unknown>[]> {
  await cloud.events.settled();
  for (;;) {
    const lines = cloud.lambda.logs.of(name).map(({ text }) => text);
    if (lines.length >= count) return lines.map((text) => JSON.parse(text));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const delivery = (...faults: DeliveryFault[]) => ({
  faultOf: (_rule: string, number: number): DeliveryFault => faults[number - 1] ?? { kind: 'none' },
});
const invocation = (name: string, ...faults: InvocationFault[]) => ({
  faultOf: (fn: string, number: number): InvocationFault =>
    (fn === name ? faults[number - 1] : undefined) ?? { kind: 'none' },
});

test('an event comes to the targets of the rules that it matches, as EventBridge shapes it', async () => {
  const cloud = await start();
  const answer = await put(
    cloud,
    { ...succeeded, Time: 1_700_000_000, Resources: ['arn:image'] },
    { ...succeeded, Detail: '{"status":"FAILED"}' },
    { ...succeeded, Detail: '{' },
    { ...succeeded, EventBusName: 'nobody' },
  );
  expect(answer).toMatchObject({
    status: 200,
    body: {
      FailedEntryCount: 2,
      Entries: [
        { EventId: expect.any(String) },
        { EventId: expect.any(String) },
        { ErrorCode: 'MalformedDetail' },
        { ErrorCode: 'ResourceNotFoundException' },
      ],
    },
  });
  const event = {
    version: '0',
    id: expect.any(String),
    'detail-type': 'Ended',
    source: 'app',
    account: '000000000000',
    time: '2023-11-14T22:13:20Z',
    region: 'us-east-1',
    resources: ['arn:image'],
    detail: { status: 'SUCCEEDED' },
  };
  expect(await heard(cloud, 1)).toEqual([event]);
  const done = cloud.assembly.rules.find(({ logicalId }) => logicalId === 'Done')?.name;
  expect(cloud.events.recent({ bus: 'operations' })).toMatchObject([
    { rules: [], event: { detail: { status: 'FAILED' } } },
    { rules: [done], event },
  ]);
});

test('a bus may be named by its ARN, and a target may want a part of the event', async () => {
  const cloud = await start();
  const EventBusName = 'arn:aws:events:us-east-1:000000000000:event-bus/operations';
  await put(cloud, { ...succeeded, EventBusName, Source: 'part', Detail: '{"inner":{"a":1}}' });
  expect(await heard(cloud, 1)).toEqual([{ a: 1 }]);
});

test('the control plane shows what was published', async () => {
  const cloud = await start();
  await put(cloud, succeeded, { ...succeeded, EventBusName: 'default' });
  const get = async (path: string) => (await fetch(`${cloud.awsUrl}/_local/${path}`)).json();
  expect(await get('events?recent=1')).toMatchObject({ events: [{ bus: 'default', rules: [] }] });
  expect(await get('events?bus=operations')).toMatchObject({
    events: [{ bus: 'operations', at: expect.any(String), event: { source: 'app' } }],
  });
  expect(await get('events?bus=none')).toEqual({ message: 'There is no event bus "none".' });
  await fetch(`${cloud.awsUrl}/_local/reset`, { method: 'POST' });
  expect(await get('events')).toEqual({ events: [] });
});

test('the API lists what the template made', async () => {
  const cloud = await start();
  const ask = async (operation: string, input: object) =>
    (await call(cloud, `AWSEvents.${operation}`, input)).body;
  expect(await ask('ListEventBuses', {})).toMatchObject({
    EventBuses: [{ Name: 'default' }, { Name: 'operations' }],
  });
  const listed = await ask('ListRules', { EventBusName: 'operations' });
  expect(listed.Rules).toHaveLength(3);
  const { name } = cloud.assembly.rules[0] ?? { name: '' };
  expect(await ask('DescribeRule', { Name: name, EventBusName: 'operations' })).toMatchObject({
    State: 'ENABLED',
    EventPattern: '{"source":["app"],"detail":{"status":[{"prefix":"SUCC"}]}}',
  });
  expect(await ask('DescribeRule', { Name: 'every-minute' })).toMatchObject({
    ScheduleExpression: 'rate(1 minute)',
  });
  expect(await ask('ListTargetsByRule', { Rule: name, EventBusName: 'operations' })).toMatchObject({
    Targets: [
      {
        Id: 'Target0',
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:dead' },
      },
    ],
  });
  expect(await call(cloud, 'AWSEvents.DescribeRule', { Name: 'none' })).toMatchObject({
    status: 400,
    body: { __type: 'ResourceNotFoundException', message: 'Rule none does not exist on EventBus default.' },
  });
  expect((await call(cloud, 'AWSEvents.PutRule', {})).body).toMatchObject({
    __type: 'UnknownOperationException',
  });
});

describe('when it goes wrong', () => {
  test('a delivery can be lost, and come twice', async () => {
    const cloud = await start({ deliveryFaults: delivery({ kind: 'lose' }, { kind: 'twice' }) });
    await put(cloud, succeeded);
    await cloud.events.settled();
    await put(cloud, { ...succeeded, DetailType: 'Second' });
    const events = await heard(cloud, 2);
    expect(events.map((event) => event['detail-type'])).toEqual(['Second', 'Second']);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
  });

  test('fault rules of the control plane do the same, by rule', async () => {
    const cloud = await start();
    const done = cloud.assembly.rules[0]?.name;
    cloud.faults.add([
      { match: { rule: 'another' }, effect: { kind: 'lose-delivery' } },
      { match: { rule: done }, effect: { kind: 'deliver-twice' } },
    ]);
    await put(cloud, succeeded);
    expect(await heard(cloud, 2)).toHaveLength(2);
    expect(cloud.faults.list()).toMatchObject([{ struck: 0 }, { struck: 1 }]);
  });

  test('what cannot be handed over is tried again as the rule says', async () => {
    const cloud = await start({ deliveryFaults: delivery({ kind: 'refuse' }, { kind: 'refuse' }) });
    await put(cloud, succeeded);
    expect(await heard(cloud, 1)).toHaveLength(1);
    expect(await (await fetch(`${cloud.awsUrl}/_local/queues`)).json()).toEqual({
      queues: { dead: 0, failed: 0 },
    });
  });

  test('and is a dead letter in the end, for whoever reads the queue', async () => {
    const refuse = { kind: 'refuse' } as const;
    const cloud = await start({ deliveryFaults: delivery(refuse, refuse, refuse) });
    await put(cloud, succeeded);
    await until(cloud, () => cloud.queues.queues.some((queue) => cloud.queues.messages(queue).length > 0));
    const listed = (await call(cloud, 'AmazonSQS.ListQueues', {})).body;
    expect(listed).toEqual({
      QueueUrls: ['dead', 'failed'].map((name) => `${cloud.awsUrl}/000000000000/${name}`),
    });
    const { QueueUrl } = (await call(cloud, 'AmazonSQS.GetQueueUrl', { QueueName: 'dead' })).body;
    // Some SDKs send their call to the queue's own address.
    const { body } = await call(cloud, 'AmazonSQS.ReceiveMessage', { QueueUrl }, String(QueueUrl));
    expect(body).toMatchObject({
      Messages: [
        {
          Body: expect.stringContaining('"detail-type":"Ended"'),
          MessageAttributes: {
            RETRY_ATTEMPTS: { StringValue: '2' },
            EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
            TARGET_ARN: { StringValue: 'arn:aws:lambda:us-east-1:000000000000:function:hear' },
          },
        },
      ],
    });
    const [message] = body.Messages as { ReceiptHandle: string }[];
    expect((await call(cloud, 'AmazonSQS.ReceiveMessage', { QueueUrl })).body).toEqual({});
    await call(cloud, 'AmazonSQS.DeleteMessage', { QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    expect((await call(cloud, 'AmazonSQS.GetQueueAttributes', { QueueUrl })).body).toMatchObject({
      Attributes: { ApproximateNumberOfMessages: '0' },
    });
  });

  test('a function that fails is run again by Lambda, which tells its own destination', async () => {
    const cloud = await start();
    const before = cloud.clock.now();
    await put(cloud, { ...succeeded, EventBusName: 'default', Source: 'refused' });
    const failed = cloud.queues.queues.find(({ name }) => name === 'failed');
    if (!failed) throw new Error('no queue');
    await until(cloud, () => cloud.queues.messages(failed).length > 0);
    expect(cloud.clock.now() - before).toBeGreaterThanOrEqual(60_000);
    expect(JSON.parse(cloud.queues.messages(failed)[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { source: 'refused' },
      responsePayload: { errorType: 'Error', errorMessage: 'told to' },
    });
    // As in AWS, the attempts of one event bear one id, by which a function can know its own.
    const errors = () => cloud.lambda.logs.of('refuse').filter(({ text }) => text.includes('Invoke Error'));
    // What a function wrote arrives after its answer may have.
    await until(cloud, () => errors().length >= 2);
    expect(errors()).toHaveLength(2);
    expect(new Set(errors().map(({ requestId }) => requestId)).size).toBe(1);
  });

  test('while Lambda itself refuses, the event waits in its queue', async () => {
    const refuse: InvocationFault = { kind: 'refuse', error: 'TooManyRequestsException' };
    const cloud = await start({ invocationFaults: invocation('hear', refuse, refuse, refuse, refuse) });
    await put(cloud, succeeded);
    expect(await heard(cloud, 1)).toHaveLength(1);
  });

  test('an event that was not delivered when the process ended is delivered by the next', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'events-'));
    const first = await start({ dataDir, deliveryFaults: delivery({ kind: 'refuse' }) });
    // Held, so that the time of the next attempt does not come.
    await first.clock.hold(async () => {
      await put(first, succeeded);
      await first.events.settled();
      await first.stop();
    });
    clouds = [];
    expect(first.lambda.logs.of('hear')).toEqual([]);
    const second = await start({ dataDir });
    expect(await heard(second, 1)).toMatchObject([{ 'detail-type': 'Ended' }]);
    expect(second.events.recent({ bus: 'operations' })).toHaveLength(1);
    await second.stop();
    clouds = [];
    rmSync(dataDir, { recursive: true });
  });
});

describe('a schedule', () => {
  test('rings as time passes it, and is not what time passes for', async () => {
    const cloud = await start();
    const before = cloud.clock.now();
    await put(cloud, succeeded);
    await heard(cloud, 1);
    expect(cloud.clock.now() - before).toBeLessThan(60_000);
    expect(cloud.lambda.logs.of('sweep')).toEqual([]);
    await cloud.clock.sleep(5 * 60_000 + 1000);
    expect(await heard(cloud, 5, 'sweep')).toEqual(Array.from({ length: 5 }, () => ({ sweep: true })));
    // Of no bus.
    expect(cloud.events.recent({ bus: 'default' })).toEqual([]);
  });

  test('of a function that fails does not keep a skipping clock running', async () => {
    const failing: InvocationFault[] = Array.from({ length: 50 }, () => ({ kind: 'kill', when: 'before' }));
    const cloud = await start({ invocationFaults: invocation('sweep', ...failing) });
    await cloud.clock.sleep(2 * 60_000);
    const before = cloud.clock.now();
    await cloud.events.settled();
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(cloud.clock.now() - before).toBeLessThan(60_000);
  });

  test('is rung by hand', async () => {
    const cloud = await start();
    const post = (name: string) => fetch(`${cloud.awsUrl}/_local/schedules/${name}`, { method: 'POST' });
    expect((await post('none')).status).toBe(404);
    expect(await (await post('every-minute')).json()).toEqual({ rule: 'every-minute', run: true });
    expect(await heard(cloud, 1, 'sweep')).toEqual([{ sweep: true }]);
    expect(await (await fetch(`${cloud.awsUrl}/_local/schedules`)).json()).toEqual({
      schedules: [
        { rule: 'every-minute', expression: 'rate(1 minute)', enabled: true, next: expect.any(String) },
      ],
    });
  });

  test('goes on after a restart from where it was', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'schedules-'));
    const first = await start({ dataDir });
    await first.clock.sleep(90_000);
    const [{ next } = { next: undefined }] = first.events.schedules();
    await first.stop();
    const second = await start({ dataDir });
    expect(second.events.schedules()).toMatchObject([{ next }]);
    await second.stop();
    clouds = [];
    rmSync(dataDir, { recursive: true });
  });
});

describe('what the local cloud does not have is refused at the start', () => {
  test.each([
    [{ ...resources, Done: rule({ Targets: [] }) }, 'neither EventPattern nor ScheduleExpression'],
    [{ ...resources, Done: onBus({ source: [{ cidr: 'x' }] }) }, 'App/Done cannot run: pattern.source.cidr'],
    [
      { ...resources, Done: rule({ ScheduleExpression: 'rate(1 second)' }) },
      'App/Done cannot run: the schedule',
    ],
    [
      { ...resources, Done: rule({ ScheduleExpression: 'rate(1 minute)', EventBusName: { Ref: 'Bus' } }) },
      'default bus only',
    ],
    [
      { ...resources, Done: onBus({ source: ['a'] }, { InputTransformer: { InputTemplate: 'x' } }) },
      'App/Done.Targets.Target0.InputTransformer',
    ],
    [
      { ...resources, Done: onBus({ source: ['a'] }, { InputPath: '$.a[0]' }) },
      'App/Done.Targets.Target0.InputPath',
    ],
    [
      { ...resources, Done: onBus({ source: ['a'] }, { Arn: 'arn:aws:sns:us-east-1:0:t' }) },
      'App/Done.Targets.Target0.Arn',
    ],
    [{ ...resources, AllowHear: ROLE }, 'lets EventBridge do so'],
    [{ ...resources, DeadPolicy: ROLE }, 'no AWS::SQS::QueuePolicy lets EventBridge do so'],
    [
      { ...resources, Dead: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } },
      'App/Dead.FifoQueue',
    ],
  ])('%#', async (wrong, message) => {
    const other = writeAssembly(wrong, functions);
    await expect(startLocalCloud({ assembly: other })).rejects.toThrow(message);
    rmSync(other, { recursive: true });
  });
});

async function until(cloud: LocalCloud, condition: () => boolean): Promise<void> {
  while (!condition()) await cloud.clock.sleep(1000);
}
