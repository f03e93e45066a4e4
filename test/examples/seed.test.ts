import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudCommand } from '../fixtures/cloud-command.ts';

/** `npm start -- --example`, killed while it fills the local cloud. */

const started: CloudCommand[] = [];
afterEach(() => Promise.all(started.splice(0).map((command) => command.kill())));

test('cut off amid its creates and started again on the same data, the example is complete and nothing is there twice', async () => {
  const data = mkdtempSync(join(tmpdir(), 'local-cloud-example-'));
  const start = () => {
    const ports = ['--aws-port', '0', '--api-port', '0'];
    const command = new CloudCommand(...ports, '--speed', '20', '--data', data, '--example');
    started.push(command);
    return command;
  };
  try {
    const first = start();
    const { api } = await first.ready();
    while ((await items(`${api}/operations`)).length === 0) await new Promise(setImmediate);
    await first.kill();

    const second = start();
    const { api: again } = await second.ready();
    await second.says(/^Example: 4 images, 5 versions, snapshot us-east-1-\d+$/m);
    const versions = await items(`${again}/image-versions`);
    expect(versions.map(({ imageName, version }) => `${imageName} ${version}`).sort()).toEqual([
      'huggingface-pytorch-training 1',
      'pytorch-training 1',
      'pytorch-training 2',
      'tensorflow-inference 1',
      'tensorflow-training 1',
    ]);
  } finally {
    await Promise.all(started.map((command) => command.kill()));
    rmSync(data, { recursive: true });
  }
}, 60_000);

async function items(url: string): Promise<readonly { imageName: string; version: number }[]> {
  const response = await fetch(url);
  return JSON.parse(await response.text()).items;
}
