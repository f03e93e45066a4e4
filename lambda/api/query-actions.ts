import type { RouteNameOf } from '../contract/routes.ts';
import { type Fault, schemaFaults, shown } from '../core/fault.ts';
import { PARSERS } from '../core/image-version/request.ts';
import type { WriteDesk } from '../core/operation/desk.ts';
import { describeTable, showMethods } from '../query/describe.ts';
import { QueryError, TooCostly } from '../query/errors.ts';
import { explain } from '../query/explain.ts';
import { type ChangeStatement, orderOf } from '../query/orders.ts';
import { parseStatement } from '../query/parse-statement.ts';
import type { QueryPorts } from '../query/ports.ts';
import { type Result, runSelect } from '../query/run.ts';
import type { PlainStatement, Statement } from '../query/statement.ts';
import { acceptanceAnswer } from './acceptance-answer.ts';
import type { Action, Call } from './action.ts';
import type { Answer } from './answer.ts';
import { bodyTextFaults, LONGEST_STATEMENT, readBody } from './body.ts';
import { STATEMENT_TYPES } from './inputs.ts';
import type { OperationReads } from './operation-answer.ts';
import { outline } from './outline.ts';
import { Problem, type ProblemFault } from './problem.ts';
import { QUERY_BODIES } from './query-shapes.ts';
import type { Formulas } from './representation.ts';
import type { ApiRequest } from './request.ts';
import { rowsAnswer, wantedRows } from './rows-answer.ts';
import { SnapshotChoice } from './snapshot-choice.ts';

type StatementPorts = Omit<QueryPorts, 'snapshotOf'>;

export interface QueryParts {
  readonly ports: StatementPorts;
  readonly desk: Pick<WriteDesk, 'accept'>;
  readonly reads: OperationReads;
}

/** The route of statements that may change something. Nothing is asked of AWS for one that is not understood whole. */
export function queryActions({
  ports,
  desk,
  reads,
}: QueryParts): Readonly<Record<RouteNameOf<'query'>, Action>> {
  const { scope } = ports;
  const told = rowsOf(ports);

  const change = async (
    statement: ChangeStatement,
    request: ApiRequest,
    idempotencyKey: string | undefined,
  ): Promise<Answer> => {
    const acceptance = await desk.accept({
      ...orderOf(statement),
      caller: request.caller,
      ...(idempotencyKey === undefined ? { requestId: request.requestId } : { idempotencyKey }),
    });
    const asked = statement.hints.includes('await') ? awaiting(request, reads.maxWaitSeconds) : request;
    return begun(await acceptanceAnswer(acceptance, asked, reads, orderProblem));
  };

  return {
    runStatement: async (call) => {
      const { key, query } = outline('runStatement', call, scope);
      return asProblems(async () => {
        const statement = statementOf(call);
        return isChange(statement)
          ? change(statement, call.request, key)
          : told(call.request, statement, query.formulas);
      });
    },
  };
}

/** The route of statements that only read. It is given nothing by which to change anything, and refuses what would. */
export function queryReadActions(ports: StatementPorts): Readonly<Record<RouteNameOf<'queryRead'>, Action>> {
  const told = rowsOf(ports);
  return {
    readStatement: async (call) => {
      const { query } = outline('readStatement', call, ports.scope);
      return asProblems(async () => {
        const statement = statementOf(call);
        if (!isChange(statement)) return told(call.request, statement, query.formulas);
        throw new QueryError(
          `given ${statement.kind.toUpperCase()}, and this route only reads: send what changes something to POST /query`,
        );
      });
    },
  };
}

type ReadingStatement = Exclude<Statement, ChangeStatement>;

