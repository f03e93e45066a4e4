import { Faults } from '../../local/faults.ts';

let faults: Faults;
let ids: number;

beforeEach(() => {
  ids = 0;
  faults = new Faults(() => `fault-${++ids}`);
});

const CALL = { service: 'CloudApiService', operation: 'CreateResource', imageName: 'alpha' };

test('a rule strikes as often as it says, and once when it does not say', () => {
  faults.add([{ effect: { kind: 'throttle' } }, { times: 2, effect: { kind: 'disconnect' } }]);
  const strike = () => faults.take(['throttle', 'disconnect'], CALL)?.kind;
  expect([strike(), strike(), strike(), strike()]).toEqual([
    'throttle',
    'disconnect',
    'disconnect',
    undefined,
  ]);
  expect(faults.list().map(({ times, struck }) => [times, struck])).toEqual([
    [0, 1],
    [0, 2],
  ]);
});

test('a rule for always never wears out', () => {
  faults.add({ times: 'always', effect: { kind: 'throttle' } });
  for (let strike = 0; strike < 5; strike += 1) expect(faults.take(['throttle'], CALL)).toBeDefined();
});

test.each([
  [{ service: 'cloudapiservice' }, true],
  [{ service: 'SageMaker' }, false],
  [{ operation: 'CreateResource', imageName: 'alpha' }, true],
  [{ imageName: 'beta' }, false],
  [{ handler: 'CREATE' }, false],
])('a rule for %j strikes: %s', (match, strikes) => {
  faults.add({ match, effect: { kind: 'throttle' } });
  expect(faults.take(['throttle'], CALL) !== undefined).toBe(strikes);
});

test('a rule is asked only for its own kind', () => {
  faults.add({ effect: { kind: 'stall' } });
  expect(faults.take(['throttle'], CALL)).toBeUndefined();
  expect(faults.take(['stall'], CALL)).toEqual({ kind: 'stall' });
});

test('a rule to fail requests leaves reads alone unless it names them', () => {
  const READ = { handler: 'READ' } as const;
  faults.add({ effect: { kind: 'fail-request', errorCode: 'Throttling' } });
  expect(faults.take(['fail-request'], READ)).toBeUndefined();
  faults.add({ match: READ, effect: { kind: 'fail-request', errorCode: 'NotFound' } });
  expect(faults.take(['fail-request'], READ)).toMatchObject({ errorCode: 'NotFound' });
});

test('all rules of a list are taken or none, and every fault is named', () => {
  const add = () =>
    faults.add([
      { effect: { kind: 'throttle' } },
      { times: 0, effect: { kind: 'fail-request', errorCode: 'No' } },
    ]);
  expect(add).toThrow(/1\.times.*1\.effect\.errorCode/);
  expect(faults.list()).toEqual([]);
});

test('rules go one by one or all at once; an id that is given again replaces', () => {
  faults.add([{ id: 'a', effect: { kind: 'throttle' } }, { effect: { kind: 'stall' } }]);
  faults.add({ id: 'a', effect: { kind: 'disconnect' } });
  expect(faults.list().map(({ effect }) => effect.kind)).toEqual(['stall', 'disconnect']);
  expect(faults.remove('a')).toBe(1);
  expect(faults.remove()).toBe(1);
});
