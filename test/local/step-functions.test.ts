import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../local/aws/database.ts';
import type { LambdaAnswer } from '../../local/aws/lambda/lambda-runtime.ts';
import { AwsError } from '../../local/aws/service.ts';
import { Engine } from '../../local/aws/stepfunctions/engine.ts';
import type { Execution } from '../../local/aws/stepfunctions/execution-store.ts';
import { LambdaIntegration } from '../../local/aws/stepfunctions/lambda-integration.ts';
import { StepFunctions } from '../../local/aws/stepfunctions/step-functions.ts';
import { Clock } from '../../local/clock.ts';
import { isJsonObject, type Json, type JsonObject } from '../../local/json.ts';

const machineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:Machine';
const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const INVOKE = 'arn:aws:states:::lambda:invoke';

type Fn = (event: Json) => Json | Promise<Json>;

/** What a function throws here comes back as Lambda's Node runtime would tell it. */
class Thrown extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface Opened {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly calls: { name: string; event: Json; at: number }[];
  readonly changes: Execution[];
  call(operation: string, input: object): Promise<JsonObject>;
}

const opened: Opened[] = [];
afterEach(async () => {
  for (const { engine, clock } of opened.splice(0)) {
    await engine.stop();
    clock.stop();
  }
});

function open(definition: JsonObject, functions: Record<string, Fn> = {}, dataDir?: string): Opened {
  const clock = new Clock({ skipIdle: true });
  const calls: Opened['calls'] = [];
  const changes: Execution[] = [];
  const invoke = async (nameOrArn: string, payload: string): Promise<LambdaAnswer> =>
    clock.hold(async () => {
      const name = nameOrArn.split(':').at(-1) ?? '';
      const event: Json = JSON.parse(payload);
      calls.push({ name, event, at: clock.now() });
      const fn = functions[name];
      if (!fn) throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
      try {
        return { kind: 'result', payload: JSON.stringify(await fn(event)), requestId: 'r' };
      } catch (error) {
        if (!(error instanceof Thrown)) throw error;
        const failure = { errorType: error.name, errorMessage: error.message, trace: ['at'] };
        return { kind: 'failure', failure, requestId: 'r' };
      }
    });
  const engine = new Engine({
    stateMachines: [
      {
        stackName: 'App',
        logicalId: 'Machine',
        name: 'Machine',
        arn: machineArn,
        type: 'STANDARD',
        definition,
        roleArn: 'arn:aws:iam::000000000000:role/r',
      },
    ],
    integrations: [new LambdaIntegration({ invoke })],
    database: openDatabase(dataDir),
    clock,
    region: 'us-east-1',
    randomness: { next: () => 0.5, uuid: () => '11111111-2222-3333-4444-555555555555' },
    onStatusChange: (execution) => changes.push(execution),
    onUnexpected: (error) => {
      throw error;
    },
  });
  const service = new StepFunctions({ engine, clock });
  const call = async (operation: string, input: object): Promise<JsonObject> =>
    JSON.parse(JSON.stringify(await service.call({ operation, input: { ...input } })));
  const cloud = { clock, engine, calls, changes, call };
  opened.push(cloud);
  return cloud;
}

async function finish(cloud: Opened, input: Json = {}, name = 'run') {
  const { executionArn } = await cloud.call('StartExecution', {
    stateMachineArn: machineArn,
    name,
    input: JSON.stringify(input),
  });
  await cloud.engine.settled(String(executionArn));
  return describeIt(cloud, String(executionArn));
}

async function describeIt(cloud: Opened, executionArn: string) {
  const execution = await cloud.call('DescribeExecution', { executionArn });
  const { output } = execution;
  const history = await cloud.call('GetExecutionHistory', { executionArn, maxResults: 1000 });
  const events = Array.isArray(history.events) ? history.events.filter(isJsonObject) : [];
  return {
    ...execution,
    output: typeof output === 'string' ? JSON.parse(output) : undefined,
    events,
    types: events.map((event) => event.type),
  };
}

/** The machine of one state that ends; the answer of one execution of it. */
const one = (state: JsonObject, input: Json = {}, functions: Record<string, Fn> = {}) =>
  finish(open({ StartAt: 'S', States: { S: { ...state, End: true } } }, functions), input);

const task = (name: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: functionArn(name),
  ...more,
});
const end = { End: true };

