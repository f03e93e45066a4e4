import type { Clock } from '../clock.ts';
import { type FaultEffect, type FaultSubject, type Faults, HANDLER_NAMES } from '../faults.ts';
import { type CallMiddleware, Disconnect, type ServiceCall } from './call-middleware.ts';
import { AwsError } from './service.ts';

/** Makes the faults that befall a call as such, whichever service it is for. */
export function callFaults(faults: Faults, clock: Clock): CallMiddleware {
  return async (call, next) => {
    const subject = subjectOfCall(call);
    const delay = faults.take(['delay'], subject);
    if (delay) await clock.sleep(delay.seconds * 1000);
    const effect = faults.take(['throttle', 'error', 'disconnect', 'lose-answer'], subject);
    switch (effect?.kind) {
      case undefined:
        return next();
      case 'throttle':
      case 'error':
        throw errorOf(effect);
      case 'disconnect':
        throw new Disconnect('Told to break off before the work');
      case 'lose-answer':
        return next().then(loseAnswer, loseAnswer);
      default:
        return effect satisfies never;
    }
  };
}

/** The error that a call is answered with by such a fault. */
export function errorOf(effect: Extract<FaultEffect, { kind: 'throttle' | 'error' }>): AwsError {
  return effect.kind === 'throttle'
    ? new AwsError('ThrottlingException', 'Rate exceeded')
    : new AwsError(effect.name, effect.message, effect.status);
}

function loseAnswer(): never {
  throw new Disconnect('Told to break off before the answer');
}

/** Says as much of a call as its input shows; a call that names no image matches no rule for an image. */
function subjectOfCall(call: ServiceCall): FaultSubject {
  const { service, operation, region, input } = call;
  const handler = HANDLER_NAMES.find((name) => operation === HANDLER_OPERATIONS[name]);
  const typeName = typeof input.TypeName === 'string' ? input.TypeName : undefined;
  const imageName = imageNameOf(input);
  return {
    service,
    operation,
    region,
    ...(handler && { handler }),
    ...(typeName && { typeName }),
    ...(imageName && { imageName }),
  };
}

const HANDLER_OPERATIONS = {
  CREATE: 'CreateResource',
  READ: 'GetResource',
  UPDATE: 'UpdateResource',
  DELETE: 'DeleteResource',
  LIST: 'ListResources',
} as const;

function imageNameOf(input: ServiceCall['input']): string | undefined {
  if (typeof input.ImageName === 'string') return input.ImageName;
  for (const member of [input.Identifier, input.DesiredState, input.ResourceModel]) {
    if (typeof member !== 'string') continue;
    // An identifier may also be JSON with an ARN in it.
    const arn = /^arn:.*/.exec(member)?.[0] ?? /"Image(?:Version)?Arn"\s*:\s*"([^"]*)"/.exec(member)?.[1];
    const name = imageNameOfArn(arn ?? '') ?? /"ImageName"\s*:\s*"([^"]*)"/.exec(member)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The image that an image's or an image version's ARN names. */
export function imageNameOfArn(arn: string): string | undefined {
  return /^arn:[^:]+:sagemaker:[^:]*:[^:]*:image(?:-version)?\/([^/]+)/.exec(arn)?.[1];
}
