/** What Lambda does with an asynchronous invocation that fails: `AWS::Lambda::EventInvokeConfig`. */
import { isJsonObject, type Json } from '../json.ts';
import type { ResourceSet } from './resource-set.ts';
import { cannotRun } from './unsupported.ts';

export interface AsynchronousResource {
  readonly functionName: string;
  readonly maximumRetryAttempts: number;
  readonly maximumAgeSeconds: number;
  /** The queue that is told of what failed for good. */
  readonly onFailureArn: string | undefined;
}

/** Lambda's own (API reference, PutFunctionEventInvokeConfig). */
export const DEFAULT_ASYNCHRONOUS = { maximumRetryAttempts: 2, maximumAgeSeconds: 21_600 } as const;

/** @throws Error for a destination that the local cloud does not have */
export function readAsynchronous(resources: ResourceSet): AsynchronousResource[] {
  for (const fn of resources.of('AWS::Lambda::Function')) {
    if (fn.properties.DeadLetterConfig !== undefined) throw cannotRun(fn, 'DeadLetterConfig');
  }
  const queues = new Set(resources.of('AWS::SQS::Queue').map((queue) => queue.attribute('Arn')));
  return resources.of('AWS::Lambda::EventInvokeConfig').map((config) => {
    const destinations = config.properties.DestinationConfig;
    const { OnSuccess, OnFailure } = isJsonObject(destinations) ? destinations : {};
    if (OnSuccess !== undefined) throw cannotRun(config, 'DestinationConfig.OnSuccess', OnSuccess);
    const onFailure = isJsonObject(OnFailure) ? OnFailure.Destination : undefined;
    if (onFailure !== undefined && !queues.has(onFailure)) {
      throw cannotRun(config, 'DestinationConfig.OnFailure', onFailure);
    }
    const number = (value: Json | undefined, fallback: number) =>
      typeof value === 'number' ? value : fallback;
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = config.properties;
    return {
      functionName: config.text('FunctionName'),
      maximumRetryAttempts: number(MaximumRetryAttempts, DEFAULT_ASYNCHRONOUS.maximumRetryAttempts),
      maximumAgeSeconds: number(MaximumEventAgeInSeconds, DEFAULT_ASYNCHRONOUS.maximumAgeSeconds),
      onFailureArn: onFailure === undefined ? undefined : String(onFailure),
    };
  });
}
