import { type Assembly, loadAssembly } from '../../../local/assembly/assembly.ts';
import type { RoleResource } from '../../../local/assembly/roles.ts';
import { Authorizer } from '../../../local/aws/iam/authorizer.ts';
import { objectionTo } from '../../../local/aws/iam/evaluator.ts';
import { type Grant, grantsOf } from '../../../local/aws/iam/grants.ts';
import type { NeededAction } from '../../../local/aws/iam/needed-actions.ts';
import { assemblyDirectory } from '../../synthesized.ts';

const assembly = loadAssembly(assemblyDirectory());

/** Something that a pattern means. */
function meant({ action, resource }: Grant): NeededAction {
  if (resource === '*') return { action, resource };
  return {
    action,
    resource: resource.replace(/:image-version\/\*$/, ':image-version/some/1').replaceAll('*', 'some'),
  };
}

/** The assembly with one role that allows these grants, and no other. */
function allowing(role: RoleResource, grants: readonly Grant[]): Pick<Assembly, 'functions' | 'roles'> {
  const cut = { ...role, statements: grants.map(({ statement }) => statement) };
  return { ...assembly, roles: assembly.roles.map((one) => (one.arn === role.arn ? cut : one)) };
}

/** Whoever acts here, with what its role allows. */
const ACTORS = [...assembly.functions, ...assembly.stateMachines].map(({ name, roleArn }) => {
  const role = assembly.roles.find(({ arn }) => arn === roleArn);
  if (!role) throw new Error(`${name} has a role that the assembly does not have`);
  return { name, role, grants: grantsOf(role) };
});

test.each(ACTORS)(
  '$name: take any permission away, and what needs it is refused',
  ({ name, role, grants }) => {
    expect(grants.length).toBeGreaterThan(4);
    const demand = (authorizer: Authorizer, needed: NeededAction) =>
      authorizer.demandOfRole(role.arn, name, 'us-east-1', needed);
    const whole = new Authorizer({ assembly });
    for (const grant of grants) {
      const needed = meant(grant);
      demand(whole, needed);
      const rest = grants.filter((one) => one !== grant);
      const cut = new Authorizer({ assembly: allowing(role, rest) });
      const refused = `is not authorized to perform: ${needed.action} on resource: ${needed.resource} because`;
      expect(() => demand(cut, needed)).toThrow(refused);
      // What it may still do is done.
      for (const other of rest) demand(cut, meant(other));
    }
  },
);

test.each(assembly.roles.map((role) => [role.logicalId, role] as const))(
  '%s: AWS’s reference knows each action, and that it is asked for on such a resource',
  async (_id, role) => {
    const context = {};
    for (const grant of grantsOf(role)) {
      // CDK's own, on `<group>:*`: how AWS names the streams of a group, and not as the reference does.
      if (/^logs:(CreateLogStream|PutLogEvents)$/.test(grant.action)) continue;
      const objection = await objectionTo({ principal: role.arn, ...meant(grant), context });
      expect({ ...meant(grant), objection }).toEqual({ ...meant(grant), objection: undefined });
    }
  },
);

test('every role of a function and of a machine is one of the assembly, with nothing from outside of it', () => {
  const named = [...assembly.functions, ...assembly.stateMachines].map(({ roleArn }) => roleArn);
  const roles = assembly.roles.filter(({ arn }) => named.includes(arn));
  expect(new Set(roles.map(({ arn }) => arn))).toEqual(new Set(named));
  expect(roles.flatMap(({ foreignPolicyArns }) => foreignPolicyArns)).toEqual([]);
});
