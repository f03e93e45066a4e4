import { bounded } from '../core/bounded.ts';
import { type Fault, fault, told } from '../core/fault.ts';
import type { Scope } from '../core/image-version/request.ts';
import type { ReadDesk } from '../core/operation/desk.ts';
import { type Disposal, disposalOf } from './disposal.ts';
import { ImageLooks } from './image-look.ts';
import type { Manifest, Resource } from './manifest.ts';
import { aliasesWith, type Need, needOf } from './need.ts';
import type { ManifestReads } from './ports.ts';
import { type Identity, isSkipped, type Resolved, resolve } from './resolve.ts';
import { type Exports, type Given, ManifestScope } from './scope.ts';
import { foreseen, lookFor, propertyOf, type Sight, type Standing } from './sight.ts';

/** What each resource of a manifest comes to: what it says with its placeholders filled, what is there, what is needed. */

export type Finding =
  | { readonly kind: 'skipped'; readonly resource: Resource }
  /** What earlier resources export makes something of it that no version can be. */
  | { readonly kind: 'faulty'; readonly resource: Resource; readonly faults: readonly Fault[] }
  /** In a teardown: another resource means the same version, by what earlier ones export. */
  | { readonly kind: 'contested'; readonly resource: Resource; readonly faults: readonly Fault[] }
  | {
      readonly kind: 'found';
      readonly resource: Resource;
      readonly resolved: Resolved;
      /** undefined where it is not known yet which version is meant. */
      readonly sight: Sight | undefined;
      readonly need: Need;
      /** In a teardown, of what is not protected. */
      readonly disposal?: Disposal | undefined;
    };

type Found = Finding & { readonly kind: 'found' };

/**
 * When the exports of a resource count as known. `foresee`: as they will be. `make`: once it is as it should be.
 * `remove`: as long as it is there.
 */
type Purpose = 'foresee' | 'make' | 'remove';

/** What a survey is for. Only a removal looks for the operations of manifests by their ids. */
export type Survey =
  | { readonly purpose: 'foresee' | 'make' }
  | { readonly purpose: 'remove'; readonly operations: Pick<ReadDesk, 'find'> };

/** Images that are read at once. */
const AT_ONCE = 6;

/** Every fault of a manifest that can be told before anything is read. */
export function faultsOf(manifest: Manifest, given: Given, limits: Scope): readonly Fault[] {
  return walk(manifest, given, limits).faults;
}

/**
 * @param until epoch milliseconds after which no read is begun
 * @throws CallError, ManifestTooLong
 */
export async function survey(
  manifest: Manifest,
  given: Given,
  asked: Survey,
  { reads, limits, until }: { readonly reads: ManifestReads; readonly limits: Scope; readonly until: number },
): Promise<readonly Finding[]> {
  const { purpose } = asked;
  const looks = new ImageLooks(reads, until);
  const sights = new Map<string, Promise<Sight>>();
  const sightOf = (identity: Identity): Promise<Sight> => {
    const key = keyOf(identity);
    const sight = sights.get(key) ?? lookFor(identity, looks, reads);
    sights.set(key, sight);
    return sight;
  };
  // What does not hang on exports is read side by side; in the walk below, all of it is there.
  await bounded(walk(manifest, given, limits).identities, AT_ONCE, sightOf);

  const scope = new ManifestScope(manifest, given);
  const claims = new Claims();
  const findings: Finding[] = [];
  for (const resource of manifest.resources) {
    if (isSkipped(resource, scope, [])) {
      findings.push({ kind: 'skipped', resource });
      scope.add(resource, { kind: 'skipped' });
      continue;
    }
    const resolved = resolve(resource, scope, limits);
    const faults = [...resolved.faults, ...claims.add(resolved)];
    // What goes need not be as a version must be made.
    const irrelevant = purpose === 'remove' && resolved.identity !== undefined;
    if (faults.length > 0 && !irrelevant) {
      findings.push({ kind: 'faulty', resource, faults });
      scope.add(resource, { kind: 'waits' });
      continue;
    }
    const sight = resolved.identity && (await sightOf(resolved.identity));
    const disposal =
      asked.purpose === 'remove' && resolved.identity && sight && !resource.protected
        ? await disposalOf(resolved.identity, sight, looks, asked.operations)
        : undefined;
    const need = needOf(resolved, sight);
    const finding = { kind: 'found', resource, resolved, sight, need, disposal } as const;
    findings.push(finding);
    scope.add(resource, exportsOf(finding, purpose));
  }
  return purpose === 'remove' ? contested(findings) : findings;
}

