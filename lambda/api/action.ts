import type { Answer } from './answer.ts';
import type { ApiRequest } from './request.ts';

/** A request of a route. */
export interface Call {
  readonly request: ApiRequest;
  /** The parameters of its path, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

/** What a route does. @throws Problem, CallError: the entrance makes an answer of both */
export type Action = (call: Call) => Promise<Answer>;
