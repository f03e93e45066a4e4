import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_HANDLERS, ROUTE_NAMES, ROUTES } from '../../lambda/contract/routes.ts';
import {
  type Json,
  listOf,
  objectOf,
  type SynthesizedStack,
  synthesized,
  textOf,
} from '../fixtures/stacks.ts';

/** The API is in the workflow stack; the routes of the inventory, of statements and manifests are with their functions. */
const { workflow, inventory, query } = synthesized({ logRetentionDays: 14, apiRequestsPerSecond: 70 });
const [api, ...otherApis] = [...workflow.resources].filter(
  ([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api',
);

/** Of every stack, each with its stack. */
function allOf(type: string) {
  return [workflow, inventory, query].flatMap((stack) =>
    stack.ofType(type).map(({ Properties }) => ({ stack, Properties })),
  );
}
const routes = allOf('AWS::ApiGatewayV2::Route');

/** How a stack calls the API. */
function apiIn(stack: SynthesizedStack): string {
  return stack === workflow ? `\${${api?.[0]}}` : `\${Workflow:ExportsOutputRef${api?.[0]}`;
}

/** The name of the function that an integration, or a permission, is about. */
function functionOf(stack: SynthesizedStack, value: Json | undefined): string {
  const [, id = ''] = /\$\{(\w+)\.Arn}/.exec(textOf(value)) ?? [];
  return textOf(stack.resources.get(id)?.Properties.FunctionName);
}

function targetOf(stack: SynthesizedStack, routeTarget: Json | undefined): string {
  const [, id = ''] = /^integrations\/\$\{(\w+)}$/.exec(textOf(routeTarget)) ?? [];
  return functionOf(stack, stack.resources.get(id)?.Properties.IntegrationUri);
}

test('one HTTP API, named after the stage', () => {
  expect(otherApis).toEqual([]);
  expect(api?.[1].Properties).toMatchObject({ Name: 'image-version-operations-test', ProtocolType: 'HTTP' });
});

test('has the routes of the contract and no other, each for the function of its side', () => {
  const declared = routes.map(({ stack, Properties }) => [
    textOf(Properties.RouteKey),
    targetOf(stack, Properties.Target),
  ]);
  const wanted = ROUTE_NAMES.map((name) => {
    const { method, path, side } = ROUTES[name];
    return [`${method} ${path}`, `image-version-${API_HANDLERS[side]}-test`];
  });
  expect(declared.sort()).toEqual(wanted.sort());
});

test('every route is of this API and asks IAM for its caller', () => {
  expect(routes.length).toBeGreaterThan(10);
  for (const { stack, Properties } of routes) {
    expect(Properties).toMatchObject({ AuthorizationType: 'AWS_IAM' });
    expect(textOf(Properties.ApiId).startsWith(apiIn(stack))).toBe(true);
  }
});

test('the functions get payload version 2.0', () => {
  const integrations = allOf('AWS::ApiGatewayV2::Integration');
  expect(integrations).toHaveLength(7);
  for (const { Properties } of integrations)
    expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
});

test('the functions may be invoked by this API alone, and by none else through API Gateway', () => {
  const permissions = allOf('AWS::Lambda::Permission').filter(
    ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com',
  );
  const names = permissions.map(({ stack, Properties }) => functionOf(stack, Properties.FunctionName));
  expect(names.sort()).toEqual([
    'image-version-api-inventory-test',
    'image-version-api-manifest-read-test',
    'image-version-api-manifest-test',
    'image-version-api-query-read-test',
    'image-version-api-query-test',
    'image-version-api-read-test',
    'image-version-api-write-test',
  ]);
  for (const { stack, Properties } of permissions) {
    const place = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:`;
    expect(textOf(Properties.SourceArn).startsWith(`${place}${apiIn(stack)}`)).toBe(true);
    expect(textOf(Properties.SourceArn)).toMatch(/\}\/\*\/\*\/\*$/);
  }
});

test('what only tells is asked by GET, but for what takes a statement or a manifest', () => {
  const posted = ROUTE_NAMES.filter((name) => ROUTES[name].method !== 'GET' && !('changes' in ROUTES[name]));
  expect(posted).toEqual(['readStatement', 'planManifest', 'testManifest']);
  expect(ROUTE_NAMES.filter((name) => ROUTES[name].method === 'GET' && 'changes' in ROUTES[name])).toEqual(
    [],
  );
});

describe('the stage', () => {
  const [[, resource] = [], ...others] = [...query.resources].filter(
    ([, { Type }]) => Type === 'AWS::ApiGatewayV2::Stage',
  );
  const stage = resource?.Properties;

  test('is the one without a prefix, and throttled as configured, with twice as many at once', () => {
    expect(others).toEqual([]);
    expect(textOf(stage?.ApiId).startsWith(apiIn(query))).toBe(true);
    expect(stage).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 70, ThrottlingBurstLimit: 140 },
    });
  });

  test('bounds each route of statements and manifests by itself: they hold functions for long', () => {
    const slow = ROUTE_NAMES.map((name) => `${ROUTES[name].method} ${ROUTES[name].path}`).filter((key) =>
      /^POST \/(query|manifests)/.test(key),
    );
    expect(slow).toHaveLength(6);
    expect(stage?.RouteSettings).toEqual(
      Object.fromEntries(slow.map((key) => [key, { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 14 }])),
    );
    const least = synthesized({ apiRequestsPerSecond: 1 }).query.ofType('AWS::ApiGatewayV2::Stage')[0];
    expect(Object.values(objectOf(least?.Properties.RouteSettings))).toContainEqual({
      ThrottlingRateLimit: 1,
      ThrottlingBurstLimit: 2,
    });
  });

  test('comes after the routes that it has settings for: API Gateway refuses those of routes that it does not have', () => {
    const keys = Object.keys(objectOf(stage?.RouteSettings));
    const own = [...query.resources].filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Route');
    const before = own.filter(([, { Properties }]) => keys.includes(textOf(Properties.RouteKey)));
    expect(before).toHaveLength(keys.length);
    expect(resource?.DependsOn).toEqual(expect.arrayContaining(before.map(([id]) => id)));
  });

  test('logs who asked what as JSON, kept as long as configured, and nothing of bodies, queries and headers', () => {
    const { DestinationArn, Format } = objectOf(stage?.AccessLogSettings);
    const [, id = ''] = /\$\{(\w+)\.Arn}/.exec(textOf(DestinationArn)) ?? [];
    expect(query.resources.get(id)?.Properties).toMatchObject({
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
  const timeouts = allOf('AWS::Lambda::Function')
    .filter(({ Properties }) => textOf(Properties.FunctionName).startsWith('image-version-api-'))
    .map(({ Properties }) => Properties.Timeout);
  expect(timeouts).toEqual([29, 29, 29, 29, 29, 29, 29]);
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
    const told = ROUTE_NAMES.filter((name) => !('changes' in ROUTES[name]));
    const allowed = routesOf(/^May read image versions and operations/);
    expect(allowed).toEqual(arnsOf(told));
    // A wildcard stands for slashes too, but never for the method in front of it; what is posted has none.
    expect(
      allowed.filter((arn) => !/\/GET\//.test(arn)).map((arn) => arn.replace(/^.*\$default\//, '')),
    ).toEqual(['POST/manifests/plan', 'POST/manifests/test', 'POST/query/read']);
  });

  test('let an operator call everything', () => {
    expect(routesOf(/^May read and change/)).toEqual(arnsOf(ROUTE_NAMES));
  });
});
