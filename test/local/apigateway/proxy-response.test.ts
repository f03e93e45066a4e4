import { answerOf } from '../../../local/aws/apigateway/proxy-response.ts';

function shown(result: unknown) {
  const answer = answerOf(JSON.stringify(result));
  return answer && { ...answer, body: answer.body.toString() };
}

const plain = { headers: { 'content-type': 'text/plain;charset=UTF-8' }, cookies: [], body: '' };
const json = { status: 200, headers: { 'content-type': 'application/json' }, cookies: [] };

test.each([
  [{ statusCode: 204 }, { ...plain, status: 204 }],
  [
    { statusCode: '201', body: 'x' },
    { ...plain, status: 201, body: 'x' },
  ],
  [
    { statusCode: 200, headers: { 'Content-Type': 'a/b', 'X-Count': 3, 'Content-Length': 9 }, body: 'x' },
    { ...plain, status: 200, headers: { 'content-type': 'a/b', 'x-count': '3' }, body: 'x' },
  ],
  [
    { statusCode: 200, cookies: ['a=1', 'b=2'] },
    { ...plain, status: 200, cookies: ['a=1', 'b=2'] },
  ],
  [
    { statusCode: 200, body: Buffer.from('ü').toString('base64'), isBase64Encoded: true },
    { ...plain, status: 200, body: 'ü' },
  ],
  [{ hello: 'world' }, { ...json, body: '{"hello":"world"}' }],
  ['hello', { ...json, body: 'hello' }],
  [[1], { ...json, body: '[1]' }],
  [null, { ...json, body: 'null' }],
])('%j is an answer', (result, answer) => {
  expect(shown(result)).toEqual(answer);
});

test.each([
  [{ statusCode: 'ok' }],
  [{ statusCode: 99 }],
  [{ statusCode: 200.5 }],
  [{ statusCode: 600 }],
  [{ statusCode: 200, body: { a: 1 } }],
  [{ statusCode: 200, headers: [] }],
  [{ statusCode: 200, headers: { a: { b: 1 } } }],
  [{ statusCode: 200, headers: { 'a b': 'c' } }],
  [{ statusCode: 200, headers: { a: 'b\r\nc: d' } }],
  [{ statusCode: 200, cookies: 'a=1' }],
  [{ statusCode: 200, cookies: [1] }],
])('%j is malformed', (result) => {
  expect(answerOf(JSON.stringify(result))).toBeUndefined();
});
