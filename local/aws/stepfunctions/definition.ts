/**
 * A state machine's definition, checked twice: by asl-validator for what the language wants, and by the
 * schemas here for what this interpreter runs. Every field that it would not honour is refused at load,
 * because a field that is silently ignored is a workflow that behaves otherwise in AWS.
 */
import validate from 'asl-validator';
import * as z from 'zod/mini';
import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from '../../json.ts';

z.config(z.locales.en());

const path = z.optional(z.nullable(z.string()));
const name = z.string();
const json = z.optional(z.json());
const seconds = z.optional(z.number());

const base = { Comment: z.optional(z.string()), QueryLanguage: z.optional(z.literal('JSONPath')) };
const transition = { Next: z.optional(name), End: z.optional(z.boolean()) };
const inOut = { InputPath: path, OutputPath: path };
const result = { ResultSelector: json, ResultPath: path };

const retrier = z.strictObject({
  Comment: z.optional(z.string()),
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: seconds,
  MaxAttempts: seconds,
  BackoffRate: seconds,
  MaxDelaySeconds: seconds,
  JitterStrategy: z.optional(z.enum(['NONE', 'FULL'])),
});
const catcher = z.strictObject({
  Comment: z.optional(z.string()),
  ErrorEquals: z.array(z.string()),
  Next: name,
  ResultPath: path,
});
const recovery = { Retry: z.optional(z.array(retrier)), Catch: z.optional(z.array(catcher)) };

const machine = z.strictObject({
  Comment: z.optional(z.string()),
  Version: z.optional(z.string()),
  QueryLanguage: z.optional(z.literal('JSONPath')),
  StartAt: name,
  TimeoutSeconds: seconds,
  ProcessorConfig: z.optional(z.looseObject({ Mode: z.optional(z.literal('INLINE')) })),
  get States() {
    return z.record(name, state);
  },
});

const state = z.discriminatedUnion('Type', [
  z.strictObject({
    ...base,
    ...inOut,
    ...transition,
    Type: z.literal('Pass'),
    Parameters: json,
    Result: json,
    ResultPath: path,
  }),
  z.strictObject({
    ...base,
    ...inOut,
    ...transition,
    Type: z.literal('Wait'),
    Seconds: seconds,
    SecondsPath: z.optional(z.string()),
    Timestamp: z.optional(z.string()),
    TimestampPath: z.optional(z.string()),
  }),
  z.strictObject({ ...base, ...inOut, Type: z.literal('Succeed') }),
  z.strictObject({
    ...base,
    Type: z.literal('Fail'),
    Error: z.optional(z.string()),
    ErrorPath: z.optional(z.string()),
    Cause: z.optional(z.string()),
    CausePath: z.optional(z.string()),
  }),
  z.strictObject({
    ...base,
    ...inOut,
    Type: z.literal('Choice'),
    Choices: z.array(z.looseObject({ Next: name })),
    Default: z.optional(name),
  }),
  z.strictObject({
    ...base,
    ...inOut,
    ...result,
    ...transition,
    ...recovery,
    Type: z.literal('Task'),
    Resource: z.string(),
    Parameters: json,
    TimeoutSeconds: seconds,
    TimeoutSecondsPath: z.optional(z.string()),
  }),
  z.strictObject({
    ...base,
    ...inOut,
    ...result,
    ...transition,
    ...recovery,
    Type: z.literal('Map'),
    ItemsPath: z.optional(z.string()),
    ItemSelector: json,
    Parameters: json,
    MaxConcurrency: seconds,
    MaxConcurrencyPath: z.optional(z.string()),
    get ItemProcessor() {
      return z.optional(machine);
    },
    get Iterator() {
      return z.optional(machine);
    },
  }),
  z.strictObject({
    ...base,
    ...inOut,
    ...result,
    ...transition,
    ...recovery,
    Type: z.literal('Parallel'),
    Parameters: json,
    get Branches() {
      return z.array(machine);
    },
  }),
]);

export type Machine = z.infer<typeof machine>;
export type State = z.infer<typeof state>;
export type StateOf<T extends State['Type']> = Extract<State, { Type: T }>;
export type Retrier = z.infer<typeof retrier>;

/**
 * @param title - how errors name the machine
 * @throws Error for a definition that AWS would refuse, and for one that uses what does not run here
 */
export function parseDefinition(definition: JsonObject, title: string): Machine {
  const copy = parseJson(JSON.stringify(definition));
  const verdict = isJsonObject(copy) ? validate(copy) : undefined;
  if (!verdict?.isValid) {
    throw new Error(
      `The definition of ${title} is not valid:\n${verdict?.errorsText('\n') ?? 'not an object'}`,
    );
  }
  refuseUnfaithful(definition, title, '');
  const parsed = z.safeParse(machine, localise(definition));
  if (!parsed.success) {
    throw new Error(
      `The definition of ${title} uses what does not run locally:\n${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data;
}

/** Every state of a machine and of the machines inside it, with its name. */
export function* statesOf(of: Machine): Generator<readonly [string, State]> {
  for (const entry of Object.entries(of.States)) {
    yield entry;
    const [, found] = entry;
    if (found.Type === 'Parallel') for (const branch of found.Branches) yield* statesOf(branch);
    const items = found.Type === 'Map' ? (found.ItemProcessor ?? found.Iterator) : undefined;
    if (items) yield* statesOf(items);
  }
}

function refuseUnfaithful(value: Json, title: string, key: string): void {
  if (key.endsWith('QueryLanguage') && value === 'JSONata') {
    throw new Error(`The definition of ${title} uses JSONata; only JSONPath runs locally`);
  }
  if (key === 'Assign')
    throw new Error(`The definition of ${title} uses Assign; variables do not run locally`);
  if (isJsonArray(value)) for (const entry of value) refuseUnfaithful(entry, title, '');
  if (isJsonObject(value)) {
    for (const [inner, entry] of Object.entries(value)) refuseUnfaithful(entry, title, inner);
  }
}

/**
 * Rewrites what aws-local-stepfunctions 3 reads wrongly (seen in its build/main.node.esm.js):
 * - it overwrites `$$.Execution` with the machine's time, so the context object moves to `$$.Local`;
 * - it takes ResultPath `$` for a field named `$`, and reads `$` of a falsy value as missing: a path of `$`
 *   is what holds without one.
 */
function localise(value: Json, key = ''): Json {
  if (isJsonArray(value)) return value.map((entry) => localise(entry));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([inner, entry]) => !(entry === '$' && /^(Input|Output|Result)Path$/.test(inner)))
        .map(([inner, entry]) => [inner, localise(entry, inner)]),
    );
  }
  const readsContext = key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
  if (typeof value !== 'string' || !readsContext) return value;
  return value.replace(/\$\$(?=[.[,)\s]|$)/g, '$$$$.Local');
}
