/** JSON as the local cloud passes it around, and the few checks that narrow it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray`, which does not narrow a readonly array by itself. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The one place where text becomes JSON. @throws SyntaxError */
export function parseJson(text: string): Json {
  return JSON.parse(text);
}
