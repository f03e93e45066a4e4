import { join } from 'node:path';
import { isJsonObject } from '../json.ts';
import type { Resource, ResourceSet } from './resource-set.ts';

export interface FunctionResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly runtime: string;
  /** `<file>.<export>`. */
  readonly handler: string;
  /** The directory that Lambda would unpack as /var/task. */
  readonly assetDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  readonly logGroupName: string;
}

/** @throws Error for a function whose code is not a Node asset of the assembly. */
export function readFunctions(resources: ResourceSet): FunctionResource[] {
  return resources.of('AWS::Lambda::Function').map((resource) => {
    const name = String(resource.ref);
    const runtime = resource.text('Runtime');
    if (!runtime.startsWith('nodejs')) {
      throw new Error(
        `${resource.stackName}/${resource.logicalId} runs on ${runtime}; the local cloud runs Node only`,
      );
    }
    const logging = resource.properties.LoggingConfig;
    const logGroup = isJsonObject(logging) ? logging.LogGroup : undefined;
    return {
      stackName: resource.stackName,
      logicalId: resource.logicalId,
      name,
      arn: String(resource.attribute('Arn')),
      runtime,
      handler: resource.text('Handler'),
      assetDirectory: assetDirectory(resource),
      environment: environment(resource),
      timeoutSeconds: resource.number('Timeout', 3),
      memoryMb: resource.number('MemorySize', 128),
      roleArn: resource.text('Role'),
      logGroupName: typeof logGroup === 'string' ? logGroup : `/aws/lambda/${name}`,
    };
  });
}

function assetDirectory(resource: Resource): string {
  const code = resource.properties.Code;
  const key = isJsonObject(code) ? code.S3Key : undefined;
  const known = typeof key === 'string' ? resource.stack.assets.get(key) : undefined;
  if (known) return known;
  const path = resource.raw.metadata['aws:asset:path'];
  if (typeof path === 'string') return join(resource.stack.directory, path);
  throw new Error(
    `${resource.stackName}/${resource.logicalId}.Code is not an asset of the assembly: ${JSON.stringify(code)}`,
  );
}

function environment(resource: Resource): Record<string, string> {
  const declared = resource.properties.Environment;
  const variables = isJsonObject(declared) ? declared.Variables : undefined;
  if (!isJsonObject(variables)) return {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
