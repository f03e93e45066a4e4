import { PassThrough } from 'node:stream';
import { Progress } from '../../examples/demo/progress.ts';
import { wrapped } from '../../examples/demo/text.ts';
import { tour } from '../../examples/demo/tour.ts';
import { TestCloud } from '../workflows/cloud.ts';

/** What the demo shows on a terminal of 80 columns. */

const COLUMNS = 80;

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

// biome-ignore lint/suspicious/noControlCharactersInRegex: those of colours and of moving up are what is looked for.
const STEERING = /\u001b\[[\d;]*[A-Za-z]/g;

test('ends as expected, and no line is cut or wider than the terminal', async () => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: COLUMNS });
  let written = '';
  stream.on('data', (text: string) => {
    written += text;
  });
  const said: string[] = [];
  const { awsUrl, apiUrl, region, credentials, faults, stateMachineArn } = cloud.cloud;
  const ok = await tour({
    awsUrl,
    apiUrl,
    region,
    credentials,
    stateMachineArn,
    addFault: async (rule) => void faults.add(rule),
    surely: (work) => work(),
    progress: new Progress(stream as unknown as NodeJS.WriteStream),
    say: (text) => said.push(...wrapped(text, COLUMNS).split('\n')),
    width: COLUMNS,
  });
  const progress = written.replaceAll(STEERING, '').split('\n');
  const lines = [...said, ...progress];
  // A word alone, as an ARN is, stays whole: it is there to be copied.
  const wide = lines.filter((line) => line.length > COLUMNS && line.trim().includes(' '));
  expect({ ok, wide }).toEqual({ ok: true, wide: [] });
  expect(lines.filter((line) => line.includes('…') && !line.startsWith('  … '))).toEqual([]);
  const ended = progress.findLast((line) => line.includes('move alias stable of pytorch-training'));
  expect(ended).toMatch(
    /✓ move alias stable of pytorch-training {2}version 2, aliases cpu stable, [\d.]+ s$/,
  );
  expect(said).toContain('✓ Everything ended as expected.');
});
