import { parseEventPattern } from '../../../local/aws/eventbridge/event-pattern.ts';
import type { JsonObject } from '../../../local/json.ts';

const event = {
  source: 'app',
  'detail-type': 'Done',
  resources: ['arn:one', 'arn:two'],
  detail: {
    status: 'FAILED',
    count: 5,
    price: 1.5,
    flag: true,
    nothing: null,
    nested: { name: 'Image/Alpha.png', deep: { level: 3 } },
    list: [
      { kind: 'a', size: 1 },
      { kind: 'b', size: 2 },
    ],
    tags: [],
  },
};

const detail = (pattern: object) => ({ detail: pattern }) as JsonObject;

test.each([
  [{ source: ['app', 'other'] }],
  [{ source: ['app'], 'detail-type': ['Done'] }],
  [{ resources: ['arn:two'] }],
  [detail({ count: [5], flag: [true], nothing: [null] })],
  [detail({ nested: { deep: { level: [{ numeric: ['>', 2, '<=', 3] }] } } })],
  [detail({ status: [{ prefix: 'FAIL' }] })],
  [detail({ status: [{ prefix: { 'equals-ignore-case': 'fail' } }] })],
  [detail({ nested: { name: [{ suffix: '.png' }] } })],
  [detail({ nested: { name: [{ wildcard: 'Image/*.p*g' }] } })],
  [detail({ nested: { name: [{ 'anything-but': { suffix: '.jpg' } }] } })],
  [detail({ status: [{ 'equals-ignore-case': 'failed' }] })],
  [detail({ status: [{ 'anything-but': ['SUCCEEDED', 'RUNNING'] }] })],
  [detail({ status: [{ 'anything-but': { prefix: 'SUC' } }] })],
  [detail({ status: [{ 'anything-but': { 'equals-ignore-case': ['succeeded'] } }] })],
  [detail({ count: [{ 'anything-but': 4 }] })],
  [detail({ price: [{ numeric: ['=', 1.5] }] })],
  [detail({ status: [{ exists: true }] })],
  [detail({ absent: [{ exists: false }] })],
  [detail({ absent: { deeper: [{ exists: false }] } })],
  [detail({ nested: [{ exists: false }] })],
  [detail({ list: { kind: ['b'], size: [2] } })],
  [detail({ $or: [{ status: ['X'] }, { count: [{ numeric: ['>=', 5] }] }] })],
  [{ $or: [{ source: ['x'] }, { 'detail-type': ['Done'] }] }],
  [detail({ status: ['nothing', { prefix: 'FA' }] })],
])('fits %j', (pattern) => {
  expect(parseEventPattern(pattern as JsonObject)(event)).toBe(true);
});

test.each([
  [{ source: ['App'] }],
  [{ source: ['app'], 'detail-type': ['Other'] }],
  [detail({ count: ['5'] })],
  [detail({ count: [{ numeric: ['>', 5] }] })],
  [detail({ status: [{ numeric: ['>', 5] }] })],
  [detail({ status: [{ 'anything-but': ['FAILED'] }] })],
  [detail({ absent: [{ 'anything-but': ['FAILED'] }] })],
  [detail({ absent: [{ exists: true }] })],
  [detail({ status: [{ exists: false }] })],
  [detail({ nested: [{ exists: true }] })],
  [detail({ tags: ['a'] })],
  [detail({ absent: [null] })],
  [detail({ list: { kind: ['a'], size: [2] } })],
  [detail({ $or: [{ status: ['X'] }, { count: [6] }] })],
  [detail({ nested: { name: [{ wildcard: '*.jpg' }] } })],
  [detail({ nested: { name: [{ wildcard: 'image/*' }] } })],
  [detail({ toString: [{ exists: true }] })],
])('does not fit %j', (pattern) => {
  expect(parseEventPattern(pattern as JsonObject)(event)).toBe(false);
});

test.each([
  [{}, 'at least one field'],
  [{ source: 'app' }, 'pattern.source is neither a list'],
  [{ source: [] }, 'pattern.source is an empty list'],
  [{ source: [['a']] }, 'a list in a list'],
  [{ source: [{ cidr: '10.0.0.0/8' }] }, 'pattern.source.cidr is an operator'],
  [{ source: [{ prefix: 'a', suffix: 'b' }] }, 'other members beside it'],
  [{ source: [{ prefix: 1 }] }, 'pattern.source.prefix is a text'],
  [{ source: [{ numeric: ['>'] }] }, 'pattern.source.numeric is a list such as'],
  [{ source: [{ numeric: ['!', 1] }] }, 'pattern.source.numeric is a list such as'],
  [{ source: [{ exists: 'yes' }] }, 'pattern.source.exists is true or false'],
  [{ source: [{ 'anything-but': [true] }] }, 'is a text, a number, or a list'],
  [{ $or: [{ source: ['a'] }] }, 'pattern.$or is a list of two'],
])('%j is refused', (pattern, message) => {
  expect(() => parseEventPattern(pattern as JsonObject)).toThrow(message);
});
