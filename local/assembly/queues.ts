import type { ResourceSet } from './resource-set.ts';
import { refuseProperties } from './unsupported.ts';

/** An SQS queue: locally a place for dead letters. */
export interface QueueResource {
  readonly name: string;
  readonly arn: string;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
}

/** Defaults: SQS API reference, CreateQueue. @throws Error for a queue that would behave otherwise in AWS */
export function readQueues(resources: ResourceSet): QueueResource[] {
  return resources.of('AWS::SQS::Queue').map((queue) => {
    refuseProperties(queue, ['DelaySeconds', 'FifoQueue', 'RedrivePolicy']);
    return {
      name: String(queue.attribute('QueueName')),
      arn: String(queue.attribute('Arn')),
      visibilitySeconds: queue.number('VisibilityTimeout', 30),
      retentionSeconds: queue.number('MessageRetentionPeriod', 345_600),
    };
  });
}
