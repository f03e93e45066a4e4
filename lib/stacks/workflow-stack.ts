import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { DEFAULT_POLICY, type OperationPolicy } from '../../lambda/contract/policy.ts';
import { OPERATION_KINDS, type OperationKind } from '../../lambda/contract/workflow.ts';
import { HandlerFunction } from '../constructs/handler-function.ts';
import { OperationWorkflow } from '../constructs/operation-workflow.ts';
import { WorkflowAlarms } from '../constructs/workflow-alarms.ts';
import { cloudControlStatement, FOLLOW_ACTIONS, type ResourceOperation } from '../permissions.ts';

export interface WorkflowStackProps extends StackProps {
  readonly stage: string;
  readonly regions: readonly string[];
  readonly operations: Table;
  readonly recordRetentionDays: number;
  readonly logRetention: RetentionDays;
  readonly operationDeadlineMinutes: number;
  readonly alarmEmail: string | undefined;
}

/**
 * What each kind's submit function sends. A create also updates (its aliases) and deletes (what a failed
 * creation left behind); an update reads what is there first.
 */
const SENT: Readonly<Record<OperationKind, readonly ResourceOperation[]>> = {
  create: ['create', 'update', 'delete'],
  update: ['read', 'update'],
  delete: ['delete'],
};

/** The three workflows and their functions. */
export class WorkflowStack extends Stack {
  constructor(scope: Construct, id: string, props: WorkflowStackProps) {
    super(scope, id, props);
    const { stage, regions, logRetention, recordRetentionDays, operations } = props;
    const policy: OperationPolicy = {
      ...DEFAULT_POLICY,
      deadlineSeconds: props.operationDeadlineMinutes * 60,
    };
    const make = (handler: string, description: string) =>
      new HandlerFunction(this, pascal(handler), {
        handler,
        description,
        functionName: `image-version-${handler}-${stage}`,
        logRetention,
      });

    // It reads what a request left behind, and the final properties with their aliases.
    const check = make('check', 'Looks at where an operation on an image version stands')
      .useImageVersions(regions, ['read'], ['sagemaker:ListAliases'])
      .allow(cloudControlStatement(FOLLOW_ACTIONS));
    const settle = make(
      'settle',
      'Writes down how an operation on an image version ended',
    ).useOperationRecords(operations, recordRetentionDays);

    const workflows = OPERATION_KINDS.map((kind) => {
      const submit = make(`submit-${kind}`, `Sends the requests of ${kind}-image-version`)
        .useImageVersions(regions, SENT[kind])
        .useOperationRecords(operations, recordRetentionDays)
        .usePolicy(policy);
      const workflow = new OperationWorkflow(this, pascal(kind), {
        stateMachineName: `${kind}-image-version-${stage}`,
        comment: `Durable ${kind} of a SageMaker image version through Cloud Control`,
        submit: submit.function,
        check: check.function,
        settle: settle.function,
        policy,
        logRetention,
      });
      new CfnOutput(this, `${pascal(kind)}StateMachineArn`, {
        value: workflow.stateMachine.stateMachineArn,
        description: `Start executions of this state machine to ${kind} image versions`,
      });
      return { submit, workflow };
    });

    new WorkflowAlarms(this, 'Alarms', {
      stage,
      functions: [check, settle, ...workflows.map(({ submit }) => submit)],
      workflows: workflows.map(({ workflow }) => workflow),
      email: props.alarmEmail,
    });
  }
}

function pascal(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
