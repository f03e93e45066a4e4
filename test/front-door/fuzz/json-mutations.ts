/** Changes of a JSON text that leave it JSON: at one of its values, which a number chooses. */

export interface JsonMutation {
  readonly how: 'set' | 'remove' | 'add' | 'wrap' | 'insert';
  readonly at: number;
  /** Of the member that is added. */
  readonly name: string;
  /** JSON of what is put there; of a text, what is put into another. */
  readonly text: string;
}

type Path = readonly (string | number)[];

export function mutateJson(body: string, { how, at, name, text }: JsonMutation): string {
  const parsed = readJson(body);
  if (!parsed) return body;
  const places = placesIn(parsed.value);
  const place = places[at % places.length] ?? [];
  switch (how) {
    case 'set':
      return written(parsed.value, place, () => text);
    case 'remove':
      return written(parsed.value, place, () => undefined);
    case 'add':
      return written(parsed.value, place, (json) =>
        json.startsWith('{')
          ? `{${JSON.stringify(name)}:${text}${json === '{}' ? '' : ','}${json.slice(1)}`
          : `{"a":${json}}`,
      );
    case 'wrap':
      return written(parsed.value, place, (json) => `[${json}]`);
    case 'insert':
      return written(parsed.value, place, (json) => {
        if (!json.startsWith('"') || !text.startsWith('"')) return text;
        const middle = 1 + (at % Math.max(1, json.length - 1));
        // Not within an escape.
        const cut = json.slice(0, middle).endsWith('\\') ? json.length - 1 : middle;
        return `${json.slice(0, cut)}${text.slice(1, -1)}${json.slice(cut)}`;
      });
    default:
      return how satisfies never;
  }
}

/** Each value by its path, the whole first; not too many of a large one. */
export function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.slice(0, 20).flatMap((one, index) => placesIn(one, [...path, index]))
    : Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]));
  return [path, ...inside];
}

/** The JSON of a value with another in one place; undefined there leaves it out. */
export function written(value: unknown, place: Path, change: (json: string) => string | undefined): string {
  return write(value, place, change) ?? 'null';
}

function write(
  value: unknown,
  place: Path | undefined,
  change: (json: string) => string | undefined,
): string | undefined {
  if (place?.length === 0) return change(JSON.stringify(value) ?? 'null');
  if (place === undefined || typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [next, ...rest] = place;
  const inner = (key: string | number, one: unknown) => write(one, key === next ? rest : undefined, change);
  if (Array.isArray(value)) {
    return `[${value.flatMap((one, index) => inner(index, one) ?? []).join(',')}]`;
  }
  const members = Object.entries(value).flatMap(([key, one]) => {
    const json = inner(key, one);
    return json === undefined ? [] : [`${JSON.stringify(key)}:${json}`];
  });
  return `{${members.join(',')}}`;
}

/** undefined for what is no JSON, and for what is nested too deeply to be looked through. */
export function readJson(text: string): { readonly value: unknown } | undefined {
  if (/(?:[[{]|"a":){200}/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
