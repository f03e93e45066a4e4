/**
 * CloudFormation's intrinsic functions over the stacks of one assembly. Values resolve lazily: what nothing
 * asks for is never looked at, so an attribute that the local cloud does not know hurts only its readers.
 */
import { LOCAL_ACCOUNT, LOCAL_PARTITION } from '../aws/service.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { RawStack } from './raw-assembly.ts';
import { type Identity, resourceTypes } from './resource-types.ts';

/** `AWS::NoValue`: takes the property or list entry that it stands in away. */
const noValue = Symbol('AWS::NoValue');
type Resolved = Json | typeof noValue;

/** Where a value stands, for the errors. */
interface Place {
  readonly stack: RawStack;
  readonly at: string;
}

export interface ResolverOptions {
  readonly region: string;
  /** Values of template parameters that have no default, or another than it, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

export class Resolver {
  readonly #stacks: readonly RawStack[];
  readonly #options: ResolverOptions;
  readonly #resolving = new Set<string>();

  constructor(stacks: readonly RawStack[], options: ResolverOptions) {
    this.#stacks = stacks;
    this.#options = options;
  }

  /** @throws Error that names stack, logical id and what is missing. */
  resolve(stack: RawStack, at: string, value: Json): Json {
    const resolved = this.#value({ stack, at }, value);
    if (resolved === noValue) throw this.#error({ stack, at }, 'AWS::NoValue stands where a value is needed');
    return resolved;
  }

  identity(stack: RawStack, logicalId: string): Identity {
    const resource = stack.resources.get(logicalId);
    if (!resource || !this.exists(stack, logicalId)) {
      throw new Error(`${stack.name} has no resource ${logicalId}`);
    }
    return {
      stackName: stack.name,
      logicalId,
      type: resource.type,
      region: this.#options.region,
      property: (name) => {
        const value = resource.properties[name];
        if (value === undefined) return undefined;
        const resolved = this.#value({ stack, at: `${logicalId}.${name}` }, value);
        return resolved === noValue ? undefined : resolved;
      },
    };
  }

  /** Whether the resource is made at all: its condition holds. */
  exists(stack: RawStack, logicalId: string): boolean {
    const condition = stack.resources.get(logicalId)?.condition;
    return condition === undefined || this.#condition({ stack, at: logicalId }, condition);
  }

  ref(stack: RawStack, logicalId: string): Json {
    return this.resolve(stack, logicalId, { Ref: logicalId });
  }

  attribute(stack: RawStack, logicalId: string, name: string): Json {
    return this.#attribute({ stack, at: logicalId }, logicalId, name);
  }

  #value(place: Place, value: Json): Resolved {
    if (isJsonArray(value)) {
      return value.map((entry) => this.#value(place, entry)).filter((entry) => entry !== noValue);
    }
    if (!isJsonObject(value)) return this.#scalar(place, value);
    const [only, ...others] = Object.entries(value);
    if (only && others.length === 0 && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return this.#intrinsic(place, only[0], only[1]);
    }
    const object: Record<string, Json> = {};
    for (const [key, entry] of Object.entries(value)) {
      const resolved = this.#value(place, entry);
      if (resolved !== noValue) object[key] = resolved;
    }
    return object;
  }

