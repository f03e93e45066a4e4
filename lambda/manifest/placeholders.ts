import { type Fault, fault, pointer } from '../core/fault.ts';

/**
 * `{{ name }}`, `{{ vars.NAME }}` and `{{ resource.export }}`. A text that is one placeholder becomes its value, of
 * whatever type that is; within a longer text, values become part of the text. A value is never looked into: braces in
 * it stay braces. There are no filters and no expressions, so nothing of a caller's is ever run.
 */

/** What a reference stands for. */
export type Meaning =
  | { readonly kind: 'known'; readonly value: unknown }
  /** An export of a resource that is not there yet. */
  | { readonly kind: 'waits'; readonly on: string }
  | { readonly kind: 'missing'; readonly wanted: string };

export type Lookup = (reference: string) => Meaning;

export type Filled =
  | { readonly kind: 'value'; readonly value: unknown }
  /** For resources that are not there yet. */
  | { readonly kind: 'waits'; readonly on: readonly string[] }
  /** It is one placeholder, and that has no value. */
  | { readonly kind: 'missing'; readonly reference: string; readonly fault: Fault }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

const REFERENCE = /^\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)?)\s*$/;

/** Fills a value as it stands in a manifest: a text, a list of such values, or anything else, which stays as it is. */
export function fill(value: unknown, path: readonly PropertyKey[], lookup: Lookup): Filled {
  if (typeof value === 'string') return fillText(value, path, lookup);
  if (!Array.isArray(value)) return { kind: 'value', value };
  const items = value.map((item, index) => fill(item, [...path, index], lookup));
  const faults = items.flatMap((item) => {
    if (item.kind === 'faulty') return item.faults;
    return item.kind === 'missing' ? [item.fault] : [];
  });
  if (faults.length > 0) return { kind: 'faulty', faults };
  const on = items.flatMap((item) => (item.kind === 'waits' ? item.on : []));
  if (on.length > 0) return { kind: 'waits', on };
  return { kind: 'value', value: items.map((item) => (item.kind === 'value' ? item.value : undefined)) };
}

function fillText(text: string, path: readonly PropertyKey[], lookup: Lookup): Filled {
  const parts = partsOf(text);
  const references = (parts ?? []).flatMap((part, index) =>
    index % 2 === 1 ? [REFERENCE.exec(part)?.[1]] : [],
  );
  if (!parts || references.includes(undefined)) {
    const wanted =
      'placeholders like {{ name }}, {{ vars.NAME }} or {{ resource.export }}: filters and expressions are not known here';
    return { kind: 'faulty', faults: [fault(path, text, wanted)] };
  }
  const [only = ''] = references;
  if (references.length === 1 && parts[0] === '' && parts[2] === '') {
    const meaning = lookup(only);
    switch (meaning.kind) {
      case 'known':
        return isOversized(meaning.value)
          ? { kind: 'faulty', faults: [oversized(only, path)] }
          : { kind: 'value', value: meaning.value };
      case 'waits':
        return { kind: 'waits', on: [meaning.on] };
      case 'missing':
        return { kind: 'missing', reference: only, fault: missing(only, path, meaning.wanted) };
    }
  }
  return concatenated(parts, path, lookup);
}

/** What stands before, in and after each placeholder, in turn; undefined where one is opened and never closed. */
function partsOf(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  let at = 0;
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', at)) {
    const close = text.indexOf('}}', open + 2);
    if (close === -1) return undefined;
    parts.push(text.slice(at, open), text.slice(open + 2, close));
    at = close + 2;
  }
  return [...parts, text.slice(at)];
}

/**
 * Characters that what a placeholder stands for may have, as JSON, and so may a text once it is filled: far more than any
 * property takes. Without a limit, globals that name each other twice would double in each.
 */
const MOST_CHARACTERS = 4_000;

/** Looks at no more of a value than the limit allows. */
function isOversized(value: unknown): boolean {
  let left = MOST_CHARACTERS;
  const values = [value];
  for (let next = values.pop(); left >= 0; next = values.pop()) {
    left -= typeof next === 'string' ? next.length : 1;
    if (typeof next === 'object' && next !== null) {
      const entries = Object.entries(next);
      left -= entries.length;
      if (left < 0) return true;
      for (const [key, one] of entries) values.push(one, ...(Array.isArray(next) ? [] : [key]));
    }
    if (values.length === 0) break;
  }
  return left < 0;
}

function oversized(reference: string, path: readonly PropertyKey[]): Fault {
  const message = `given more than ${MOST_CHARACTERS} characters with {{ ${reference} }}, wanted at most as many`;
  return { path: pointer(path), message };
}

function concatenated(parts: readonly string[], path: readonly PropertyKey[], lookup: Lookup): Filled {
  const faults: Fault[] = [];
  const on: string[] = [];
  let characters = parts.reduce((sum, part, index) => sum + (index % 2 === 0 ? part.length : 0), 0);
  const texts = parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const reference = part.trim();
    const meaning = lookup(reference);
    if (meaning.kind === 'missing') faults.push(missing(reference, path, meaning.wanted));
    if (meaning.kind === 'waits') on.push(meaning.on);
    if (meaning.kind !== 'known') return '';
    if (['string', 'number', 'boolean'].includes(typeof meaning.value)) {
      const value = String(meaning.value);
      characters += value.length;
      if (characters <= MOST_CHARACTERS) return value;
      faults.push(oversized(reference, path));
      return '';
    }
    if (isOversized(meaning.value)) {
      faults.push(oversized(reference, path));
      return '';
    }
    const wanted = `a text, a number, true or false as {{ ${reference} }}, which is part of a text`;
    faults.push(fault(path, meaning.value, wanted));
    return '';
  });
  if (faults.length > 0) return { kind: 'faulty', faults };
  return on.length > 0 ? { kind: 'waits', on } : { kind: 'value', value: texts.join('') };
}

function missing(reference: string, path: readonly PropertyKey[], wanted: string): Fault {
  return { path: pointer(path), message: `given no value for {{ ${reference} }}, wanted ${wanted}` };
}
