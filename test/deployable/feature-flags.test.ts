import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

/** Behaviour of the CDK that is chosen, and not inherited from whenever the project began: docs/decisions/018. */

const ROOT = join(import.meta.dirname, '..', '..');
const flags = z.record(z.string(), z.unknown());

const recommended = flags.parse(
  JSON.parse(
    readFileSync(join(ROOT, 'node_modules', 'aws-cdk-lib', 'recommended-feature-flags.json'), 'utf8'),
  ),
);
const { context } = z
  .object({ context: flags })
  .parse(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')));

test('every feature flag that the CDK recommends a value for is set in cdk.json', () => {
  expect(Object.keys(recommended).length).toBeGreaterThan(80);
  expect(Object.keys(recommended).filter((flag) => context[flag] === undefined)).toEqual([]);
});

test('and has the recommended value, but for those whose reason stands in the decision', () => {
  const decision = readFileSync(join(ROOT, 'docs', 'decisions', '018-feature-flags.md'), 'utf8');
  const different = Object.keys(recommended).filter(
    (flag) => JSON.stringify(context[flag]) !== JSON.stringify(recommended[flag]),
  );
  expect(different.filter((flag) => !decision.includes(`\`${flag}\``))).toEqual([]);
});
