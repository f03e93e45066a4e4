/** The roles of an assembly with every statement that they hold, for whoever checks a call against them. */
import { ROLE_CONDITION_KEYS } from '../aws/iam/condition-keys.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { refuseConditions, statementsIn } from './policy-documents.ts';
import type { Resource, ResourceSet } from './resource-set.ts';
import { refuseProperties } from './unsupported.ts';

export interface RoleResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** The unique id by which IAM and STS tell it from another role of the same name. */
  readonly id: string;
  readonly trust: JsonObject;
  /** Of its inline policies, `AWS::IAM::Policy` and the assembly's own managed policies. */
  readonly statements: readonly JsonObject[];
  /** Policies that live outside the assembly, such as AWS's own: here they allow nothing. */
  readonly foreignPolicyArns: readonly string[];
}

/** @throws Error for a role that would be allowed more or less here than in AWS */
export function readRoles(resources: ResourceSet): RoleResource[] {
  const attached = [...resources.of('AWS::IAM::Policy'), ...resources.of('AWS::IAM::ManagedPolicy')];
  const managed = new Map(resources.of('AWS::IAM::ManagedPolicy').map((policy) => [policy.ref, policy]));
  return resources.of('AWS::IAM::Role').map((role) => {
    refuseProperties(role, ['PermissionsBoundary']);
    const name = role.text('RoleName', String(role.ref));
    const arns = list(role.properties.ManagedPolicyArns).map(String);
    const own = list(role.properties.Policies).flatMap((policy) => statementsOf(policy));
    const byPolicy = attached
      .filter((policy) => list(policy.properties.Roles).includes(name))
      .flatMap((policy) => statementsOf(policy.properties));
    const byArn = arns.flatMap((arn) => statementsOf(managed.get(arn)?.properties ?? {}));
    const statements = [...own, ...byPolicy, ...byArn];
    refuseConditions(role, statements, ROLE_CONDITION_KEYS);
    return {
      stackName: role.stackName,
      logicalId: role.logicalId,
      name,
      arn: String(role.attribute('Arn')),
      id: String(role.attribute('RoleId')),
      trust: object(role.properties.AssumeRolePolicyDocument),
      statements,
      foreignPolicyArns: arns.filter((arn) => !managed.has(arn)),
    };
  });
}

function statementsOf(policy: Json | Resource['properties']): JsonObject[] {
  return statementsIn(isJsonObject(policy) ? policy.PolicyDocument : undefined);
}

function list(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
