import type { FunctionResource } from '../../assembly/functions.ts';
import { accessKeyIdOf } from './credentials.ts';

export interface EnvironmentOptions {
  readonly region: string;
  readonly endpointUrl: string;
  readonly logStreamName: string;
}

/** A template's reference to a queue is its URL in AWS, which an SDK would call in place of the local address. */
function localQueueUrls(
  environment: Readonly<Record<string, string>>,
  endpointUrl: string,
): Record<string, string> {
  const local = (value: string) =>
    value.replace(/^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(?=\/)/, endpointUrl);
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, local(value)]));
}

/**
 * What a function finds in `process.env`: its template's variables, what Lambda sets, and the few that lead
 * its SDK to the local address. Nothing of the host's environment.
 */
export function functionEnvironment(
  fn: FunctionResource,
  options: EnvironmentOptions,
): Record<string, string> {
  return {
    ...localQueueUrls(fn.environment, options.endpointUrl),
    _HANDLER: fn.handler,
    _X_AMZN_TRACE_ID: 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
    AWS_ACCESS_KEY_ID: accessKeyIdOf(fn.name),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStreamName,
    LAMBDA_TASK_ROOT: fn.assetDirectory,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_ENDPOINT_URL: options.endpointUrl,
    // The retries that are tested are the app's own, not the SDK's.
    AWS_MAX_ATTEMPTS: '1',
  };
}
