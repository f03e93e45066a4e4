import { type Query, queryText } from './address.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { gatewayRefusal, problemFailure } from './problem.ts';
import type { Sign } from './signing.ts';
import type { Surroundings } from './surroundings.ts';

/** Requests to the API: signed where that is wanted, and made again where it helps. */

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** Makes every repeat the same request: sent along with each try. */
  readonly key?: string;
  readonly accept?: string;
  /** The statement that is sent, to show where in it a fault is. */
  readonly statement?: string;
}

/** An answer of 2xx. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly mediaType: string;
  readonly text: string;
}

/** What reads an answer; zod's schemas are such. */
export interface Shape<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

const TRIES = 5;
/** Doubled with each try: 0.25, 0.5, 1, 2 s, each shortened by chance to half of it at most. */
const FIRST_PAUSE = 250;
/** Whoever wants to be left alone for longer than this is not asked again by itself. */
const LONGEST_PAUSE = 30_000;
/** API Gateway answers within 30 s or not at all. */
const LONGEST_ANSWER = 35_000;

/** Nobody is there: nothing was sent, and a second later nobody will be there either. */
const NOBODY = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'there is no host of that name'],
]);

export class Api {
  readonly #base: URL;
  readonly #sign: Sign | undefined;
  readonly #around: Surroundings;

  readonly #longestAnswer: number;

  /** @param longestAnswer milliseconds in which an answer must be whole */
  constructor(base: URL, sign: Sign | undefined, around: Surroundings, longestAnswer = LONGEST_ANSWER) {
    this.#longestAnswer = longestAnswer;
    this.#base = base;
    this.#sign = sign;
    this.#around = around;
  }

  /** @throws CommandFailure unless the answer is as the shape has it */
  async json<T>(asked: Asked, shape: Shape<T>): Promise<T> {
    return this.read(await this.ask(asked), shape);
  }

  /** @throws CommandFailure where an answer is not as the shape has it */
  read<T>({ text }: Answer, shape: Shape<T>): T {
    const parsed = shape.safeParse(parsedJson(text));
    if (parsed.success) return parsed.data;
    throw new CommandFailure(
      EXIT.unreachable,
      `${this.#base.origin} answered something else than this API does.`,
      {
        next: ['check --api (or IMAGE_VERSIONS_API): it is the output ApiUrl of the stack'],
      },
    );
  }

  /**
   * Asks, and asks again where that may help: the network failed on the way, or an answer said "not now".
   *
   * @throws CommandFailure where no try was answered with 2xx
   */
  async ask(asked: Asked): Promise<Answer> {
    const { path, query = {}, key } = asked;
    const url = new URL(`${this.#base.href.replace(/\/$/, '')}${path}${queryText(query)}`);
    if (key !== undefined) {
      this.#around.onInterrupt(`Interrupted before the API answered. ${keyAdvice(key)}`);
    }
    try {
      return await this.#askUntilAnswered(asked, url);
    } finally {
      if (key !== undefined) this.#around.onInterrupt('Interrupted.');
    }
  }

  async #askUntilAnswered(asked: Asked, url: URL): Promise<Answer> {
    const { key } = asked;
    let sent = false;
    for (let tried = 1; ; tried += 1) {
      const outcome = await this.#tryOnce(asked, url);
      if ('answer' in outcome) return outcome.answer;
      const pause = outcome.again && tried < TRIES ? this.#pause(tried, outcome.after) : undefined;
      sent ||= !outcome.nobody;
      if (pause === undefined) {
        const unclear = key !== undefined && sent && outcome.failure.exit === EXIT.unreachable;
        throw unclear ? outcome.failure.and(keyAdvice(key)) : outcome.failure;
      }
      await this.#around.sleep(pause);
    }
  }

  async #tryOnce(asked: Asked, url: URL): Promise<Outcome> {
    const { method } = asked;
    // The API takes U+FFFD as an escape alone: as it stands it may be a byte that was not UTF-8.
    const body =
      asked.body === undefined ? undefined : JSON.stringify(asked.body).replaceAll('\ufffd', '\\ufffd');
    const headers: Record<string, string> = {
      accept: asked.accept ?? 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(asked.key === undefined ? {} : { 'idempotency-key': asked.key }),
    };
    const signed = this.#sign ? await this.#sign({ method, url, headers, body }) : headers;
    try {
      const response = await fetch(url, {
        method,
        headers: signed,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#longestAnswer),
        ...(body === undefined ? {} : { body }),
      });
      return this.#outcome(asked, response, await response.text());
    } catch (error) {
      return this.#unanswered(error);
    }
  }

  #outcome(asked: Asked, response: Response, text: string): Outcome {
    const { status, headers } = response;
    const [mediaType = ''] = (headers.get('content-type') ?? '').split(';');
    if (response.ok) return { answer: { status, headers, mediaType, text } };
    const problem = problemFailure(status, parsedJson(text), asked.statement);
    const given = headers.get('retry-after');
    const after = given !== null && /^\d{1,9}$/.test(given) ? Number(given) * 1000 : undefined;
    return {
      failure: problem ?? gatewayRefusal(status, parsedJson(text), this.#base.origin),
      nobody: false,
      // A problem that may pass says when. What the API did not answer itself may pass in any case.
      again: (status === 429 || status >= 500) && (problem === undefined || after !== undefined),
      after,
    };
  }

  #unanswered(error: unknown): Outcome {
    const code = codeOf(error);
    const why =
      NOBODY.get(code) ??
      (code === 'TimeoutError'
        ? `no answer within ${this.#longestAnswer / 1000} s`
        : 'the connection failed');
    const local = this.#base.hostname === '127.0.0.1' || this.#base.hostname === 'localhost';
    return {
      failure: new CommandFailure(
        EXIT.unreachable,
        `${this.#base.origin} cannot be reached: ${why} (${code}).`,
        {
          next: [
            ...(local ? ['start the local cloud in the project: npm start'] : []),
            'say where the API is: --api URL, or the variable IMAGE_VERSIONS_API',
          ],
        },
      ),
      nobody: NOBODY.has(code),
      again: !NOBODY.has(code),
      after: undefined,
    };
  }

  #pause(tried: number, after: number | undefined): number | undefined {
    if (after === undefined) return FIRST_PAUSE * 2 ** (tried - 1) * (1 - this.#around.chance() / 2);
    return after <= LONGEST_PAUSE ? after : undefined;
  }
}

type Outcome =
  | { readonly answer: Answer }
  | {
      readonly failure: CommandFailure;
      /** Nothing was sent. */
      readonly nobody: boolean;
      readonly again: boolean;
      /** Milliseconds, as the answer says. */
      readonly after: number | undefined;
    };

function keyAdvice(key: string): string {
  return `Whether it was accepted is not known: the same command with --key ${key} tells, and does nothing twice.`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  if (typeof code === 'string') return code;
  return cause instanceof Error ? cause.message : error.name === 'TypeError' ? error.message : error.name;
}

/** Undefined where it is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
