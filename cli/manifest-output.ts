import { type Column, heads, type Output, writeList, writeOne } from './output.ts';
import type { ManifestState, Resource } from './shapes.ts';

/** What becomes of a manifest, as a person reads it. */

const RESOURCE_COLUMNS: readonly Column<Resource>[] = [
  { name: 'name', of: ({ name }) => name },
  { name: 'action', of: ({ action }) => action },
  { name: 'status', of: ({ status }) => status },
  { name: 'imageName', of: ({ imageName }) => imageName, keep: true },
  { name: 'version', of: ({ version }) => version },
  { name: 'region', of: ({ region }) => region, spare: true },
  { name: 'operationId', of: ({ operationId }) => operationId, spare: true, keep: true },
  { name: 'identifier', of: ({ identifier }) => identifier, wide: true },
  { name: 'changes', of: ({ changes }) => changes.map(({ property }) => property), wide: true },
  { name: 'error', of: ({ error }) => error?.name, wide: true },
  { name: 'errorMessage', of: ({ error }) => error?.message, wide: true },
];

/** The resources; then what differs, property by property; then what is exported. */
export async function writeState(output: Output, state: ManifestState): Promise<void> {
  const { resources } = state;
  if (output.format === 'csv') return writeList(output, resources, RESOURCE_COLUMNS);
  const shown = RESOURCE_COLUMNS.filter(
    ({ wide, of }) => !wide && resources.some((resource) => of(resource) !== undefined),
  );
  await writeOne(
    output,
    state,
    [],
    [
      { heads: shown, rows: resources.map((resource) => shown.map(({ of }) => of(resource))) },
      {
        heads: heads('name', 'property', 'before', 'after'),
        rows: resources.flatMap(({ name, changes }) =>
          changes.map(({ property, before, after }) => [name, property, before, after]),
        ),
      },
      {
        heads: heads('name', 'export', 'value'),
        rows: resources.flatMap(({ name, exports }) =>
          Object.entries(exports).map(([exported, value]) => [name, exported, value]),
        ),
      },
    ],
  );
}

/** A line for each resource that has failed, with the error's own words. */
export function failedResources({ resources }: ManifestState): string[] {
  return resources
    .filter(({ status }) => status === 'failed' || status === 'blocked')
    .map(({ name, status, error }) => `${name}: ${error ? `${error.name}: ${error.message}` : status}`);
}

/** Nothing was to be done, and nothing is. */
export function isNothing({ resources }: ManifestState): boolean {
  return resources.every(
    ({ action, status }) => status === 'done' && ['none', 'skip', 'keep'].includes(action),
  );
}

/** How far it has come, on one line. */
export function progressText({ name, resources }: ManifestState): string {
  const standing = resources.map((resource) => `${resource.name} ${wordOf(resource)}`);
  return `${name}: ${standing.join(', ')}`;
}

function wordOf({ action, status }: Resource): string {
  switch (status) {
    case 'done':
      return action === 'none' ? 'is right' : action === 'skip' || action === 'keep' ? action : 'done';
    default:
      return status === 'running' ? `${action} ${status}` : status;
  }
}
