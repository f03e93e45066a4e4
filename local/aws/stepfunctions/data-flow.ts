/**
 * What happens to JSON inside one state. Paths and choice rules are those of aws-local-stepfunctions 3: each call
 * runs a machine of a single state in it that ends at once.
 *
 * Only this is left to the package. It waits and times out by the machine's clock, keeps a run in memory only,
 * hands Map and Parallel a context of their own, and gives Catch a bare message: so time, effects, retries and
 * the way from state to state are ours. Payload templates are ours for the sake of intrinsic-functions.ts.
 */
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts';
import type { Randomness } from '../../randomness.ts';
import type { StateOf } from './definition.ts';
import { callIntrinsic, type Expression, parseExpression } from './intrinsic-functions.ts';
import { StatesError } from './states-error.ts';

type Path = string | null | undefined;

/** What a state's fields are read against. */
export interface Frame {
  readonly input: Json;
  /** The context object. */
  readonly context: JsonObject;
  readonly randomness: Randomness;
}

/** InputPath, then Parameters. */
export async function effectiveInput(
  state: { readonly InputPath?: Path; readonly Parameters?: Json | undefined },
  frame: Frame,
): Promise<Json> {
  const chosen = await selected(state.InputPath, frame);
  return state.Parameters === undefined ? chosen : filled(state.Parameters, { ...frame, input: chosen });
}

/** ResultSelector, then ResultPath into the state's own input, then OutputPath. */
export async function stateOutput(
  state: {
    readonly ResultSelector?: Json | undefined;
    readonly ResultPath?: Path;
    readonly OutputPath?: Path;
  },
  frame: Frame,
  result: Json,
): Promise<Json> {
  const { ResultSelector, ResultPath, OutputPath } = state;
  const shaped =
    ResultSelector === undefined ? result : await filled(ResultSelector, { ...frame, input: result });
  // A Task and not a Pass, which takes a falsy Result for none.
  const task = { Type: 'Task', Resource: 'result', ...(ResultPath === undefined ? {} : { ResultPath }) };
  const joined = ResultPath === undefined ? shaped : await run(task, frame, () => shaped);
  return selected(OutputPath, { ...frame, input: joined });
}

/** The value of a path or an intrinsic function, as it stands behind a key that ends in `.$`. */
export function evaluate(expression: string, frame: Frame): Promise<Json> {
  return resolved(parseExpression(expression), frame);
}

async function resolved(expression: Expression, frame: Frame): Promise<Json> {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'call': {
      const args: Json[] = [];
      for (const arg of expression.args) args.push(await resolved(arg, frame));
      return callIntrinsic(expression.name, args, frame.randomness);
    }
    case 'path':
      return follow(expression.path, frame);
    default:
      return expression satisfies never;
  }
}

