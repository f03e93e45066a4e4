import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionResource } from '../../local/assembly/functions.ts';
import { type AwsEndpoint, createAwsEndpoint } from '../../local/aws/endpoint.ts';
import { clockDate } from '../../local/aws/lambda/clock-date.ts';
import { accessKeyIdOf, functionNameOf } from '../../local/aws/lambda/credentials.ts';
import type { InvocationFault } from '../../local/aws/lambda/invocation-faults.ts';
import { LambdaInvokeRoute } from '../../local/aws/lambda/invoke-route.ts';
import { LambdaRuntime, type LambdaRuntimeOptions } from '../../local/aws/lambda/lambda-runtime.ts';
import { Clock } from '../../local/clock.ts';

const clock = new Clock({ skipIdle: true });
let root: string;
let runtimes: LambdaRuntime[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lambda-'));
  runtimes = [];
});
afterEach(async () => {
  await Promise.all(runtimes.map((runtime) => runtime.stop()));
  rmSync(root, { recursive: true, force: true });
});

function fn(name: string, code: string, overrides: Partial<FunctionResource> = {}): FunctionResource {
  const assetDirectory = join(root, name);
  mkdirSync(assetDirectory, { recursive: true });
  writeFileSync(join(assetDirectory, 'index.mjs'), code);
  return {
    stackName: 'App',
    logicalId: name,
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    assetDirectory,
    environment: {},
    timeoutSeconds: 30,
    memoryMb: 128,
    roleArn: 'arn:aws:iam::000000000000:role/r',
    logGroupName: `/aws/lambda/${name}`,
    ...overrides,
  };
}

function runtimeOf(
  functions: FunctionResource[],
  options: Partial<LambdaRuntimeOptions> = {},
): LambdaRuntime {
  const runtime = new LambdaRuntime({
    functions,
    clock,
    region: 'us-east-1',
    endpointUrl: () => 'http://127.0.0.1:4566',
    ...options,
  });
  runtimes.push(runtime);
  return runtime;
}

/** Runs `code` once and answers what the function returned, parsed. */
async function once(code: string, event: unknown = {}, overrides: Partial<FunctionResource> = {}) {
  const answer = await runtimeOf([fn('f', code, overrides)]).invoke('f', JSON.stringify(event));
  return answer.kind === 'result' ? JSON.parse(answer.payload) : answer.failure;
}

const faulty = (...faults: InvocationFault[]) => ({
  faultOf: (_name: string, number: number): InvocationFault => faults[number - 1] ?? { kind: 'none' },
});

describe('what a function gets', () => {
  test('the event and the context of Lambda', async () => {
    const code = `export const handler = async (event, context) =>
      ({ event, context, remaining: context.getRemainingTimeInMillis() })`;
    expect(await once(code, { a: 1 })).toEqual({
      event: { a: 1 },
      context: {
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionName: 'f',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        memoryLimitInMB: '128',
        logGroupName: '/aws/lambda/f',
        logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
        callbackWaitsForEmptyEventLoop: true,
      },
      remaining: expect.any(Number),
    });
  });

  test("its template's environment and Lambda's, and nothing of the host's", async () => {
    process.env.HOST_ONLY = 'secret';
    const environment = await once(
      'export const handler = async () => process.env',
      {},
      { environment: { TABLE: 't' } },
    );
    delete process.env.HOST_ONLY;
    expect(
      Object.keys(environment)
        .filter((name) => !/^(_?AWS_|_X_AMZN|LAMBDA_)/.test(name))
        .sort(),
    ).toEqual(['LANG', 'TABLE', 'TZ', '_HANDLER']);
    expect(environment).toMatchObject({
      TABLE: 't',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_MAX_ATTEMPTS: '1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ACCESS_KEY_ID: accessKeyIdOf('f'),
    });
  });

  test('the local address in place of AWS where a variable is the URL of a queue', async () => {
    const queue = 'https://sqs.us-east-1.amazonaws.com/000000000000/dead';
    const environment = await once(
      'export const handler = async () => process.env',
      {},
      { environment: { QUEUE: queue, TEXT: `see ${queue}` } },
    );
    expect(environment).toMatchObject({
      QUEUE: 'http://127.0.0.1:4566/000000000000/dead',
      TEXT: `see ${queue}`,
    });
  });

  test("the clock's time, jumps included, in the worker that is already warm", async () => {
    const jumping = new Clock({ skipIdle: true });
    const code = 'export const handler = async () => ({ now: Date.now(), made: new Date().getTime() })';
    const runtime = runtimeOf([fn('f', code)], { clock: jumping });
    const before = await runtime.invoke('f', '{}');
    await jumping.sleep(365 * 24 * 3600 * 1000);
    const after = await runtime.invoke('f', '{}');
    const read = (answer: typeof before) => (answer.kind === 'result' ? JSON.parse(answer.payload) : answer);
    expect(read(after).now - read(before).now).toBeGreaterThanOrEqual(365 * 24 * 3600 * 1000);
    expect(read(after).made).toBeGreaterThanOrEqual(read(after).now);
  });
});

