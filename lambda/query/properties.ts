import { READ_ONLY_PROPERTIES, SETTABLE_PROPERTIES } from '../core/image-version/properties.ts';
import { plain, suggestion } from '../core/names.ts';
import { type Place, QueryError } from './errors.ts';

/** Properties by the names that a caller calls them, and values as a statement's literals hold them. */

/**
 * CloudFormation's name of a property that a statement may set. `ml_framework` and `MLFramework` are one.
 *
 * @throws QueryError where none has that name, or SageMaker alone sets it
 */
export function propertyNamed(given: string, place: Place | undefined): string {
  const property = SETTABLE_PROPERTIES.find((name) => plain(name) === plain(given));
  if (property !== undefined) return property;
  const readOnly = READ_ONLY_PROPERTIES.find((name) => plain(name) === plain(given));
  const shown = JSON.stringify(given.slice(0, 100));
  throw new QueryError(
    readOnly
      ? `given the property ${shown}, which SageMaker sets and nobody else`
      : `given the property ${shown}, which is not known${suggestion(given, SETTABLE_PROPERTIES)}`,
    { place },
  );
}

/**
 * A property's value as it is meant: SQL's literals are texts, whatever the property is. What fits no meaning is
 * left as it is, for the request's own check to tell.
 */
export function propertyValue(property: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (property === 'Horovod') return /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value;
  return property === 'Aliases' ? aliasesIn(value) : value;
}

/** A JSON array, or one alias. */
function aliasesIn(text: string): unknown {
  if (!text.trimStart().startsWith('[')) return [text];
  try {
    return JSON.parse(text);
  } catch {
    return [text];
  }
}
