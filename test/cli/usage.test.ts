import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.ts';
import { FakeApi } from './fake-api.ts';

/** Command lines that cannot be understood: exit 2, what was given and what is wanted, and nothing is sent. */

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start(() => ({ status: 500 }));
});
afterAll(() => api.stop());

const REFUSED: readonly (readonly [args: readonly string[], told: string])[] = [
  [[], 'Wanted a command.'],
  [['frobnicate'], 'There is no command frobnicate.\nNext: image-versions --help\n'],
  [['lst'], 'There is no such command. Is it list?'],
  [['operations', 'wacth'], 'There is no such command. Is it watch?'],
  [['get', 'pytorch'], 'Given 1 of the 2 names that the command needs.'],
  [['list', '--frobnicate'], 'There is no option --frobnicate.\nNext: '],
  [['operations', 'list', '--imgae', 'a'], 'There is no option --imgae. Is it --image?'],
  [['create', 'a', '--base-imag=b'], 'There is no option --base-imag. Is it --base-image?'],
  [['list', 'a', 'b'], 'Given what this command does not know: b.'],
  [['completion', 'tcsh'], 'Given shell "tcsh", wanted bash, zsh or fish.'],
  [['create', 'a', '--processor', 'CPU', '--processor', 'GPU'], '--processor: given 2 times, wanted once.'],
  [['create', 'a', '--alias'], '--alias: given nothing, wanted a value.'],
  [['create', 'a', '--processor', 'CPU', '--property', 'Processor=GPU'], 'by --processor and by --property'],
  [['create', 'a', '--property', 'Horovod'], 'wanted NAME=TEXT, or NAME:=JSON'],
  [['create', 'a', '--property', 'Horovod:=yes'], 'wanted JSON behind :='],
  [['update', 'a', 'stable', '--horovod'], 'Given version "stable", wanted the number of a version.'],
  [['update', 'a', '1'], 'No change is given.'],
  [['update', 'a', '1', '--processor', 'CPU', '--remove', 'processor'], 'Processor is given a value as well'],
  [['get', '..', '1'], 'Given image "..", wanted the name of an image'],
  [['delete', 'demo/versions/2?', '999'], 'Given image "demo/versions/2?", wanted the name of an image'],
  [['delete', 'demo', '3?dry-run'], 'Given version "3?dry-run", wanted the number of a version.'],
  [['create', 'demo/versions'], 'Given image "demo/versions", wanted the name of an image'],
  [['update', 'demo#', '1', '--horovod'], 'Given image "demo#", wanted the name of an image'],
  [['list', 'demo%2F'], 'Given image "demo%2F", wanted the name of an image'],
  [['aliases', 'a'.repeat(64)], 'wanted the name of an image: 1 to 63'],
  [['get', 'demo', '../1'], 'Given alias "../1", wanted an alias'],
  [['history', 'demo', '0'], 'Given version "0", wanted the number of a version.'],
  [['history', 'demo', 'a/b'], 'Given alias "a/b", wanted an alias'],
  [['operations', 'show', '..'], 'Given operation "..", wanted the id of an operation'],
  [['operations', 'cancel', 'op/cancel?'], 'Given operation "op/cancel?", wanted the id'],
  [['snapshots', 'diff', 'us-east-1-1/diff/latest?'], 'wanted the id of a snapshot, such as us-east-1-42'],
  [['inventory', '--snapshot', '../inventory'], 'wanted the id of a snapshot, such as us-east-1-42'],
  [['list', '--output', 'xml'], '--output: given "xml", wanted one of auto, table, records, json'],
  [['list', '--limit', '0'], '--limit: given "0", wanted a number from 1'],
  [['query'], 'Wanted a statement: as an argument, or by --file.'],
  [
    ['query', '--file', '/nonexistent.sql', 'SELECT 1'],
    'Given a statement and --file, wanted one of the two.',
  ],
  [['plan', '/nonexistent.yaml'], '/nonexistent.yaml cannot be read: ENOENT: no such file or directory.\n'],
];

test('each tells what is wrong with it', async () => {
  const ended = await Promise.all(REFUSED.map(([args]) => command([...args, '--api', api.url])));
  expect(ended.map(({ exit, out, err }, nth) => ({ args: REFUSED[nth]?.[0], exit, out, err }))).toEqual(
    REFUSED.map(([args, told]) => ({ args, exit: 2, out: '', err: expect.stringContaining(told) })),
  );
  expect(api.arrived).toEqual([]);
});

test('an address that is none is told by where it was given', async () => {
  const [option, variable] = await Promise.all([
    command(['list', '--api', 'localhost:3000']),
    command(['list'], { env: { IMAGE_VERSIONS_API: 'ftp://localhost' } }),
  ]);
  expect(option).toMatchObject({ exit: 2, err: expect.stringContaining('--api: given "localhost:3000"') });
  expect(variable).toMatchObject({
    exit: 2,
    err: expect.stringContaining('IMAGE_VERSIONS_API: given "ftp:'),
  });
});

test('a file or standard input that is not UTF-8 is refused, and nothing is sent', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'usage-'));
  try {
    const file = join(directory, 'latin-1.yaml');
    const bytes = Buffer.from('name: caf\xe9\n', 'latin1');
    writeFileSync(file, bytes);
    const [named, piped] = await Promise.all([
      command(['build', file, '--api', api.url]),
      command(['query', '-', '--api', api.url], { input: bytes }),
    ]);
    expect(named).toMatchObject({ exit: 2, out: '', err: expect.stringContaining(`${file} is not UTF-8.`) });
    expect(piped).toMatchObject({
      exit: 2,
      out: '',
      err: expect.stringContaining('Standard input is not UTF-8.'),
    });
    expect(api.arrived).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('help and version are printed', async () => {
  const [help, version] = await Promise.all([command(['create', '--help']), command(['--version'])]);
  expect(help).toMatchObject({ exit: 0, err: '' });
  for (const option of ['--base-image', '--ml-framework', '--wait', '--key', '--output']) {
    expect(help.out).toContain(option);
  }
  expect(version).toMatchObject({ exit: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});
