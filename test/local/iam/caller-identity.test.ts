import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { type OneFunctionCloud, startOneFunctionCloud } from './one-function-cloud.ts';

/** STS, the first service that many clients call: the query protocol, and who is calling. */

let one: OneFunctionCloud;

beforeAll(async () => {
  // GetCallerIdentity needs no permission (STS API reference).
  one = await startOneFunctionCloud({ statements: [] });
});

afterAll(async () => {
  await one.stop();
  expect(one.unexpected).toEqual([]);
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

function authorization(accessKeyId: string, service = 'sts'): Record<string, string> {
  const Credential = `${accessKeyId}/20261125/us-east-1/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${Credential}, SignedHeaders=host, Signature=00` };
}

async function query(body: string, headers: Record<string, string>) {
  const response = await fetch(one.cloud.awsUrl, { method: 'POST', body, headers: { ...FORM, ...headers } });
  expect(response.headers.get('content-type')).toBe('text/xml');
  return { status: response.status, xml: await response.text() };
}

const IDENTITY = 'Action=GetCallerIdentity&Version=2011-06-15';

test('a function gets the account and the session of its role', async () => {
  const [role] = one.cloud.assembly.roles;
  const { status, xml } = await query(IDENTITY, authorization(one.asFunction.credentials.accessKeyId));
  expect(status).toBe(200);
  expect(xml).toMatch(
    /^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/">\s*<GetCallerIdentityResult>/,
  );
  expect(xml).toContain('<Account>000000000000</Account>');
  expect(xml).toContain(`<Arn>arn:aws:sts::000000000000:assumed-role/${role?.name}/caller</Arn>`);
  expect(xml).toMatch(/<UserId>AROA[A-Z0-9]+:caller<\/UserId>/);
  expect(xml).toMatch(/<ResponseMetadata>\s*<RequestId>[0-9a-f-]{36}<\/RequestId>/);
});

test('whoever calls from outside is a user of the account', async () => {
  const { status, xml } = await query(IDENTITY, authorization('a&b'));
  expect(status).toBe(200);
  expect(xml).toContain('<Arn>arn:aws:iam::000000000000:user/a&amp;b</Arn>');
  expect(xml).toContain('<Account>000000000000</Account>');
});

test('a call may also be a GET', async () => {
  const response = await fetch(`${one.cloud.awsUrl}/?${IDENTITY}`, { headers: authorization('local') });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<Account>000000000000</Account>');
});

test.each([
  ['unsigned', IDENTITY, {}, 403, 'MissingAuthenticationToken'],
  ['without an action', 'Version=2011-06-15', authorization('local'), 400, 'MissingAction'],
  ['for what STS lacks', 'Action=Nap&Version=2011-06-15', authorization('local'), 400, 'InvalidAction'],
  ['in an old version', 'Action=GetCallerIdentity&Version=1', authorization('local'), 400, 'InvalidAction'],
  [
    'for another service',
    'Action=DescribeRegions&Version=2016-11-15',
    authorization('a', 'ec2'),
    400,
    'InvalidAction',
  ],
] as const)('a call %s is refused in XML', async (_what, body, headers, status, code) => {
  const answer = await query(body, headers);
  expect(answer.status).toBe(status);
  expect(answer.xml).toMatch(/^<ErrorResponse/);
  expect(answer.xml).toContain('<Type>Sender</Type>');
  expect(answer.xml).toContain(`<Code>${code}</Code>`);
  expect(answer.xml).toMatch(/<RequestId>[0-9a-f-]{36}<\/RequestId>/);
});

test('fault rules strike STS too, with the code that its protocol has', async () => {
  one.cloud.faults.add({ match: { service: 'STS' }, effect: { kind: 'throttle' } });
  const { status, xml } = await query(IDENTITY, authorization('local'));
  expect(status).toBe(400);
  expect(xml).toContain('<Code>Throttling</Code>');
  expect(one.cloud.calls.counts()['STS.GetCallerIdentity']).toMatchObject({ ThrottlingException: 1 });
});

test('an operation that the local Lambda lacks is unknown in REST-JSON', async () => {
  const client = new LambdaClient(one.asAdministrator);
  await expect(client.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    $metadata: { httpStatusCode: 404 },
  });
  client.destroy();
});
