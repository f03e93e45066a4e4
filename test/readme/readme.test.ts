import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseCommandLine } from '../../local/command-line.ts';
import { CloudCommand } from '../fixtures/cloud-command.ts';
import { commandsOf, shellBlocks, syntaxFault } from './blocks.ts';

/**
 * README from top to bottom, as a new user pastes it: one shell runs the commands of every block in their order, against
 * the local cloud that README starts. What differs from a user's terminal:
 *
 * - the local cloud has free ports and a fast clock: LAUNCH starts it, and PREAMBLE and `withAddresses` tell the shell;
 * - `aws` is stand-ins/aws.ts, and `curl` is stand-ins/curl.ts where the machine has none;
 * - blocks that begin with "# needs AWS" are read by the shell and not run;
 * - `npm ci`, the demo and the tests are steps of .ci/run, and `npm start` is LAUNCH.
 */

const PROJECT = join(__dirname, '..', '..');
const LAUNCH = ['--aws-port', '0', '--api-port', '0', '--speed', '20'];
const blocks = shellBlocks(readFileSync(join(PROJECT, 'README.md'), 'utf8'));
const commands = blocks.filter(({ needsAws }) => !needsAws).flatMap(commandsOf);
const isNpm = (command: string) => /^npm /.test(command);

/** Each command, and what a user must see of it. */
const ANSWERS: readonly (readonly [command: RegExp, answer: RegExp])[] = [
  [
    /^curl -X POST \S+\/images\/pytorch-training\/versions /,
    /^\{"operationId":"key-.*"kind":"create","status":"(QUEUED|RUNNING)"/,
  ],
  [/^API=/, /^$/],
  [/^curl -X POST "\$API\/snapshots"/, /"requestedAt":"20/],
  [
    /^curl "\$API\/inventory\?alias=stable/,
    /"imageName":"tensorflow-training".*"snapshotId":"us-east-1-\d+"/,
  ],
  [/\/aliases\/stable\/history"/, /"version":1,.*"from":\{"snapshotId":"us-east-1-1"/],
  [/\/diff\/latest"/, /^kind,identifier,region,imageName,version,property,before,after,/],
  [/^npx image-versions query /, /^image_name +versions\n(.*\n)*pytorch-training +\d\n/],
  [/^IMAGE=/, /^$/],
  [/^npx image-versions create /, /^status +SUCCEEDED\n(.*\n)*version +4$/m],
  [/^npx image-versions plan /, /^tensorflow +create +planned /m],
  [/^npx image-versions build /, /^tensorflow +create +done +tensorflow-training +2 /m],
  [/^export /, /^$/],
  [
    /^aws stepfunctions start-execution [\s\S]*--name pytorch-2-6-cpu /,
    /:execution:create-image-version-dev:pytorch-2-6-cpu"/,
  ],
  [/^aws cloudcontrol create-resource /, /"TypeName":"AWS::SageMaker::Image"/],
  [/^aws sagemaker wait image-created /, /"state":"SUCCESS"/],
  [/^aws stepfunctions start-execution [\s\S]*"demo"/, /:execution:create-image-version-dev:/],
  [/^curl -X POST \$AWS_ENDPOINT_URL\/_local\/faults/, /"fail-request"/],
  [/^curl \$AWS_ENDPOINT_URL\/_local\/$/, /"offers"/],
];

let cloud: CloudCommand;
let bin = '';
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'readme-commands-'));
  cloud = new CloudCommand(...LAUNCH, '--example');
});
afterAll(async () => {
  await cloud.kill();
  rmSync(bin, { recursive: true });
});

/** A command of this name that runs a stand-in. @returns the directory that it is in */
function standIn(name: 'aws' | 'curl'): string {
  const directory = mkdtempSync(join(bin, `${name}-`));
  const file = join(directory, name);
  const script = join(__dirname, 'stand-ins', `${name}.ts`);
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  chmodSync(file, 0o755);
  return directory;
}

interface Ended {
  readonly command: string;
  readonly status: number;
  readonly out: string;
}

/** Runs the commands in one shell, so that what one exports the next one has. */
async function inOneShell(
  all: readonly string[],
  { aws, api }: { readonly aws: string; readonly api: string },
): Promise<{ readonly ended: readonly Ended[]; readonly err: string }> {
  const withAddresses = (command: string) =>
    command.replaceAll('http://127.0.0.1:3000', api).replaceAll('http://127.0.0.1:4566', aws);
  // The machine's clock is not the local cloud's, which runs faster.
  const PREAMBLE = `date() { curl -s ${aws}/_local/ | sed 's/.*"time": *"\\([^"]*\\)".*/\\1/'; }`;
  const script = all.map((command) => `${withAddresses(command)}\nprintf '\\036%s\\036' "$?"`);
  const shell = spawn('sh', ['-c', [PREAMBLE, ...script].join('\n')], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      HOME: process.env.HOME,
      PATH: [standIn('aws'), process.env.PATH, standIn('curl')].join(delimiter),
      IMAGE_VERSIONS_API: api,
    },
  });
  const [out, err] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')]);
  const parts = out.split('\u001e');
  const ended = all.map((command, nth) => ({
    command,
    status: Number(parts[2 * nth + 1]),
    out: parts[2 * nth] ?? '',
  }));
  return { ended, err };
}

test('every command of every block answers as README says', async () => {
  const addresses = await cloud.ready();
  await cloud.says(/^Example: 4 images, 5 versions, snapshot us-east-1-1$/m);
  const { ended, err } = await inOneShell(
    commands.filter((command) => !isNpm(command)),
    addresses,
  );
  for (const { command, status, out } of ended) {
    const [, answer] = ANSWERS.find(([known]) => known.test(command)) ?? [];
    expect({ command, status, out, err }).toEqual({
      command,
      status: 0,
      out: expect.stringMatching(answer ?? /^a line of ANSWERS that says what the user must see$/),
      err: expect.anything(),
    });
  }
  expect(ended.length).toBeGreaterThanOrEqual(ANSWERS.length);
  // A dozen processes, one after the other: on a busy machine more than what one test mostly may take.
}, 120_000);

test('every npm command is there, and takes the options that README gives it', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(PROJECT, 'package.json'), 'utf8'),
  );
  const ci = readFileSync(join(PROJECT, '.ci', 'run'), 'utf8');
  for (const command of commands.filter(isNpm)) {
    const start = /^npm start(?: -- (.*))?$/.exec(command);
    if (start) {
      expect(parseCommandLine(start[1]?.split(' ') ?? [])).toBeDefined();
      continue;
    }
    const [, name = ''] = /^npm ci && npm (?:run )?(\S+)$/.exec(command) ?? [];
    expect(Object.keys(scripts)).toContain(name);
    expect(ci).toMatch(new RegExp(`^ *step ${name} `, 'm'));
  }
});

test('a shell understands every block, and zsh as it is set up at first, too', () => {
  expect(blocks.length).toBeGreaterThan(6);
  for (const { text: block } of blocks) {
    expect(syntaxFault(block)).toBe('');
    // Interactive zsh takes no comments: of a line of its own it says that there is no such command, and goes on.
    const lines = block.split('\n');
    expect(lines.filter((line) => / # /.test(line))).toEqual([]);
    const comments = lines.filter((line) => line.startsWith('#'));
    expect(comments.filter((line) => !/^# [\w ,.:;=/-]+$/.test(line))).toEqual([]);
  }
});
