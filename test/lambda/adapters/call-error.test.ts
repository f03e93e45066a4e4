import { execFile } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudControlClient, GetResourceRequestStatusCommand } from '@aws-sdk/client-cloudcontrol';
import { called } from '../../../lambda/adapters/call-error.ts';
import { CallError } from '../../../lambda/core/ports.ts';

/** What the stock client makes of answers on the wire, and what becomes of that. */

let server: Server;
let answer: RequestListener;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

async function failureOf(): Promise<unknown> {
  const client = new CloudControlClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  try {
    await called(() => client.send(new GetResourceRequestStatusCommand({ RequestToken: 'r' })));
    return undefined;
  } catch (error) {
    return error;
  } finally {
    client.destroy();
  }
}

function json(status: number, body: object): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  };
}

test.each([
  [400, 'ThrottlingException', true],
  [429, 'ThrottlingException', true],
  [400, 'TooManyRequestsException', true],
  [400, 'ServiceInternalErrorException', true],
  [400, 'NetworkFailureException', true],
  [502, 'HandlerInternalFailureException', true],
  [500, 'InternalFailure', true],
  [503, 'NeverHeardOfIt', true],
  [400, 'ValidationException', false],
  [400, 'AccessDeniedException', false],
  [400, 'ConcurrentOperationException', false],
  [409, 'ClientTokenConflictException', false],
  [400, 'ResourceNotFoundException', false],
  [404, 'RequestTokenNotFoundException', false],
  [400, 'GeneralServiceException', false],
  [400, 'UnrecognizedClientException', false],
])('%i %s: can pass: %s', async (status, name, transient) => {
  answer = json(status, { __type: `com.amazonaws.cloudapiservice#${name}`, Message: 'because' });
  const error = await failureOf();
  expect(error).toBeInstanceOf(CallError);
  expect(error).toMatchObject({ name, message: 'because', transient });
});

test('5xx from something that does not speak JSON can pass', async () => {
  answer = (_request, response) => response.writeHead(502).end('<html>Bad gateway</html>');
  expect(await failureOf()).toMatchObject({ transient: true });
});

test('a failure of the network can pass, whenever it comes', async () => {
  const script = join(import.meta.dirname, '..', '..', 'fixtures', 'network-failures.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(JSON.parse(stdout)).toEqual({
    // The client's own name for a connection that was reset.
    'before the answer': { name: 'TimeoutError', transient: true },
    'within the answer': { name: 'ECONNRESET', transient: true },
    'no answer': { name: 'TimeoutError', transient: true },
    'no server': { name: 'ECONNREFUSED', transient: true },
  });
});

test('what is no answer of AWS and no fault of the network is passed on as it is', async () => {
  const ours = new TypeError('a fault of ours');
  await expect(called(() => Promise.reject(ours))).rejects.toBe(ours);
  await expect(called(() => Promise.reject('a text'))).rejects.toBe('a text');
  const already = new CallError('UnexpectedAnswer', 'no', false);
  await expect(called(() => Promise.reject(already))).rejects.toBe(already);
});

test('what goes well is handed through', async () => {
  await expect(called(async () => 5)).resolves.toBe(5);
});