  #scalar(place: Place, value: Json): Json {
    if (typeof value === 'string' && value.includes('{{resolve:')) {
      throw this.#error(place, `wants the dynamic reference ${value}, which does not exist locally`);
    }
    return value;
  }

  #intrinsic(place: Place, name: string, argument: Json): Resolved {
    switch (name) {
      case 'Ref':
        return this.#ref(place, this.#text(place, argument, 'Ref'));
      case 'Fn::GetAtt': {
        const [id, ...path] = isJsonArray(argument)
          ? argument.map((part) => this.#text(place, part, name))
          : this.#text(place, argument, name).split('.');
        return this.#attribute(place, id ?? '', path.join('.'));
      }
      case 'Fn::Join': {
        const [glue, parts] = this.#list(place, argument, name);
        const texts = this.#list(place, parts, name).map((part) => this.#text(place, part, name));
        return texts.join(this.#text(place, glue, name));
      }
      case 'Fn::Sub':
        return this.#sub(place, argument);
      case 'Fn::Select': {
        const [index, list] = this.#list(place, argument, name);
        const chosen = this.#list(place, list, name)[Number(this.#text(place, index, name))];
        if (chosen === undefined)
          throw this.#error(place, `Fn::Select wants entry ${String(index)}, which is missing`);
        return chosen;
      }
      case 'Fn::Split': {
        const [glue, whole] = this.#list(place, argument, name);
        return this.#text(place, whole, name).split(this.#text(place, glue, name));
      }
      case 'Fn::If': {
        const [condition, yes, no] = isJsonArray(argument) ? argument : [];
        if (yes === undefined || no === undefined) throw this.#error(place, 'Fn::If wants three arguments');
        return this.#value(place, this.#condition(place, this.#text(place, condition, name)) ? yes : no);
      }
      case 'Fn::FindInMap': {
        const path = this.#list(place, argument, name).map((part) => this.#text(place, part, name));
        let found: Json | undefined = place.stack.mappings;
        for (const key of path) found = isJsonObject(found) ? found[key] : undefined;
        if (found === undefined) throw this.#error(place, `no mapping ${path.join('.')}`);
        return found;
      }
      case 'Fn::ImportValue':
        return this.#import(place, this.#text(place, this.#value(place, argument), name));
      default:
        throw this.#error(place, `wants the intrinsic function ${name}, which the local cloud does not know`);
    }
  }

  #ref(place: Place, name: string): Resolved {
    switch (name) {
      case 'AWS::AccountId':
        return LOCAL_ACCOUNT;
      case 'AWS::Region':
        return this.#options.region;
      case 'AWS::Partition':
        return LOCAL_PARTITION;
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return place.stack.name;
      case 'AWS::StackId':
        return `arn:${LOCAL_PARTITION}:cloudformation:${this.#options.region}:${LOCAL_ACCOUNT}:stack/${place.stack.name}/local`;
      case 'AWS::NoValue':
        return noValue;
      default:
        break;
    }
    const parameter = place.stack.parameters[name];
    if (isJsonObject(parameter)) return this.#parameter(place, name, parameter);
    return this.#once(`${place.stack.name}/${name}`, place, () =>
      this.#typeOf(place, name).ref(this.identity(place.stack, name)),
    );
  }

  #attribute(place: Place, logicalId: string, attribute: string): Json {
    const get = this.#typeOf(place, logicalId).attributes[attribute];
    if (!get) {
      const type = place.stack.resources.get(logicalId)?.type;
      throw this.#error(
        place,
        `wants ${logicalId}.${attribute}, an attribute of ${type} that the local cloud does not know`,
      );
    }
    return this.#once(`${place.stack.name}/${logicalId}.${attribute}`, place, () =>
      get(this.identity(place.stack, logicalId)),
    );
  }

  #typeOf(place: Place, logicalId: string) {
    const resource = place.stack.resources.get(logicalId);
    if (!resource) throw this.#error(place, `refers to ${logicalId}, which the template does not have`);
    if (!this.exists(place.stack, logicalId)) {
      throw this.#error(place, `refers to ${logicalId}, whose condition ${resource.condition} does not hold`);
    }
    const type = resourceTypes[resource.type];
    if (!type) {
      throw this.#error(
        place,
        `refers to ${logicalId}, of type ${resource.type} that the local cloud does not know`,
      );
    }
    return type;
  }

  #parameter(place: Place, name: string, parameter: JsonObject): Json {
    const given = this.#options.parameters[name];
    if (given !== undefined) return given;
    const fallback = parameter.Default;
    if (fallback === undefined)
      throw this.#error(place, `wants parameter ${name}, which has neither default nor value`);
    const type = String(parameter.Type);
    // A default of this type is the name of an SSM parameter; its value is in no template.
    if (type.startsWith('AWS::SSM::')) {
      throw this.#error(
        place,
        `wants the value of SSM parameter ${String(fallback)}: give parameter ${name} one`,
      );
    }
    if (type === 'CommaDelimitedList' && typeof fallback === 'string') return fallback.split(',');
    return fallback;
  }

  #sub(place: Place, argument: Json): string {
    const [pattern, variables] = isJsonArray(argument) ? argument : [argument, {}];
    const own = isJsonObject(variables) ? variables : {};
    return this.#text(place, pattern, 'Fn::Sub').replace(/\$\{([^}]+)\}/g, (_, inner: string) => {
      if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
      const name = inner.trim();
      const variable = own[name];
      if (variable !== undefined) return this.#text(place, this.#value(place, variable), 'Fn::Sub');
      const dot = name.indexOf('.');
      if (dot < 0) return this.#text(place, this.#ref(place, name), 'Fn::Sub');
      return this.#text(place, this.#attribute(place, name.slice(0, dot), name.slice(dot + 1)), 'Fn::Sub');
    });
  }

  #import(place: Place, name: string): Resolved {
    for (const stack of this.#stacks) {
      for (const [id, output] of Object.entries(stack.outputs)) {
        if (!isJsonObject(output) || !isJsonObject(output.Export)) continue;
        const there = { stack, at: `Outputs.${id}` };
        if (this.#value(there, output.Export.Name ?? '') !== name) continue;
        return this.#once(`export ${name}`, place, () => this.#value(there, output.Value ?? ''));
      }
    }
    throw this.#error(place, `imports ${name}, which no stack exports`);
  }

  #condition(place: Place, name: string): boolean {
    const expression = place.stack.conditions[name];
    if (expression === undefined)
      throw this.#error(place, `wants condition ${name}, which the template does not have`);
    return this.#once(`${place.stack.name}/condition ${name}`, place, () => this.#test(place, expression));
  }

  #test(place: Place, expression: Json): boolean {
    const [only] = isJsonObject(expression) ? Object.entries(expression) : [];
    if (!only) throw this.#error(place, `has a condition that is none: ${JSON.stringify(expression)}`);
    const [name, argument] = only;
    if (name === 'Condition') return this.#condition(place, this.#text(place, argument, name));
    const list = isJsonArray(argument) ? argument : [];
    switch (name) {
      case 'Fn::Equals': {
        const [left, right] = list.map((side) => this.#value(place, side));
        return JSON.stringify(left) === JSON.stringify(right);
      }
      case 'Fn::And':
        return list.every((part) => this.#test(place, part));
      case 'Fn::Or':
        return list.some((part) => this.#test(place, part));
      case 'Fn::Not':
        return list.every((part) => !this.#test(place, part));
      default:
        throw this.#error(place, `wants the condition function ${name}, which the local cloud does not know`);
    }
  }

  /** Refuses a value that needs itself. */
  #once<T>(key: string, place: Place, work: () => T): T {
    if (this.#resolving.has(key)) throw this.#error(place, `refers to itself by way of ${key}`);
    this.#resolving.add(key);
    try {
      return work();
    } finally {
      this.#resolving.delete(key);
    }
  }

  #list(place: Place, value: Json | undefined, what: string): readonly Json[] {
    const resolved = value === undefined ? undefined : this.#value(place, value);
    if (resolved === noValue || !isJsonArray(resolved)) throw this.#error(place, `${what} wants a list`);
    return resolved;
  }

  #text(place: Place, value: Json | undefined | typeof noValue, what: string): string {
    const resolved = value === undefined || value === noValue ? undefined : this.#value(place, value);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw this.#error(place, `${what} wants a text; given ${JSON.stringify(value)}`);
  }

  #error(place: Place, what: string): Error {
    return new Error(`${place.stack.name}/${place.at} ${what}`);
  }
}
