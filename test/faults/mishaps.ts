import { type CallMiddleware, Disconnect, type ServiceCall } from '../../local/aws/call-middleware.ts';
import type { DeliveryFault, DeliveryFaults } from '../../local/aws/eventbridge/delivery-faults.ts';
import { functionNameOf } from '../../local/aws/lambda/credentials.ts';
import type { InvocationFault, InvocationFaults } from '../../local/aws/lambda/invocation-faults.ts';
import { AwsError } from '../../local/aws/service.ts';
import type { CallMishap, DeliveryMishap, HandlerRule, InvocationMishap, Mishap } from './schedule.ts';

/** What a mishap needs of the cloud that it befalls. */
export interface Casualties {
  crash(functionName: string, how: 'killed' | 'timed-out'): Promise<void>;
}

/** Milliseconds of the machine's: long enough for others to overtake, and no longer. */
const SLOW_MS = 15;

/** Makes a schedule's mishaps happen, each when its turn has come. */
export class Mishaps {
  #planned: readonly Mishap[] = [];
  readonly #counted = new Map<string, number>();
  casualties: Casualties = { crash: async () => undefined };

  plan(mishaps: readonly Mishap[]): void {
    this.#planned = mishaps;
    this.#counted.clear();
  }

  /** Stands around every call. */
  readonly around: CallMiddleware = async (call, next) => {
    const caller = functionNameOf(call.accessKeyId);
    const name = caller === undefined ? undefined : handlerOf(caller);
    if (caller === undefined || name === undefined) return next();
    const nth = this.#count(`call ${name}`);
    const planned = this.#planned.find((one) => one.at === 'call' && one.fn === name && one.nth === nth);
    if (planned?.at !== 'call') return next();
    return this.#befall(planned.what, call, caller, next);
  };

  readonly invocations: InvocationFaults = {
    faultOf: (functionName) => {
      const name = handlerOf(functionName);
      const nth = this.#count(`invocation ${name}`);
      const planned = this.#planned.find(
        (one) => one.at === 'invocation' && one.fn === name && one.nth === nth,
      );
      return planned?.at === 'invocation' ? invocationFault(planned.what) : { kind: 'none' };
    },
  };

  readonly deliveries: DeliveryFaults = {
    faultOf: (ruleName) => {
      const name = scheduledOf(ruleName.replace(/^image-version-/, '').replace(/-dev$/, ''));
      const nth = this.#count(`delivery ${name}`);
      const planned = this.#planned.find(
        (one) => one.at === 'delivery' && one.rule === name && one.nth === nth,
      );
      return planned?.at === 'delivery' ? deliveryFault(planned.what) : { kind: 'none' };
    },
  };

  get #tokensAreForgotten(): boolean {
    return this.#planned.some((one) => one.at === 'handler' && one.rule.kind === 'forget-client-tokens');
  }

  #count(what: string): number {
    const nth = (this.#counted.get(what) ?? 0) + 1;
    this.#counted.set(what, nth);
    return nth;
  }

  async #befall(
    what: CallMishap,
    call: ServiceCall,
    caller: string,
    next: () => Promise<object>,
  ): Promise<object> {
    switch (what) {
      case 'throttle':
        throw throttled(call);
      case 'fault':
        throw new AwsError('InternalServerError', 'Told to fail by a fault schedule', 500);
      case 'break-off':
        throw new Disconnect();
      case 'lose-answer':
        await next();
        throw new Disconnect();
      case 'twice':
        // Of two that come at the same moment, the client token alone tells that they are one.
        if (call.operation === 'CreateResource' && this.#tokensAreForgotten) return next();
        await next();
        return next();
      case 'kill-before':
        await this.casualties.crash(caller, 'killed');
        throw new Disconnect();
      case 'kill-after':
        await next();
        await this.casualties.crash(caller, 'killed');
        throw new Disconnect();
      case 'time-out':
        await next();
        await this.casualties.crash(caller, 'timed-out');
        throw new Disconnect();
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
        return next();
      default:
        return what satisfies never;
    }
  }
}

/** Each region has a rule of its own. */
function scheduledOf(rule: string): string {
  return rule.startsWith('snapshot-') && rule !== 'snapshot-requested' ? 'snapshot-scheduled' : rule;
}

/** The rule of the local cloud's that makes it happen. */
export function faultRule(rule: HandlerRule, imageName: string): object {
  const { image: _image, times, handler, ...effect } = rule;
  // A creation fails in SageMaker, whoever asked it; the rest is Cloud Control's.
  const match =
    effect.kind === 'create-failed' ? { imageName } : { imageName, handler, service: 'CloudApiService' };
  return { times, match, effect };
}

function throttled({ service }: ServiceCall): AwsError {
  if (service.startsWith('DynamoDB')) {
    return new AwsError('ProvisionedThroughputExceededException', 'The level of throughput was exceeded');
  }
  return new AwsError('ThrottlingException', 'Rate exceeded');
}

/** The name of a function's file: its own without the app's in front and the stage behind. */
function handlerOf(functionName: string): string {
  return functionName.replace(/^image-version-/, '').replace(/-dev$/, '');
}

function invocationFault(what: InvocationMishap): InvocationFault {
  switch (what) {
    case 'kill-before':
      return { kind: 'kill', when: 'before' };
    case 'kill-after':
      return { kind: 'kill', when: 'after' };
    case 'run-twice':
      return { kind: 'run-twice' };
    case 'refuse':
      return { kind: 'refuse', error: 'TooManyRequestsException' };
    default:
      return what satisfies never;
  }
}

function deliveryFault(what: DeliveryMishap): DeliveryFault {
  return { kind: what };
}