describe('data flow', () => {
  test.each<[string, JsonObject, Json, Json]>([
    ['InputPath', { Type: 'Pass', InputPath: '$.a' }, { a: { b: 1 } }, { b: 1 }],
    ['a null InputPath', { Type: 'Pass', InputPath: null }, { a: 1 }, {}],
    ['Parameters', { Type: 'Pass', Parameters: { 'x.$': '$.a', y: [2] } }, { a: 1 }, { x: 1, y: [2] }],
    ['a falsy Result', { Type: 'Pass', Result: false, ResultPath: '$.r' }, { a: 1 }, { a: 1, r: false }],
    ['ResultPath $', { Type: 'Pass', Result: { b: 1 }, ResultPath: '$' }, { a: 1 }, { b: 1 }],
    ['a null ResultPath', { Type: 'Pass', Result: { b: 1 }, ResultPath: null }, { a: 1 }, { a: 1 }],
    [
      'a nested ResultPath',
      { Type: 'Pass', Result: 1, ResultPath: '$.a.c' },
      { a: { b: 0 } },
      { a: { b: 0, c: 1 } },
    ],
    ['OutputPath', { Type: 'Pass', OutputPath: '$.a' }, { a: [1] }, [1]],
    [
      'an intrinsic function',
      { Type: 'Pass', Parameters: { 'x.$': "States.Format('{}-{}', $.a, $.b)" } },
      { a: 1, b: 'z' },
      { x: '1-z' },
    ],
    ['the whole input when it is false', { Type: 'Pass', InputPath: '$', OutputPath: '$' }, false, false],
  ])('%s', async (_, state, input, expected) => {
    expect(await one(state, input)).toMatchObject({ status: 'SUCCEEDED', output: expected });
  });

  test.each<[string, Json]>([
    ['$.l[?(@ > 5)]', []],
    ['$.l[*]', [1, 2, 2]],
    ['$.l[0]', 1],
    ['$.l[0:2]', [1, 2]],
    ['$..q', ['say "hi" \\ there']],
    ['States.JsonToString($.o)', '{"q":"say \\"hi\\" \\\\ there"}'],
    ["States.Format('<{}> \\{\\} it\\'s', $.o.q)", '<say "hi" \\ there> {} it\'s'],
    ['States.StringToJson(States.JsonToString($.o))', { q: 'say "hi" \\ there' }],
    ["States.Array('a, b', 2, null, $.o.q)", ['a, b', 2, null, 'say "hi" \\ there']],
    ["States.StringSplit('1.2,,3', ',.')", ['1', '2', '3']],
    ['States.ArrayPartition($.l, 2)', [[1, 2], [2]]],
    ['States.ArrayContains($.l, 2)', true],
    ['States.ArrayRange(1, 9, 4)', [1, 5, 9]],
    ['States.ArrayGetItem($.l, 1)', 2],
    ['States.ArrayLength($.l)', 3],
    ['States.ArrayUnique($.l)', [1, 2]],
    ["States.Base64Decode(States.Base64Encode('hé'))", 'hé'],
    ["States.Hash('a', 'SHA-1')", '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
    ['States.JsonMerge($.o, States.StringToJson(\'{"b":1}\'), false)', { q: 'say "hi" \\ there', b: 1 }],
    ['States.MathAdd($.l[0], -3)', -2],
    ['States.MathRandom(10, 20)', 15],
    ['States.UUID()', '11111111-2222-3333-4444-555555555555'],
  ])('%s', async (expression, expected) => {
    const input = { o: { q: 'say "hi" \\ there' }, l: [1, 2, 2] };
    const run = await one({ Type: 'Pass', Parameters: { 'x.$': expression } }, input);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { x: expected } });
  });

  test.each(["States.Format('{}')", 'States.StringToJson($.a)', 'States.ArrayGetItem(States.Array(1), 5)'])(
    '%s fails as States.IntrinsicFailure',
    async (expression) => {
      const run = await one({ Type: 'Pass', Parameters: { 'x.$': expression } }, { a: '{' });
      expect(run).toMatchObject({ status: 'FAILED', error: 'States.IntrinsicFailure' });
    },
  );

  test('what a function answers is never read as a template', async () => {
    const state = task('f', { ResultSelector: { 'kept.$': '$' } });
    const answer = { 'x.$': '$.nope', y: 'States.UUID()' };
    expect((await one(state, {}, { f: () => answer })).output).toEqual({ kept: answer });
  });

  test('a path that leads nowhere fails the execution as States.Runtime, which nothing catches', async () => {
    const state = task('f', {
      Parameters: { 'x.$': '$.nope' },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }],
      Retry: [{ ErrorEquals: ['States.ALL'] }],
    });
    const cloud = open({ StartAt: 'S', States: { S: { ...state, ...end }, T: { Type: 'Pass', ...end } } });
    expect(await finish(cloud)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #2). Path expression '$.nope' does not point to a value",
    });
  });

  test("the context object tells the clock's time and who runs", async () => {
    const context = await one(
      {
        Type: 'Pass',
        Parameters: {
          'all.$': '$$',
          'started.$': '$$.Execution.StartTime',
          'text.$': "States.Format('{}', $$.State.Name)",
        },
      },
      { a: 1 },
    );
    // What DescribeExecution tells; the first event of the history is written a moment later.
    const started = new Date(Math.round(Number(Reflect.get(context, 'startDate')) * 1000)).toISOString();
    expect(context.output).toEqual({
      started,
      text: 'S',
      all: {
        Execution: {
          Id: `${machineArn.replace('stateMachine', 'execution')}:run`,
          Input: { a: 1 },
          Name: 'run',
          RoleArn: 'arn:aws:iam::000000000000:role/r',
          StartTime: started,
          RedriveCount: 0,
        },
        State: { EnteredTime: expect.any(String), Name: 'S', RetryCount: 0 },
        StateMachine: { Id: machineArn, Name: 'Machine' },
      },
    });
  });
});

