import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { command } from './command.ts';
import { FakeApi, operation } from './fake-api.ts';

/** What a shell offers while a command is typed. */

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start(({ url }) => {
    const version = { identifier: 'arn', region: 'us-east-1', imageName: 'pytorch', version: 7 };
    const items = url.startsWith('/operations')
      ? [operation('RUNNING')]
      : url.startsWith('/images/pytorch/versions')
        ? [{ ...version, properties: { Aliases: ['stable'] } }]
        : [{ identifier: 'arn', region: 'us-east-1', imageName: 'pytorch' }];
    return { body: { items, nextCursor: null } };
  });
});
afterAll(() => api.stop());

/** @param words the last one is the one that is being typed */
async function offered(...words: readonly string[]): Promise<string[]> {
  const { exit, out, err } = await command(['--complete', ...words], {
    env: { IMAGE_VERSIONS_API: api.url },
  });
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  return out.split('\n').flatMap((line) => line.split('\t')[0] || []);
}

test.each<[words: string[], wanted: string[]]>([
  [['oper'], ['operations']],
  [
    ['operations', ''],
    ['list', 'show', 'watch', 'cancel'],
  ],
  [['operations', 'show', ''], ['op-1']],
  [['create', ''], ['pytorch']],
  [
    ['get', 'pytorch', ''],
    ['7', 'stable'],
  ],
  [['get', '--region', 'us-east-1', 'pytorch', 's'], ['stable']],
  [
    ['create', 'pytorch', '--processor', ''],
    ['CPU', 'GPU'],
  ],
  [['operations', 'list', '--status', 'QU'], ['QUEUED']],
  [['list', '--output=j'], ['--output=json']],
  [['list', '--output', '=', 'j'], ['json']],
  [['list', '-o', 'y'], ['yaml']],
  [['create', 'pytorch', '--base-image', ''], []],
  [['create', 'pytorch', '--base-image', 'a', '--al'], ['--alias']],
  [['plan', ''], [':files']],
  [['query', '--file', ''], [':files']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['operations', 'cancel', 'op-1', '--w'],
    ['--width', '--wait'],
  ],
])('%j is completed with %j', async (words, wanted) => {
  expect(await offered(...words)).toEqual(wanted);
});

test('where the words are wrong, or no API answers, nothing is offered and nothing is said', async () => {
  const ended = await Promise.all(
    [
      ['--width', 'x', ''],
      ['get', 'a/b', ''],
      ['create', 'pytorch', '--alias', ''],
      ['get', '--api', 'http://127.0.0.1:1', ''],
      ['get', '--api', 'nowhere', ''],
    ].map((words) => command(['--complete', ...words], { env: { IMAGE_VERSIONS_API: api.url } })),
  );
  expect(ended.slice(1)).toEqual(Array(4).fill({ exit: 0, out: '', err: '' }));
  expect(ended[0]).toMatchObject({ exit: 0, err: '' });
});

test('each shell gets a script of its own, by its name or by SHELL', async () => {
  const [bash, zsh, fish, own] = await Promise.all([
    command(['completion', 'bash']),
    command(['completion', 'zsh']),
    command(['completion', 'fish']),
    command(['completion'], { env: { SHELL: '/usr/bin/fish' } }),
  ]);
  expect(bash.out).toContain('complete -F _image_versions image-versions');
  expect(zsh.out).toContain('compdef _image_versions image-versions');
  expect(fish.out).toContain('complete -c image-versions -f -a');
  expect(own.out).toBe(fish.out);
});

test('bash completes by its script', async () => {
  const launcher = join(__dirname, '..', '..', 'cli', 'main.js');
  const script = `
    image-versions() { '${process.execPath}' '${launcher}' "$@"; }
    source <(image-versions completion bash)
    complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _image_versions; printf '%s;' "\${COMPREPLY[@]}"; }
    complete_words image-versions operations list --status S
    complete_words image-versions plan examples/tr
    complete_words image-versions create pytorch --base-image ''`;
  const bash = spawn('bash', ['--norc', '-c', script.replaceAll('\\$', '$')], {
    cwd: join(__dirname, '..', '..'),
    env: { PATH: process.env.PATH ?? '', IMAGE_VERSIONS_API: api.url },
  });
  const [out, err] = await Promise.all([text(bash.stdout), text(bash.stderr), once(bash, 'close')]);
  expect({ out, err }).toEqual({ out: 'SUCCEEDED;examples/training.yaml;;', err: '' });
});
