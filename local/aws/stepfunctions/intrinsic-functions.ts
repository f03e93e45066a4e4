/**
 * The intrinsic functions of JSONPath state machines (Step Functions developer guide, "Intrinsics for
 * JSONPath states"). Those of aws-local-stepfunctions 3 are not used: it takes every backslash out of a result
 * that is a text, so that States.JsonToString and States.Format break on quotes, and splits by the whole
 * delimiter where AWS splits by each of its characters and drops what is empty (localstack/localstack#9749).
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isJsonArray, isJsonObject, type Json, parseJson } from '../../json.ts';
import type { Randomness } from '../../randomness.ts';
import { StatesError } from './states-error.ts';

/** Texts and arrays that a function takes or makes (same guide). */
const MOST = { rangeItems: 1000, textLength: 10_000 };
const HASHES: ReadonlyMap<Json, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** @throws StatesError States.IntrinsicFailure */
export function callIntrinsic(name: string, args: readonly Json[], randomness: Randomness): Json {
  const fail = (what: string) => new StatesError('States.IntrinsicFailure', `${name} ${what}`);
  const arg = (index: number): Json => {
    const value = args[index];
    if (value === undefined) throw fail(`wants an argument ${index + 1}`);
    return value;
  };
  const text = (index: number): string => {
    const value = arg(index);
    if (typeof value !== 'string')
      throw fail(`wants a text as argument ${index + 1}; given ${JSON.stringify(value)}`);
    if (value.length > MOST.textLength && /Base64|Hash/.test(name))
      throw fail('wants at most 10,000 characters');
    return value;
  };
  const whole = (index: number): number => {
    const value = arg(index);
    if (typeof value !== 'number')
      throw fail(`wants a number as argument ${index + 1}; given ${JSON.stringify(value)}`);
    return Math.round(value);
  };
  const array = (index: number): readonly Json[] => {
    const value = arg(index);
    if (!isJsonArray(value))
      throw fail(`wants an array as argument ${index + 1}; given ${JSON.stringify(value)}`);
    return value;
  };
  switch (name) {
    case 'States.Array':
      return args;
    case 'States.ArrayPartition': {
      const size = whole(1);
      if (size < 1) throw fail('wants a size above 0');
      const items = array(0);
      return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
        items.slice(i * size, (i + 1) * size),
      );
    }
    case 'States.ArrayContains':
      return array(0).some((entry) => isDeepStrictEqual(entry, arg(1)));
    case 'States.ArrayRange': {
      const [first, last, step] = [whole(0), whole(1), whole(2)];
      const length = step === 0 ? Number.NaN : Math.floor((last - first) / step) + 1;
      if (!(length <= MOST.rangeItems)) throw fail('wants a step other than 0 and makes at most 1000 items');
      return Array.from({ length: Math.max(0, length) }, (_, i) => first + i * step);
    }
    case 'States.ArrayGetItem': {
      const found = array(0)[whole(1)];
      if (found === undefined) throw fail(`wants an index within the array; given ${whole(1)}`);
      return found;
    }
    case 'States.ArrayLength':
      return array(0).length;
    case 'States.ArrayUnique':
      return array(0).filter(
        (entry, i, all) => all.findIndex((other) => isDeepStrictEqual(entry, other)) === i,
      );
    case 'States.Base64Encode':
      return Buffer.from(text(0)).toString('base64');
    case 'States.Base64Decode':
      return Buffer.from(text(0), 'base64').toString('utf8');
    case 'States.Hash': {
      const algorithm = HASHES.get(arg(1));
      if (!algorithm) throw fail(`does not know the algorithm ${JSON.stringify(arg(1))}`);
      const value = arg(0);
      return createHash(algorithm)
        .update(typeof value === 'string' ? text(0) : JSON.stringify(value))
        .digest('hex');
    }
    case 'States.JsonMerge': {
      const [left, right] = [arg(0), arg(1)];
      if (!isJsonObject(left) || !isJsonObject(right)) throw fail('wants two objects');
      if (arg(2) !== false) throw fail('merges shallowly only: its third argument is false');
      return { ...left, ...right };
    }
    case 'States.StringToJson':
      try {
        return parseJson(text(0));
      } catch {
        throw fail(`wants JSON; given ${text(0)}`);
      }
    case 'States.JsonToString':
      return JSON.stringify(arg(0));
    case 'States.MathRandom': {
      const [from, to] = [whole(0), whole(1)];
      return from + Math.floor(randomness.next() * (to - from));
    }
    case 'States.MathAdd':
      return whole(0) + whole(1);
    case 'States.StringSplit': {
      const delimiters = new Set(text(1));
      const parts = [''];
      for (const letter of text(0)) {
        if (delimiters.has(letter)) parts.push('');
        else parts.push((parts.pop() ?? '') + letter);
      }
      return parts.filter((part) => part !== '');
    }
    case 'States.UUID':
      return randomness.uuid();
    case 'States.Format': {
      const rest = args.slice(1);
      const made = text(0).replace(/\\([\\'{}])|\{\}/g, (_, escaped: string | undefined) => {
        if (escaped !== undefined) return escaped;
        const value = rest.shift();
        if (value === undefined) throw fail('has more {} than arguments');
        return typeof value === 'string' ? value : JSON.stringify(value);
      });
      if (rest.length > 0) throw fail('has more arguments than {}');
      return made;
    }
    default:
      throw fail('is no intrinsic function');
  }
}

/** What stands behind a key that ends in `.$` and is no path: a call, whose arguments may be calls. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

/** @throws StatesError States.IntrinsicFailure */
export function parseExpression(source: string): Expression {
  const text = source.trim();
  if (text.startsWith('$')) return { kind: 'path', path: text };
  const call = /^(States\.\w+)\((.*)\)$/s.exec(text);
  if (call) {
    const [, name = '', inside = ''] = call;
    const args = argumentsIn(inside).map(parseExpression);
    // A Format's template keeps its escapes, which tell its braces from its places.
    const read = (arg: Expression, i: number) => (name === 'States.Format' && i === 0 ? arg : unescaped(arg));
    return { kind: 'call', name, args: args.map(read) };
  }
  if (/^'.*'$/s.test(text)) return { kind: 'literal', value: text.slice(1, -1) };
  try {
    return { kind: 'literal', value: parseJson(text) };
  } catch {
    throw new StatesError('States.IntrinsicFailure', `${source} is no argument of an intrinsic function`);
  }
}

function unescaped(expression: Expression): Expression {
  if (expression.kind !== 'literal' || typeof expression.value !== 'string') return expression;
  return { kind: 'literal', value: expression.value.replace(/\\([\\'{}])/g, '$1') };
}

/** Splits at the commas that stand in no text, no call and no path's brackets. */
function argumentsIn(source: string): string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < source.length; i++) {
    const letter = source.charAt(i);
    const part = parts.length - 1;
    if (quoted && letter === '\\') {
      parts[part] += letter + source.charAt(++i);
      continue;
    }
    if (letter === "'") quoted = !quoted;
    if (!quoted && /[([]/.test(letter)) depth += 1;
    if (!quoted && /[)\]]/.test(letter)) depth -= 1;
    if (letter === ',' && depth === 0 && !quoted) parts.push('');
    else parts[part] += letter;
  }
  return source.trim() === '' ? [] : parts;
}