describe('Choice', () => {
  const choose = async (rule: JsonObject, input: Json) => {
    const cloud = open({
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Result: 'yes', ...end },
        No: { Type: 'Pass', Result: 'no', ...end },
      },
    });
    return (await finish(cloud, input)).output;
  };

  test.each<[JsonObject, Json, string]>([
    [{ Variable: '$.a', StringEquals: 'x' }, { a: 'x' }, 'yes'],
    [{ Variable: '$.a', StringMatches: 'x*' }, { a: 'xyz' }, 'yes'],
    [{ Variable: '$.a', NumericGreaterThanEquals: 0 }, { a: null }, 'no'],
    [{ Variable: '$.a', NumericGreaterThan: 4 }, { a: '5' }, 'no'],
    [{ Variable: '$.a', NumericLessThan: 4 }, { a: 3 }, 'yes'],
    [{ Variable: '$.a', IsPresent: false }, {}, 'yes'],
    [{ Variable: '$.a', IsPresent: false }, { a: null }, 'no'],
    [{ Variable: '$.a', IsNull: false }, { a: 1 }, 'yes'],
    [{ Variable: '$.a', BooleanEquals: true }, { a: true }, 'yes'],
    [{ Variable: '$.a', TimestampLessThan: '2026-01-02T00:00:00Z' }, { a: '2026-01-01T00:00:00Z' }, 'yes'],
    [{ Not: { Variable: '$.a', StringEquals: 'x' } }, { a: 'x' }, 'no'],
    [
      {
        And: [
          { Variable: '$.a', IsPresent: true },
          { Variable: '$.a', NumericEquals: 1 },
        ],
      },
      { a: 1 },
      'yes',
    ],
    [
      {
        Or: [
          { Variable: '$.b', IsPresent: true },
          { Variable: '$.a', IsString: true },
        ],
      },
      { a: 1 },
      'no',
    ],
  ])('%j of %j is %s', async (rule, input, expected) => {
    expect(await choose(rule, input)).toBe(expected);
  });

  test('without a match and a default fails', async () => {
    const cloud = open({
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'E' }] },
        E: { Type: 'Succeed' },
      },
    });
    expect(await finish(cloud, { a: 2 })).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
    });
  });
});

