import * as z from 'zod/mini';
import { parseOrExplain } from './invalid-input.ts';

z.config(z.locales.en());

/** Every ErrorCode that a Cloud Control request can end with (AWS API reference). */
export const HANDLER_ERROR_CODES = [
  'NotUpdatable',
  'InvalidRequest',
  'AccessDenied',
  'UnauthorizedTaggingOperation',
  'InvalidCredentials',
  'AlreadyExists',
  'NotFound',
  'ResourceConflict',
  'Throttling',
  'ServiceLimitExceeded',
  'NotStabilized',
  'GeneralServiceException',
  'ServiceInternalError',
  'ServiceTimeout',
  'NetworkFailure',
  'InternalFailure',
] as const;

export type HandlerErrorCode = (typeof HANDLER_ERROR_CODES)[number];

export const HANDLER_NAMES = ['CREATE', 'READ', 'UPDATE', 'DELETE', 'LIST'] as const;

/** A resource handler of Cloud Control. */
export type HandlerName = (typeof HANDLER_NAMES)[number];

const text = z.string().check(z.minLength(1));
const seconds = z.number().check(z.nonnegative());

const effectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('throttle') }),
  z.strictObject({
    kind: z.literal('error'),
    name: text,
    message: z._default(z.string(), 'Told to fail by a fault rule'),
    status: z._default(z.int().check(z.gte(400), z.lte(599)), 400),
  }),
  z.strictObject({ kind: z.literal('disconnect') }),
  z.strictObject({ kind: z.literal('lose-answer') }),
  z.strictObject({ kind: z.literal('delay'), seconds }),
  z.strictObject({
    kind: z.literal('fail-request'),
    errorCode: z.enum(HANDLER_ERROR_CODES),
    message: z._default(z.string(), 'Told to fail by a fault rule'),
    when: z._default(z.enum(['before', 'after']), 'before'),
  }),
  z.strictObject({ kind: z.literal('stall'), seconds: z.optional(seconds) }),
  z.strictObject({
    kind: z.literal('create-failed'),
    reason: z._default(text, 'The image could not be pulled'),
  }),
  z.strictObject({ kind: z.literal('status'), value: text }),
  z.strictObject({ kind: z.literal('forget-client-tokens') }),
  z.strictObject({ kind: z.literal('lose-delivery') }),
  z.strictObject({ kind: z.literal('deliver-twice') }),
  z.strictObject({ kind: z.literal('refuse-delivery') }),
]);

/** What goes wrong. Times are seconds of the local cloud's clock. */
export type FaultEffect = z.infer<typeof effectSchema>;
export type FaultKind = FaultEffect['kind'];

const matchSchema = z.strictObject({
  /** The part of X-Amz-Target before the dot (CloudApiService, SageMaker, AWSStepFunctions…), or STS. */
  service: z.optional(text),
  operation: z.optional(text),
  handler: z.optional(z.enum(HANDLER_NAMES)),
  typeName: z.optional(text),
  imageName: z.optional(text),
  region: z.optional(text),
  /** An EventBridge rule whose deliveries are meant. */
  rule: z.optional(text),
});

const ruleSchema = z.strictObject({
  id: z.optional(text),
  match: z._default(matchSchema, {}),
  times: z._default(z.union([z.int().check(z.gte(1)), z.literal('always')]), 1),
  effect: effectSchema,
});

/** Where rules are kept, so that a process that is killed has the next one go on with them. */
export interface FaultMemory {
  read(): readonly FaultRule[];
  write(rules: readonly FaultRule[]): void;
}

export interface FaultRule {
  readonly id: string;
  readonly match: z.infer<typeof matchSchema>;
  /** How often it still strikes. */
  readonly times: number | 'always';
  /** How often it has struck. */
  readonly struck: number;
  readonly effect: FaultEffect;
}

