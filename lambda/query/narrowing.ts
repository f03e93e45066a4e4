import {
  type ColumnRef,
  columnIn,
  type NarrowingColumn,
  refOf,
  type Scope,
  type Source,
  type Values,
} from './column-reference.ts';
import { conjuncts } from './conjuncts.ts';
import { isGroup, type Node, tokenOf } from './groups.ts';
import { is, type Token } from './tokens.ts';

/**
 * What a query's conditions say about the rows that it can need. Only what surely holds for every row of the answer
 * is taken: SQLite applies the conditions themselves, so reading too much costs time, and too little would be wrong.
 */

/** Whatever the first can be, the second must be one of. */
export interface Equality {
  readonly from: ColumnRef;
  readonly to: ColumnRef;
}

/** What a constant in a condition stands for: nothing where it is null, which equals nothing. */
export type ConstantOf = (token: Token) => string | number | null;

/** Notes what the WHERE and the ONs of a query say; what holds between columns is returned, for `spread`. */
export function narrow(scope: Scope, where: readonly Node[], constantOf: ConstantOf): Equality[] {
  const { sources } = scope;
  const equalities: Equality[] = [];
  const read = (condition: readonly Node[], only?: Source) => {
    const constants = constantsIn(condition);
    if (constants) {
      const ref = refOf(constants.column, scope);
      const own = ref && sources.includes(ref.source) && (!only || ref.source === only);
      const values = own && valuesOf(ref.column, constants.tokens, constantOf);
      if (values) intersect(ref, values);
    }
    const pair = columnsIn(condition, scope);
    if (!pair) return;
    for (const [from, to] of [pair, pair.toReversed()]) {
      // A row of a query around this one is not kept out by what this one says.
      if (from && to && sources.includes(to.source) && (!only || to.source === only)) {
        equalities.push({ from, to });
      }
    }
  };

  for (const condition of conjuncts(where)) read(condition);
  // A join that keeps rows of either side says of neither which rows there are.
  if (sources.some(({ item }) => item.join === 'other')) return equalities;
  for (const source of sources) {
    const { item } = source;
    // A name in there may mean another table than it would outside.
    if (item.bracketed) continue;
    // A left join keeps what is before it, whatever its ON says: that is only about what is joined.
    const only = item.join === 'left' ? source : undefined;
    for (const condition of conjuncts(item.on)) read(condition, only);
    equalities.push(...usingOf(source, sources, only));
  }
  return equalities;
}

function usingOf(source: Source, sources: readonly Source[], only: Source | undefined): Equality[] {
  const before = sources.slice(0, sources.indexOf(source));
  return source.item.using.flatMap((name) => {
    const to = columnIn(source, name);
    // The first that has the column is meant, and of what is no table it is not known whether it has.
    const first = before.find((earlier) => !earlier.item.table || columnIn(earlier, name));
    const from = first && !first.item.bracketed && columnIn(first, name);
    if (!from || !to) return [];
    return only
      ? [{ from, to }]
      : [
          { from, to },
          { from: to, to: from },
        ];
  });
}

/** Values that are compared at most, for a statement that is made to take long: to know less only means to read more. */
const MOST_COMPARED = 1_000_000;

/** Carries what is known of a column over to those that must be equal, until nothing more comes of it. */
export function spread(equalities: readonly Equality[]): void {
  const names = new Map<Source, number>();
  const nameOfColumn = ({ source, column }: ColumnRef) => {
    const number = names.get(source) ?? names.size;
    names.set(source, number);
    return `${number}.${column}`;
  };
  const byFrom = new Map<string, Map<string, Equality>>();
  for (const equality of equalities) {
    const from = nameOfColumn(equality.from);
    const those = byFrom.get(from) ?? new Map<string, Equality>();
    byFrom.set(from, those.set(nameOfColumn(equality.to), equality));
  }
  const changed = new Set(byFrom.keys());
  let compared = 0;
  // A set that grows while it is walked is walked to its end.
  for (const name of changed) {
    changed.delete(name);
    for (const { from, to } of byFrom.get(name)?.values() ?? []) {
      const values = from.source.narrowed.get(from.column);
      if (!values) continue;
      compared += values.size;
      if (compared > MOST_COMPARED) return;
      if (intersect(to, values)) changed.add(nameOfColumn(to));
    }
  }
}

