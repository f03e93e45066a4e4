import { createHash, createHmac } from 'node:crypto';
import { command } from './command.ts';
import { type Arrived, FakeApi, operation } from './fake-api.ts';

/** Signatures: made again here by the published recipe, of what has arrived, and compared. */

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: SECRET,
  AWS_SESSION_TOKEN: 'session-token',
};

let api: FakeApi;
beforeEach(async () => {
  api = await FakeApi.start(({ method }) =>
    method === 'GET' ? { body: { items: [], nextCursor: null } } : { body: operation('SUCCEEDED') },
  );
});
afterEach(() => api.stop());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** What the Authorization header must be: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
function expectedAuthorization(
  { method, url, headers, body }: Arrived,
  region: string,
  signed: string,
): string {
  const date = String(headers['x-amz-date']);
  const scope = `${date.slice(0, 8)}/${region}/execute-api/aws4_request`;
  const [path = '', query = ''] = url.split('?');
  const canonical = [
    method,
    // For every service but S3 what is encoded already is encoded once more.
    path.split('/').map(encodeURIComponent).join('/'),
    query.split('&').sort().join('&'),
    ...signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [date.slice(0, 8), region, 'execute-api', 'aws4_request'].reduce<string | Buffer>(
    (former, part) => hmac(former, part),
    `AWS4${SECRET}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}

test('with --sign every part of a request is signed by the caller’s credentials', async () => {
  const env = { ...CREDENTIALS, AWS_REGION: 'eu-west-1' };
  const [created, listed] = await Promise.all([
    command(
      [
        'create',
        'pytorch',
        '--base-image',
        'é',
        '--key',
        'k',
        '--region',
        "it's a (region)",
        '--sign',
        '--api',
        api.url,
      ],
      { env },
    ),
    command(['operations', 'list', '--since', '2026-11-24T08:00:00+01:00', '--sign', '--api', api.url], {
      env,
    }),
  ]);
  expect([created, listed]).toMatchObject([{ exit: 0 }, { exit: 0 }]);
  expect(api.arrived).toHaveLength(2);
  for (const arrived of api.arrived) {
    const authorization = String(arrived.headers.authorization);
    const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '';
    expect(signed.split(';')).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']));
    expect(authorization).toBe(expectedAuthorization(arrived, 'eu-west-1', signed));
  }
  const post = api.arrived.find(({ method }) => method === 'POST');
  expect(post?.headers.authorization).toContain('content-type;');
  expect(post?.headers.authorization).toContain('idempotency-key;');
});

test('a local address is not signed, and nothing of AWS is asked for', async () => {
  const { exit } = await command(['operations', 'list', '--api', api.url], { env: CREDENTIALS });
  expect(exit).toBe(0);
  expect(api.arrived[0]?.headers.authorization).toBeUndefined();
});

test('what a signature lacks is told, and nothing is sent', async () => {
  const [regionless, keyless] = await Promise.all([
    command(['list', '--sign', '--api', api.url], { env: CREDENTIALS }),
    command(['list', '--api', 'https://a1b2c3.execute-api.us-east-1.amazonaws.com']),
  ]);
  expect(regionless).toMatchObject({ exit: 2, err: expect.stringContaining('set AWS_REGION') });
  expect(keyless).toMatchObject({ exit: 3, err: expect.stringContaining('set AWS_PROFILE') });
  expect(keyless.err).toContain('There are no AWS credentials to sign with: ');
  expect(api.arrived).toEqual([]);
});
