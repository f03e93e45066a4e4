import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { manifestJsonSchema } from '../../lambda/manifest/json-schema.ts';
import { parseManifest } from '../../lambda/manifest/manifest.ts';

/** docs/manifest.schema.json is what an editor checks manifests by while they are written. */

const ROOT = join(__dirname, '..', '..');
const read = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), 'utf8');
const schema = JSON.parse(read('docs', 'manifest.schema.json'));
const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);

test('is made of what the API checks manifests by: npm run manifest-schema writes it', () => {
  expect(schema).toEqual(manifestJsonSchema());
});

test.each([
  ['the example', parse(read('examples', 'training.yaml'))],
  ...[...read('docs', 'manifests.md').matchAll(/```yaml\n(version: 1[\s\S]*?)```/g)].map(
    ([, text = ''], index): [string, unknown] => [`manifest ${index + 1} of docs/manifests.md`, parse(text)],
  ),
])('takes %s', (_what, manifest) => {
  expect(parseManifest(manifest)).toMatchObject({ ok: true });
  validate(manifest);
  expect(validate.errors).toBeNull();
});

const [resource] = parse(read('examples', 'training.yaml')).resources;

test.each([
  ['a version that is not known', { version: 2 }],
  ['a field that is not known', { globles: [] }],
  ['no resources', { resources: [] }],
  ['a misspelt property', { resources: [{ ...resource, props: [{ name: 'base_imag', value: 'x' }] }] }],
  [
    'a property that SageMaker sets',
    { resources: [{ ...resource, props: [{ name: 'version', value: 1 }] }] },
  ],
  ['an export that there is not', { resources: [{ ...resource, exports: ['digest'] }] }],
])('refuses %s, as the API does', (_what, change) => {
  const manifest = { version: 1, name: 'm', providers: ['aws'], resources: [resource], ...change };
  expect(parseManifest(manifest)).toMatchObject({ ok: false });
  expect(validate(manifest)).toBe(false);
});
