import type { OperationKind } from '../contract/workflow.ts';
import type { DeleteStatement, InsertStatement, UpdateStatement } from './statement.ts';

export type ChangeStatement = InsertStatement | UpdateStatement | DeleteStatement;

/** What a statement that changes something asks for, as its workflow takes it. */
export interface WorkflowOrder {
  readonly kind: OperationKind;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A statement as an order. What the update has to send, its workflow finds out: it reads what is there first. */
export function orderOf(statement: ChangeStatement): WorkflowOrder {
  switch (statement.kind) {
    case 'insert': {
      const { region, properties } = statement;
      return { kind: 'create', input: { region, properties } };
    }
    case 'update': {
      const { region, identifier, change } = statement;
      return {
        kind: 'update',
        input: {
          region,
          identifier,
          ...(change.kind === 'patch' ? { patch: change.patch } : { properties: change.properties }),
        },
      };
    }
    case 'delete': {
      const { region, identifier } = statement;
      return { kind: 'delete', input: { region, identifier } };
    }
    default:
      return statement satisfies never;
  }
}
