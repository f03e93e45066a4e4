import type { Resource } from './resource-set.ts';

/**
 * Refuses properties that would change how a resource behaves and that the local cloud does not have: without
 * them it would run something else than what is deployed.
 *
 * @throws Error that names the resource and the property
 */
export function refuseProperties(resource: Resource, names: readonly string[]): void {
  const found = names.find((name) => resource.properties[name] !== undefined);
  if (found !== undefined) throw cannotRun(resource, found, resource.properties[found]);
}

/** The error for a value that does not run here. */
export function cannotRun(resource: Resource, what: string, value?: unknown): Error {
  const given = value === undefined ? '' : ` (${JSON.stringify(value)})`;
  return new Error(`${resource.stackName}/${resource.logicalId}.${what}${given} does not run locally`);
}