test("the clock's Date is the machine's in all but the current time", () => {
  const ours = clockDate({ ...new Clock().shared, origin: Date.now() - 1000, speed: 3600 }, Date);
  expect(ours.now()).toBeGreaterThan(Date.now() + 3_000_000);
  expect(new ours().getTime()).toBeGreaterThan(Date.now() + 3_000_000);
  expect(new ours(5).getTime()).toBe(5);
  expect(new ours(2026, 0, 2).getTime()).toBe(new Date(2026, 0, 2).getTime());
  expect(ours.parse('2026-01-01T00:00:00Z')).toBe(Date.parse('2026-01-01T00:00:00Z'));
  expect(ours.UTC(2026, 1)).toBe(Date.UTC(2026, 1));
  expect(new ours() instanceof ours).toBe(true);
  expect(new Date() instanceof ours).toBe(true);
  expect(new ours(5).toISOString()).toBe('1970-01-01T00:00:00.005Z');
  class Special extends ours {}
  expect(new Special(5)).toBeInstanceOf(Special);
});

describe('what a function answers', () => {
  test('passes as JSON: dates become texts, undefined goes', async () => {
    const code =
      'export const handler = async () => ({ at: new Date(0), gone: undefined, list: [undefined] })';
    expect(await once(code)).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [null] });
  });

  test('nothing is null', async () => {
    expect(await once('export const handler = async () => undefined')).toBeNull();
  });

  test.each([
    [
      'a thrown error',
      'class MyError extends Error { name = "MyError" }; export const handler = async () => { throw new MyError("no") }',
      'MyError',
      'no',
    ],
    ['a thrown text', 'export const handler = async () => { throw "no" }', 'string', 'no'],
    [
      'what JSON cannot hold',
      'export const handler = async () => 1n',
      'Runtime.MarshalError',
      'Unable to stringify response body',
    ],
    ['an exit', 'export const handler = async () => process.exit(3)', 'Runtime.ExitError', 'exit status 3'],
    [
      'an error outside of the handler',
      'export const handler = () => new Promise(() => setImmediate(() => { throw new RangeError("late") }))',
      'RangeError',
      'late',
    ],
    [
      'a rejection that nobody handles',
      'export const handler = () => new Promise(() => { Promise.reject(new Error("lost")) })',
      'Runtime.UnhandledPromiseRejection',
      'lost',
    ],
    [
      'an error at load',
      'throw new TypeError("bad module"); export const handler = 1',
      'TypeError',
      'bad module',
    ],
    ['no handler', 'export const other = 1', 'Runtime.HandlerNotFound', 'index.handler is undefined'],
    [
      'a callback',
      'export const handler = (event, context, callback) => callback(null, 1)',
      'Runtime.CallbackHandlerDeprecated',
      'callback',
    ],
    [
      'too much',
      'export const handler = async () => "x".repeat(7 * 1024 * 1024)',
      'Function.ResponseSizeTooLarge',
      '6291556',
    ],
  ])('%s is a failure as Lambda tells it', async (_, code, errorType, message) => {
    expect(await once(code)).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
  });

  test('a trace tells of /var/task and of no path of this machine', async () => {
    const failure = await once('export const handler = async () => { throw new Error("no") }');
    expect(failure.trace[0]).toBe('Error: no');
    expect(failure.trace[1]).toContain('file:///var/task/index.mjs:1');
    expect(JSON.stringify(failure)).not.toContain(root);
  });

  test('a function that takes too long is killed, and the next call gets a new worker', async () => {
    const code = `let calls = 0;
      export const handler = async (event) => { calls++; if (event.hang) await new Promise(() => setInterval(() => {}, 1000)); return calls; }`;
    const runtime = runtimeOf([fn('f', code, { timeoutSeconds: 0.05 })], { concurrency: 1 });
    expect(await runtime.invoke('f', '{"hang":true}')).toMatchObject({
      failure: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/Task timed out after 0.05 seconds$/),
      },
    });
    expect(await runtime.invoke('f', '{}')).toMatchObject({ payload: '1' });
  });
});

