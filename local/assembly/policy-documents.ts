import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Resource } from './resource-set.ts';
import { cannotRun } from './unsupported.ts';

/** What a resource's policy document says, one statement or several. */
export function statementsIn(document: Json | undefined): JsonObject[] {
  const statement = isJsonObject(document) ? document.Statement : undefined;
  return (isJsonArray(statement) ? statement : [statement ?? null]).filter(isJsonObject);
}

/**
 * What a key stands for is not known of every call, and a condition on it would hold or fail by chance.
 *
 * @param known the condition keys that calls are judged with
 * @throws Error that names the resource and the key
 */
export function refuseConditions(
  resource: Resource,
  statements: readonly JsonObject[],
  known: readonly string[],
): void {
  const names = known.map((name) => name.toLowerCase());
  const keys = statements.flatMap(({ Condition: condition }) =>
    Object.values(isJsonObject(condition) ? condition : {}).flatMap((keyed) =>
      Object.keys(isJsonObject(keyed) ? keyed : {}),
    ),
  );
  const unknown = keys.find((key) => !names.includes(key.toLowerCase()));
  if (unknown !== undefined) throw cannotRun(resource, 'policies: the condition key', unknown);
}
