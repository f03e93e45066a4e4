import { CfnOutput, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ROUTE_NAMES, ROUTES, type RouteName } from '../../lambda/contract/routes.ts';
import { acknowledgeWildcard } from '../acknowledgement.ts';
import type { OperationsApi } from './operations-api.ts';

export interface PeoplePoliciesProps {
  readonly api: OperationsApi;
}

const WILDCARD_REASON =
  'A route’s parameters (names of images, numbers of versions, ids of operations) are known only when it is called.';

/**
 * What people are given to use the API: a reader may call the routes that tell, an operator all of them. Without
 * names of their own, so that stages and regions of one account never claim the same.
 */
export class PeoplePolicies extends Construct {
  readonly reader: ManagedPolicy;
  readonly operator: ManagedPolicy;

  constructor(scope: Construct, id: string, { api }: PeoplePoliciesProps) {
    super(scope, id);
    const told = ROUTE_NAMES.filter((name) => !('changes' in ROUTES[name]));
    this.reader = this.#policy('Reader', 'May read image versions and operations', api, told);
    this.operator = this.#policy('Operator', 'May read and change image versions', api, ROUTE_NAMES);
  }

  #policy(id: string, description: string, api: OperationsApi, routes: readonly RouteName[]): ManagedPolicy {
    const arns = routes.map((name) => api.arnOf(name));
    const policy = new ManagedPolicy(this, id, {
      description: `${description} through the HTTP API`,
      statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: arns })],
    });
    for (const arn of arns.filter((one) => one.endsWith('*') || one.includes('*/'))) {
      acknowledgeWildcard(policy, arn, WILDCARD_REASON);
    }
    new CfnOutput(Stack.of(this), `${id}PolicyArn`, {
      value: policy.managedPolicyArn,
      description: `${description}: attach it to people's roles`,
    });
    return policy;
  }
}
