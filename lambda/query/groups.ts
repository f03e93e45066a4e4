import { QueryError } from './errors.ts';
import { is, placeAt, type Token, type Tokens } from './tokens.ts';

/** Tokens by their brackets, and split at words that stand outside of any. */

interface Group {
  readonly kind: 'group';
  readonly open: Token;
  readonly nodes: readonly Node[];
}

export type Node = Token | Group;

/** SQLite's own parser takes about as many, and whoever walks groups does so by recursion. */
const DEEPEST = 60;

/** @throws QueryError where a bracket has no partner, or they stand too deep in each other */
export function grouped({ source, tokens }: Pick<Tokens, 'source' | 'tokens'>): Node[] {
  const open: { token: Token; nodes: Node[] }[] = [];
  let nodes: Node[] = [];
  const fail = (message: string, token: Token) => {
    throw new QueryError(message, { place: placeAt(source, token.start) });
  };
  for (const token of tokens) {
    if (is(token, '(')) {
      if (open.length === DEEPEST) fail(`brackets stand more than ${DEEPEST} deep in each other`, token);
      open.push({ token, nodes });
      nodes = [];
    } else if (is(token, ')')) {
      const outer = open.pop();
      if (!outer) {
        fail('a ) closes nothing', token);
        break;
      }
      outer.nodes.push({ kind: 'group', open: outer.token, nodes });
      nodes = outer.nodes;
    } else {
      nodes.push(token);
    }
  }
  const last = open.at(-1);
  if (last) fail('a ( is never closed', last.token);
  return nodes;
}

export function isGroup(node: Node | undefined): node is Group {
  return node?.kind === 'group';
}

export function tokenOf(node: Node | undefined): Token | undefined {
  return isGroup(node) ? undefined : node;
}

/** Whether a node is one of these words or marks. */
export function isOne(node: Node | undefined, words: readonly string[]): boolean {
  const token = tokenOf(node);
  if (token?.kind === 'mark') return words.includes(token.text);
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

/** The groups among the nodes, and those in them that are no queries: whatever belongs to one query. */
export function queriesIn(nodes: readonly Node[]): (readonly Node[])[] {
  return nodes.flatMap((node) => {
    if (!isGroup(node)) return [];
    return isQuery(node) ? [node.nodes] : queriesIn(node.nodes);
  });
}

/** Whether a group is a query of its own, whose conditions are about its own tables. */
export function isQuery(group: Group): boolean {
  return isOne(group.nodes[0], ['SELECT', 'WITH', 'VALUES']);
}
