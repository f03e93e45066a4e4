import type { AwsCall } from './service.ts';

/** A call on its way to its service. */
export interface ServiceCall extends AwsCall {
  /** The service's target prefix, for instance `CloudApiService`. */
  readonly service: string;
  readonly requestId: string;
}

/**
 * Something that stands between the address and every service: it may answer or throw itself, or ask `next`.
 * The clock is held while a service works, not here, so a middleware may sleep on the clock.
 */
export type CallMiddleware = (call: ServiceCall, next: () => Promise<object>) => Promise<object>;

/** Thrown to break the connection off without any answer. */
export class Disconnect extends Error {
  override readonly name = 'Disconnect';
}

/** The first of `middleware` is the outermost. */
export function throughMiddleware(
  middleware: readonly CallMiddleware[],
  call: ServiceCall,
  work: () => Promise<object>,
): Promise<object> {
  const [outermost, ...inner] = middleware;
  if (outermost === undefined) return work();
  return outermost(call, () => throughMiddleware(inner, call, work));
}
