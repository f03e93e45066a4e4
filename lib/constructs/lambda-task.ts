import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type TaskMetricsConfig,
  TaskStateBase,
  type TaskStateBaseProps,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

export interface LambdaTaskProps extends TaskStateBaseProps {
  readonly lambdaFunction: IFunction;
}

/**
 * A Task that invokes a function with the state's input and goes on with what it returns.
 *
 * CDK's own LambdaInvoke allows the function's ARN *and* every version of it (`arn:*`); here the ARN alone
 * stands in the machine's role, because the ARN alone is called.
 */
export class LambdaTask extends TaskStateBase {
  protected readonly taskMetrics?: TaskMetricsConfig;
  protected readonly taskPolicies: PolicyStatement[];
  readonly #function: IFunction;

  constructor(scope: Construct, id: string, props: LambdaTaskProps) {
    super(scope, id, props);
    this.#function = props.lambdaFunction;
    this.taskPolicies = [
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [props.lambdaFunction.functionArn],
      }),
    ];
  }

  /** @internal called by TaskStateBase */
  protected _renderTask(): object {
    return { Resource: this.#function.functionArn };
  }
}
