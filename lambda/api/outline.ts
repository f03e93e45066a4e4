import type { RouteName } from '../contract/routes.ts';
import type { Call } from './action.ts';
import { readIdempotencyKey } from './headers.ts';
import { ROUTE_INPUTS } from './inputs.ts';
import { type NamedRegions, type PathValues, type QueryValues, readPath, readQuery } from './parameters.ts';
import { Problem, type ProblemFault } from './problem.ts';

/** What a request says beside its body. */
interface Outline<Name extends RouteName> {
  readonly path: Pick<PathValues, (typeof ROUTE_INPUTS)[Name]['path'][number]>;
  readonly query: Pick<QueryValues, (typeof ROUTE_INPUTS)[Name]['query'][number]>;
  readonly key: string | undefined;
}

/**
 * Checks what a request says beside its body.
 *
 * @throws Problem with every fault at once
 */
export function outline<Name extends RouteName>(
  route: Name,
  call: Call,
  regions: NamedRegions,
): Outline<Name> {
  const { path, query, idempotent } = ROUTE_INPUTS[route];
  const faults: ProblemFault[] = [];
  const outlined = {
    path: readPath(path, call.path, faults),
    query: readQuery(query, call.request, regions, faults),
    key: idempotent ? readIdempotencyKey(call.request, faults) : undefined,
  };
  // Each holds what the route's own lists name: readPath and readQuery read no other.
  if (faults.length === 0) return outlined as Outline<Name>;
  throw requestProblem(faults);
}

/** What is wrong with a request beside its body. */
export function requestProblem(faults: readonly ProblemFault[]): Problem {
  const detail =
    faults.length === 1
      ? 'One thing is wrong with the request'
      : `${faults.length} things are wrong with the request`;
  return new Problem('invalid-request', { detail, errors: faults.slice(0, MOST_FAULTS) });
}

const MOST_FAULTS = 50;
