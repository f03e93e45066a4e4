import { parseImageVersionArn } from '../core/image-version/identifier.ts';
import { suggestion } from '../core/names.ts';
import type { Cursor } from './cursor.ts';
import { QueryError } from './errors.ts';
import { jsonIn, literalValue, paramOf, readLiteral } from './literals.ts';
import { wantedBy } from './patch-document-form.ts';
import { propertyNamed, propertyValue } from './properties.ts';
import type { DeleteStatement, InsertStatement, Params, UpdateStatement } from './statement.ts';
import { changeableTable, columnNamed, IDENTIFIER, IDENTIFIER_COLUMN } from './table-names.ts';
import { CHANGEABLE } from './tables.ts';
import { is, placeAt, type Token } from './tokens.ts';

/** The statements that change something. Each is about one version: whatever could mean several is refused. */

type Unhinted<S> = Omit<S, 'hints'>;

const WHERE = `WHERE region = '…' AND ${IDENTIFIER} = '…'`;

/** `INSERT INTO table (property, …) SELECT value, …`, or `VALUES (value, …)`. */
export function readInsert(cursor: Cursor, params: Params): Unhinted<InsertStatement> {
  cursor.expect('INSERT', 'INTO');
  readTable(cursor);
  const names = readColumns(cursor);
  const values = readValues(cursor, params);
  if (values.length !== names.length) {
    const columns = `${names.length} ${names.length === 1 ? 'column is' : 'columns are'} named`;
    throw cursor.error(`${columns} and ${values.length} values are given, wanted one for each`);
  }
  cursor.expectEnd('the end of the statement: one INSERT makes one version');

  const given = new Map(names.map((name, index) => [name, values[index]]));
  for (const required of ['ImageName', 'BaseImage', 'region']) requireValue(cursor, given, required);
  const region = given.get('region')?.value;
  if (typeof region !== 'string')
    throw cursor.error('given a region that is no text', given.get('region')?.token);
  const properties = [...given].flatMap(([name, value]): [string, unknown][] =>
    name === 'region' || value?.value === undefined || value.value === null
      ? []
      : [[name, propertyValue(name, value.value)]],
  );
  return { kind: 'insert', region, properties: Object.fromEntries(properties) };
}

interface Given {
  readonly token: Token;
  /** Undefined where it is a placeholder whose value is not given. */
  readonly value: unknown;
}

function requireValue(cursor: Cursor, given: ReadonlyMap<string, Given | undefined>, name: string): void {
  const value = given.get(name);
  if (!value)
    throw cursor.error(
      `${name} is missing among the columns: an INSERT needs ImageName, BaseImage and region`,
    );
  if (value.value !== undefined && value.value !== null) return;
  const literal = readLiteral(cursor.source, value.token);
  throw new QueryError(`${name} is required, and nothing is given for it`, {
    place: placeAt(cursor.source, value.token.start),
    ...(literal.kind === 'value' && value.value === undefined ? { parameter: literal.placeholder.name } : {}),
  });
}

function readColumns(cursor: Cursor): string[] {
  const names: string[] = [];
  cursor.expect('(');
  do {
    const token = cursor.next;
    const place = placeAt(cursor.source, token?.start ?? 0);
    const given = cursor.takeName() ?? cursor.refuse('the name of a property');
    const name = given.toLowerCase() === 'region' ? 'region' : propertyNamed(given, place);
    if (names.includes(name)) throw new QueryError(`${name} is named twice`, { place });
    names.push(name);
  } while (cursor.take(','));
  cursor.expect(')');
  return names;
}

function readValues(cursor: Cursor, params: Params): Given[] {
  const values: Given[] = [];
  const inBrackets = cursor.take('VALUES');
  if (!inBrackets) cursor.expect('SELECT');
  else cursor.expect('(');
  do {
    values.push(readValue(cursor, params));
  } while (cursor.take(','));
  if (inBrackets) cursor.expect(')');
  return values;
}

/** A constant: what is inserted is known before anything is read. */
function readValue(cursor: Cursor, params: Params): Given {
  const token = cursor.next;
  const text = cursor.takeKind('text');
  if (text) return { token: text, value: literalValue(cursor.source, text, params) };
  const negative = cursor.take('-');
  const number = cursor.takeKind('number');
  if (token && number) return { token, value: Number(number.text) * (negative ? -1 : 1) };
  for (const [word, value] of CONSTANTS) if (token && cursor.take(word)) return { token, value };
  return cursor.refuse("a constant: '{{ name }}', a 'text', a number, TRUE, FALSE or NULL");
}

const CONSTANTS = [
  ['TRUE', true],
  ['FALSE', false],
  ['NULL', null],
] as const;

