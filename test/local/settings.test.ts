import { DEFAULT_SETTINGS, Settings } from '../../local/settings.ts';

test('a change leaves the rest as it is, durations included', () => {
  const settings = new Settings({ durations: { create: 90 } });
  settings.change({ aliasTaken: 'move' });
  expect(settings.current).toEqual({
    ...DEFAULT_SETTINGS,
    durations: { ...DEFAULT_SETTINGS.durations, create: 90 },
    aliasTaken: 'move',
  });
});

test('what cannot be used is refused whole, with every fault named', () => {
  const settings = new Settings();
  const change = () => settings.change({ pageSize: 5, durations: { create: -1 }, nonsense: 1 });
  expect(change).toThrow(/durations\.create.*nonsense.*Given: \{"pageSize":5/);
  expect(settings.current).toEqual(DEFAULT_SETTINGS);
});
