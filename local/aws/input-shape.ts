import { unreadableBody } from './protocol-errors.ts';
import { AwsError } from './service.ts';

/**
 * The constraints of an operation's input, and the check of an input against them as AWS's front makes it:
 * a wrong JSON type is a SerializationException, everything else one ValidationException that lists it all.
 */
export type InputShape = Readonly<Record<string, Rule>>;

type Rule = StringRule | IntegerRule | FlagRule | TimeRule | ListRule | StructureRule;

interface Requirable {
  readonly required?: true;
}

interface StringRule extends Requirable {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  /** Anchored at both ends, as AWS does it. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}

interface IntegerRule extends Requirable {
  readonly type: 'integer';
  readonly min?: number;
  readonly max?: number;
}

interface FlagRule extends Requirable {
  readonly type: 'boolean';
}

/** Epoch seconds on the wire. */
interface TimeRule extends Requirable {
  readonly type: 'time';
}

interface ListRule extends Requirable {
  readonly type: 'list';
  readonly of: StringRule | StructureRule;
  readonly max?: number;
}

interface StructureRule extends Requirable {
  readonly type: 'structure';
  readonly members: InputShape;
}

type Value<R> = R extends { oneOf: readonly (infer V)[] }
  ? V
  : R extends { type: 'string' }
    ? string
    : R extends { type: 'integer' | 'time' }
      ? number
      : R extends { type: 'boolean' }
        ? boolean
        : R extends { type: 'list'; of: infer E }
          ? readonly Value<E>[]
          : R extends { type: 'structure'; members: infer S }
            ? Checked<S>
            : never;

/** An input that has passed the check of its shape. */
export type Checked<S> = {
  readonly [K in keyof S as S[K] extends { required: true } ? K : never]: Value<S[K]>;
} & {
  readonly [K in keyof S as S[K] extends { required: true } ? never : K]?: Value<S[K]>;
};

/**
 * Members that the shape does not know are ignored, null counts as absent, as in AWS.
 * @throws AwsError SerializationException, ValidationException
 */
export function checkInput<const S extends InputShape>(
  shape: S,
  input: Readonly<Record<string, unknown>>,
): Checked<S> {
  const violations: string[] = [];
  const checked = checkMembers(shape, input, '', violations);
  if (violations.length > 0) throw validationErrors(violations);
  return checked as Checked<S>;
}

/** The sentence in which AWS's front counts and lists what is wrong with an input. */
function validationErrors(violations: readonly string[]): AwsError {
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`;
  return new AwsError('ValidationException', `${count}: ${violations.join('; ')}`);
}

function checkMembers(
  shape: InputShape,
  input: Readonly<Record<string, unknown>>,
  path: string,
  violations: string[],
): Record<string, unknown> {
  const checked: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(shape)) {
    const value = input[name];
    const at = `${path}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    if (value === undefined || value === null) {
      if (rule.required) violations.push(violation('null', at, 'Member must not be null'));
    } else {
      checked[name] = checkValue(rule, value, at, violations);
    }
  }
  return checked;
}

function checkValue(rule: Rule, value: unknown, at: string, violations: string[]): unknown {
  const wrongType = () => unreadableBody(`${at}: a ${rule.type} is wanted, not ${JSON.stringify(value)}`);
  switch (rule.type) {
    case 'string': {
      if (typeof value !== 'string') throw wrongType();
      for (const broken of brokenByString(rule, value)) violations.push(violation(`'${value}'`, at, broken));
      return value;
    }
    case 'integer': {
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType();
      for (const broken of brokenByRange(rule, value, 'value')) {
        violations.push(violation(`'${value}'`, at, broken));
      }
      return value;
    }
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType();
      return value;
    case 'time':
      if (typeof value !== 'number') throw wrongType();
      return value;
    case 'list': {
      if (!Array.isArray(value)) throw wrongType();
      for (const broken of brokenByRange(rule, value.length, 'length')) {
        violations.push(violation(`'[${value.join(', ')}]'`, at, broken));
      }
      return value.map((item: unknown, index) =>
        checkValue(rule.of, item, `${at}.${index + 1}.member`, violations),
      );
    }
    case 'structure':
      if (!isRecord(value)) throw wrongType();
      return checkMembers(rule.members, value, `${at}.`, violations);
    default:
      return rule satisfies never;
  }
}

function brokenByString(rule: StringRule, value: string): string[] {
  const broken = brokenByRange(rule, value.length, 'length');
  if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`).test(value)) {
    broken.push(`Member must satisfy regular expression pattern: ${rule.pattern}`);
  }
  if (rule.oneOf !== undefined && !rule.oneOf.includes(value)) {
    broken.push(`Member must satisfy enum value set: [${rule.oneOf.join(', ')}]`);
  }
  return broken;
}

function brokenByRange(
  rule: { min?: number; max?: number },
  size: number,
  what: 'length' | 'value',
): string[] {
  const broken: string[] = [];
  if (rule.max !== undefined && size > rule.max) {
    broken.push(`Member must have ${what} less than or equal to ${rule.max}`);
  }
  if (rule.min !== undefined && size < rule.min) {
    broken.push(`Member must have ${what} greater than or equal to ${rule.min}`);
  }
  return broken;
}

function violation(value: string, at: string, broken: string): string {
  return `Value ${value} at '${at}' failed to satisfy constraint: ${broken}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
