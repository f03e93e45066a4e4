import { type Fault, fault, shown } from '../fault.ts';
import { imageVersionArn } from '../image-version/identifier.ts';
import { CREATE_ONLY_PROPERTIES } from '../image-version/properties.ts';
import type { OperationRequest, UpdateRequest } from '../image-version/request.ts';
import { CallError, type ImageVersionRequests, type Report } from '../ports.ts';

export interface CreateOnlyPorts {
  readonly requests: Pick<ImageVersionRequests, 'read'>;
  readonly report: Report;
}

/**
 * The faults of an update that states another value of a create-only property than the version has: no place in the queue
 * would make it possible, because these properties never change. It costs one read, and only where such a property is named.
 *
 * A version that is not there may be made by an operation that is queued before, and a read may fail: then nothing is refused,
 * and the workflow finds out when its turn comes (NotUpdatable).
 */
export async function createOnlyFaults(
  request: OperationRequest,
  ports: CreateOnlyPorts,
): Promise<readonly Fault[]> {
  const stated = request.kind === 'update' ? statedValues(request) : [];
  if (request.kind !== 'update' || stated.length === 0) return [];
  const identifier = imageVersionArn(request.target);
  try {
    const model = await ports.requests.read(request.region, identifier);
    if (!model) return [];
    return stated
      .filter(({ name, value }) => model[name] !== undefined && model[name] !== value)
      .map(({ name, value, path }) =>
        fault(
          path,
          value,
          `${shown(model[name])}, as the version has it: ${name} is settled when a version is created`,
        ),
      );
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    ports.report(`reading ${identifier} before an update of it is accepted`, error);
    return [];
  }
}

interface Stated {
  readonly name: string;
  readonly value: unknown;
  /** Where it stands in the input. */
  readonly path: readonly PropertyKey[];
}

function statedValues({ change }: UpdateRequest): Stated[] {
  if (change.form === 'properties') {
    const { properties } = change;
    return CREATE_ONLY_PROPERTIES.filter((name) => properties[name] !== undefined).map((name) => ({
      name,
      value: properties[name],
      path: ['properties', name],
    }));
  }
  // The last operation that writes a property counts. What is copied or moved depends on the version: the workflow judges it.
  return CREATE_ONLY_PROPERTIES.flatMap((name): Stated[] => {
    const index = change.patch.findLastIndex(({ op, path }) => op !== 'test' && path === `/${name}`);
    const last = change.patch[index];
    return last?.op === 'add' || last?.op === 'replace'
      ? [{ name, value: last.value, path: ['patch', index, 'value'] }]
      : [];
  });
}
