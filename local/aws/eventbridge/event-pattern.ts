/**
 * EventBridge's event patterns (user guide, "Comparison operators for use in event patterns"). A pattern is read
 * once into matchers; what is no pattern, and what is not known here, is refused then.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../json.ts';

/** Whether an event fits. */
export type EventPattern = (event: JsonObject) => boolean;

/** What one field must be; undefined: the field is not there. */
type FieldMatcher = (value: Json | undefined) => boolean;
type Test = (value: Json) => boolean;

/** @throws Error that says what is wrong with the pattern, and where */
export function parseEventPattern(pattern: JsonObject): EventPattern {
  if (Object.keys(pattern).length === 0) throw new Error('an event pattern names at least one field');
  return objectMatcher(pattern, 'pattern');
}

function objectMatcher(pattern: JsonObject, at: string): (value: Json | undefined) => boolean {
  const matchers = Object.entries(pattern).map(([name, wanted]) => {
    const place = `${at}.${name}`;
    if (name === '$or') return alternatives(wanted, place);
    const field = fieldMatcher(wanted, place);
    return (object: JsonObject) => field(Object.hasOwn(object, name) ? object[name] : undefined);
  });
  const fits = (value: JsonObject) => matchers.every((matches) => matches(value));
  return (value) => {
    // Of a list of objects one has to fit as a whole.
    if (isJsonArray(value)) return value.some((entry) => isJsonObject(entry) && fits(entry));
    // Where there is no object, a pattern that wants nothing but absences still fits.
    return fits(isJsonObject(value) ? value : {});
  };
}

function alternatives(wanted: Json, at: string): (object: JsonObject) => boolean {
  if (!isJsonArray(wanted) || wanted.length < 2 || !wanted.every(isJsonObject)) {
    throw new Error(`${at} is a list of two patterns or more`);
  }
  const patterns = wanted.map((one, index) => objectMatcher(one, `${at}.${index}`));
  return (object) => patterns.some((matches) => matches(object));
}

function fieldMatcher(wanted: Json, at: string): FieldMatcher {
  if (isJsonArray(wanted)) {
    if (wanted.length === 0) throw new Error(`${at} is an empty list, which nothing fits`);
    const rules = wanted.map((rule) => ruleMatcher(rule, at));
    return (value) => rules.some((matches) => matches(value));
  }
  if (isJsonObject(wanted) && Object.keys(wanted).length > 0) return objectMatcher(wanted, at);
  throw new Error(`${at} is neither a list of values nor a pattern of its own: ${JSON.stringify(wanted)}`);
}

/** One entry of a field's list. Of a value that is a list itself, one entry has to pass. */
function ruleMatcher(rule: Json, at: string): FieldMatcher {
  if (isJsonObject(rule) && 'exists' in rule) {
    const { exists } = onlyMember(rule, at);
    if (typeof exists !== 'boolean') throw new Error(`${at}.exists is true or false`);
    // Only of what has a value: an object is not looked at as a whole.
    return (value) => (value !== undefined && (isJsonArray(value) || !isJsonObject(value))) === exists;
  }
  const test = testOf(rule, at);
  return (value) => {
    if (value === undefined) return false;
    return isJsonArray(value) ? value.some(test) : test(value);
  };
}

function testOf(rule: Json, at: string): Test {
  if (!isJsonObject(rule)) {
    if (isJsonArray(rule)) throw new Error(`${at} holds a list in a list`);
    return (value) => value === rule;
  }
  const [[operator, argument] = ['', null]] = Object.entries(onlyMember(rule, at));
  const place = `${at}.${operator}`;
  switch (operator) {
    case 'prefix':
    case 'suffix':
    case 'wildcard':
    case 'equals-ignore-case':
      return textTest(operator, argument, place);
    case 'numeric':
      return numericTest(argument, place);
    case 'anything-but':
      return anythingBut(argument, place);
    default:
      throw new Error(`${place} is an operator that the local cloud does not know`);
  }
}

function textTest(operator: string, argument: Json, at: string): Test {
  if (isJsonObject(argument) && (operator === 'prefix' || operator === 'suffix')) {
    const wanted = textAt(onlyMember(argument, at)['equals-ignore-case'], at).toLowerCase();
    return onText((text) => ends(operator, text.toLowerCase(), wanted));
  }
  const wanted = textAt(argument, at);
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return onText((text) => ends(operator, text, wanted));
    case 'equals-ignore-case':
      return onText((text) => text.toLowerCase() === wanted.toLowerCase());
    case 'wildcard': {
      const parts = wanted.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      const whole = new RegExp(`^${parts.join('.*')}$`, 's');
      return onText((text) => whole.test(text));
    }
    default:
      throw new Error(`${at} is an operator that the local cloud does not know`);
  }
}

function ends(which: 'prefix' | 'suffix', text: string, wanted: string): boolean {
  return which === 'prefix' ? text.startsWith(wanted) : text.endsWith(wanted);
}

function onText(test: (text: string) => boolean): Test {
  return (value) => typeof value === 'string' && test(value);
}

function anythingBut(argument: Json, at: string): Test {
  if (isJsonObject(argument)) {
    const [[operator, inner] = ['', null]] = Object.entries(onlyMember(argument, at));
    const tests = (isJsonArray(inner) ? inner : [inner]).map((one) =>
      textTest(operator, one, `${at}.${operator}`),
    );
    return (value) => !tests.some((test) => test(value));
  }
  const refused = isJsonArray(argument) ? argument : [argument];
  if (
    refused.length === 0 ||
    refused.some((value) => typeof value !== 'string' && typeof value !== 'number')
  ) {
    throw new Error(`${at} is a text, a number, or a list of them`);
  }
  return (value) => !refused.includes(value);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numericTest(argument: Json, at: string): Test {
  const wrong = new Error(`${at} is a list such as [">", 0, "<=", 5]`);
  if (!isJsonArray(argument) || (argument.length !== 2 && argument.length !== 4)) throw wrong;
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const compare = COMPARISONS[String(argument[index])];
    const bound = argument[index + 1];
    if (!compare || typeof bound !== 'number') throw wrong;
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function onlyMember(rule: JsonObject, at: string): JsonObject {
  if (Object.keys(rule).length !== 1) throw new Error(`${at} holds an operator with other members beside it`);
  return rule;
}

function textAt(value: Json | undefined, at: string): string {
  if (typeof value !== 'string') throw new Error(`${at} is a text`);
  return value;
}