/** `UPDATE table SET PatchDocument = string('…') WHERE region = '…' AND Identifier = '…'`. */
export function readUpdate(cursor: Cursor, params: Params): Unhinted<UpdateStatement> {
  cursor.expect('UPDATE');
  readTable(cursor);
  cursor.expect('SET');
  const place = placeAt(cursor.source, cursor.next?.start ?? 0);
  const name = cursor.takeName() ?? cursor.refuse('PatchDocument');
  if (name.toLowerCase() !== 'patchdocument') {
    throw new QueryError(
      `given the column ${name}, wanted PatchDocument: an UPDATE sets PatchDocument = string('{{ {"Property": name} | generate_patch_document }}')`,
      { place },
    );
  }
  cursor.expect('=');
  const wrapped = cursor.take('STRING');
  if (wrapped) cursor.expect('(');
  const text = cursor.takeKind('text') ?? cursor.refuse("string('…')");
  if (wrapped) cursor.expect(')');
  const change = readChange(cursor.source, text, params);
  return { kind: 'update', ...readTarget(cursor, params), change };
}

function readChange(source: string, token: Token, params: Params): UpdateStatement['change'] {
  const literal = readLiteral(source, token);
  if (literal.kind === 'document') {
    return { kind: 'wanted', properties: wantedBy(literal.form, params, paramOf) };
  }
  const patch = jsonIn(source, token, params);
  if (Array.isArray(patch)) return { kind: 'patch', patch };
  const name = literal.kind === 'value' ? literal.placeholder.name : undefined;
  throw new QueryError(
    'wanted {{ {"Property": name} | generate_patch_document }}, or a JSON Patch (RFC 6902): a JSON array of operations',
    { place: placeAt(source, token.start), parameter: name },
  );
}

/** `DELETE FROM table WHERE Identifier = '…' AND region = '…'`. */
export function readDelete(cursor: Cursor, params: Params): Unhinted<DeleteStatement> {
  cursor.expect('DELETE', 'FROM');
  readTable(cursor);
  return { kind: 'delete', ...readTarget(cursor, params) };
}

function readTable(cursor: Cursor): void {
  const place = placeAt(cursor.source, cursor.next?.start ?? cursor.source.length);
  changeableTable(cursor.expectDotted(`a table: ${CHANGEABLE}`), place);
}

/** The one version that a WHERE names: its identifier, and the region that this has in it. */
function readTarget(cursor: Cursor, params: Params): { region: string; identifier: string } {
  if (!cursor.take('WHERE')) cursor.refuse(`${WHERE}: what changes something says of which version`);
  const given = new Map<string, { token: Token; value: string }>();
  do {
    const token = cursor.next;
    const name = cursor.takeName() ?? cursor.refuse(WHERE);
    const column = columnNamed(CHANGEABLE, name);
    if (column !== 'region' && column !== IDENTIFIER_COLUMN) {
      const near = column ? '' : suggestion(name, ['region', IDENTIFIER]);
      throw cursor.error(`given a condition on ${name}, wanted ${WHERE} and nothing more${near}`, token);
    }
    if (given.has(column)) throw cursor.error(`given two conditions on ${name}, wanted one`, token);
    if (!cursor.take('=') && !cursor.take('==')) cursor.refuse('=, since a change is of one version');
    const value = readValue(cursor, params);
    given.set(column, { token: value.token, value: requiredText(cursor, name, value) });
  } while (cursor.take('AND'));
  if (is(cursor.next, 'OR')) cursor.refuse('AND, or the end of the statement: a change is of one version');
  cursor.expectEnd();

  const identifier = given.get(IDENTIFIER_COLUMN);
  if (!identifier)
    throw cursor.error(`no ${IDENTIFIER} is given, wanted ${WHERE}: a change is of one version`);
  const ref = parseImageVersionArn(identifier.value);
  if (!ref) {
    throw cursor.error(
      `given ${JSON.stringify(identifier.value.slice(0, 160))}, wanted the ARN of an image version, like arn:aws:sagemaker:us-east-1:123456789012:image-version/my-image/1`,
      identifier.token,
    );
  }
  const region = given.get('region');
  if (region && region.value !== ref.region) {
    throw cursor.error(
      `given the region ${region.value.slice(0, 100)}, and the ${IDENTIFIER} is of ${ref.region}`,
      region.token,
    );
  }
  return { region: ref.region, identifier: identifier.value };
}

function requiredText(cursor: Cursor, name: string, { token, value }: Given): string {
  if (typeof value === 'string') return value;
  const literal = readLiteral(cursor.source, token);
  const parameter = literal.kind === 'value' ? literal.placeholder.name : undefined;
  const what = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100);
  throw new QueryError(`given ${what} for ${name}, wanted a text`, {
    place: placeAt(cursor.source, token.start),
    parameter,
  });
}