/** Paths that may lead to any number of values. */
const INDEFINITE = /\.\.|\*|\[\s*\?|\[[^\]'"]*[:,]/;

async function follow(path: string, frame: Frame): Promise<Json> {
  // The package takes `$` of a falsy value for missing.
  if (path === '$') return frame.input;
  try {
    const value = await run({ Type: 'Pass', Parameters: { 'value.$': path } }, frame);
    return isJsonObject(value) ? (value.value ?? null) : null;
  } catch (error) {
    // For the package no value at all is an error; for AWS's JSONPath it is an empty list.
    const nothing = error instanceof StatesError && error.cause.endsWith('does not point to a value');
    if (nothing && INDEFINITE.test(path)) return [];
    throw error;
  }
}

/** A payload template with its paths and calls replaced by their values. */
async function filled(template: Json, frame: Frame): Promise<Json> {
  if (isJsonArray(template)) {
    const list: Json[] = [];
    for (const entry of template) list.push(await filled(entry, frame));
    return list;
  }
  if (!isJsonObject(template)) return template;
  const object: Record<string, Json> = {};
  for (const [key, value] of Object.entries(template)) {
    if (key.endsWith('.$') && typeof value === 'string')
      object[key.slice(0, -2)] = await evaluate(value, frame);
    else object[key] = await filled(value, frame);
  }
  return object;
}

async function selected(path: Path, frame: Frame): Promise<Json> {
  if (path === undefined) return frame.input;
  return path === null ? {} : evaluate(path, frame);
}

/** The state to go to. @throws StatesError States.NoChoiceMatched */
export async function choose(state: StateOf<'Choice'>, frame: Frame): Promise<string> {
  const states: Record<string, object> = {};
  const handlers: Record<string, () => string> = {};
  const leadTo = (next: string): string => {
    const landing = `to ${next}`;
    states[landing] = { Type: 'Task', Resource: 'choice', End: true };
    handlers[landing] = () => next;
    return landing;
  };
  const choices = state.Choices.map(({ Next, ...rule }) => ({ ...strict(rule), Next: leadTo(Next) }));
  const fallback = state.Default === undefined ? {} : { Default: leadTo(state.Default) };
  states.state = { Type: 'Choice', Choices: choices, ...fallback };
  const next = await runStates(states, frame, handlers);
  return String(next);
}

/**
 * A choice rule that the package judges as AWS does. By itself it answers false to every `IsPresent: false` and
 * its like, and compares as JavaScript does: `null` is at least 0 to it, and the text "5" more than 4.
 */
function strict(rule: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { And, Or, Not } = rule;
  if (Array.isArray(And)) return { And: And.map((part) => strict(part)) };
  if (Array.isArray(Or)) return { Or: Or.map((part) => strict(part)) };
  if (isRule(Not)) return { Not: strict(Not) };
  const { Variable } = rule;
  const operator = Object.keys(rule).find((key) => key !== 'Variable' && key !== 'Comment') ?? '';
  if (operator.startsWith('Is')) {
    const test = { Variable, [operator]: true };
    return rule[operator] === false ? { Not: test } : test;
  }
  const type = /^(String|Numeric|Boolean|Timestamp)/.exec(operator)?.[0] ?? '';
  return {
    And: [
      { Variable, [`Is${type}`]: true },
      { Variable, [operator]: rule[operator] },
    ],
  };
}

function isRule(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function run(state: object, frame: Frame, handler?: () => Json): Promise<Json> {
  const handlers = handler ? { state: handler } : {};
  return runStates({ state: { ...state, End: true } }, frame, handlers);
}

async function runStates(
  states: Record<string, object>,
  { input, context }: Frame,
  handlers: Record<string, () => Json>,
): Promise<Json> {
  const definition = { StartAt: 'state', States: states };
  const machine = new StateMachine(trusted(definition), { validationOptions: { noValidate: true } });
  try {
    const { result } = machine.run(mutable(input), {
      context: { Local: context },
      overrides: { taskResourceLocalHandlers: mutableResults(handlers) },
    });
    return await result;
  } catch (error) {
    throw statesErrorIn(error);
  }
}

/** The package's error, which is the cause of its ExecutionError; what is no States.* error is a States.Runtime. */
function statesErrorIn(error: unknown): StatesError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return new StatesError('States.Runtime', String(cause));
  const known = cause.name.startsWith('States.');
  return new StatesError(known ? cause.name : 'States.Runtime', cause.message.replaceAll('$$.Local', '$$$$'));
}

/** The definition was parsed when the machine was loaded; the package's own types do not know `null` paths. */
function trusted(definition: object): StateMachineDefinition {
  return definition as StateMachineDefinition;
}

type PackageJson = Parameters<StateMachine['run']>[0];

/** The package copies its input before it changes anything. */
function mutable(value: Json): PackageJson {
  return value as PackageJson;
}

function mutableResults(handlers: Record<string, () => Json>): Record<string, () => PackageJson> {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name, () => mutable(handler())]),
  );
}