/** Answers statements that read with their rows. */
function rowsOf(
  given: StatementPorts,
): (request: ApiRequest, statement: ReadingStatement, formulas?: Formulas) => Promise<Answer> {
  const { scope, inventory } = given;
  const ports: QueryPorts = {
    ...given,
    snapshotOf: (region, at) => {
      const choice = new SnapshotChoice(inventory, region);
      return at === undefined ? choice.newest(undefined) : choice.takenBy(at, undefined);
    },
  };

  /** @throws Problem with every fault of what the statement asks for */
  const checkOrder = (statement: ChangeStatement) => {
    const { kind, input } = orderOf(statement);
    const parsed = PARSERS[kind](input, scope);
    if (!parsed.ok) throw orderProblem(parsed.faults);
  };

  const tell = async (statement: ReadingStatement): Promise<Result> => {
    switch (statement.kind) {
      case 'select':
        return runSelect(statement, ports);
      case 'describe':
        return { ...describeTable(statement), calls: 0 };
      case 'show-methods':
        return { ...showMethods(statement), calls: 0 };
      case 'explain': {
        const plain: PlainStatement = statement.statement;
        if (isChange(plain)) checkOrder(plain);
        return { ...(await explain(plain, ports)), calls: 0 };
      }
      default:
        return statement satisfies never;
    }
  };

  return async (request, statement, formulas = 'escape') => {
    const type = wantedRows(request);
    return rowsAnswer(type, formulas, await tell(statement));
  };
}

function isChange(statement: Statement): statement is ChangeStatement {
  return statement.kind === 'insert' || statement.kind === 'update' || statement.kind === 'delete';
}

/** @throws Problem where the body is none, QueryError where the statement is none */
function statementOf({ request }: Call): Statement {
  const { value } = readBody(request, STATEMENT_TYPES, LONGEST_STATEMENT);
  const body = QUERY_BODIES.StatementBody.safeParse(value);
  const texts = bodyTextFaults(value);
  if (body.success && texts.length === 0) return parseStatement(body.data.sql, body.data.params ?? {});
  const shapes = body.success
    ? []
    : schemaFaults(body.error, value, WANTED, (path, one) => ({
        path: `/${path.join('/')}`,
        message: `given ${shown(one)}, wanted nothing: a body has sql and params`,
      })).map(({ path: pointer, message: detail }) => ({ pointer, detail }));
  const errors = [...shapes, ...texts];
  const detail =
    errors.length === 1
      ? 'One thing is wrong with the body'
      : `${errors.length} things are wrong with the body`;
  throw new Problem('invalid-body', { detail, errors });
}

const WANTED: Readonly<Record<string, string>> = {
  '': 'a JSON object with sql, and params where the statement has placeholders',
  sql: 'one statement, as a text',
  params: 'an object: values of {{ name }} by name',
};

/** As if the request preferred to wait for as long as one may. */
function awaiting(request: ApiRequest, seconds: number): ApiRequest {
  return { ...request, headers: { ...request.headers, prefer: `wait=${seconds}` } };
}

/** The operation as what the statement came to. */
function begun(answer: Answer): Answer {
  return { ...answer, body: `{"operation":${answer.body}}` };
}

/** What is wrong with a property, by its name; the rest by what the statement calls it. */
function orderProblem(faults: readonly Fault[]): Problem {
  const errors = faults.map(({ path, message: detail }): ProblemFault => {
    const [field = '', property] = path.split('/').slice(1);
    const parameter = field === 'properties' ? property : CALLED[field];
    return { parameter: parameter ?? 'statement', detail };
  });
  const names = [...new Set(errors.flatMap((one) => ('parameter' in one ? [one.parameter] : [])))];
  const detail = `The statement asks for what cannot be done: see ${names.join(', ')}`;
  return new Problem('invalid-statement', { detail, errors });
}

const CALLED: Readonly<Record<string, string>> = {
  region: 'region',
  identifier: 'Identifier',
  patch: 'PatchDocument',
};

/** What a statement fails with, as the API tells it. */
async function asProblems(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TooCostly) {
      throw new Problem('statement-too-costly', { detail: error.message });
    }
    if (!(error instanceof QueryError)) throw error;
    const { message: detail, place, parameter } = error;
    const errors: ProblemFault[] = [
      ...(place ? [{ line: place.line, column: place.column, detail }] : []),
      ...(parameter === undefined ? [] : [{ parameter, detail }]),
    ];
    throw new Problem('invalid-statement', { detail, ...(errors.length > 0 ? { errors } : {}) });
  }
}
