/**
 * What happens to JSON inside one state, by aws-local-stepfunctions 3: paths, payload templates, intrinsic
 * functions and choice rules. Each call runs a machine of a single state in it that ends at once.
 *
 * Only this is left to the package. It waits and times out by the machine's clock, keeps a run in memory only,
 * hands Map and Parallel a context of their own, and gives Catch a bare message: so time, effects, retries and
 * the way from state to state are ours.
 */
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { isJsonObject, type Json, type JsonObject } from '../../json.ts';
import type { StateOf } from './definition.ts';
import { StatesError } from './states-error.ts';

type Path = string | null | undefined;

/** InputPath, then Parameters. */
export async function effectiveInput(
  state: { readonly InputPath?: Path; readonly Parameters?: Json | undefined },
  input: Json,
  context: JsonObject,
): Promise<Json> {
  if (state.InputPath === undefined && state.Parameters === undefined) return input;
  return run(
    pick({ Type: 'Pass', InputPath: state.InputPath, Parameters: state.Parameters }),
    input,
    context,
  );
}

/** ResultSelector, then ResultPath into the state's own input, then OutputPath. */
export async function stateOutput(
  state: {
    readonly ResultSelector?: Json | undefined;
    readonly ResultPath?: Path;
    readonly OutputPath?: Path;
  },
  input: Json,
  result: Json,
  context: JsonObject,
): Promise<Json> {
  const { ResultSelector, ResultPath, OutputPath } = state;
  if (ResultSelector === undefined && ResultPath === undefined && OutputPath === undefined) return result;
  // A Task and not a Pass, which takes a falsy Result for none.
  const task = { Type: 'Task', Resource: 'result', ResultSelector, ResultPath, OutputPath };
  return run(pick(task), input, context, () => result);
}

/** The value of a path or an intrinsic function, as it stands behind a key that ends in `.$`. */
export async function evaluate(expression: string, input: Json, context: JsonObject): Promise<Json> {
  const value = await run({ Type: 'Pass', Parameters: { 'value.$': expression } }, input, context);
  return isJsonObject(value) ? (value.value ?? null) : null;
}

/** The state to go to. @throws StatesError States.NoChoiceMatched */
export async function choose(state: StateOf<'Choice'>, input: Json, context: JsonObject): Promise<string> {
  const states: Record<string, object> = {};
  const handlers: Record<string, () => string> = {};
  const leadTo = (next: string): string => {
    const stub = `to ${next}`;
    states[stub] = { Type: 'Task', Resource: 'choice', End: true };
    handlers[stub] = () => next;
    return stub;
  };
  const choices = state.Choices.map(({ Next, ...rule }) => ({ ...strict(rule), Next: leadTo(Next) }));
  const fallback = state.Default === undefined ? {} : { Default: leadTo(state.Default) };
  states.state = { Type: 'Choice', Choices: choices, ...fallback };
  const next = await runStates(states, input, context, handlers);
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

function run(state: object, input: Json, context: JsonObject, handler?: () => Json): Promise<Json> {
  const handlers = handler ? { state: handler } : {};
  return runStates({ state: { ...state, End: true } }, input, context, handlers);
}

async function runStates(
  states: Record<string, object>,
  input: Json,
  context: JsonObject,
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

function pick(state: Readonly<Record<string, Json | undefined>>): object {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
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
