/** HTTP APIs (API Gateway v2) of an assembly: routes, what they call, and the settings of their stage. */
import { LOCAL_ACCOUNT, LOCAL_PARTITION } from '../aws/service.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { mayInvoke } from './permissions.ts';
import type { Resource, ResourceSet } from './resource-set.ts';
import { cannotRun, refuseProperties } from './unsupported.ts';

export interface HttpApiResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly id: string;
  readonly name: string;
  readonly routes: readonly RouteResource[];
  readonly stage: StageResource;
}

export interface RouteResource {
  /** `<METHOD> <path>`, or `$default`. */
  readonly key: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly functionArn: string;
  readonly timeoutMs: number;
}

interface Throttle {
  readonly perSecond: number;
  readonly burst: number;
}

/** The `$default` stage, the one that is served without a prefix. */
interface StageResource {
  readonly variables: Readonly<Record<string, string>>;
  /** Of each route that has no limit of its own. */
  readonly throttle: Throttle | undefined;
  /** Limits of single routes, by their keys; each in place of the stage's. */
  readonly routeThrottles: ReadonlyMap<string, Throttle>;
  readonly accessLog: { readonly logGroupName: string; readonly format: string } | undefined;
}

/** What an integration waits at most, and by default (quotas of HTTP APIs). */
const LONGEST_INTEGRATION_MS = 30_000;

/** @throws Error for an API that would behave otherwise here than in AWS */
export function readHttpApis(resources: ResourceSet, region: string): HttpApiResource[] {
  return resources.of('AWS::ApiGatewayV2::Api').map((api) => {
    if (api.text('ProtocolType', '') !== 'HTTP')
      throw cannotRun(api, 'ProtocolType', api.properties.ProtocolType);
    refuseProperties(api, ['Body', 'BodyS3Location', 'CorsConfiguration', 'RouteKey', 'Target']);
    if (api.properties.DisableExecuteApiEndpoint === true) throw cannotRun(api, 'DisableExecuteApiEndpoint');
    const id = String(api.ref);
    const own = (type: string) => resources.of(type).filter(({ properties }) => properties.ApiId === id);
    const routes = own('AWS::ApiGatewayV2::Route').map((route) =>
      readRoute(resources, route, own('AWS::ApiGatewayV2::Integration'), `${region}:${LOCAL_ACCOUNT}:${id}`),
    );
    return {
      stackName: api.stackName,
      logicalId: api.logicalId,
      id,
      name: api.text('Name', ''),
      routes,
      stage: readStage(api, own('AWS::ApiGatewayV2::Stage'), routes),
    };
  });
}

function readRoute(
  resources: ResourceSet,
  route: Resource,
  integrations: readonly Resource[],
  place: string,
): RouteResource {
  const key = route.text('RouteKey');
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(key) ?? [];
  if (key !== '$default' && path === undefined) throw cannotRun(route, 'RouteKey', key);
  refuseProperties(route, ['RequestParameters', 'AuthorizerId', 'AuthorizationScopes']);
  const authorization = route.text('AuthorizationType', 'NONE');
  if (authorization !== 'NONE' && authorization !== 'AWS_IAM') {
    throw cannotRun(route, 'AuthorizationType', authorization);
  }
  const target = route.text('Target');
  const integration = integrations.find(({ ref }) => target === `integrations/${ref}`);
  if (!integration) throw cannotRun(route, 'Target', target);
  const called = readIntegration(integration);
  const stageAndMethod = `$default/${method === undefined || method === 'ANY' ? '*' : method}`;
  const sourceArn = `arn:${LOCAL_PARTITION}:execute-api:${place}/${stageAndMethod}${path ?? '/$default'}`;
  const { functionArn } = called;
  if (!mayInvoke(resources, { functionArn, service: 'apigateway.amazonaws.com', sourceArn })) {
    throw new Error(
      `${route.stackName}/${route.logicalId} calls ${functionArn}, and no AWS::Lambda::Permission lets API Gateway do so for ${sourceArn}`,
    );
  }
  return { key, authorization, ...called };
}