function intersect({ source, column }: ColumnRef, values: Values): boolean {
  const known = source.narrowed.get(column);
  if (known === values) return false;
  const both = known ? new Set([...known].filter((value) => values.has(value))) : values;
  source.narrowed.set(column, both);
  return both.size !== known?.size;
}

/** `column = constant`, `constant = column` or `column IN (constant, …)`. */
function constantsIn(
  condition: readonly Node[],
): { column: readonly Token[]; tokens: readonly Token[] } | undefined {
  const [left, right] = sides(condition);
  if (left && right) {
    const constant = constantAlone(right) ?? constantAlone(left);
    const column = constant && constantAlone(right) ? left : right;
    return constant && { column, tokens: [constant] };
  }
  const list = condition.at(-1);
  if (!isGroup(list) || !is(tokenOf(condition.at(-2)), 'IN')) return undefined;
  const constants = list.nodes.filter((_, index) => index % 2 === 0).map((node) => constantAlone([node]));
  const commas = list.nodes.every((node, index) => index % 2 === 0 || is(tokenOf(node), ','));
  if (!commas || constants.includes(undefined)) return undefined;
  const column = tokensOnly(condition.slice(0, -2));
  return column && { column, tokens: constants.flatMap((token) => token ?? []) };
}

function columnsIn(condition: readonly Node[], scope: Scope): [ColumnRef, ColumnRef] | undefined {
  const [left, right] = sides(condition).map((side) => side && refOf(side, scope));
  // What is told of at two times is not told by the one which of the other is meant.
  if (!left || !right || left.column === 'snapshot_at' || left.column !== right.column) return undefined;
  return [left, right];
}

function sides(condition: readonly Node[]): (readonly Token[] | undefined)[] {
  const equals = condition.findIndex((node) => is(tokenOf(node), '=') || is(tokenOf(node), '=='));
  if (equals === -1) return [];
  return [tokensOnly(condition.slice(0, equals)), tokensOnly(condition.slice(equals + 1))];
}

function tokensOnly(nodes: readonly Node[]): Token[] | undefined {
  const tokens = nodes.flatMap((node) => tokenOf(node) ?? []);
  return tokens.length === nodes.length ? tokens : undefined;
}

function constantAlone(nodes: readonly Node[] | undefined): Token | undefined {
  const token = nodes?.length === 1 ? tokenOf(nodes[0]) : undefined;
  return token?.kind === 'text' || token?.kind === 'number' ? token : undefined;
}

/** What the column has where it equals one of these; undefined where that is not known of each. */
function valuesOf(
  column: NarrowingColumn,
  tokens: readonly Token[],
  constantOf: ConstantOf,
): Values | undefined {
  const values = new Set<string | number>();
  for (const token of tokens) {
    const constant = constantOf(token);
    if (constant === null) continue;
    const equal = column === 'version' ? versionsEqual(constant) : textsEqual(constant);
    if (!equal) return undefined;
    for (const value of equal) values.add(value);
  }
  return values;
}

/** SQLite takes a text that reads as a number for that number; one without a digit never does. */
function versionsEqual(constant: string | number): number[] | undefined {
  if (typeof constant === 'string') {
    if (/^\d{1,15}$/.test(constant)) return [Number(constant)];
    return /\d/.test(constant) ? undefined : [];
  }
  if (Number.isSafeInteger(constant)) return [constant];
  return Math.abs(constant) < Number.MAX_SAFE_INTEGER ? [] : undefined;
}

/** How SQLite writes a number as a text is its own affair. */
function textsEqual(constant: string | number): string[] | undefined {
  return typeof constant === 'string' ? [constant] : undefined;
}
