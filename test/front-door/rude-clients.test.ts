import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ApiCloud } from '../api/api-cloud.ts';
import { TestCloud } from '../workflows/cloud.ts';

/** Requests that are too large, too slow, or broken off: the API stays up, and nothing is half done. */

let cloud: TestCloud;
let api: ApiCloud;
beforeAll(async () => {
  // So fast that the stage's throttle is out of the way.
  cloud = await TestCloud.start({ clock: { speed: 100 } });
  api = new ApiCloud(cloud);
  await cloud.image('rude');
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});
afterEach(async () => {
  expect((await api.ask('GET', '/health')).status).toBe(200);
});

const versions = '/images/rude/versions';

async function socket(): Promise<Socket> {
  const { port } = new URL(cloud.cloud.apiUrl);
  const opened = connect(Number(port), '127.0.0.1');
  opened.on('error', () => opened.destroy());
  await once(opened, 'connect');
  return opened;
}

function head(key: string, length: number): string {
  return `POST ${versions} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: ${key}\r\ncontent-length: ${length}\r\n\r\n`;
}

async function statusLine(text: string): Promise<string> {
  const opened = await socket();
  opened.write(text);
  const [answer] = await once(opened, 'data');
  opened.destroy();
  return String(answer).split('\r\n')[0] ?? '';
}

async function sent(path: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${cloud.cloud.apiUrl}${path}`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

test.each([
  [64 * 1024 + 1, 413, '/x-problems/body-too-large'],
  [5 * 1024 * 1024, 413, '/x-problems/body-too-large'],
  // More than Lambda takes.
  [7 * 1024 * 1024, 500, 'Internal Server Error'],
  [10 * 1024 * 1024 + 1, 413, 'Request Entity Too Large'],
])('a body of %d bytes is answered by %d, and leaves nothing', async (bytes, status, word) => {
  const answer = await sent(versions, `"${'x'.repeat(bytes - 2)}"`);
  expect(answer).toEqual({ status, text: expect.stringContaining(word) });
  expect((await api.ask('GET', '/operations?image=rude')).body.items).toEqual([]);
});

test('a byte that is not UTF-8 is refused, and leaves nothing', async () => {
  const body = Buffer.from('{"BaseImage":"registry/image:1","ReleaseNotes":"\xff"}', 'latin1');
  const opened = await socket();
  opened.write(head('no-utf8', body.length));
  opened.write(body);
  const [answer] = await once(opened, 'data');
  opened.destroy();
  expect(String(answer)).toMatch(/^HTTP\/1.1 400 [\s\S]*\/x-problems\/malformed-body/);
  expect((await api.ask('GET', '/operations?image=rude')).body.items).toEqual([]);
});

test.each([
  ['headers of 10 KB', `GET /images HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(10_300)}\r\n\r\n`, '431'],
  ['an address of 8 KB', `GET /images?cursor=${'x'.repeat(8_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, '400'],
  ['an address of 16 KB', `GET /images?cursor=${'x'.repeat(16_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, '431'],
  ['a name of 8 KB', `GET /images/${'x'.repeat(8_000)}/versions HTTP/1.1\r\nhost: x\r\n\r\n`, '400'],
  ['no length that is one', `POST ${versions} HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n`, '400'],
  [
    'two lengths',
    `POST ${versions} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
    '400',
  ],
])('%s', async (_, text, status) => {
  expect(await statusLine(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test('bodies that trickle in hold nobody up, and are taken once they are whole', async () => {
  const body = JSON.stringify({ BaseImage: 'registry/slow:1' });
  const slow = await Promise.all(Array.from({ length: 20 }, socket));
  const answers = slow.map((one) => once(one, 'data'));
  for (const [nth, one] of slow.entries()) one.write(head(`slow-${nth}`, body.length));
  for (const letter of body.slice(0, -1)) {
    await Promise.all(slow.map((one) => new Promise<void>((resolve) => one.write(letter, () => resolve()))));
    if (letter === '"') expect((await api.ask('GET', '/images')).status).toBe(200);
  }
  expect((await api.ask('GET', '/operations?image=rude')).body.items).toEqual([]);
  for (const one of slow) one.write(body.slice(-1));
  for (const answer of answers) expect(String(await answer)).toMatch(/^HTTP\/1\.1 202 /);
  for (const one of slow) one.destroy();
});

test('of two hundred that break off at once each is accepted whole or not at all', async () => {
  const body = JSON.stringify({ BaseImage: 'registry/broken:1', ReleaseNotes: 'broken off' });
  const whole = (nth: number) => `${head(`broken-${nth}`, body.length)}${body}`;
  // In the middle of the headers, between headers and body, within the body, and once all is sent.
  const cuts = [40, head('broken-0', body.length).length, whole(0).length - 10, whole(0).length + 10];
  const sockets = await Promise.all(Array.from({ length: 200 }, socket));
  await Promise.all(
    sockets.map(async (one, nth) => {
      await new Promise<void>((resolve) => one.write(whole(nth).slice(0, cuts[nth % 4]), () => resolve()));
      one.destroy();
    }),
  );
  const accepted = new Set<string>();
  // Ten of each sort.
  for (let nth = 0; nth < 40; nth += 1) {
    // Each asks again under its key, as one does who had no answer.
    const { status, body: told } = await api.ask('POST', versions, {
      body: JSON.parse(body),
      headers: { 'idempotency-key': `broken-${nth}` },
    });
    // What did not come whole was not accepted.
    expect(nth % 4 === 3 ? [200, 202] : [202]).toContain(status);
    accepted.add(String(told.operationId));
  }
  expect(accepted.size).toBe(40);
}, 60_000);
