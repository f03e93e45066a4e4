import { isGroup, isOne, type Node } from './groups.ts';

/**
 * Tells which words of an expression are names. SQLite takes most of its keywords for names wherever an operand is
 * expected: in `full = 1 FULL JOIN t` the first `full` is a column, and so is the first `end` in `CASE end WHEN 1 THEN 2 END`.
 * The names come from `%fallback ID`, `idj` and `nm` in SQLite's grammar (parse.y);
 * test/lambda/query/keywords.test.ts holds each keyword against SQLite itself.
 *
 * One reader reads one expression from left to right: ask `wantsOperand` about a word, then `take` it.
 */
export class OperandReader {
  #wantsOperand = true;
  #negated = false;

  /** Whether a word that comes now is an operand, and thus a name, unless SQLite reserves it. */
  get wantsOperand(): boolean {
    return this.#wantsOperand;
  }

  take(node: Node): void {
    const negated = this.#negated;
    this.#negated = false;
    if (isGroup(node) || (node.kind !== 'mark' && node.kind !== 'word')) {
      this.#wantsOperand = false;
    } else if (node.kind === 'mark') {
      // Also after a dot, where the name of a column comes.
      this.#wantsOperand = true;
    } else if (negated) {
      this.#wantsOperand = !isOne(node, ['NULL']);
    } else if (this.#wantsOperand) {
      this.#wantsOperand = isOne(node, BEFORE_OPERAND);
    } else {
      // After an operand, NOT begins NOT NULL, NOT IN, NOT LIKE and their like.
      this.#negated = isOne(node, ['NOT']);
      this.#wantsOperand = isOne(node, OPERATORS);
    }
  }
}

/** Reserved words after which an operand is still to come. */
const BEFORE_OPERAND = [
  ...['NOT', 'EXISTS', 'CASE', 'WHEN', 'THEN', 'ELSE', 'AND', 'OR', 'IS', 'IN', 'BETWEEN', 'ESCAPE'],
  ...['COLLATE', 'DISTINCT', 'FROM'],
];

/** Words that stand between an operand and the next one. Some of them are names where an operand is expected. */
const OPERATORS = [
  ...['AND', 'OR', 'NOT', 'IS', 'IN', 'LIKE', 'GLOB', 'MATCH', 'REGEXP', 'BETWEEN', 'ESCAPE', 'COLLATE'],
  ...['WHEN', 'THEN', 'ELSE', 'OVER'],
];
