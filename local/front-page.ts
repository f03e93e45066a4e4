import type { Assembly } from './assembly/assembly.ts';

interface Addresses {
  readonly awsUrl: string;
  readonly apiUrl: string;
  readonly region: string;
}

/** What whoever opens the API's address in a browser is shown: where what is. */
export function frontPage({ awsUrl, apiUrl, region }: Addresses, assembly: Assembly): string {
  const [api] = assembly.httpApis;
  const has = (path: string) => api?.routes.some(({ key }) => key === `GET ${path}`) ?? false;
  const pages = ['/openapi.json', '/health'].filter(has).map((path) => `${apiUrl}${path}`);
  const machines = assembly.stateMachines.map(({ name }) => name);
  return `${[
    `The HTTP API ${api?.name ?? ''} on a local cloud: no signing, no keys.`,
    `${api?.routes.length ?? 0} routes. ${pages.join('  ')}`.trimEnd(),
    '',
    `AWS: ${awsUrl} (Cloud Control, SageMaker, Step Functions, DynamoDB, EventBridge, SQS, Lambda, STS)`,
    `Settings, faults, calls, events, queues: ${awsUrl}/_local/`,
    `State machines: ${machines.join(', ') || 'none'}`,
    'For the AWS CLI and SDKs:',
    `export AWS_ENDPOINT_URL=${awsUrl} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    'export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local',
  ].join('\n')}\n`;
}
