/** Task states that call a function: `arn:aws:lambda:…` directly, or `arn:aws:states:::lambda:invoke`. */
import { isJsonObject, type Json, parseJson } from '../../json.ts';
import type { LambdaAnswer } from '../lambda/lambda-runtime.ts';
import { AwsError } from '../service.ts';
import { StatesError } from './states-error.ts';
import type { TaskCaller, TaskIntegration, TaskStyle } from './task-integration.ts';

/** The part of the Lambda runtime that is called. */
export interface Invoker {
  invoke(nameOrArn: string, payload: string): Promise<LambdaAnswer>;
}

const INVOKE = 'arn:aws:states:::lambda:invoke';

export class LambdaIntegration implements TaskIntegration {
  readonly #lambda: Invoker;

  readonly #authorize: (caller: TaskCaller, functionArn: string) => void;

  /** @param authorize throws AccessDeniedException where the machine's role may not. @default every machine may */
  constructor(
    lambda: Invoker,
    authorize: (caller: TaskCaller, functionArn: string) => void = () => undefined,
  ) {
    this.#lambda = lambda;
    this.#authorize = authorize;
  }

  serves(resource: string): boolean {
    return resource === INVOKE || /^arn:[^:]+:lambda:[^:]*:[^:]*:function:/.test(resource);
  }

  historyStyle(resource: string): TaskStyle {
    return resource === INVOKE
      ? { kind: 'service', resourceType: 'lambda', resource: 'invoke' }
      : { kind: 'lambda' };
  }

  async run(resource: string, input: Json, caller: TaskCaller): Promise<Json> {
    if (resource !== INVOKE) return (await this.#invoke(resource, input, caller)).payload;
    const parameters = isJsonObject(input) ? input : {};
    const name = parameters.FunctionName;
    if (typeof name !== 'string') {
      throw new StatesError(
        'States.Runtime',
        `lambda:invoke wants a FunctionName; given ${JSON.stringify(input)}`,
      );
    }
    const type = parameters.InvocationType ?? 'RequestResponse';
    if (type !== 'RequestResponse') {
      throw new StatesError(
        'States.Runtime',
        `lambda:invoke with InvocationType ${String(type)} does not run locally`,
      );
    }
    const { payload, requestId } = await this.#invoke(name, parameters.Payload ?? {}, caller);
    return {
      ExecutedVersion: '$LATEST',
      Payload: payload,
      SdkHttpMetadata: { HttpHeaders: {}, HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: requestId },
      StatusCode: 200,
    };
  }

  async #invoke(
    name: string,
    payload: Json,
    caller: TaskCaller,
  ): Promise<{ payload: Json; requestId: string }> {
    let answer: LambdaAnswer;
    try {
      this.#authorize(caller, name);
      answer = await this.#lambda.invoke(name, JSON.stringify(payload));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // As the Java SDK words it, which is what AWS's integration passes on.
      const cause = `${error.message} (Service: AWSLambda; Status Code: ${error.status}; Error Code: ${error.name}; Request ID: local; Proxy: null)`;
      // A refusal for want of permission comes under the service's general name (users report it).
      const known = error.name === 'AccessDeniedException' ? 'AWSLambdaException' : error.name;
      throw new StatesError(`Lambda.${known}`, cause);
    }
    switch (answer.kind) {
      case 'result':
        return { payload: parseJson(answer.payload), requestId: answer.requestId };
      case 'failure':
        // The function's own error type is the error's name, and its whole answer the cause.
        throw new StatesError(answer.failure.errorType || 'Lambda.Unknown', JSON.stringify(answer.failure));
      default:
        return answer satisfies never;
    }
  }
}
