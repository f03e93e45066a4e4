import { ROUTES, type RouteName } from '../contract/routes.ts';

/** Where things are: paths of this API, and pages of AWS's console. */

/** The path of a route with its parameters filled in. */
export function pathOf(
  route: RouteName,
  parameters: Readonly<Record<string, string | number>>,
  query: Readonly<Record<string, string>> = {},
): string {
  const path = ROUTES[route].path.replaceAll(/\{(\w+)\}/g, (_braces, name: string) =>
    encodeURIComponent(parameters[name] ?? ''),
  );
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}

const CONSOLES: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The console's page of an execution; undefined for what is not the ARN of one. */
export function consoleOf(executionArn: string): string | undefined {
  const [, partition = '', region = ''] =
    /^arn:([\w-]+):states:([a-z0-9-]+):\d{12}:execution:.+$/.exec(executionArn) ?? [];
  if (!region) return undefined;
  const host = CONSOLES[partition] ?? 'console.aws.amazon.com';
  const arn = encodeURIComponent(executionArn.toWellFormed());
  return `https://${region}.${host}/states/home?region=${region}#/v2/executions/details/${arn}`;
}