describe('Task', () => {
  test("calls a function by its ARN and takes the function's answer as result", async () => {
    const run = await one(task('f', { ResultPath: '$.r' }), { a: 1 }, { f: () => ({ b: 2 }) });
    expect(run.output).toEqual({ a: 1, r: { b: 2 } });
    expect(run.types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('calls a function through lambda:invoke, with its envelope', async () => {
    const state = {
      Type: 'Task',
      Resource: INVOKE,
      Parameters: { FunctionName: functionArn('f'), 'Payload.$': '$' },
      ResultSelector: { 'answer.$': '$.Payload', 'code.$': '$.StatusCode' },
    };
    const run = await one(state, { a: 1 }, { f: (event) => event });
    expect(run.output).toEqual({ answer: { a: 1 }, code: 200 });
    expect(run.types).toEqual(expect.arrayContaining(['TaskScheduled', 'TaskStarted', 'TaskSucceeded']));
    expect(run.events[2]).toMatchObject({
      id: 3,
      previousEventId: 2,
      taskScheduledEventDetails: { resourceType: 'lambda', resource: 'invoke', region: 'us-east-1' },
    });
  });

  const failing =
    (name: string, message = 'no'): Fn =>
    () => {
      throw new Thrown(name, message);
    };
  const cause = (name: string) => JSON.stringify({ errorType: name, errorMessage: 'no', trace: ['at'] });

  test("fails with the function's error type, and its whole answer as cause", async () => {
    const run = await one(task('f'), {}, { f: failing('MyError') });
    expect(run).toMatchObject({ status: 'FAILED', error: 'MyError', cause: cause('MyError') });
    expect(run.types.slice(-2)).toEqual(['LambdaFunctionFailed', 'ExecutionFailed']);
  });

  test('is caught with that cause, into the ResultPath of the catcher', async () => {
    const caught = task('f', {
      Catch: [
        { ErrorEquals: ['Other'], Next: 'No' },
        { ErrorEquals: ['States.TaskFailed'], Next: 'Yes', ResultPath: '$.e' },
      ],
    });
    const cloud = open(
      { StartAt: 'S', States: { S: { ...caught, ...end }, No: { Type: 'Fail' }, Yes: { Type: 'Succeed' } } },
      { f: failing('MyError') },
    );
    const run = await finish(cloud, { a: 1 });
    expect(run.output).toEqual({ a: 1, e: { Error: 'MyError', Cause: cause('MyError') } });
    expect(run.types).toEqual(
      expect.arrayContaining(['LambdaFunctionFailed', 'TaskStateExited', 'SucceedStateEntered']),
    );
  });

  test("names Lambda's own refusals as AWS does", async () => {
    expect(await one(task('nobody'))).toMatchObject({
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringContaining('Service: AWSLambda; Status Code: 404'),
    });
  });

  test('is retried on the clock, with back-off to a limit, and counts each attempt as a transition', async () => {
    const retry = [
      {
        ErrorEquals: ['States.ALL'],
        IntervalSeconds: 10,
        BackoffRate: 3,
        MaxAttempts: 4,
        MaxDelaySeconds: 100,
      },
    ];
    let left = 4;
    const cloud = open(
      {
        StartAt: 'S',
        States: {
          S: { ...task('f', { Retry: retry, Parameters: { 'n.$': '$$.State.RetryCount' } }), ...end },
        },
      },
      { f: (event) => (left-- > 0 ? failing('E')(event) : event) },
    );
    const run = await finish(cloud);
    expect(run.output).toEqual({ n: 4 });
    const times = cloud.calls.map((call) => call.at);
    const delays = times.slice(1).map((time, index) => Math.floor((time - (times[index] ?? 0)) / 1000));
    expect(delays).toEqual([10, 30, 90, 100]);
    expect(cloud.changes.at(-1)?.transitions).toBe(5);
    expect(run.types.filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
  });

  test('spreads retries out when it is told to', async () => {
    const retry = [{ ErrorEquals: ['E'], IntervalSeconds: 100, MaxAttempts: 1, JitterStrategy: 'FULL' }];
    const cloud = open(
      { StartAt: 'S', States: { S: { ...task('f', { Retry: retry }), ...end } } },
      { f: failing('E') },
    );
    await finish(cloud);
    const [first, second] = cloud.calls;
    expect(Math.floor(((second?.at ?? 0) - (first?.at ?? 0)) / 1000)).toBe(50);
  });

  test('keeps a count per retrier, and an error that none of them takes is not retried', async () => {
    const retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['B'], MaxAttempts: 1 },
    ];
    const errors = ['A', 'B', 'B'];
    const cloud = open(
      { StartAt: 'S', States: { S: { ...task('f', { Retry: retry }), ...end } } },
      { f: (event) => failing(errors.shift() ?? 'C')(event) },
    );
    expect(await finish(cloud)).toMatchObject({ error: 'B' });
    expect(cloud.calls).toHaveLength(3);
  });

  test('times out by the clock, which States.TaskFailed does not take', async () => {
    const state = task('f', {
      TimeoutSeconds: 60,
      Catch: [
        { ErrorEquals: ['States.TaskFailed'], Next: 'No' },
        { ErrorEquals: ['States.Timeout'], Next: 'Yes' },
      ],
    });
    const definition = {
      StartAt: 'S',
      States: { S: { ...state, ...end }, No: { Type: 'Fail' }, Yes: { Type: 'Succeed' } },
    };
    const cloud = open(definition, {});
    // A task that takes for ever and holds no time up.
    const forever = new Engine({
      stateMachines: [
        {
          stackName: 'App',
          logicalId: 'M',
          name: 'M',
          arn: machineArn,
          type: 'STANDARD',
          definition,
          roleArn: 'r',
        },
      ],
      integrations: [
        {
          serves: () => true,
          historyStyle: () => ({ kind: 'lambda' }),
          run: () => new Promise(() => undefined),
        },
      ],
      database: openDatabase(),
      clock: cloud.clock,
      region: 'us-east-1',
      onUnexpected: () => undefined,
    });
    const machine = forever.machines.get(machineArn);
    if (!machine) throw new Error('not deployed');
    const { startedAt } = forever.start(machine, 'arn', 'n', '{}');
    await forever.settled('arn');
    const execution = forever.store.find('arn');
    expect(execution?.status).toBe('SUCCEEDED');
    expect((execution?.stoppedAt ?? 0) - startedAt).toBeGreaterThanOrEqual(60_000);
    expect(forever.store.events('arn', false, 0, 100).map((event) => event.type)).toContain(
      'LambdaFunctionTimedOut',
    );
  });

  test('whose answer is too large fails with States.DataLimitExceeded, which States.ALL does not take', async () => {
    const state = task('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }] });
    const cloud = open(
      { StartAt: 'S', States: { S: { ...state, ...end }, T: { Type: 'Succeed' } } },
      { f: () => 'x'.repeat(256 * 1024) },
    );
    expect(await finish(cloud)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('Wait', () => {
  test.each<[string, JsonObject, Json, number]>([
    ['Seconds', { Seconds: 7200 }, {}, 7_200_000],
    ['SecondsPath', { SecondsPath: '$.s' }, { s: 60 }, 60_000],
    ['no seconds', { Seconds: 0 }, {}, 0],
  ])('%s waits that long by the clock', async (_, wait, input, expected) => {
    const run = await one({ Type: 'Wait', ...wait }, input);
    const at = (type: string) => Number(run.events.find((event) => event.type === type)?.timestamp) * 1000;
    expect(at('WaitStateExited') - at('WaitStateEntered')).toBeGreaterThanOrEqual(expected);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: input });
  });

  test('Timestamp waits until then', async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const run = await one({ Type: 'Wait', TimestampPath: '$.t' }, { t: until });
    expect(Number(run['stopDate' as keyof typeof run]) * 1000).toBeGreaterThanOrEqual(Date.parse(until));
  });

  test('what is no number of seconds fails the execution', async () => {
    expect(await one({ Type: 'Wait', SecondsPath: '$.s' }, { s: '5' })).toMatchObject({
      error: 'States.Runtime',
    });
  });
});

test('Fail ends with its error and cause', async () => {
  const cloud = open({
    StartAt: 'F',
    States: { F: { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('{}!', $.c)" } },
  });
  const run = await finish(cloud, { e: 'Bad', c: 'why' });
  expect(run).toMatchObject({ status: 'FAILED', error: 'Bad', cause: 'why!' });
  expect(run.types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
});

describe('Map', () => {
  const map = (states: JsonObject, more: JsonObject = {}): JsonObject => ({
    Type: 'Map',
    ItemsPath: '$.items',
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: states },
    ...more,
  });

  test('goes through the items with selector, context and the limit of concurrency', async () => {
    let running = 0;
    let most = 0;
    const f: Fn = async (event) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((done) => setImmediate(done));
      running -= 1;
      return event;
    };
    const selector = { 'index.$': '$$.Map.Item.Index', 'value.$': '$$.Map.Item.Value', 'k.$': '$.k' };
    const run = await one(
      map({ I: { ...task('f'), ...end } }, { ItemSelector: selector, MaxConcurrency: 2 }),
      { k: 'x', items: [5, 6, 7] },
      { f },
    );
    expect(run.output).toEqual([5, 6, 7].map((value, index) => ({ index, value, k: 'x' })));
    expect(most).toBe(2);
    expect(run.types).toEqual(
      expect.arrayContaining([
        'MapStateStarted',
        'MapIterationStarted',
        'MapIterationSucceeded',
        'MapStateSucceeded',
        'MapStateExited',
      ]),
    );
  });

  test('one failure stops the others and is caught by the Map, which may be retried', async () => {
    let attempts = 0;
    const f: Fn = (event) => {
      if (event !== 1) return event;
      attempts += 1;
      throw new Thrown('Bad', 'no');
    };
    const states = {
      I: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 1, Next: 'F' }], Default: 'W' },
      W: { Type: 'Wait', Seconds: 1000, Next: 'Never' },
      Never: { ...task('never'), ...end },
      F: { ...task('f'), ...end },
    };
    const more = {
      Retry: [{ ErrorEquals: ['Bad'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['Bad'], Next: 'T' }],
    };
    const cloud = open(
      { StartAt: 'S', States: { S: { ...map(states, more), ...end }, T: { Type: 'Succeed' } } },
      { f },
    );
    const run = await finish(cloud, { items: [1, 2] });
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Bad' } });
    expect(attempts).toBe(2);
    expect(cloud.calls.map((call) => call.name)).toEqual(['f', 'f']);
    expect(run.types.filter((type) => type === 'MapIterationAborted')).toHaveLength(2);
  });

  test('what is no array fails the execution', async () => {
    expect(await one(map({ I: { Type: 'Pass', ...end } }), { items: 5 })).toMatchObject({
      error: 'States.Runtime',
    });
  });
});

test('Parallel runs its branches and gathers their outputs', async () => {
  const branch = (name: string) => ({
    StartAt: name,
    States: { [name]: { Type: 'Pass', Parameters: { [name]: true, 'who.$': '$$.Execution.Name' }, ...end } },
  });
  const run = await one(
    { Type: 'Parallel', Branches: [branch('A'), branch('B')], ResultPath: '$.r' },
    { a: 1 },
  );
  expect(run.output).toEqual({
    a: 1,
    r: [
      { A: true, who: 'run' },
      { B: true, who: 'run' },
    ],
  });
  expect(run.types).toEqual(
    expect.arrayContaining(['ParallelStateStarted', 'ParallelStateSucceeded', 'ParallelStateExited']),
  );
});

describe('the execution as a whole', () => {
  const waiting = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1000, ...end } } };

  test('times out by the clock', async () => {
    const run = await finish(open({ TimeoutSeconds: 500, ...waiting }));
    expect(run).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(run.types.at(-1)).toBe('ExecutionTimedOut');
  });

  test('tells of its start and its end', async () => {
    const cloud = open(waiting);
    await finish(cloud);
    expect(cloud.changes.map((change) => change.status)).toEqual(['RUNNING', 'SUCCEEDED']);
  });

  test('a poll of two hours ends at once, with its states counted', async () => {
    let left = 120;
    const cloud = open(
      {
        StartAt: 'Check',
        States: {
          Check: { ...task('check'), Next: 'Done?' },
          'Done?': {
            Type: 'Choice',
            Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'Yes' }],
            Default: 'W',
          },
          W: { Type: 'Wait', Seconds: 60, Next: 'Check' },
          Yes: { Type: 'Succeed' },
        },
      },
      { check: () => ({ done: --left === 0 }) },
    );
    await finish(cloud);
    expect(cloud.changes.at(-1)).toMatchObject({ status: 'SUCCEEDED', transitions: 120 * 3 });
    const [started, ended] = cloud.changes;
    expect((ended?.stoppedAt ?? 0) - (started?.startedAt ?? 0)).toBeGreaterThanOrEqual(119 * 60_000);
  });
});

