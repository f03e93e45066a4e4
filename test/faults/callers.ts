import type { CallWitness } from './call-witness.ts';
import type { Deployment } from './deployment.ts';
import type { Asked } from './doors.ts';
import type { LastAsked } from './observed.ts';
import type { Step, Turn } from './schedule.ts';
import type { SeenSoFar } from './seen-so-far.ts';
import type { UsedImage } from './system-view.ts';

export interface CallersParts {
  readonly deployment: Deployment;
  readonly images: readonly UsedImage[];
  readonly calls: CallWitness;
  readonly seen: SeenSoFar;
}

/** What was asked for, under the id that it got, if it got one. */
interface Remembered {
  readonly asked: Asked;
  readonly operationId: string | undefined;
}

type CallersStep = Exclude<Step, Turn | { readonly do: 'snapshot' }>;
type Order = Extract<CallersStep, { readonly do: 'create' | 'update' | 'delete' }>;

/** Those who ask for operations, and what each remembers of what it asked for. */
export class Callers {
  readonly #parts: CallersParts;
  readonly #remembered: Remembered[] = [];
  readonly #outOfTurn = new Set<string>();
  #counter = 0;
  #made = 0;

  constructor(parts: CallersParts) {
    this.#parts = parts;
  }

  /** Operations that were asked for so far. */
  get asked(): number {
    return this.#remembered.length;
  }

  async do(step: CallersStep): Promise<void> {
    switch (step.do) {
      case 'create':
      case 'update':
      case 'delete': {
        const image = this.#parts.images[step.image];
        if (image) await this.#order(this.#askedBy(step, image));
        return;
      }
      case 'repeat':
      case 'cancel':
      case 'stop':
      case 'start-again':
        return this.#refer(step.do, this.#remembered[step.of]);
      default:
        return step satisfies never;
    }
  }

  /** Asks for one more version of an image, once nothing goes wrong any more. */
  async askLast(image: UsedImage): Promise<LastAsked> {
    const step: Order = { do: 'create', image: 0, aliases: [], keyed: true, by: 'api', after: 0 };
    const asked = this.#askedBy(step, image);
    const operationId = await this.#answered(asked);
    this.#remembered.push({ asked, operationId });
    return { imageName: image.name, operationId };
  }

  /** Whether an operation went through the queue; else it was started by hand. */
  isQueued(operationId: string): boolean {
    return !operationId.startsWith('hand-') && !this.#outOfTurn.has(operationId);
  }

  #askedBy(step: Order, { name: imageName, region }: UsedImage): Asked {
    this.#made += 1;
    const label = `${imageName}-${this.#made}`;
    const key = step.keyed && step.by === 'api' ? `key-${label}` : undefined;
    const shared = { by: step.by, region, imageName, key };
    switch (step.do) {
      case 'create': {
        const properties = { BaseImage: `registry/image:${label}`, Aliases: step.aliases };
        return { ...shared, kind: 'create', version: undefined, properties };
      }
      case 'update': {
        const Aliases = step.aliases === undefined ? {} : { Aliases: step.aliases };
        return {
          ...shared,
          kind: 'update',
          version: step.version,
          properties: { ReleaseNotes: label, ...Aliases },
        };
      }
      case 'delete':
        return { ...shared, kind: 'delete', version: step.version, properties: {} };
      default:
        return step satisfies never;
    }
  }

  async #order(asked: Asked): Promise<void> {
    const { deployment } = this.#parts;
    const place = this.#remembered.push({ asked, operationId: undefined }) - 1;
    if (asked.by === 'hand') {
      // Whoever starts workflows for a region that is not configured is in no list of operations.
      if (!deployment.configuration.regions.includes(asked.region)) return;
      const name = `hand-${asked.imageName}-${this.#made}`;
      if (await deployment.doors.start(asked, name)) this.#remembered[place] = { asked, operationId: name };
      return;
    }
    const operationId = await this.#answered(asked);
    if (operationId !== undefined) this.#remembered[place] = { asked, operationId };
  }

  /** @returns the id of the operation, where the answer accepts one */
  async #answered(asked: Asked): Promise<string | undefined> {
    const from = this.#tick();
    const { status, body } = await this.#parts.deployment.doors.ask(asked);
    const { operationId } = body;
    if (status >= 300 || typeof operationId !== 'string') return undefined;
    this.#parts.seen.accept({
      operationId,
      imageName: asked.imageName,
      asked: from,
      answered: this.#tick(),
    });
    return operationId;
  }

  async #refer(
    what: 'repeat' | 'cancel' | 'stop' | 'start-again',
    to: Remembered | undefined,
  ): Promise<void> {
    const { doors } = this.#parts.deployment;
    if (!to) return;
    const { asked, operationId } = to;
    if (what === 'repeat') {
      // Without a key it would be another operation, and no repeat.
      if (asked.key !== undefined) await this.#answered(asked);
      return;
    }
    if (operationId === undefined) return;
    switch (what) {
      case 'cancel': {
        const { status } = await doors.persist('POST', `/operations/${operationId}/cancel`);
        const { BaseImage } = asked.properties;
        if (status < 300 && typeof BaseImage === 'string') this.#parts.calls.cancelled(BaseImage);
        return;
      }
      case 'stop':
        return doors.stop(asked.kind, operationId);
      case 'start-again': {
        const { status, body } = await doors.persist('GET', `/operations/${operationId}`);
        // Its record may be gone.
        if (status !== 200) return;
        // Where the queue has not started it yet, it begins out of its turn: whoever starts workflows answers for that.
        if (await doors.startAgain(asked.kind, operationId, body.request)) this.#outOfTurn.add(operationId);
        return;
      }
      default:
        return what satisfies never;
    }
  }

  #tick(): number {
    this.#counter += 1;
    return this.#counter;
  }
}
