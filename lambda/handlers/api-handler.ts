import { NotFoundError, ParameterValidationError, Router } from '@aws-lambda-powertools/event-handler/http';
import type { Action, Call } from '../api/action.ts';
import type { Answer } from '../api/answer.ts';
import { Problem, problemAnswer, problemOf } from '../api/problem.ts';
import { type ApiRequest, type HttpApiEvent, requestOf } from '../api/request.ts';
import { methodsOf, routablePath } from '../api/routing.ts';
import { type Patience, within } from '../api/waiting.ts';
import { ROUTES, type RouteName } from '../contract/routes.ts';
import { discreet, discreetly } from '../runtime/discreet.ts';
import { logger } from '../runtime/logger.ts';

/** What API Gateway takes from a function for payload version 2.0. */
export interface HttpApiResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Below the function's time-out of 29 s and API Gateway's of 30, so that the answer is one of ours. */
const LONGEST_ANSWER = 25_000;

/**
 * The function of one side of the API. Powertools' Router finds the action of a request; it is shown a request of
 * method and path alone, since it makes a web `Request` of what it sees, and that throws for bodies and headers
 * that HTTP has no quarrel with. Whatever an action comes to is an answer, made here and nowhere else.
 */
export function apiHandler<Name extends RouteName>(
  actions: Readonly<Record<Name, Action>>,
  patience: Patience,
): (event: HttpApiEvent) => Promise<HttpApiResult> {
  const router = new Router({ logger });
  /** The requests that are under way, by the events that the router knows them by. */
  const requests = new WeakMap<object, ApiRequest>();
  const underWay = (event: object): ApiRequest => {
    const request = requests.get(event);
    if (!request) throw new Error('The router shows an event that it was not given');
    return request;
  };

  const names = Object.keys(actions) as Name[];
  for (const name of names) {
    const { method, path } = ROUTES[name];
    router.route(
      async ({ event, params }) => {
        const request = underWay(event);
        return webResponse(await answerOf(name, actions[name], { request, path: params }, patience));
      },
      { method, path: `/${path.slice(1).replaceAll(/\{(\w+)\}/g, ':$1')}` },
    );
  }
  router.errorHandler(NotFoundError, (_error, { event }) =>
    Promise.resolve(webResponse(unrouted(underWay(event)))),
  );
  // A parameter that is empty, or that cannot be decoded.
  router.errorHandler([ParameterValidationError, URIError], (error, { event }) => {
    const problem = new Problem('invalid-request', { detail: `The path cannot be read: ${error.message}` });
    return Promise.resolve(webResponse(problemAnswer(problem, underWay(event))));
  });

  return discreetly(async (event: HttpApiEvent) => {
    const request = requestOf(event, patience.now());
    const shown = routerEvent(event);
    if (!shown) return resultOf(unrouted(request));
    requests.set(shown, request);
    // Nothing here asks for Lambda's context.
    const { statusCode, headers, body } = await router.resolve(shown, {});
    return { statusCode, headers, body };
  });
}

/** undefined for what is no route whatever a router makes of it. */
function routerEvent(event: HttpApiEvent): object | undefined {
  const path = routablePath(event.rawPath);
  const { method } = event.requestContext.http;
  if (path === undefined || !/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/i.test(method)) return undefined;
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: {},
    requestContext: { http: { method }, domainName: 'api' },
    isBase64Encoded: false,
  };
}

function unrouted(request: ApiRequest): Answer {
  const methods = methodsOf(request.path);
  const problem =
    methods.length === 0
      ? new Problem('unknown-route', { detail: `There is no route ${request.method} at this path` })
      : new Problem('method-not-allowed', {
          detail: `given ${request.method}, wanted ${methods.join(' or ')}`,
          headers: { allow: methods.join(', ') },
        });
  return problemAnswer(problem, request);
}

async function answerOf(route: RouteName, action: Action, call: Call, patience: Patience): Promise<Answer> {
  const { request } = call;
  const outOfTime = () =>
    problemAnswer(
      new Problem('out-of-time', {
        detail: `The request was not done within ${LONGEST_ANSWER / 1000} s`,
        headers: { 'retry-after': '5' },
      }),
      request,
    );
  const work = actionAnswer(route, action, call);
  const answer = await within(LONGEST_ANSWER, work, outOfTime, patience);
  logger.info('answered', {
    route,
    requestId: request.requestId,
    status: answer.status,
    milliseconds: Math.round(patience.now() - request.receivedAt),
  });
  return answer;
}

async function actionAnswer(route: RouteName, action: Action, call: Call): Promise<Answer> {
  try {
    return await action(call);
  } catch (error) {
    const problem = problemOf(error);
    const about = { route, requestId: call.request.requestId, problem: problem.problem };
    if (problem.problem === 'internal-error') {
      logger.error('failed', { ...about, error: discreet(error) });
    } else {
      logger.info('refused', { ...about, awsError: problem.details.awsError?.name });
    }
    return problemAnswer(problem, call.request);
  }
}

function webResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers: { ...headers } });
}

function resultOf({ status, headers, body }: Answer): HttpApiResult {
  return { statusCode: status, headers, body };
}
