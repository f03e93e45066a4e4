/** Which AWS service may call which function or queue: what a call fails for in AWS when it is missing. */
import { SERVICE_CONDITION_KEYS } from '../aws/iam/condition-keys.ts';
import { judgeResourcePolicy } from '../aws/iam/evaluator.ts';
import { LOCAL_ACCOUNT } from '../aws/service.ts';
import { isJsonArray, type Json } from '../json.ts';
import { refuseConditions, statementsIn } from './policy-documents.ts';
import type { ResourceSet } from './resource-set.ts';

/** A service that calls a function on behalf of a resource. */
export interface Invocation {
  readonly functionArn: string;
  /** Such as `events.amazonaws.com`. */
  readonly service: string;
  /** The ARN on whose behalf it calls. */
  readonly sourceArn: string;
}

/** Whether a resource-based permission of the assembly lets the service invoke the function. */
export function mayInvoke(resources: ResourceSet, { functionArn, service, sourceArn }: Invocation): boolean {
  return resources.of('AWS::Lambda::Permission').some(({ properties }) => {
    const source = properties.SourceArn;
    return (
      nameIn(String(properties.FunctionName)) === nameIn(functionArn) &&
      properties.Principal === service &&
      (properties.Action === 'lambda:InvokeFunction' || properties.Action === 'lambda:*') &&
      (source === undefined || matchesArn(String(source), sourceArn))
    );
  });
}

/**
 * Whether the queue's own policy lets the service send to it on behalf of the source.
 *
 * @throws Error for a condition that cannot be judged
 */
export function maySend(
  resources: ResourceSet,
  { queueArn, service, sourceArn }: { queueArn: Json; service: string; sourceArn: string },
): boolean {
  const urls = resources
    .of('AWS::SQS::Queue')
    .filter((queue) => queue.attribute('Arn') === queueArn)
    .map(({ ref }) => ref);
  const statements = resources
    .of('AWS::SQS::QueuePolicy')
    .filter(
      ({ properties: { Queues: queues } }) => isJsonArray(queues) && queues.some((one) => urls.includes(one)),
    )
    .flatMap((policy) => {
      const own = statementsIn(policy.properties.PolicyDocument);
      refuseConditions(policy, own, SERVICE_CONDITION_KEYS);
      return own;
    });
  const context: Readonly<Record<(typeof SERVICE_CONDITION_KEYS)[number], string>> = {
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': LOCAL_ACCOUNT,
    'aws:SecureTransport': 'true',
  };
  const request = { action: 'sqs:SendMessage', resource: String(queueArn), context };
  return judgeResourcePolicy(statements, service, request) === 'allowed';
}

function nameIn(nameOrArn: string): string {
  return /:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** `*` stands for any characters, as in an ArnLike condition. */
function matchesArn(pattern: string, arn: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(arn);
}