describe('workers', () => {
  // Counts how many invocations run at once within one worker, and lets the test see which worker answered.
  const code = `let running = 0; const id = Math.random(); const log = [];
    export const handler = async (event) => {
      running++; const seen = running; await new Promise((done) => setImmediate(done)); running--;
      return { id, seen, n: event.n }; }`;

  test('run one invocation at a time, are kept warm, and grow to the limit only', async () => {
    const runtime = runtimeOf([fn('f', code)], { concurrency: 2 });
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((n) => runtime.invoke('f', JSON.stringify({ n }))),
    );
    const results = answers.map((answer) => (answer.kind === 'result' ? JSON.parse(answer.payload) : answer));
    expect(results.map((result) => result.n)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(results.every((result) => result.seen === 1)).toBe(true);
    expect(new Set(results.map((result) => result.id)).size).toBe(2);
    const memory = await runtime.memory();
    expect(memory).toHaveLength(2);
    expect(memory[0]).toEqual({ functionName: 'f', bytes: expect.any(Number) });
  });

  test('a single one serves calls in the order in which they came', async () => {
    const runtime = runtimeOf([fn('f', 'let n = 0; export const handler = async () => ++n')], {
      concurrency: 1,
    });
    const answers = await Promise.all(Array.from({ length: 4 }, () => runtime.invoke('f', '{}')));
    expect(answers.map((answer) => answer.kind === 'result' && answer.payload)).toEqual(['1', '2', '3', '4']);
  });

  test('are all gone after a stop, and so is what waited for them', async () => {
    const hanging = 'export const handler = () => new Promise(() => setInterval(() => {}, 1000))';
    const runtime = runtimeOf([fn('f', hanging)], { concurrency: 1 });
    const waiting = [runtime.invoke('f', '{}'), runtime.invoke('f', '{}')];
    await runtime.stop();
    for (const answer of await Promise.all(waiting)) {
      expect(answer).toMatchObject({ failure: { errorType: 'Runtime.ExitError' } });
    }
    expect(await runtime.memory()).toEqual([]);
    await expect(runtime.invoke('f', '{}')).rejects.toMatchObject({ name: 'ServiceException' });
  });

  test('are none before the first call', async () => {
    expect(await runtimeOf([fn('f', code)]).memory()).toEqual([]);
  });

  test('what they print is kept per function, with its request', async () => {
    const lines: string[] = [];
    const runtime = runtimeOf([fn('f', 'export const handler = async () => console.log("hello")')]);
    const { requestId } = await runtime.invoke('f', '{}');
    // The console of a worker arrives by another way than its answers; stopping waits for both.
    await runtime.stop();
    for (const line of runtime.logs.of('f')) lines.push(`${line.stream} ${line.text}`);
    expect(lines).toEqual(['stdout hello']);
    expect(runtime.logs.of('f')[0]?.requestId).toBe(requestId);
  });
});

describe('faults', () => {
  const code = 'let n = 0; export const handler = async () => ++n';
  const exit = {
    failure: { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: killed') },
  };

  test('killed before it ran, a function did nothing', async () => {
    const runtime = runtimeOf([fn('f', code)], { faults: faulty({ kind: 'kill', when: 'before' }) });
    expect(await runtime.invoke('f', '{}')).toMatchObject(exit);
    expect(await runtime.invoke('f', '{}')).toMatchObject({ payload: '1' });
  });

  test('killed after it ran, its answer is lost', async () => {
    const counter = join(root, 'counter');
    const effect = `import { appendFileSync } from 'node:fs'; export const handler = async () => appendFileSync(${JSON.stringify(counter)}, 'x')`;
    const runtime = runtimeOf([fn('f', effect)], { faults: faulty({ kind: 'kill', when: 'after' }) });
    expect(await runtime.invoke('f', '{}')).toMatchObject(exit);
    expect(readFileSync(counter, 'utf8')).toBe('x');
  });

  test('an event can be delivered twice', async () => {
    const runtime = runtimeOf([fn('f', code)], { faults: faulty({ kind: 'run-twice' }) });
    expect(await runtime.invoke('f', '{}')).toMatchObject({ payload: '2' });
  });

  test('Lambda itself can refuse', async () => {
    const runtime = runtimeOf([fn('f', code)], {
      faults: faulty(
        { kind: 'refuse', error: 'TooManyRequestsException' },
        { kind: 'refuse', error: 'ServiceException' },
      ),
    });
    await expect(runtime.invoke('f', '{}')).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
    });
    await expect(runtime.invoke('f', '{}')).rejects.toMatchObject({ name: 'ServiceException', status: 500 });
  });
});

