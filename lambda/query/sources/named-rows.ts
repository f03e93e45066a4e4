import { type ImageVersionRef, parseImageVersionArn } from '../../core/image-version/identifier.ts';
import type { Scope } from '../../core/image-version/request.ts';
import type { InventoryDesk, RowFilter, RowSpan } from '../../core/inventory/desk.ts';
import { AS_MANY_AS_FIT, batches } from '../../core/inventory/row-pages.ts';
import type { InventoryRow } from '../../core/inventory/snapshot.ts';
import type { NeededRead } from '../engine.ts';

/** Rows of the inventory for the versions or images that a statement names. */

/** So many are looked up one by one; of more, all of the region's rows are read. */
const FEW = 20;

type Named = Pick<NeededRead, 'identifiers' | 'imageNames'>;

interface Place {
  readonly region: string;
  readonly scope: Pick<Scope, 'account' | 'partition'>;
  readonly span: RowSpan;
}

/**
 * The rows of a region that a statement may need, batch by batch. No row comes twice, and the rows of one version come
 * in order of time.
 *
 * A row is stored under the name that its image has. AWS may write the same name without its capitals into the ARNs of
 * versions (docs/unverified.md). So if an ARN without capitals finds nothing, the region is searched for it.
 */
export async function* namedRows(
  desk: InventoryDesk,
  { identifiers, imageNames }: Named,
  { region, scope, span }: Place,
): AsyncGenerator<readonly InventoryRow[]> {
  const read = (filter: RowFilter) =>
    batches(desk, { region, filter, span }, undefined, () => AS_MANY_AS_FIT);
  const refs = identifiers && refsOf(identifiers);
  if (!refs) {
    const names =
      imageNames && imageNames.length <= FEW ? imageNames.map((imageName) => ({ imageName })) : [{}];
    for (const filter of names) for await (const { rows } of read(filter)) yield rows;
    return;
  }
  const found = new Set<string>();
  const missing = new Set<string>();
  // An ARN of another region, account or partition names no row of this one, however its image and number are called.
  for (const ref of refs.filter((one) => isIn(one, region, scope))) {
    const { imageName, version } = ref;
    const key = keyOf(ref);
    for await (const { rows } of read({ imageName, version })) {
      if (rows.length > 0) found.add(key);
      yield rows;
    }
    if (!found.has(key) && imageName === imageName.toLowerCase()) missing.add(key);
  }
  if (missing.size === 0) return;
  for await (const { rows } of read({})) {
    yield rows.filter(({ state }) => missing.has(keyOf(state).toLowerCase()) && !found.has(keyOf(state)));
  }
}

/** @returns undefined if they cannot be looked up one by one: a text that is no version's ARN may stand in any row */
function refsOf(identifiers: readonly string[]): readonly ImageVersionRef[] | undefined {
  const refs = identifiers.flatMap((identifier) => parseImageVersionArn(identifier) ?? []);
  return refs.length === identifiers.length && refs.length <= FEW ? refs : undefined;
}

function isIn(ref: ImageVersionRef, region: string, { account, partition }: Place['scope']): boolean {
  return ref.region === region && ref.account === account && ref.partition === partition;
}

function keyOf({ imageName, version }: Pick<ImageVersionRef, 'imageName' | 'version'>): string {
  return `${imageName}/${version}`;
}
