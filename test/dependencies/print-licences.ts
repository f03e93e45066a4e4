import { judgeLicence } from './licences.ts';
import { type Installed, readInstalled } from './lockfile.ts';

/**
 * Prints every package of the lockfile by its licence, what is deployed or started apart from what only helps, and ends
 * with status 1 where one may not be here.
 *
 *     npm run licences
 */

const installed = readInstalled();
for (const [title, packages] of [
  ['To deploy and to run', installed.filter(({ development }) => !development)],
  ['For development alone', installed.filter(({ development }) => development)],
] as const) {
  process.stdout.write(`\n${title}: ${packages.length} packages\n`);
  const byLicence = Map.groupBy(packages, ({ license = '(none)' }) => license);
  for (const [licence, some] of [...byLicence].sort(([, one], [, other]) => other.length - one.length)) {
    process.stdout.write(`\n${licence} (${some.length})\n  ${namesOf(some)}\n`);
  }
}

const refused = installed.flatMap((one) => {
  const judgement = judgeLicence(one);
  return judgement.kind === 'refused' ? [`${one.path} ${one.version}: ${judgement.why}`] : [];
});
process.stdout.write(`\n${refused.length === 0 ? 'All may be here.' : refused.join('\n')}\n`);
if (refused.length > 0) {
  process.stderr.write('Do without these, or decide on them in test/dependencies/licences.ts\n');
  process.exitCode = 1;
}

function namesOf(packages: readonly Installed[]): string {
  return [...new Set(packages.map(({ name, version }) => `${name}@${version}`))].sort().join(', ');
}
