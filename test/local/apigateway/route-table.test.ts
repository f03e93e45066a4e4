import fc from 'fast-check';
import type { RouteResource } from '../../../local/assembly/http-apis.ts';
import { decodePath, RouteTable } from '../../../local/aws/apigateway/route-table.ts';

const route = (key: string): RouteResource => ({
  key,
  authorization: 'NONE',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
  timeoutMs: 1000,
});

const table = new RouteTable(
  [
    'ANY /{proxy+}',
    'GET /images/{imageName}',
    'GET /images/latest',
    'ANY /images/{imageName}/versions',
    'POST /images/{imageName}/versions',
    'GET /images/{imageName}/{rest+}',
    'GET /',
  ].map(route),
);

function found(method: string, path: string) {
  const decoded = decodePath(path);
  const match = decoded && table.match(method, decoded.matched);
  return match && [match.route.key, match.pathParameters];
}

test.each([
  ['GET', '/images/latest', 'GET /images/latest', {}],
  ['GET', '/images/a', 'GET /images/{imageName}', { imageName: 'a' }],
  ['POST', '/images/a/versions', 'POST /images/{imageName}/versions', { imageName: 'a' }],
  ['DELETE', '/images/a/versions', 'ANY /images/{imageName}/versions', { imageName: 'a' }],
  ['GET', '/images/a/versions/1', 'GET /images/{imageName}/{rest+}', { imageName: 'a', rest: 'versions/1' }],
  ['POST', '/images/latest', 'ANY /{proxy+}', { proxy: 'images/latest' }],
  ['GET', '/', 'GET /', {}],
  ['GET', '/images//versions', 'ANY /{proxy+}', { proxy: 'images//versions' }],
  ['GET', '/images/a%20b', 'GET /images/{imageName}', { imageName: 'a b' }],
  ['GET', '/images/%C3%A4', 'GET /images/{imageName}', { imageName: 'ä' }],
  // An encoded slash parts segments; one that is encoded twice comes into the parameter.
  ['GET', '/images/a%2Fb', 'GET /images/{imageName}/{rest+}', { imageName: 'a', rest: 'b' }],
  ['GET', '/images/a%252Fb', 'GET /images/{imageName}', { imageName: 'a/b' }],
  ['GET', '/images/a%2523b', 'GET /images/{imageName}', { imageName: 'a#b' }],
  ['GET', '/images/a%3Fb', 'GET /images/{imageName}', { imageName: 'a' }],
])('%s %s is %s', (method, path, key, parameters) => {
  expect(found(method, path)).toEqual([key, parameters]);
});

test('what no route takes goes to $default, or nowhere', () => {
  expect(new RouteTable([route('GET /a')]).match('GET', '/b')).toBeUndefined();
  expect(new RouteTable([route('GET /a')]).match('HEAD', '/a')).toBeUndefined();
  expect(new RouteTable([route('GET /a'), route('$default')]).match('GET', '/b')?.route.key).toBe('$default');
});

test.each([
  ['/capture/space%20value', '/capture/space value'],
  ['/capture/question%3Fvalue', '/capture/question'],
  ['/capture/hash%23value', '/capture/hash#value'],
  ['/capture/slash%2Fvalue', '/capture/slash/value'],
  ['/capture/unicode-%CE%BB', '/capture/unicode-λ'],
  ['/capture/literal%252Fvalue', '/capture/literal/value'],
  ['/capture/literal%253Fvalue', '/capture/literal?value'],
  ['/capture/literal%2525value', '/capture/literal%value'],
  ['/capture/percent%25done', undefined],
  ['/capture/percent%', undefined],
  ['/capture/%c3%28', '/capture/\ufffd('],
])('a deployed API hands %s on as %s', (sent, raw) => {
  expect(decodePath(sent)?.raw).toBe(raw);
});

test('any path at all is answered', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      const decoded = decodePath(`/${path}`);
      if (decoded) expect(table.match('GET', decoded.matched)).toBeDefined();
    }),
  );
});
