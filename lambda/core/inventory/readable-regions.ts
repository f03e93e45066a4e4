import type { InventoryDesk } from './desk.ts';

/**
 * Regions whose inventory can be read: those that are configured, and those that snapshots were taken of before they were
 * taken out of the configuration.
 */
export async function readableRegions(
  desk: Pick<InventoryDesk, 'regions'>,
  configured: readonly string[],
): Promise<readonly string[]> {
  return [...new Set([...configured, ...(await desk.regions())])];
}
