import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesis.ts';
import { stacksIn } from './apps.ts';
import { identities, keptOf } from './kept.ts';
import { resourceRules } from './resource-rules.ts';

/**
 * Writes down anew what an update must not replace. Its difference is what an update would replace, so whoever commits
 * it has an answer to what becomes of that on deployed stages.
 *
 *     npm run kept
 */

const outdir = mkdtempSync(join(tmpdir(), 'kept-'));
try {
  const project = join(import.meta.dirname, '..', '..');
  await synthesize({ project, outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  const stacks = stacksIn(outdir).map(({ name, resources }) => ({ name, resources: resources.resources }));
  const types = stacks.flatMap(({ resources }) => [...resources.values()].map(({ Type }) => Type));
  const all = identities(stacks, resourceRules(types.filter((type) => type !== 'AWS::CDK::Metadata')));
  const file = join(import.meta.dirname, 'kept.json');
  writeFileSync(file, `${JSON.stringify(keptOf(all), null, 2)}\n`);
  process.stdout.write(`${file} is written: look at its difference before you commit it\n`);
} finally {
  rmSync(outdir, { recursive: true });
}
