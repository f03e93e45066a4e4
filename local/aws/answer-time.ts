import type { Clock } from '../clock.ts';
import type { Settings } from '../settings.ts';
import type { CallMiddleware } from './call-middleware.ts';

/** DynamoDB, EventBridge and the others answer as fast as they can. */
const SERVICES: ReadonlySet<string> = new Set(['CloudApiService', 'SageMaker']);

/**
 * Lets Cloud Control and SageMaker take their time to answer (setting `answerSeconds`), refusals included. The work
 * is done when the call comes, so that what an answer tells may have changed by the time at which it arrives.
 */
export function answerTime(settings: Settings, clock: Clock): CallMiddleware {
  return async (call, next) => {
    try {
      return await next();
    } finally {
      const { answerSeconds } = settings.current;
      if (answerSeconds > 0 && SERVICES.has(call.service)) await clock.sleep(answerSeconds * 1000);
    }
  };
}
