import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import { type Fault, pointer, shown, told } from '../core/fault.ts';

/**
 * From YAML to what it says as JSON. The library's own way from nodes to values is not taken: it follows aliases, which
 * a few lines can multiply into gigabytes, and makes text of keys that are no text, which takes minutes for a few
 * kilobytes. So every node is looked at here, and what JSON has no word for is a fault at its line.
 */

export type ReadYaml =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** A manifest's deepest value is an alias in a list: resources, resource, props, prop, value, alias. */
const DEEPEST = 16;

/** Reads one document of YAML 1.2 by its core schema: no aliases, no tags of one's own, keys that are text. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema: 'core',
    // Told here, and with a place: the library compares every key with every other.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter: lines,
  });
  const faults: Fault[] = [];
  const tell = (path: readonly PropertyKey[], offset: number, message: string): void => {
    const { line, col } = lines.linePos(offset);
    faults.push({ path: pointer(path), message: `line ${line}, column ${col}: ${message}` });
  };
  const read = Array.isArray(documents) ? documents : [];
  const [document, second] = read;
  if (!document?.contents) return failure([{ path: '', message: 'given no YAML, wanted a manifest' }]);
  if (second) {
    tell([], second.range[0], 'given another document, wanted one manifest in one document');
    return failure(faults);
  }
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    const tooDeep = code === 'RESOURCE_EXHAUSTION';
    tell([], pos[0], tooDeep ? `given more than ${DEEPEST} levels, wanted a plain manifest` : message);
  }
  // What comes of text that is no YAML says nothing.
  if (faults.length > 0) return failure(faults);
  const value = jsonOf(document.contents, [], tell);
  return faults.length > 0 ? failure(faults) : { ok: true, value };
}

function failure(faults: readonly Fault[]): ReadYaml {
  return { ok: false, faults: told(faults) };
}

type Tell = (path: readonly PropertyKey[], offset: number, message: string) => void;

function jsonOf(node: unknown, path: readonly PropertyKey[], tell: Tell): unknown {
  const at = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  if (path.length > DEEPEST) {
    tell(path, at, `given more than ${DEEPEST} levels, wanted a plain manifest`);
    return null;
  }
  if (isAlias(node)) {
    tell(path, at, `given the alias *${node.source}, wanted what it stands for: aliases are not followed`);
    return null;
  }
  if (isScalar(node)) return scalarOf(node.value, node.source, path, at, tell);
  if (isSeq(node)) return node.items.map((item, index) => jsonOf(item, [...path, index], tell));
  if (isMap(node)) {
    const entries = new Map<string, unknown>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
      const place = isNode(key) ? (key.range?.[0] ?? at) : at;
      if (name === undefined) tell(path, place, 'given a key that is no text, wanted a name');
      else if (entries.has(name))
        tell([...path, name], place, `given ${shown(name)} a second time, wanted once`);
      else entries.set(name, jsonOf(value, [...path, name], tell));
    }
    return Object.fromEntries(entries);
  }
  return null;
}

function scalarOf(
  value: unknown,
  source: string | undefined,
  path: readonly PropertyKey[],
  at: number,
  tell: Tell,
): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // 2.10 would be taken for 2.1, which may be another tag.
      if (Number.isFinite(value) && String(value) === source) return value;
      tell(
        path,
        at,
        `given ${shown(source)}, wanted a number that can be kept as it is written (this would be ${value}); in quotes it is a text`,
      );
      return null;
    default:
      return null;
  }
}
