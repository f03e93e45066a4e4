/**
 * Asks a role's policies, as they stand in the synthesized template, before every call that a function, a state machine
 * or Lambda on a function's behalf makes. Whoever calls from outside is an administrator.
 */
import type { Assembly } from '../../assembly/assembly.ts';
import type { RoleResource } from '../../assembly/roles.ts';
import type { CallMiddleware } from '../call-middleware.ts';
import { functionNameOf } from '../lambda/credentials.ts';
import { AwsError, LOCAL_ACCOUNT } from '../service.ts';
import type { ROLE_CONDITION_KEYS } from './condition-keys.ts';
import { type Judgement, judgeIdentity, type PolicyRequest } from './evaluator.ts';
import { type Grant, grantsOf } from './grants.ts';
import { type CallerIdentity, roleIdentity, userIdentity } from './identity.ts';
import { type NeededAction, neededActions } from './needed-actions.ts';

export interface AuthorizerOptions {
  readonly assembly: Pick<Assembly, 'functions' | 'roles'>;
  /** Told of every grant when it is used for the first time. @default - nobody is told */
  readonly onUsed?: ((grant: Grant) => void) | undefined;
}

/** Who acts: a role, in the session of whoever has taken it on. */
interface Caller {
  readonly role: RoleResource;
  readonly session: string;
}

interface Judged {
  readonly role: RoleResource;
  readonly decisions: Map<string, Judgement>;
  /** Grants that no call has used yet; empty when nobody wants to know. */
  unused: Grant[];
}

/** ARNs of versions and executions are new with every operation; a role that has met so many starts over. */
const REMEMBERED = 5000;

export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #byArn: ReadonlyMap<string, Judged>;
  readonly #callers = new Map<string, Caller>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.#byArn = new Map(
      options.assembly.roles.map((role) => [
        role.arn,
        { role, decisions: new Map(), unused: options.onUsed ? grantsOf(role) : [] },
      ]),
    );
  }

  /** Stands before every service. A call that no table has is no answer of AWS's but a fault of the local cloud. */
  readonly middleware: CallMiddleware = async (call, next) => {
    const caller = this.#callerOf(call.accessKeyId);
    if (caller) {
      for (const needed of neededActions(call)) this.#demand(caller, call.region, needed);
    }
    return next();
  };

  /** @throws AwsError AccessDeniedException when the role whose key this is may not */
  demand(accessKeyId: string, region: string, needed: NeededAction): void {
    const caller = this.#callerOf(accessKeyId);
    if (caller) this.#demand(caller, region, needed);
  }

  /** @throws AwsError AccessDeniedException when the role may not */
  demandOfRole(roleArn: string, session: string, region: string, needed: NeededAction): void {
    this.#demand({ role: this.#judged(roleArn).role, session }, region, needed);
  }

  /** @throws AwsError AccessDeniedException when the function's role may not */
  demandOfFunction(functionArn: string, region: string, needed: NeededAction): void {
    const fn = this.#options.assembly.functions.find(({ arn }) => arn === functionArn);
    if (!fn) throw new Error(`The assembly has no function ${functionArn}`);
    this.demandOfRole(fn.roleArn, fn.name, region, needed);
  }

  /** @throws AwsError UnrecognizedClientException for the key of a function that does not exist */
  identityOf(accessKeyId: string): CallerIdentity {
    const caller = this.#callerOf(accessKeyId);
    return caller ? roleIdentity(caller.role, caller.session) : userIdentity(accessKeyId);
  }

  /** Undefined for whoever is none of the functions. */
  #callerOf(accessKeyId: string): Caller | undefined {
    const known = this.#callers.get(accessKeyId);
    if (known) return known;
    const name = functionNameOf(accessKeyId);
    if (name === undefined) return undefined;
    const fn = this.#options.assembly.functions.find((one) => one.name === name);
    if (!fn) throw new AwsError('UnrecognizedClientException', `There is no function ${name}`, 403);
    const caller = { role: this.#judged(fn.roleArn).role, session: name };
    this.#callers.set(accessKeyId, caller);
    return caller;
  }

  #judged(roleArn: string): Judged {
    const judged = this.#byArn.get(roleArn);
    if (!judged) {
      throw new Error(`${roleArn} is no role of the assembly, so nobody knows here what it may do`);
    }
    return judged;
  }

  #demand({ role, session }: Caller, region: string, { action, resource }: NeededAction): void {
    const judged = this.#judged(role.arn);
    // The other condition keys are a role's own, and the same in each of its sessions.
    const key = `${action} ${resource} ${region}`;
    const decision =
      judged.decisions.get(key) ??
      this.#decide(judged, key, requestOf(role, session, region, action, resource));
    if (decision !== 'allowed') throw accessDenied(role, session, action, resource, decision);
  }

  #decide(judged: Judged, key: string, request: PolicyRequest): Judgement {
    const decision = judgeIdentity(judged.role.statements, request);
    if (judged.decisions.size >= REMEMBERED) judged.decisions.clear();
    judged.decisions.set(key, decision);
    if (decision === 'allowed') this.#use(judged, request);
    return decision;
  }

  #use(judged: Judged, request: PolicyRequest): void {
    const used = judged.unused.filter(({ statement }) => judgeIdentity([statement], request) === 'allowed');
    if (used.length === 0) return;
    judged.unused = judged.unused.filter((grant) => !used.includes(grant));
    for (const grant of used) this.#options.onUsed?.(grant);
  }
}

function requestOf(
  role: RoleResource,
  session: string,
  region: string,
  action: string,
  resource: string,
): PolicyRequest {
  const context: Readonly<Record<(typeof ROLE_CONDITION_KEYS)[number], string>> = {
    'aws:PrincipalArn': role.arn,
    'aws:PrincipalAccount': LOCAL_ACCOUNT,
    'aws:PrincipalType': 'AssumedRole',
    'aws:RequestedRegion': region,
    // The local address stands for one that speaks TLS.
    'aws:SecureTransport': 'true',
  };
  return { principal: roleIdentity(role, session).arn, action, resource, context };
}

/** Worded as AWS does (IAM user guide, "Troubleshoot access denied error messages"). */
function accessDenied(
  role: RoleResource,
  session: string,
  action: string,
  resource: string,
  decision: Exclude<Judgement, 'allowed'>,
): AwsError {
  const why =
    decision === 'explicit-deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${roleIdentity(role, session).arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  return new AwsError('AccessDeniedException', message);
}
