import { paginate } from '../../../local/aws/paging.ts';

const id = (item: string) => item;

test('pages follow each other to the end', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  const first = paginate(items, id, 2, undefined);
  const second = paginate(items, id, 2, first.nextToken);
  const third = paginate(items, id, 2, second.nextToken);
  expect([first.items, second.items, third.items]).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(third.nextToken).toBeUndefined();
});

test('what is created or deleted between two pages makes no other item be missed or come twice', () => {
  const { nextToken } = paginate(['b', 'c', 'e', 'f'], id, 2, undefined);
  expect(paginate(['a', 'b', 'c', 'd', 'e'], id, 2, nextToken).items).toEqual(['d', 'e']);
  expect(paginate(['b', 'e', 'f'], id, 2, nextToken).items).toEqual(['e', 'f']);
});

test.each(['nonsense', Buffer.from('{"id":1}').toString('base64')])('%s is no token', (token) => {
  // No word of how it was found out.
  expect(() => paginate(['a'], id, 2, token)).toThrow(/^Invalid NextToken$/);
});
