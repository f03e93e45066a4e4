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
  // Odd ones stood between braces.
  const parts = text.split(/\{\{(.*?)\}\}/s);
  const references = parts.flatMap((part, index) => (index % 2 === 1 ? [REFERENCE.exec(part)?.[1]] : []));
  const open = parts.some((part, index) => index % 2 === 0 && part.includes('{{'));
  if (open || references.includes(undefined)) {
    const wanted =
      'placeholders like {{ name }}, {{ vars.NAME }} or {{ resource.export }}: filters and expressions are not known here';
    return { kind: 'faulty', faults: [fault(path, text, wanted)] };
  }
  const [only = ''] = references;
  if (references.length === 1 && parts[0] === '' && parts[2] === '') {
    const meaning = lookup(only);
    switch (meaning.kind) {
      case 'known':
        return { kind: 'value', value: meaning.value };
      case 'waits':
        return { kind: 'waits', on: [meaning.on] };
      case 'missing':
        return { kind: 'missing', reference: only, fault: missing(only, path, meaning.wanted) };
    }
  }
  return concatenated(parts, path, lookup);
}

function concatenated(parts: readonly string[], path: readonly PropertyKey[], lookup: Lookup): Filled {
  const faults: Fault[] = [];
  const on: string[] = [];
  const texts = parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const reference = part.trim();
    const meaning = lookup(reference);
    if (meaning.kind === 'missing') faults.push(missing(reference, path, meaning.wanted));
    if (meaning.kind === 'waits') on.push(meaning.on);
    if (meaning.kind !== 'known') return '';
    if (['string', 'number', 'boolean'].includes(typeof meaning.value)) return String(meaning.value);
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
