/** What programs stumble over, in paths, queries, headers and bodies. */

// biome-ignore format: one line for each would be pages of them
export const TEXT_TRAPS = [
  '', ' ', '0', '-1', '1e3', '1.0', '9007199254740993', '99999999999999999999', 'latest', 'null', 'undefined', 'NaN',
  '..', '.', '\\', '#', '?', '&', '=', ';', ',', '*', '\t', '\n', '\r\n', '\u0000', '\u0007', '\u007f', '\ufeff',
  '\u202e', '🙂', 'ａ', 'é', 'e\u0301', 'a b', "' OR 1=1 --", '"', '`', '<script>', '{{ image }}', '{imageName}',
  ':imageName', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '$default', '$ref',
  'arn:aws:sagemaker:us-east-1:000000000000:image/fuzz-one', 'us-gov-west-1', '2026-13-45T99:99:99Z',
  '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '2026-11-24T08:00:00+23:59', 'x'.repeat(300), 'ab'.repeat(2_500),
] as const;

/** As they stand in a path or query, encoded rightly or wrongly. */
// biome-ignore format: one line for each would be pages of them
export const ENCODED_TRAPS = [
  '%2F', '%252F', '%00', '%2500', '%', '%zz', '%c3%28', '%ed%a0%80', '%0d%0a', '%09', '%2e%2e', '%2e', '..', '.', '%5c', '%3f',
  '%23', '%20', '+', '%7B%7D', '%F0%9F%99%82', '__proto__', '%5f%5fproto__', '1%090', '[]', '[0]', "'", '|', '~', '!', '@',
] as const;

export const HEADER_TRAPS: readonly (readonly [string, string])[] = [
  ['Content-Type', 'text/plain'],
  ['Content-Type', 'application/json; charset=utf-16'],
  ['Content-Type', 'application/json; charset="UTF-8"; x=y'],
  ['Content-Type', 'application/merge-patch+json'],
  ['Content-Type', 'application/json-patch+json'],
  ['Content-Type', 'application/x-www-form-urlencoded'],
  ['Content-Type', ''],
  ['Content-Type', 'application/json, application/json'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'identity'],
  ['Accept', 'image/png'],
  ['Accept', 'application/json;q=0'],
  ['Accept', 'text/csv;q=0.5, application/x-ndjson;q=0.9, */*;q=0.1'],
  ['Accept', 'text/plain'],
  ['Accept', ';q=1,,*/*;;q='],
  ['Accept-Language', '*'],
  ['Accept-Encoding', 'br;q=1.0, gzip;q=0.8, *;q=0.1'],
  ['Idempotency-Key', ''],
  ['Idempotency-Key', 'a,b'],
  ['Idempotency-Key', 'k'.repeat(256)],
  ['Idempotency-Key', 'k'.repeat(255)],
  ['Idempotency-Key', '\xe9\xff'],
  ['Idempotency-Key', '__proto__'],
  ['Prefer', 'wait=-1'],
  ['Prefer', 'wait=99999999999'],
  ['Prefer', 'wait=1, wait=2'],
  ['Prefer', 'respond-async, wait="3"'],
  ['If-None-Match', '*'],
  ['If-Match', '"x"'],
  ['If-Modified-Since', 'Sat, 01 Jan 2000 00:00:00 GMT'],
  ['Range', 'bytes=0-1'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Forwarded-Proto', 'https'],
  ['Authorization', 'Basic eDp5'],
  [
    'Authorization',
    'AWS4-HMAC-SHA256 Credential=AKIAX/20261124/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0',
  ],
  ['Cookie', 'a=1; b=2; __proto__=3'],
  ['Origin', 'null'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['X-Long', 'x'.repeat(4_000)],
];

/** Values that stand where others are wanted, as JSON. */
// biome-ignore format: one line for each would be pages of them
export const JSON_TRAPS = [
  'null', 'true', 'false', '0', '-1', '1.5', '1e400', '-0', '99999999999999999999999', '""', '" "', '"\\u0000"', '"\\ud800"',
  '"🙂"', '"a\\nb"', '"__proto__"', '"x y"', '[]', '[null]', '[[]]', '["a","a"]', '[1,"a",null,{}]', '{}', '{"a":1}',
  '{"__proto__":{"BaseImage":"x"}}', '{"constructor":{"prototype":{}}}', '{"toString":1}', '{"$ref":"#"}', '{"length":1e9}',
  `"${'x'.repeat(256)}"`, `"${'x'.repeat(70_000)}"`, `[${'1,'.repeat(2_000)}1]`, `${'['.repeat(15)}${']'.repeat(15)}`,
  `${'['.repeat(3_000)}${']'.repeat(3_000)}`, `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
] as const;

/** Whole bodies. */
// biome-ignore format: one line for each would be pages of them
export const BODY_TRAPS = [
  '', ' ', 'null', '{}', '[]', '""', '0', '{', '}', '{"a":1,}', "{'a':1}", '{"a":1}{"a":2}', '\ufeff{}', '{"a":1,"a":2}', 'NaN',
  '<xml/>', 'a=1&b=2', '{"sql":""}', '{"sql":";"}', '{"sql":"SELECT"}', '{"manifest":""}', '{"manifest":"a: &a [*a]"}',
  '{"manifest":"- - - -"}', '{"manifest":{}}', '[{"op":"remove","path":""}]', '[{"op":"test","path":"/a~2b","value":1}]',
  '[{"op":"move","from":"/Aliases","path":"/Aliases/0"}]', '[{"op":"add","path":"/__proto__/x","value":1}]',
] as const;

/** Pieces of statements that are put into others. */
// biome-ignore format: one line for each would be pages of them
export const SQL_TRAPS = [
  ';', '--', '/*', '*/', '(', ')', "'", '"', '`', ' UNION SELECT 1', ' WHERE 1=1', ' LIMIT -1', ' ORDER BY 99', ', ATTACH',
  'PRAGMA table_info(x)', '{{', '}}', '{{ x }}', ' FROM sqlite_master', " MATCH 'a'", ' CROSS JOIN inventory.changes', '\u0000',
  ' WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c', "x'00'", ' 1e999', ' randomblob(1e9)',
  " load_extension('x')", ' LIKE ', ' IN (', ' NULL', ' 🙂', '/*+ await */', ' region', 'EXPLAIN ', ' GROUP BY 1', ' OVER ()',
] as const;
