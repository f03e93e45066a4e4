/** The events that AWS's own services publish on the default bus. */
import type { VersionStateChange } from '../sagemaker/context.ts';
import type { Execution } from '../stepfunctions/execution-store.ts';
import type { EventDraft } from './event.ts';

/** Beyond this an event leaves input and output out (Step Functions developer guide, "status changes"). */
const MAX_DATA_BYTES = 248 * 1024;

/** `Step Functions Execution Status Change`, of an execution that has started or ended. */
export function executionStatusChange(execution: Execution, now: number): EventDraft {
  const { arn, machineArn, name, status, input, output, error, cause, startedAt, stoppedAt } = execution;
  const included = Buffer.byteLength(input) + Buffer.byteLength(output ?? '') <= MAX_DATA_BYTES;
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [arn],
    time: stoppedAt ?? now,
    detail: {
      executionArn: arn,
      stateMachineArn: machineArn,
      name,
      status,
      startDate: startedAt,
      stopDate: stoppedAt ?? null,
      input: included ? input : null,
      inputDetails: { included },
      output: included ? (output ?? null) : null,
      outputDetails: output === undefined ? null : { included },
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    },
  };
}

/** `SageMaker Image Version State Change`. AWS shows the version as a number with a fraction. */
export function versionStateChange(change: VersionStateChange): EventDraft {
  return {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Image Version State Change',
    resources: [change.imageVersionArn],
    time: change.at,
    detail: {
      ImageArn: change.imageArn,
      ImageVersionArn: change.imageVersionArn,
      ImageVersionStatus: change.status,
      Version: change.version,
      Tags: {},
    },
  };
}
