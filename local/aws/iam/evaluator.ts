/**
 * The one file that knows who evaluates policies: @cloud-copilot/iam-simulate. It is a tool of development under the
 * AGPL, and nothing of it is in what is deployed (docs/dependencies.md).
 */
import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts';
import { LOCAL_ACCOUNT, LOCAL_PARTITION } from '../service.ts';

export type Judgement = 'allowed' | 'no-allow' | 'explicit-deny';

export interface PolicyRequest {
  /** The ARN of a role's session. */
  readonly principal: string;
  readonly action: string;
  /** `*` for an action that takes no resource. */
  readonly resource: string;
  /** Condition keys with their values. */
  readonly context: Readonly<Record<string, string>>;
}

/** What the statements of a role's policies say of a request; it takes tens of microseconds. */
export function judgeIdentity(statements: readonly JsonObject[], request: PolicyRequest): Judgement {
  // The evaluator explains each statement that it is given, which is most of its work.
  const about = statements.filter((statement) => mayMean(statement, request.action));
  // It lets any resource stand for `*`. In AWS an action that takes none is granted by `*` alone.
  const applicable = request.resource === '*' ? about.filter(isForAnyResource) : about;
  return judge(request, applicable);
}

/** What a resource's own policy says of a service of AWS that has none of its own, such as `events.amazonaws.com`. */
export function judgeResourcePolicy(
  statements: readonly JsonObject[],
  service: string,
  request: Omit<PolicyRequest, 'principal'>,
): Judgement {
  const applicable = statements
    .filter(({ Principal: whom, NotPrincipal: others }) =>
      others === undefined ? names(whom, service) : !names(others, service),
    )
    .map(({ Principal: _whom, NotPrincipal: _others, ...statement }) => statement);
  // Some principal of the account: whom a statement is for has been seen to.
  const principal = `arn:${LOCAL_PARTITION}:iam::${LOCAL_ACCOUNT}:role/${service}`;
  return judge({ ...request, principal }, applicable);
}

/**
 * What AWS's reference, as the evaluator knows it, has against a request: an action that does not exist, a resource that
 * the action does not take. Undefined when it has nothing.
 */
export async function objectionTo(request: PolicyRequest): Promise<string | undefined> {
  const { resultType, ...result } = await runSimulation(simulation(request, []), {});
  return resultType === 'error' && 'errors' in result ? result.errors.message : undefined;
}

function judge(request: PolicyRequest, statements: readonly JsonObject[]): Judgement {
  if (statements.length === 0) return 'no-allow';
  // Unsafe is to say unchecked: that what the tables ask for exists is for a test, and not for each call.
  const result = runUnsafeSimulation(simulation(request, statements), {});
  switch (result) {
    case 'Allowed':
      return 'allowed';
    case 'ImplicitlyDenied':
      return 'no-allow';
    case 'ExplicitlyDenied':
      return 'explicit-deny';
    default:
      return result satisfies never;
  }
}

function simulation(
  { principal, action, resource, context }: PolicyRequest,
  statements: readonly JsonObject[],
): Simulation {
  const policy = { Version: '2012-10-17', Statement: statements };
  return {
    request: {
      principal,
      action,
      resource: { resource, accountId: LOCAL_ACCOUNT },
      contextVariables: { ...context },
    },
    identityPolicies: [{ name: 'policy', policy }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
}

/** `*`, alone or as an AWS principal, is everybody. */
function names(principal: Json | undefined, service: string): boolean {
  if (principal === '*') return true;
  if (!isJsonObject(principal)) return false;
  const has = (value: Json | undefined, wanted: string) =>
    isJsonArray(value) ? value.includes(wanted) : value === wanted;
  return has(principal.Service, service) || has(principal.AWS, '*');
}

/** False only for a statement that names its actions, and not this one. */
function mayMean({ Action: named, NotAction: others }: JsonObject, action: string): boolean {
  if (others !== undefined || named === undefined) return true;
  return [named].flat().some((one) => {
    const pattern = String(one).toLowerCase();
    return pattern.includes('*') || pattern.includes('?') || pattern === action.toLowerCase();
  });
}

function isForAnyResource({ Resource: resource, NotResource: others }: JsonObject): boolean {
  if (others !== undefined) return true;
  return isJsonArray(resource) ? resource.includes('*') : resource === '*';
}
