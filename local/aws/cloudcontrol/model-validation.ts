import type { Model, PropertySchema, ResourceSchema } from './resource-schema.ts';

/**
 * What is wrong with a model, in the words of Cloud Control. "extraneous key" and "expected type" are
 * recorded; the rest follows AWS's public schema validator, which words a broken pattern, enum or minimum
 * without the value, so that no secret is repeated. An empty list is a good model.
 */
export function modelViolations(schema: ResourceSchema, model: Model): string[] {
  return objectViolations(schema.properties, schema.required, model, '#');
}

/** As `modelViolations`, for one property by itself: an identifier, for instance. */
export function propertyViolations(schema: ResourceSchema, property: string, value: unknown): string[] {
  const rule = schema.properties[property];
  return rule ? valueViolations(rule, value, `#/${property}`) : [extraneous('#', property)];
}

/** Those of `needed` that are missing. */
export function missingKeys(needed: readonly string[], model: Model, at = '#'): string[] {
  return needed
    .filter((key) => !Object.hasOwn(model, key))
    .map((key) => `${at}: required key [${key}] not found`);
}

function objectViolations(
  properties: Readonly<Record<string, PropertySchema>>,
  required: readonly string[],
  value: Model,
  at: string,
): string[] {
  const violations = missingKeys(required, value, at);
  for (const [key, member] of Object.entries(value)) {
    const rule = Object.hasOwn(properties, key) ? properties[key] : undefined;
    violations.push(...(rule ? valueViolations(rule, member, `${at}/${key}`) : [extraneous(at, key)]));
  }
  return violations;
}

function valueViolations(rule: PropertySchema, value: unknown, at: string): string[] {
  const wrongType = [`${at}: expected type: ${JAVA_TYPES[rule.type]}, found: ${javaTypeOf(value)}`];
  switch (rule.type) {
    case 'string':
      return typeof value === 'string' ? stringViolations(rule, value, at) : wrongType;
    case 'integer':
      if (!Number.isInteger(value)) return wrongType;
      return rule.minimum !== undefined && Number(value) < rule.minimum ? [keyword(at, 'minimum')] : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrongType;
    case 'array': {
      if (!Array.isArray(value)) return wrongType;
      const tooMany = rule.maxItems !== undefined && value.length > rule.maxItems;
      return [
        ...(tooMany ? [`${at}: expected maximum item count: ${rule.maxItems}, found: ${value.length}`] : []),
        ...value.flatMap((item: unknown, index) => valueViolations(rule.items, item, `${at}/${index}`)),
      ];
    }
    case 'object':
      if (!isModel(value)) return wrongType;
      return objectViolations(rule.properties, rule.required, value, at);
    default:
      return rule satisfies never;
  }
}

function stringViolations(
  rule: Extract<PropertySchema, { type: 'string' }>,
  value: string,
  at: string,
): string[] {
  const violations: string[] = [];
  const { length } = value;
  if (rule.minLength !== undefined && length < rule.minLength) {
    violations.push(`${at}: expected minLength: ${rule.minLength}, actual: ${length}`);
  }
  if (rule.maxLength !== undefined && length > rule.maxLength) {
    violations.push(`${at}: expected maxLength: ${rule.maxLength}, actual: ${length}`);
  }
  if (rule.pattern !== undefined && !new RegExp(rule.pattern).test(value)) {
    violations.push(keyword(at, 'pattern'));
  }
  if (rule.enum !== undefined && !rule.enum.includes(value)) violations.push(keyword(at, 'enum'));
  return violations;
}

function extraneous(at: string, key: string): string {
  return `${at}: extraneous key [${key}] is not permitted`;
}

function keyword(at: string, name: string): string {
  return `${at}: failed validation constraint for keyword [${name}]`;
}

/** AWS's validator is Java's, and says so. */
const JAVA_TYPES = {
  string: 'String',
  integer: 'Integer',
  boolean: 'Boolean',
  array: 'JSONArray',
  object: 'JSONObject',
} as const satisfies Record<PropertySchema['type'], string>;

function javaTypeOf(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'JSONArray';
  switch (typeof value) {
    case 'string':
      return 'String';
    case 'boolean':
      return 'Boolean';
    case 'number':
      return Number.isInteger(value) ? 'Integer' : 'BigDecimal';
    default:
      return 'JSONObject';
  }
}

export function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
