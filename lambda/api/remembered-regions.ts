import type { Scope } from '../core/image-version/request.ts';
import type { InventoryDesk } from '../core/inventory/desk.ts';
import { readableRegions } from '../core/inventory/readable-regions.ts';
import { parseSnapshotId } from '../core/inventory/snapshot.ts';
import type { Call } from './action.ts';
import type { NamedRegions } from './parameters.ts';

/** What a refusal calls the regions whose inventory can be read. */
const REMEMBERED = 'regions that the inventory has';

/** Whether a request names a region that is not configured, by its query or by the id of a snapshot. */
function namesAnother({ request, path }: Call, { regions }: Pick<Scope, 'regions'>): boolean {
  const asked = request.query.filter(([name]) => name === 'region').map(([, region]) => region);
  const ids = Object.values(path).flatMap((id) => parseSnapshotId(id)?.region ?? []);
  return [...asked, ...ids].some((region) => !regions.includes(region));
}

/**
 * The regions that a request for the inventory alone may name. The table is asked which ones it has only if the request
 * names one that is not configured.
 */
export async function rememberedRegions(
  call: Call,
  scope: Scope,
  desk: Pick<InventoryDesk, 'regions'>,
): Promise<Scope & NamedRegions> {
  if (!namesAnother(call, scope)) return scope;
  return { ...scope, regions: await readableRegions(desk, scope.regions), regionsAre: REMEMBERED };
}