function readIntegration(integration: Resource): Pick<RouteResource, 'functionArn' | 'timeoutMs'> {
  refuseProperties(integration, [
    'ConnectionId',
    'CredentialsArn',
    'IntegrationSubtype',
    'RequestParameters',
    'ResponseParameters',
  ]);
  const type = integration.text('IntegrationType');
  if (type !== 'AWS_PROXY') throw cannotRun(integration, 'IntegrationType', type);
  const version = integration.text('PayloadFormatVersion', '1.0');
  if (version !== '2.0') throw cannotRun(integration, 'PayloadFormatVersion', version);
  const uri = integration.text('IntegrationUri');
  // Either the function's ARN, or API Gateway's path to Lambda's Invoke with that ARN in it.
  const functionArn = /arn:[^:]+:lambda:[^:]*:\d*:function:[^/]+/.exec(uri)?.[0];
  if (functionArn === undefined) throw cannotRun(integration, 'IntegrationUri', uri);
  const timeoutMs = integration.number('TimeoutInMillis', LONGEST_INTEGRATION_MS);
  if (timeoutMs < 50 || timeoutMs > LONGEST_INTEGRATION_MS) {
    throw new Error(
      `${integration.stackName}/${integration.logicalId}.TimeoutInMillis is from 50 to ${LONGEST_INTEGRATION_MS}; it is ${timeoutMs}`,
    );
  }
  return { functionArn, timeoutMs };
}

function readStage(
  api: Resource,
  stages: readonly Resource[],
  routes: readonly RouteResource[],
): StageResource {
  const [stage, ...more] = stages;
  if (!stage) throw new Error(`${api.stackName}/${api.logicalId} has no stage, so nothing can call it`);
  if (more.length > 0 || stage.text('StageName') !== '$default') {
    throw new Error(`${api.stackName}/${api.logicalId}: the local cloud serves one stage, named $default`);
  }
  if (stage.properties.AutoDeploy !== true) throw cannotRun(stage, 'AutoDeploy', false);
  refuseProperties(stage, ['ClientCertificateId', 'AccessPolicyId']);
  const variables = object(stage.properties.StageVariables);
  return {
    variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
    throttle: throttle(stage, 'DefaultRouteSettings', object(stage.properties.DefaultRouteSettings)),
    routeThrottles: routeThrottles(stage, routes),
    accessLog: accessLog(stage),
  };
}

/** @throws Error for a route that the API does not have, which API Gateway refuses as well */
function routeThrottles(stage: Resource, routes: readonly RouteResource[]): ReadonlyMap<string, Throttle> {
  const perRoute = Object.entries(object(stage.properties.RouteSettings));
  return new Map(
    perRoute.flatMap(([key, settings]) => {
      if (!routes.some((route) => route.key === key)) {
        throw new Error(
          `${stage.stackName}/${stage.logicalId}.RouteSettings: Unable to find Route by key ${key} within the provided RouteSettings`,
        );
      }
      const limit = throttle(stage, `RouteSettings.${key}`, object(settings));
      return limit ? [[key, limit]] : [];
    }),
  );
}

function throttle(stage: Resource, place: string, settings: JsonObject): Throttle | undefined {
  const perSecond = settings.ThrottlingRateLimit;
  const burst = settings.ThrottlingBurstLimit;
  if (perSecond === undefined && burst === undefined) return undefined;
  if (typeof perSecond !== 'number' || typeof burst !== 'number') {
    throw cannotRun(stage, place, settings);
  }
  return { perSecond, burst };
}

function accessLog(stage: Resource): StageResource['accessLog'] {
  const settings = stage.properties.AccessLogSettings;
  if (!isJsonObject(settings)) return undefined;
  const logGroupName = /:log-group:([^:]+)/.exec(String(settings.DestinationArn))?.[1];
  if (logGroupName === undefined || typeof settings.Format !== 'string') {
    throw cannotRun(stage, 'AccessLogSettings', settings);
  }
  return { logGroupName, format: settings.Format };
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) && !isJsonArray(value) ? value : {};
}
