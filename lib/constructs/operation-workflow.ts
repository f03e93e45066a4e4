import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  JsonPath,
  LogLevel,
  Pass,
  StateMachine,
  StateMachineType,
  Succeed,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { longestRunSeconds, type OperationPolicy } from '../../lambda/contract/policy.ts';
import { NEXT_ACTIONS, RECORDS_UNAVAILABLE } from '../../lambda/contract/workflow.ts';
import { acknowledgeWildcard } from '../acknowledgement.ts';
import { LambdaTask } from './lambda-task.ts';

export interface OperationWorkflowProps {
  /** Physical name of the state machine. */
  readonly stateMachineName: string;
  readonly comment: string;
  /** Sends this kind's requests: the one thing in which the kinds differ. */
  readonly submit: IFunction;
  readonly check: IFunction;
  readonly settle: IFunction;
  readonly policy: OperationPolicy;
  readonly logRetention: RetentionDays;
}

/**
 * What may pass when a Lambda could not be run, or was cut off while it ran. Running it again is safe: a
 * request that was sent is recognised by its client token. 6 times, with at most 2+4+8+16+32+60 = 122 s between
 * them; were each run to last until its time-out, 122 + 7 × 130 s, about 17 minutes, which the machine's own time-out
 * leaves room for.
 */
const LAMBDA_RETRY = {
  errors: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    'Lambda.Unknown',
    'Runtime.ExitError',
    'Sandbox.Timedout',
    'States.Timeout',
    RECORDS_UNAVAILABLE,
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 6,
  maxDelay: Duration.seconds(60),
};

/** A little more than the functions' own 2 minutes, so that theirs is the one that is seen. */
const TASK_TIMEOUT = Timeout.duration(Duration.seconds(130));

/**
 * The state machine of one kind of operation. It only routes: what happens next is decided by the Lambdas.
 *
 *     Begin ─▶ Submit ─▶ Choose ─▶ Settle ─▶ Ended ─▶ Succeeded | Failed
 *                ▲         │  ▲
 *                ├─ BackOff┤  │            a poll costs three transitions: Wait, Check, Choose
 *                └─────────┤  │
 *                     Wait ◀┘ └─ Check ◀─ Wait
 */
export class OperationWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: OperationWorkflowProps) {
    super(scope, id);
    const logs = new LogGroup(this, 'Logs', {
      // CloudWatch Logs' resource policy of an account is spared by this prefix (it is limited in size).
      logGroupName: `/aws/vendedlogs/states/${props.stateMachineName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { policy } = props;
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: props.stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      comment: props.comment,
      definitionBody: DefinitionBody.fromChainable(this.define(props)),
      // The Lambdas end an operation by themselves. This is for when they cannot.
      timeout: Duration.seconds(longestRunSeconds(policy)),
      tracingEnabled: true,
      // Without the data: an input is what a caller wrote, and a log is widely readable.
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
    });
    acknowledgeWildcard(
      this.stateMachine,
      '*',
      'Log delivery and X-Ray actions of a state machine support no resource-level permissions.',
    );
  }

  private define(props: OperationWorkflowProps): Pass {
    const begin = new Pass(this, 'Begin', {
      comment: 'Wraps the input, so that no caller can pass off an operation of their own making',
      parameters: {
        execution: {
          arn: JsonPath.stringAt('$$.Execution.Id'),
          name: JsonPath.stringAt('$$.Execution.Name'),
        },
        input: JsonPath.objectAt('$'),
      },
    });
    const submit = this.task('Submit', props.submit);
    const check = this.task('Check', props.check);
    const settle = this.task('Settle', props.settle);
    for (const state of [submit, check]) {
      state.addCatch(settle, { errors: ['States.ALL'], resultPath: '$.crash' });
    }

    // The operation has ended by then; only its record could not say so. Under a name of its own, because the
    // error that stopped settling is AWS's word on the table, not on the operation.
    settle.addCatch(
      new Fail(this, 'RecordNotClosed', {
        error: 'RecordNotClosed',
        cause:
          "The operation has ended, but its record could not be written; the input of Settle in this execution's history tells how",
      }),
      { errors: ['States.ALL'] },
    );

    const wait = new Wait(this, 'Wait', { time: WaitTime.secondsPath('$.next.seconds') }).next(check);
    const backOff = new Wait(this, 'BackOff', { time: WaitTime.secondsPath('$.next.seconds') }).next(submit);
    const next = (action: string) => Condition.stringEquals('$.next.action', action);
    const choose = new Choice(this, 'Choose')
      .when(next(NEXT_ACTIONS.poll), wait)
      .when(next(NEXT_ACTIONS.submit), submit)
      .when(next(NEXT_ACTIONS.backOff), backOff)
      .when(next(NEXT_ACTIONS.settle), settle);
    submit.next(choose);
    check.next(choose);

    settle.next(
      new Choice(this, 'Ended')
        .when(
          Condition.stringEquals('$.status', 'SUCCEEDED'),
          new Succeed(this, 'Succeeded', { outputPath: '$.result' }),
        )
        .otherwise(new Fail(this, 'Failed', { errorPath: '$.error.name', causePath: '$.error.message' })),
    );
    begin.next(submit);
    return begin;
  }

  private task(id: string, lambdaFunction: IFunction): LambdaTask {
    const task = new LambdaTask(this, id, { lambdaFunction, taskTimeout: TASK_TIMEOUT });
    task.addRetry(LAMBDA_RETRY);
    return task;
  }
}
