import type { Argv } from 'yargs';
import { EXIT, misuse } from '../failure.ts';
import { endWith } from '../operation-output.ts';
import { CHANGE, one, orStandardInput, several } from '../options.ts';
import { counted, csv, heads, writeTable, writeValue } from '../output.ts';
import { Begun, Rows } from '../shapes.ts';
import { namedValues, readText } from '../values.ts';
import type { Context, Everywhere, Runner } from './context.ts';

/** query: one statement of SQL. */

export function queryCommand<T extends Everywhere>(yargs: Argv<T>, run: Runner): Argv<T> {
  return yargs.command(
    'query [sql]',
    'Run one statement of SQL: SELECT, INSERT, UPDATE, DELETE, DESCRIBE, SHOW, EXPLAIN',
    (command) =>
      command
        .positional('sql', { type: 'string', describe: 'The statement; - reads it from standard input' })
        .options({
          file: one('file', 'Read the statement from this file', { alias: 'f' }),
          param: several('param', 'What {{ NAME }} stands for: NAME=TEXT, or NAME:=JSON for what is no text'),
          wait: CHANGE.wait,
          key: CHANGE.key,
        }),
    (given) =>
      run(given, async (context) => {
        const sql = await statementOf(given, context);
        const params = namedValues('--param', given.param ?? []);
        return runStatement(context, { sql, params }, given);
      }),
  );
}

interface Statement {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

async function statementOf(
  { sql, file }: { readonly sql?: string | undefined; readonly file?: string | undefined },
  { around }: Context,
): Promise<string> {
  if (sql !== undefined && file !== undefined) {
    throw misuse('Given a statement and --file, wanted one of the two.');
  }
  if (sql === undefined && file === undefined) {
    throw misuse('Wanted a statement: as an argument, or by --file.', [
      `image-versions query "SELECT image_name, version FROM awscc.sagemaker.image_versions WHERE region = 'us-east-1'"`,
    ]);
  }
  const inline = orStandardInput(sql ?? '');
  return file === undefined && inline !== '-' ? inline : readText(file ?? '-', around);
}

async function runStatement(
  context: Context,
  { sql, params }: Statement,
  { wait = false, key }: { readonly wait?: boolean | undefined; readonly key?: string | undefined },
) {
  const { api, around } = context;
  const body = { sql, ...(Object.keys(params).length > 0 ? { params } : {}) };
  const asked = { method: 'POST', body, statement: sql } as const;
  if (changesSomething(sql)) {
    const change = { ...asked, path: '/query', key: key ?? around.newKey() };
    const { operation } = await api.json(change, Begun);
    return endWith(operation, { ...context, wait });
  }
  // Who may only read has no permission for the other route.
  await writeRows(context, await api.json({ ...asked, path: '/query/read' }, Rows));
  return EXIT.done;
}

/** By its first word, behind comments and hints. Where that errs, the route for reading refuses the statement. */
function changesSomething(sql: string): boolean {
  return /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql);
}

async function writeRows({ output, around }: Context, { columns, rows, calls }: Rows): Promise<void> {
  const names = columns.map(({ name }) => name);
  const cells = rows.map((row) => names.map((name) => row[name]));
  switch (output.format) {
    case 'json':
    case 'yaml':
      await writeValue(output, output.format, rows);
      break;
    case 'csv':
      output.write(csv(names, cells));
      break;
    case 'auto':
    case 'table':
    case 'records':
      writeTable(output, heads(...names), cells);
  }
  around.tell(`${counted(rows.length, 'row')}, ${counted(calls, 'call')} of AWS\n`);
}