/** Marks those that mean one version: none of them says what is to become of it, least of all beside a protected one. */
function contested(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => {
    if (finding.kind !== 'found') return finding;
    const { resource, resolved } = finding;
    const { identity } = resolved;
    if (!identity) return finding;
    const other = findings.find(
      (one) =>
        one !== finding &&
        one.kind === 'found' &&
        one.resolved.identity &&
        keyOf(one.resolved.identity) === keyOf(identity),
    );
    if (!other) return finding;
    return { kind: 'contested', resource, faults: [sameVersion(resource, identity, other.resource.name)] };
  });
}

function sameVersion(resource: Resource, { imageName, baseImage }: Identity, other: string): Fault {
  const wanted = `a base image that no other resource makes a version of ${imageName} from; ${other} does`;
  return fault(resource.props.get('BaseImage')?.path ?? resource.path, baseImage, wanted);
}

/** What can be said before anything is read. */
function walk(
  manifest: Manifest,
  given: Given,
  limits: Scope,
): { readonly faults: readonly Fault[]; readonly identities: readonly Identity[] } {
  const scope = new ManifestScope(manifest, given);
  const claims = new Claims();
  const faults: Fault[] = [...scope.faults];
  const identities: Identity[] = [];
  for (const resource of manifest.resources) {
    if (isSkipped(resource, scope, faults)) {
      scope.add(resource, { kind: 'skipped' });
      continue;
    }
    const resolved = resolve(resource, scope, limits);
    faults.push(...resolved.faults, ...claims.add(resolved));
    if (resolved.identity) identities.push(resolved.identity);
    scope.add(resource, { kind: 'waits' });
  }
  // What is wrong with a global is told once, however many use it.
  const distinct = new Map(faults.map((one) => [`${one.path} ${one.message}`, one]));
  return { faults: told([...distinct.values()]), identities };
}

function exportsOf(finding: Found, purpose: Purpose): Exports {
  const { resource, resolved } = finding;
  const standing = settled(finding, purpose);
  if (!standing) return { kind: 'waits' };
  return { kind: 'known', values: exported(resource, resolved.region, standing) };
}

/** What is known of a resource's version for those that use its exports. */
function settled({ resolved, sight, need, disposal }: Found, purpose: Purpose): Standing | undefined {
  if (purpose === 'remove') {
    // What stands then is another version than those after it were made with.
    const gone = disposal?.kind === 'left-over' || disposal?.kind === 'going';
    return gone ? undefined : sight?.standing;
  }
  if (need.kind === 'none') return need.standing;
  if (purpose === 'make' || need.kind !== 'update' || resolved.waits.size > 0) return undefined;
  const { standing } = need;
  return foreseen(standing, resolved.said, aliasesWith(resolved.said, standing.properties.Aliases));
}

/** What a resource exports of a version that stands, by the names that it exports it under. */
export function exported(
  resource: Resource,
  region: string,
  standing: Standing,
): ReadonlyMap<string, unknown> {
  return new Map(
    [...resource.exports].map(([name, property]) => [
      name,
      property === 'region' ? region : propertyOf(standing, property),
    ]),
  );
}

/** Which version and which aliases are whose: no two resources may want the same. */
class Claims {
  readonly #versions = new Map<string, string>();
  readonly #aliases = new Map<string, string>();

  add({ resource, identity, said }: Resolved): Fault[] {
    if (!identity) return [];
    const faults: Fault[] = [];
    const { region, imageName } = identity;
    const owner = this.#versions.get(keyOf(identity));
    if (owner !== undefined) faults.push(sameVersion(resource, identity, owner));
    this.#versions.set(keyOf(identity), resource.name);
    for (const alias of aliasesWith(said, [])) {
      const key = JSON.stringify([region, imageName, alias]);
      const holder = this.#aliases.get(key);
      const path = (resource.props.get('Aliases') ?? resource.props.get('Alias'))?.path ?? resource.path;
      if (holder !== undefined) {
        const wanted = `an alias of ${imageName} that no other resource wants: it points to one version, and ${holder} wants it`;
        faults.push(fault(path, alias, wanted));
      }
      this.#aliases.set(key, resource.name);
    }
    return faults;
  }
}

function keyOf({ region, imageName, baseImage }: Identity): string {
  return JSON.stringify([region, imageName, baseImage]);
}
