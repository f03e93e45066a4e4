/** Policies taken apart: one grant for each action and resource that an allowing statement names. */
import type { RoleResource } from '../../assembly/roles.ts';
import { isJsonArray, type Json, type JsonObject } from '../../json.ts';

export interface Grant {
  /** `<stack>/<logical id>` of the role. */
  readonly role: string;
  readonly action: string;
  /** A pattern, as it stands in the policy. */
  readonly resource: string;
  /** The statement, narrowed to this action and resource. */
  readonly statement: JsonObject;
}

/** What a role allows. What it denies is no permission, and NotAction or NotResource cannot be taken apart. */
export function grantsOf(role: RoleResource): Grant[] {
  return role.statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) =>
      texts(statement.Action).flatMap((action) =>
        texts(statement.Resource).map((resource) => ({
          role: roleTitle(role),
          action,
          resource,
          statement: { ...statement, Action: action, Resource: resource },
        })),
      ),
    );
}

function roleTitle({ stackName, logicalId }: RoleResource): string {
  return `${stackName}/${logicalId}`;
}

function texts(value: Json | undefined): string[] {
  return (isJsonArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}
