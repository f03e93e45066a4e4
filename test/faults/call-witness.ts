import type { CallMiddleware } from '../../local/aws/call-middleware.ts';
import { functionNameOf } from '../../local/aws/lambda/credentials.ts';
import type { InvocationFault } from '../../local/aws/lambda/invocation-faults.ts';
import type { ObservedEvent } from './observed.ts';

interface PutEntry {
  readonly DetailType?: string;
  readonly Detail?: string;
}

const SUBMIT_CREATE = 'image-version-submit-create-dev';

/**
 * Sees the calls that functions make: events that they put on the bus, and creations that they send after the operation's
 * cancellation had been accepted.
 */
export class CallWitness {
  readonly #cancelled = new Set<string>();
  readonly #late: string[] = [];
  readonly #events: ObservedEvent[] = [];
  #running = 0;

  /** Base images of creations that were sent though their operation was to be cancelled. */
  get sentAfterCancellation(): readonly string[] {
    return this.#late;
  }

  /** Since this was asked last. */
  takeEvents(): readonly ObservedEvent[] {
    return this.#events.splice(0);
  }

  readonly around: CallMiddleware = async (call, next) => {
    if (call.operation === 'CreateResource' && functionNameOf(call.accessKeyId) === SUBMIT_CREATE) {
      const baseImage = baseImageIn(call.input);
      if (baseImage !== undefined && this.#cancelled.has(baseImage)) this.#late.push(baseImage);
    }
    const answer = await next();
    if (call.operation === 'PutEvents') this.#put(call.input, answer);
    return answer;
  };

  #put(input: object, answer: object): void {
    const { Entries: entries }: { Entries?: readonly PutEntry[] } = input;
    const { Entries: outcomes }: { Entries?: readonly { readonly EventId?: string }[] } = answer;
    for (const [index, { EventId }] of (outcomes ?? []).entries()) {
      const { DetailType = '', Detail = '{}' } = entries?.[index] ?? {};
      if (EventId !== undefined) this.#events.push({ detailType: DetailType, detail: JSON.parse(Detail) });
    }
  }

  /** An invocation begins, with this going wrong. */
  invoked(functionName: string, fault: InvocationFault): void {
    if (functionName === SUBMIT_CREATE) this.#running += runsOf(fault);
  }

  /** A run of a function is over. */
  ran(functionName: string): void {
    if (functionName === SUBMIT_CREATE) this.#running -= 1;
  }

  /**
   * A cancellation was accepted. Where a function runs that may have looked for it just before, it may still send.
   */
  cancelled(baseImage: string): void {
    if (this.#running === 0) this.#cancelled.add(baseImage);
  }

  /** What was cancelled is known to nobody any more: under the same key it may be asked for again. */
  forgetCancelled(): void {
    this.#cancelled.clear();
  }

  forget(): void {
    this.forgetCancelled();
    this.#late.length = 0;
    this.#events.length = 0;
    this.#running = 0;
  }
}

function runsOf(fault: InvocationFault): number {
  switch (fault.kind) {
    case 'none':
      return 1;
    case 'run-twice':
      return 2;
    case 'kill':
      return fault.when === 'after' ? 1 : 0;
    case 'refuse':
      return 0;
    default:
      return fault satisfies never;
  }
}

function baseImageIn(input: object): string | undefined {
  const desired: unknown = Reflect.get(input, 'DesiredState');
  if (typeof desired !== 'string') return undefined;
  const { BaseImage }: { BaseImage?: unknown } = JSON.parse(desired);
  return typeof BaseImage === 'string' ? BaseImage : undefined;
}