describe('the Invoke API', () => {
  let endpoint: AwsEndpoint;
  let client: LambdaClient;
  let lambda: LambdaRuntime;

  beforeEach(async () => {
    lambda = runtimeOf([
      fn('echo', 'export const handler = async (event) => event'),
      fn('bad', 'export const handler = async () => { throw new Error("no") }'),
    ]);
    endpoint = createAwsEndpoint({
      services: [],
      routes: [new LambdaInvokeRoute(lambda, clock)],
      clock,
      newId: () => 'id',
      onUnexpected: (error) => {
        throw error;
      },
    });
    const { url } = await endpoint.listen(0);
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    client = new LambdaClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await endpoint.close();
  });

  test('answers by name and by ARN', async () => {
    for (const name of ['echo', 'arn:aws:lambda:us-east-1:000000000000:function:echo', 'echo:$LATEST']) {
      const answer = await client.send(
        new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{"a":[1]}') }),
      );
      expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(answer.FunctionError).toBeUndefined();
      expect(answer.Payload?.transformToString()).toBe('{"a":[1]}');
    }
  });

  test("tells a function's error by its header", async () => {
    const answer = await client.send(new InvokeCommand({ FunctionName: 'bad' }));
    expect(answer.FunctionError).toBe('Unhandled');
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({
      errorType: 'Error',
      errorMessage: 'no',
    });
  });

  test.each([
    [{ FunctionName: 'nobody' }, 'ResourceNotFoundException', 404],
    [{ FunctionName: 'echo', Payload: Buffer.from('{') }, 'InvalidRequestContentException', 400],
    [
      { FunctionName: 'echo', Payload: Buffer.from(`"${'x'.repeat(6 * 1024 * 1024)}"`) },
      'RequestTooLargeException',
      413,
    ],
  ])('refuses %#', async (input, name, status) => {
    await expect(client.send(new InvokeCommand(input))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
  });

  test('takes an event and a dry run without answering them', async () => {
    const event = await client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event' }));
    expect(event.StatusCode).toBe(202);
    const dry = await client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'DryRun' }));
    expect(dry.StatusCode).toBe(204);
  });

  test('an event that fails is tried three times, by the clock', async () => {
    const before = clock.now();
    const outcome = await new LambdaInvokeRoute(lambda, clock).invokeLater('bad', '{}');
    expect(outcome).toMatchObject({ kind: 'failure' });
    expect(clock.now() - before).toBeGreaterThanOrEqual(180_000);
  });
});

describe("with timers that are the clock's", () => {
  const sleeper = `
    import { setTimeout } from 'node:timers/promises';
    export const handler = async ({ seconds }) => {
      await setTimeout(seconds * 1000);
      return 'awake';
    };`;

  test('the clock jumps over what a function sleeps', async () => {
    const lambda = runtimeOf([fn('sleeper', sleeper, { timeoutSeconds: 900 })], { clockTimers: true });
    const before = clock.now();
    expect(await lambda.invoke('sleeper', '{"seconds": 800}')).toMatchObject({ payload: '"awake"' });
    expect(clock.now() - before).toBeGreaterThanOrEqual(800_000);
  });

  test('a function that sleeps for longer than it has is timed out, and the next invocation is well', async () => {
    const lambda = runtimeOf([fn('sleeper', sleeper, { timeoutSeconds: 900 })], { clockTimers: true });
    expect(await lambda.invoke('sleeper', '{"seconds": 1000}')).toMatchObject({
      failure: { errorType: 'Sandbox.Timedout' },
    });
    expect(await lambda.invoke('sleeper', '{"seconds": 10}')).toMatchObject({ payload: '"awake"' });
  });

  test('the clock stands while something else of the function is under way', async () => {
    const code = `
      import { execFile } from 'node:child_process';
      import { setTimeout } from 'node:timers/promises';
      export const handler = async () => {
        const work = new Promise((resolve) => execFile(process.execPath, ['-e', '0'], () => resolve('worked')));
        return Promise.race([work, setTimeout(600_000, 'slept')]);
      };`;
    const lambda = runtimeOf([fn('worker', code)], { clockTimers: true });
    expect(await lambda.invoke('worker', '{}')).toMatchObject({ payload: '"worked"' });
  });
});

describe('credentials', () => {
  test.each(['f', 'App-Submit-ABC123', 'x'.repeat(64), 'a_b-C'])('of %s lead back to it', (name) => {
    expect(accessKeyIdOf(name)).toMatch(/^[A-Z0-9]{5,128}$/);
    expect(functionNameOf(accessKeyIdOf(name))).toBe(name);
  });

  test.each(['AKIAEXAMPLE', 'LKIA1', ''])('%j are of no function', (key) => {
    expect(functionNameOf(key)).toBeUndefined();
  });
});
