import type { LocalSettings } from '../../settings.ts';
import { accessDenied, invalid, resourceInUse } from './errors.ts';
import type { ImageStore, ImageVersion } from './store.ts';

/** Aliases per version (AWS API reference: at most 20 in one call; for a version it is unverified). */
const MAX_ALIASES = 20;

/**
 * The version that holds an alias.
 * @throws AwsError AccessDeniedException when none does: SageMaker was seen to answer that, not ResourceNotFound.
 */
export function holderOf(versions: readonly ImageVersion[], alias: string): ImageVersion {
  const holder = versions.find((version) => version.aliases.includes(alias));
  if (!holder) throw accessDenied(`No version with the alias ${alias} may be described.`);
  return holder;
}

/**
 * What a version's aliases are after a change. Another version that holds one of them loses it first, or the
 * change is refused (setting `aliasTaken`). The alias trap: what a CREATE_FAILED version was given at its
 * create stays there until the version is deleted.
 *
 * @throws AwsError ResourceInUse, ValidationException
 */
export function changeAliases(
  store: ImageStore,
  version: ImageVersion,
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
  taken: LocalSettings['aliasTaken'],
): readonly string[] {
  const holders = store
    .versions(version.region, version.imageName)
    .filter((other) => other.version !== version.version)
    .filter((other) => other.aliases.some((alias) => change.add.includes(alias)));
  for (const holder of holders) {
    if (taken === 'refuse' || holder.status !== 'CREATED') {
      const alias = holder.aliases.find((held) => change.add.includes(held));
      throw resourceInUse(`Alias ${alias} is already in use by ${holder.arn}.`);
    }
  }
  const kept = version.aliases.filter((alias) => !change.remove.includes(alias));
  const aliases = [...new Set([...kept, ...change.add])].sort();
  if (aliases.length > MAX_ALIASES) throw invalid(`A version holds at most ${MAX_ALIASES} aliases.`);
  // Last, so that a refused change has moved nothing.
  for (const holder of holders) {
    store.putVersion({ ...holder, aliases: holder.aliases.filter((held) => !change.add.includes(held)) });
  }
  return aliases;
}