const keptSchema = z.array(
  z.strictObject({
    id: text,
    match: matchSchema,
    times: z.union([z.int().check(z.gte(0)), z.literal('always')]),
    struck: z.int().check(z.gte(0)),
    effect: effectSchema,
  }),
);

/** @param rules as they were written down */
export function readFaultRules(rules: unknown): FaultRule[] {
  return parseOrExplain(keptSchema, rules, 'The fault rules in the data directory cannot be used');
}

/** A rule to fail requests strikes reads and lists, which make no request, only where it names them. */
function isMeant(rule: FaultRule, subject: FaultSubject): boolean {
  const reading = subject.handler === 'READ' || subject.handler === 'LIST';
  return rule.effect.kind !== 'fail-request' || !reading || rule.match.handler !== undefined;
}

/** What a rule is held against. What is unknown here matches no rule that asks for it. */
export type FaultSubject = z.infer<typeof matchSchema>;

/** The faults that the local cloud has been told to make, the oldest rule first. */
export class Faults {
  readonly #newId: () => string;
  readonly #memory: FaultMemory | undefined;
  #rules: FaultRule[];

  /** @param memory @default - they end with the process */
  constructor(newId: () => string, memory?: FaultMemory) {
    this.#newId = newId;
    this.#memory = memory;
    this.#rules = [...(memory?.read() ?? [])];
  }

  /**
   * Takes one rule or a list of them, all or none.
   * @throws InvalidInputError that lists everything that is wrong with them.
   */
  add(given: unknown): FaultRule[] {
    const wanted = Array.isArray(given) ? given : [given];
    const parsed = parseOrExplain(
      z.array(ruleSchema).check(z.minLength(1)),
      wanted,
      'These fault rules cannot be used',
    );
    const rules = parsed.map(({ id, ...rule }) => ({ ...rule, id: id ?? this.#newId(), struck: 0 }));
    this.#rules = [...this.#rules.filter((old) => !rules.some((rule) => rule.id === old.id)), ...rules];
    this.#memory?.write(this.#rules);
    return rules;
  }

  list(): readonly FaultRule[] {
    return this.#rules;
  }

  /** Without an id every rule goes. The answer is how many went. */
  remove(id?: string): number {
    const kept = id === undefined ? [] : this.#rules.filter((rule) => rule.id !== id);
    const removed = this.#rules.length - kept.length;
    this.#rules = kept;
    this.#memory?.write(kept);
    return removed;
  }

  /** The effect of the first rule of one of these kinds that fits and has strikes left; it is used up by one. */
  take<K extends FaultKind>(
    kinds: readonly K[],
    subject: FaultSubject,
  ): Extract<FaultEffect, { kind: K }> | undefined {
    for (const [index, rule] of this.#rules.entries()) {
      if (rule.times === 0 || !fits(rule.match, subject) || !isMeant(rule, subject)) continue;
      const effect = rule.effect;
      if (!isOneOf(effect, kinds)) continue;
      const times = rule.times === 'always' ? rule.times : rule.times - 1;
      this.#rules[index] = { ...rule, times, struck: rule.struck + 1 };
      this.#memory?.write(this.#rules);
      return effect;
    }
    return undefined;
  }
}

function isOneOf<K extends FaultKind>(
  effect: FaultEffect,
  kinds: readonly K[],
): effect is Extract<FaultEffect, { kind: K }> {
  return kinds.some((kind) => kind === effect.kind);
}

function fits(match: FaultRule['match'], subject: FaultSubject): boolean {
  return (
    (match.service === undefined || match.service.toLowerCase() === subject.service?.toLowerCase()) &&
    (match.operation === undefined || match.operation === subject.operation) &&
    (match.handler === undefined || match.handler === subject.handler) &&
    (match.typeName === undefined || match.typeName === subject.typeName) &&
    (match.imageName === undefined || match.imageName === subject.imageName) &&
    (match.region === undefined || match.region === subject.region) &&
    (match.rule === undefined || match.rule === subject.rule)
  );
}
