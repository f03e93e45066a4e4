/** Which AWS service may invoke which function: what an invocation fails for in AWS when it is missing. */
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

function nameIn(nameOrArn: string): string {
  return /:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** `*` stands for any characters, as in an ArnLike condition. */
function matchesArn(pattern: string, arn: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(arn);
}
