import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApiCloud } from '../api/api-cloud.ts';

/** Clients that begin a request and then say nothing more: they are cut off, and hold nobody up. */

let api: ApiCloud;
beforeAll(async () => {
  api = await ApiCloud.start({ clock: { speed: 1 }, apiRequestTimeoutMs: 500 });
});
afterAll(async () => {
  await api.cloud.stop();
  expect(api.cloud.unexpected).toEqual([]);
});

const versions = '/images/silent/versions';
const head = `POST ${versions} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: silent\r\n`;

/** Connects, says this, and leaves the rest to the other side. */
async function saying(what: string): Promise<Socket> {
  const { port } = new URL(api.cloud.cloud.apiUrl);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(what);
  return socket;
}

test.each([
  ['nothing at all', ''],
  ['half a head', 'POST /images/silent/ver'],
  ['a head without its end', head],
  ['a head, and no body', `${head}content-length: 40\r\n\r\n`],
  ['a head, and half a body', `${head}content-length: 40\r\n\r\n{"BaseImage": "registry/si`],
  ['a head, and a chunk of many', `${head}transfer-encoding: chunked\r\n\r\n5\r\n{"Bas\r\n`],
])('after %s the connection is closed with 408, and nothing was accepted', async (_what, said) => {
  const socket = await saying(said);
  // Ends when the other side has closed.
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 .*\{"message":"Request Timeout"\}$/s);
  expect((await api.ask('GET', '/operations?image=silent')).body.items).toEqual([]);
});

test('meanwhile others are answered, on a connection that waits between its requests, too', async () => {
  const silent = await saying(head);
  expect((await api.ask('GET', '/health')).status).toBe(200);
  expect(await text(silent)).toMatch(/^HTTP\/1\.1 408 /);
  expect((await api.ask('GET', '/health')).status).toBe(200);
});