describe('a definition that does not run as in AWS is refused at load', () => {
  test.each<[string, JsonObject, string]>([
    ['JSONata', { QueryLanguage: 'JSONata', StartAt: 'S', States: { S: { Type: 'Succeed' } } }, 'JSONata'],
    ['Assign', { StartAt: 'S', States: { S: { Type: 'Pass', Assign: { a: 1 }, ...end } } }, 'Assign'],
    ['an unknown target', { StartAt: 'S', States: { S: { Type: 'Pass', Next: 'T' } } }, 'not valid'],
    [
      'an unknown resource',
      { StartAt: 'S', States: { S: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', ...end } } },
      'sqs:sendMessage',
    ],
    [
      'a task token',
      { StartAt: 'S', States: { S: { Type: 'Task', Resource: `${INVOKE}.waitForTaskToken`, ...end } } },
      'waitForTaskToken',
    ],
    [
      'heartbeats',
      { StartAt: 'S', States: { S: { ...task('f', { HeartbeatSeconds: 5 }), ...end } } },
      'HeartbeatSeconds',
    ],
    [
      'a distributed Map',
      {
        StartAt: 'S',
        States: {
          S: {
            Type: 'Map',
            ...end,
            ItemProcessor: {
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
              StartAt: 'I',
              States: { I: { Type: 'Pass', ...end } },
            },
          },
        },
      },
      'does not run locally',
    ],
  ])('%s', (_, definition, message) => {
    expect(() => open(definition)).toThrow(message);
  });
});

describe('a restart', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sfn-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  /** Starts an execution and stops the cloud as soon as `when` says so. */
  async function stopWhen(
    first: Opened,
    input: Json,
    when: (cloud: Opened, arn: string) => boolean,
  ): Promise<string> {
    const { executionArn } = await first.call('StartExecution', {
      stateMachineArn: machineArn,
      name: 'run',
      input: JSON.stringify(input),
    });
    const arn = String(executionArn);
    while (!when(first, arn)) await new Promise((turn) => setImmediate(turn));
    await first.engine.stop();
    return arn;
  }

  test('goes on in the middle of a Wait, which keeps its end', async () => {
    const definition = {
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 3600, Next: 'T' }, T: { ...task('f'), ...end } },
    };
    const first = open(definition, {}, dataDir);
    const arn = await first.clock.hold(() =>
      stopWhen(first, { a: 1 }, ({ engine }, it) => engine.store.progress(it)?.waitUntil !== undefined),
    );
    const until = first.engine.store.progress(arn)?.waitUntil;
    expect(first.engine.store.find(arn)?.status).toBe('RUNNING');

    const second = open(definition, { f: (event) => event }, dataDir);
    second.engine.resume();
    await second.engine.settled(arn);
    const run = await describeIt(second, arn);
    expect(run).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
    expect(second.calls).toHaveLength(1);
    expect(second.calls[0]?.at).toBeGreaterThanOrEqual(until ?? Number.POSITIVE_INFINITY);
    expect(run.types.filter((type) => type === 'WaitStateEntered')).toHaveLength(1);
    expect(run.events.map((event) => event.id)).toEqual(run.events.map((_, index) => index + 1));
  });

  test('does the task again that was running, with the same input', async () => {
    const definition = {
      StartAt: 'P',
      States: { P: { Type: 'Pass', Result: { b: 2 }, Next: 'T' }, T: { ...task('f'), ...end } },
    };
    const first = open(definition, { f: () => new Promise(() => undefined) }, dataDir);
    const arn = await stopWhen(first, {}, ({ calls }) => calls.length === 1);

    const second = open(definition, { f: (event) => event }, dataDir);
    second.engine.resume();
    await second.engine.settled(arn);
    expect(await describeIt(second, arn)).toMatchObject({ status: 'SUCCEEDED', output: { b: 2 } });
    expect(second.calls[0]?.event).toEqual({ b: 2 });
  });

  test('does not forget which retries were used', async () => {
    const retry = [{ ErrorEquals: ['E'], IntervalSeconds: 3600, MaxAttempts: 1 }];
    const definition = { StartAt: 'T', States: { T: { ...task('f', { Retry: retry }), ...end } } };
    const fail: Fn = () => {
      throw new Thrown('E', 'no');
    };
    const first = open(definition, { f: fail }, dataDir);
    const arn = await first.clock.hold(() =>
      stopWhen(first, {}, ({ engine }, it) => engine.store.progress(it)?.retryCounts !== undefined),
    );

    const second = open(definition, { f: fail }, dataDir);
    second.engine.resume();
    await second.engine.settled(arn);
    expect(await describeIt(second, arn)).toMatchObject({ status: 'FAILED', error: 'E' });
    expect(second.calls).toHaveLength(1);
  });
});
