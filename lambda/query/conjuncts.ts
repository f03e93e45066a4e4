import { isGroup, isOne, isQuery, type Node } from './groups.ts';
import { OperandReader } from './operand-reader.ts';

/** The conditions that must all hold: split at AND, and none where an OR stands beside them. */
export function conjuncts(nodes: readonly Node[]): (readonly Node[])[] {
  const parts: Node[][] = [[]];
  const reader = new OperandReader();
  let cases = 0;
  let betweens = 0;
  for (const node of nodes) {
    const isName = reader.wantsOperand;
    reader.take(node);
    if (isOne(node, ['CASE'])) cases += 1;
    if (isOne(node, ['END']) && !isName) cases -= 1;
    if (cases === 0) {
      if (isOne(node, ['OR'])) return [];
      if (isOne(node, ['BETWEEN'])) betweens += 1;
      if (isOne(node, ['AND'])) {
        if (betweens === 0) {
          parts.push([]);
          continue;
        }
        betweens -= 1;
      }
    }
    parts.at(-1)?.push(node);
  }
  return parts.flatMap((part) => {
    const [only] = part;
    return part.length === 1 && isGroup(only) && !isQuery(only) ? conjuncts(only.nodes) : [part];
  });
}
