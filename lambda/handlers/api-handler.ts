import type { Action, Call } from '../api/action.ts';
import type { Answer } from '../api/answer.ts';
import { Problem, problemAnswer, problemOf } from '../api/problem.ts';
import { type HttpApiEvent, requestOf } from '../api/request.ts';
import { pathAddsUp, routeKeyOf } from '../api/routing.ts';
import { type Patience, within } from '../api/waiting.ts';
import type { RouteName } from '../contract/routes.ts';
import { shown } from '../core/fault.ts';
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
 * The function of one side of the API. API Gateway has matched the route; its key says which action is meant. Whatever an
 * action comes to is an answer, made here and nowhere else.
 */
export function apiHandler<Name extends RouteName>(
  actions: Readonly<Record<Name, Action>>,
  patience: Patience,
): (event: HttpApiEvent) => Promise<HttpApiResult> {
  const names = Object.keys(actions) as Name[];
  const routes = new Map(names.map((name) => [routeKeyOf(name), name]));

  return discreetly(async (event: HttpApiEvent) => {
    const name = routes.get(event.routeKey);
    // The stack and the functions read one table of routes, so this is a fault of the deployment and not of the caller.
    if (name === undefined) throw new Error(`The function does not serve the route ${event.routeKey}`);
    const request = requestOf(event, patience.now());
    const action = pathAddsUp(name, event) ? actions[name] : refusePath;
    const { status, headers, body } = await answerOf(
      name,
      action,
      { request, path: event.pathParameters ?? {} },
      patience,
    );
    return { statusCode: status, headers, body };
  });
}

async function refusePath({ request }: Call): Promise<Answer> {
  throw new Problem('invalid-request', {
    detail: `The path ${shown(request.path)} is not that of its route with the parameters filled in: a parameter has a slash in it, or a custom domain maps the API below a path of its own (map it at the root)`,
  });
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
