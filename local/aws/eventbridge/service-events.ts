/** The events that AWS's own services publish on the default bus. */
import type { ImageStateChange, VersionStateChange } from '../sagemaker/context.ts';
import type { Execution } from '../stepfunctions/execution-store.ts';
import type { EventDraft } from './event.ts';

/**
 * What an event holds of input and output: the output where it is no longer than this once it is escaped, the input where
 * both together are (Step Functions developer guide, "Automating event delivery with EventBridge").
 */
const MAX_DATA_BYTES = 248 * 1024;

/**
 * `Step Functions Execution Status Change`, of an execution that has started or ended. AWS sends them best effort: an
 * event may come late or never.
 */
export function executionStatusChange(execution: Execution, now: number): EventDraft {
  const { arn, machineArn, name, status, input, output, error, cause, startedAt, stoppedAt } = execution;
  const outputBytes = output === undefined ? 0 : escapedBytes(output);
  const hasOutput = outputBytes <= MAX_DATA_BYTES;
  const hasInput = escapedBytes(input) + outputBytes <= MAX_DATA_BYTES;
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
      input: hasInput ? input : null,
      inputDetails: { included: hasInput },
      output: hasOutput ? (output ?? null) : null,
      outputDetails: output === undefined ? null : { included: hasOutput },
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    },
  };
}

/** Of JSON text as it stands in the event's own JSON, without the quotes around it. */
function escapedBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/** `SageMaker Image State Change`. The version in it is 1 in AWS's sample; what it means is not documented. */
export function imageStateChange({ image, status, at }: ImageStateChange): EventDraft {
  return {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Image State Change',
    resources: [image.arn],
    time: at,
    detail: {
      ImageName: image.name,
      ImageArn: image.arn,
      ImageStatus: status,
      Version: 1,
      Tags: Object.fromEntries(image.tags.map(({ Key, Value }) => [Key, Value])),
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
