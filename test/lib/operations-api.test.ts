import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTE_NAMES, ROUTES } from '../../lambda/contract/routes.ts';
import { type Json, listOf, objectOf, synthesized, textOf } from '../fixtures/stacks.ts';

const { workflow } = synthesized({ logRetentionDays: 14 });
const [api, ...otherApis] = [...workflow.resources].filter(
  ([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api',
);
const apiRef = { Ref: api?.[0] };
const routes = workflow.ofType('AWS::ApiGatewayV2::Route');

/** The name of the function that an integration, or a permission, is about. */
function functionOf(value: Json | undefined): string {
  const [, id = ''] = /\$\{(\w+)\.Arn}/.exec(textOf(value)) ?? [];
  return textOf(workflow.resources.get(id)?.Properties.FunctionName);
}

function targetOf(routeTarget: Json | undefined): string {
  const [, id = ''] = /^integrations\/\$\{(\w+)}$/.exec(textOf(routeTarget)) ?? [];
  return functionOf(workflow.resources.get(id)?.Properties.IntegrationUri);
}

test('one HTTP API, named after the stage', () => {
  expect(otherApis).toEqual([]);
  expect(api?.[1].Properties).toMatchObject({ Name: 'image-version-operations-test', ProtocolType: 'HTTP' });
});

test('has the routes of the contract and no other, each for the function of its side', () => {
  const declared = routes.map(({ Properties }) => [textOf(Properties.RouteKey), targetOf(Properties.Target)]);
  const wanted = ROUTE_NAMES.map((name) => {
    const { method, path, side } = ROUTES[name];
    return [`${method} ${path}`, `image-version-api-${side}-test`];
  });
  expect(declared.sort()).toEqual(wanted.sort());
});

test('every route asks IAM for its caller', () => {
  expect(routes.length).toBeGreaterThan(10);
  for (const { Properties } of routes) expect(Properties).toMatchObject({ AuthorizationType: 'AWS_IAM' });
});

test('the functions get payload version 2.0', () => {
  const integrations = workflow.ofType('AWS::ApiGatewayV2::Integration');
  expect(integrations).toHaveLength(2);
  for (const { Properties } of integrations)
    expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
});

test('the functions may be invoked by this API alone, and by none else through API Gateway', () => {
  const permissions = workflow
    .ofType('AWS::Lambda::Permission')
    .filter(({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com');
  expect(permissions.map(({ Properties }) => functionOf(Properties.FunctionName)).sort()).toEqual([
    'image-version-api-read-test',
    'image-version-api-write-test',
  ]);
  for (const { Properties } of permissions)
    expect(textOf(Properties.SourceArn)).toBe(
      `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api?.[0]}}/*/*/*`,
    );
});

test('what is changed by POST, PATCH or DELETE is on the writing side, and nothing else', () => {
  for (const name of ROUTE_NAMES)
    expect(ROUTES[name].side).toBe(ROUTES[name].method === 'GET' ? 'read' : 'write');
});

describe('the stage', () => {
  const [stage, ...others] = workflow.ofType('AWS::ApiGatewayV2::Stage').map(({ Properties }) => Properties);

  test('is the one without a prefix, and throttled', () => {
    expect(others).toEqual([]);
    expect(stage).toMatchObject({
      ApiId: apiRef,
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
  });

  test('logs who asked what as JSON, kept as long as configured, and nothing of bodies, queries and headers', () => {
    const { DestinationArn, Format } = objectOf(stage?.AccessLogSettings);
    const [, id = ''] = /\$\{(\w+)\.Arn}/.exec(textOf(DestinationArn)) ?? [];
    expect(workflow.resources.get(id)?.Properties).toMatchObject({
      LogGroupName: '/aws/vendedlogs/apis/image-version-operations-test',
      RetentionInDays: 14,
    });
    const format: Record<string, string> = JSON.parse(textOf(Format));
    expect(Object.keys(format)).toEqual(
      expect.arrayContaining(['requestId', 'routeKey', 'status', 'caller']),
    );
    for (const variable of Object.values(format)) expect(variable).toMatch(/^\$context\.[A-Za-z.]+$/);
  });
});

test('the functions answer before API Gateway gives up', () => {
  for (const side of ['read', 'write']) {
    const name = `image-version-api-${side}-test`;
    const { Properties } = workflow.named('AWS::Lambda::Function', 'FunctionName', name);
    expect(Properties.Timeout).toBe(29);
  }
  const source = readFileSync(join(__dirname, '..', '..', 'lambda', 'handlers', 'api-handler.ts'), 'utf8');
  expect(source).toContain('const LONGEST_ANSWER = 25_000;');
});

describe('the policies for people', () => {
  const policies = workflow.ofType('AWS::IAM::ManagedPolicy').map(({ Properties }) => Properties);

  function routesOf(description: RegExp): string[] {
    const [policy, ...others] = policies.filter(({ Description }) => description.test(textOf(Description)));
    expect(others).toEqual([]);
    return listOf(objectOf(policy?.PolicyDocument).Statement)
      .map(objectOf)
      .flatMap(({ Effect, Action, Resource }) => {
        expect({ Effect, Action }).toEqual({ Effect: 'Allow', Action: 'execute-api:Invoke' });
        return listOf(Resource).map(textOf);
      })
      .sort();
  }

  const arnsOf = (names: readonly (typeof ROUTE_NAMES)[number][]) =>
    names
      .map((name) => {
        const { method, path } = ROUTES[name];
        const place = `\${AWS::Region}:\${AWS::AccountId}:\${${api?.[0]}}`;
        return `arn:\${AWS::Partition}:execute-api:${place}/$default/${method}${path.replace(/\{\w+\}/g, '*')}`;
      })
      .sort();

  test('let a reader call what tells, and nothing that changes', () => {
    const told = ROUTE_NAMES.filter((name) => ROUTES[name].method === 'GET');
    expect(routesOf(/^May read image versions and operations/)).toEqual(arnsOf(told));
    // A wildcard stands for slashes too, but never for the method in front of it.
    expect(routesOf(/^May read image versions and operations/).every((arn) => /\/GET\//.test(arn))).toBe(
      true,
    );
  });

  test('let an operator call everything', () => {
    expect(routesOf(/^May read and change/)).toEqual(arnsOf(ROUTE_NAMES));
  });
});
