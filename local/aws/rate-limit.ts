import type { Clock } from '../clock.ts';
import type { Settings } from '../settings.ts';
import type { CallMiddleware } from './call-middleware.ts';
import { AwsError } from './service.ts';

/**
 * Throttles calls per region as a token bucket that holds one second's worth: Cloud Control's, and where the setting
 * says so SageMaker's with them. AWS publishes no quota; about 30 calls a second were measured.
 */
export function rateLimit(settings: Settings, clock: Clock): CallMiddleware {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (call, next) => {
    const limit = settings.current.rateLimit;
    if (limit === null || !COUNTED[limit.of ?? 'cloud-control'].includes(call.service)) return next();
    const now = clock.now();
    const capacity = Math.max(1, limit.perSecond);
    const bucket = buckets.get(call.region) ?? { tokens: capacity, at: now };
    const tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * limit.perSecond);
    buckets.set(call.region, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    if (tokens < 1) throw new AwsError('ThrottlingException', 'Rate exceeded');
    return next();
  };
}

/** Services by what the limit is of. */
const COUNTED = {
  'cloud-control': ['CloudApiService'],
  'cloud-control-and-sagemaker': ['CloudApiService', 'SageMaker'],
};
