import type { RoleResource } from '../../assembly/roles.ts';
import { LOCAL_ACCOUNT, LOCAL_PARTITION } from '../service.ts';

/** Who a caller is, as IAM and STS name it. */
export interface CallerIdentity {
  readonly arn: string;
  readonly userId: string;
}

/** A role in a session. For a function's role, Lambda names the session after the function. */
export function roleIdentity(role: Pick<RoleResource, 'id' | 'name'>, session: string): CallerIdentity {
  return {
    arn: `arn:${LOCAL_PARTITION}:sts::${LOCAL_ACCOUNT}:assumed-role/${role.name}/${session}`,
    userId: `${role.id}:${session}`,
  };
}

/** Whoever is none of the functions is a user with the name of the access key. */
export function userIdentity(accessKeyId: string): CallerIdentity {
  return { arn: `arn:${LOCAL_PARTITION}:iam::${LOCAL_ACCOUNT}:user/${accessKeyId}`, userId: accessKeyId };
}
