import { identifierInvalid, modelInvalid } from './errors.ts';
import { isModel, propertyViolations } from './model-validation.ts';
import type { Model } from './resource-schema.ts';
import type { ResourceType } from './resource-type.ts';

/**
 * The primary identifier of the resource that a call names. Cloud Control takes the primary identifier as text or as
 * JSON, and an additional identifier as JSON only (user guide, "Identifying resources"). How it answers text that
 * breaks the primary identifier's pattern is unverified.
 *
 * @throws AwsError ValidationException for what cannot be an identifier of the type
 */
export function primaryIdentifier(type: ResourceType, region: string, given: string): string {
  const { schema } = type;
  const named = jsonObject(given) ?? { [schema.primaryIdentifier]: given };
  const [name = '', ...more] = Object.keys(named);
  const known = name === schema.primaryIdentifier || schema.additionalIdentifiers.includes(name);
  if (more.length > 0 || !known) throw identifierInvalid(given, schema.primaryIdentifier);
  const violations = propertyViolations(schema, name, named[name]);
  if (violations.length > 0) throw modelInvalid(violations);
  const value = String(named[name]);
  return name === schema.primaryIdentifier ? value : type.identifierFrom(region, value);
}

/** What is no JSON object is text. */
function jsonObject(text: string): Model | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isModel(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
