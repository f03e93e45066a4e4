import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManifestWorld } from './manifest-world.ts';

test('the manifest that docs/manifests.md shows is built', async () => {
  const text = readFileSync(join(__dirname, '../../../docs/manifests.md'), 'utf8');
  const [, manifest = ''] = /```yaml\n(.*?)```/s.exec(text) ?? [];
  const world = new ManifestWorld();
  world.images.image('pytorch-training').image('pytorch-inference');
  const body = { manifest, vars: { AWS_REGION: 'us-east-1' }, params: { tag: '2.6.0-gpu' } };
  expect(await world.driven('build', body)).toEqual(['training none done', 'inference none done']);
  expect(world.images.find('pytorch-training', 1)).toMatchObject({
    aliases: ['latest', 'stable'],
    properties: { BaseImage: '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-gpu' },
  });
});
