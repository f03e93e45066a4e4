import type { LocalSettings } from '../../settings.ts';
import { isGoingOn, type OperationStatus, type ResourceRequest } from './request-store.ts';

function hidesIdentifier(shown: LocalSettings['identifierShown'], status: OperationStatus): boolean {
  switch (shown) {
    case 'at-once':
      return false;
    case 'at-end':
      return isGoingOn(status);
    case 'on-success':
      return status !== 'SUCCESS';
    default:
      return shown satisfies never;
  }
}

/**
 * A request as it goes over the wire. Recorded: times are epoch seconds with decimals, a create shows its
 * Identifier from the first answer on, ErrorCode and StatusMessage stand only on what failed, ResourceModel stands in an
 * update's first answer alone, and RetryAfter may stand on what is still going on, except in the first answer.
 */
export function progressEvent(request: ResourceRequest, settings: LocalSettings, now: number) {
  const goingOn = isGoingOn(request.status);
  const hidden = request.operation === 'CREATE' && hidesIdentifier(settings.identifierShown, request.status);
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
