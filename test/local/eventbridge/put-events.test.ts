import { readEntries } from '../../../local/aws/eventbridge/put-events.ts';

const entry = { Source: 'app', DetailType: 'Done', Detail: '{"a":1}' };

test('an entry becomes an event, on the default bus and now unless it says otherwise', () => {
  expect(
    readEntries({ Entries: [entry, { ...entry, EventBusName: 'b', Time: 5, Resources: ['r'] }] }, 7),
  ).toEqual([
    {
      kind: 'event',
      bus: 'default',
      draft: { source: 'app', detailType: 'Done', detail: { a: 1 }, resources: [], time: 7 },
    },
    {
      kind: 'event',
      bus: 'b',
      draft: { source: 'app', detailType: 'Done', detail: { a: 1 }, resources: ['r'], time: 5000 },
    },
  ]);
});

test.each([
  [{ Source: undefined }, 'InvalidArgument'],
  [{ DetailType: '' }, 'InvalidArgument'],
  [{ Detail: undefined }, 'InvalidArgument'],
  [{ Detail: '{' }, 'MalformedDetail'],
  [{ Detail: '[1]' }, 'MalformedDetail'],
  [{ Resources: 'r' }, 'InvalidArgument'],
  [{ Time: 'now' }, 'InvalidArgument'],
  [{ Source: 'aws.states' }, 'NotAuthorizedForSourceException'],
])('%j is refused by itself, and the others are taken', (wrong, code) => {
  const [first, second] = readEntries({ Entries: [{ ...entry, ...wrong }, entry] }, 0);
  expect(first).toMatchObject({ kind: 'refused', code });
  expect(second).toMatchObject({ kind: 'event' });
});

test.each([
  [{}, /Member must not be null/],
  [{ Entries: [] }, /greater than or equal to 1/],
  [{ Entries: Array.from({ length: 11 }, () => entry) }, /less than or equal to 10/],
  [{ Entries: [entry, { ...entry, Detail: JSON.stringify({ a: 'x'.repeat(262_144) }) }] }, /over the limit/],
  [{ Entries: 'x' }, /a list is wanted/],
  [{ Entries: ['x'] }, /a structure is wanted/],
])('a call is refused whole: %#', (input, message) => {
  expect(() => readEntries(input, 0)).toThrow(message);
});
