import { rmSync } from 'node:fs';
import { type LocalCloud, startLocalCloud } from '../../../local/local-cloud.ts';
import { functionNamed, permission, ROLE, writeAssembly } from '../assembly-files.ts';

/** What stands at `/` of the API's address: a page of the local cloud's own, unless the template has a route there. */

const route = (RouteKey: string) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    AuthorizationType: 'NONE',
    RouteKey,
    Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
  },
});

const resources = (routeKey: string) => ({
  Role: ROLE,
  Echo: functionNamed('echo'),
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'an-api', ProtocolType: 'HTTP' } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, AutoDeploy: true, StageName: '$default' },
  },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['Echo', 'Arn'] },
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 29_000,
    },
  },
  Route: route(routeKey),
  Allowed: permission('Echo', 'apigateway'),
});

const code = 'export const handler = async ({ headers }) => ({ statusCode: 200, body: "of the app" });';

let directory: string;
let cloud: LocalCloud;

async function start(routeKey: string): Promise<void> {
  directory = writeAssembly(resources(routeKey), { echo: code });
  cloud = await startLocalCloud({ assembly: directory });
}

afterEach(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true });
});

test('it says in ten lines where what is', async () => {
  await start('GET /openapi.json');
  const response = await fetch(`${cloud.apiUrl}/?from=browser`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  const page = await response.text();
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  expect(page).toContain('an-api');
  expect(page).toContain(`${cloud.apiUrl}/openapi.json`);
  expect(page).toContain(`AWS_ENDPOINT_URL=${cloud.awsUrl}`);
  expect(page).toContain(`${cloud.awsUrl}/_local/`);
});

test.each([
  ['POST', '/'],
  ['GET', '/elsewhere'],
])('%s %s is as unknown as in AWS', async (method, path) => {
  await start('GET /openapi.json');
  const response = await fetch(`${cloud.apiUrl}${path}`, { method });
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: 'Not Found' });
});

test.each(['GET /', 'ANY /', '$default'])("a template's route %s is the app's own", async (routeKey) => {
  await start(routeKey);
  expect(await (await fetch(`${cloud.apiUrl}/`)).text()).toBe('of the app');
});
