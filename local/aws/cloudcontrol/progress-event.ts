import type { LocalSettings } from '../../settings.ts';
import { isGoingOn, type ResourceRequest } from './request-store.ts';

/**
 * A request as it goes over the wire. Recorded: times are epoch seconds with decimals, a create shows its
 * Identifier from the first answer on, ErrorCode and StatusMessage stand only on what failed, ResourceModel
 * never, and RetryAfter may stand on what is still going on, except in the first answer.
 */
export function progressEvent(request: ResourceRequest, settings: LocalSettings, now: number) {
  const goingOn = isGoingOn(request.status);
  const hidden = settings.identifierShown === 'at-end' && request.operation === 'CREATE' && goingOn;
  const { retryAfterSeconds } = settings;
  const retry = goingOn && retryAfterSeconds !== null && now > request.acceptedAt;
  return {
    TypeName: request.typeName,
    ...(request.identifier !== undefined && !hidden && { Identifier: request.identifier }),
    RequestToken: request.token,
    Operation: request.operation,
    OperationStatus: request.status,
    EventTime: request.eventAt / 1000,
    ...(request.statusMessage !== undefined && { StatusMessage: request.statusMessage }),
    ...(request.errorCode !== undefined && { ErrorCode: request.errorCode }),
    ...(retry && { RetryAfter: now / 1000 + retryAfterSeconds }),
  };
}
