import type { Answer } from './engine.ts';
import type { DescribeStatement, ShowMethodsStatement } from './statement.ts';
import { columnsOf, isLive, type TableName } from './tables.ts';

/** What a table is like, and by which methods it is reached: the statements that tell and read nothing. */

export function describeTable({ table }: DescribeStatement): Answer {
  return {
    columns: [text('name'), text('type'), text('description')],
    rows: columnsOf(table).map(({ name, type, description }) => ({ name, type, description })),
  };
}

interface Method {
  readonly name: string;
  readonly table: TableName;
  readonly verb: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  readonly required: string;
}

const VERSIONS = 'awscc.sagemaker.image_versions';

/** Of the resource that the document describes; a list is the method of the table beside it, too. */
const METHODS: readonly Method[] = [
  { name: 'create_resource', table: VERSIONS, verb: 'INSERT', required: 'ImageName, BaseImage, region' },
  { name: 'delete_resource', table: VERSIONS, verb: 'DELETE', required: 'Identifier, region' },
  { name: 'update_resource', table: VERSIONS, verb: 'UPDATE', required: 'Identifier, PatchDocument, region' },
  {
    name: 'list_resources',
    table: 'awscc.sagemaker.image_versions_list_only',
    verb: 'SELECT',
    required: 'region',
  },
  { name: 'get_resource', table: VERSIONS, verb: 'SELECT', required: 'Identifier, region' },
];

export function showMethods({ table }: ShowMethodsStatement): Answer {
  const methods = METHODS.filter((method) => table === VERSIONS || method.table === table);
  const rows = methods.map(({ name, required, verb }) => method(name, required, verb));
  return {
    columns: [text('MethodName'), text('RequiredParams'), text('SQLVerb')],
    rows: isLive(table) ? rows : [method('select', '', 'SELECT')],
  };
}

function method(MethodName: string, RequiredParams: string, SQLVerb: string) {
  return { MethodName, RequiredParams, SQLVerb };
}

function text(name: string): Answer['columns'][number] {
  return { name, type: 'string' };
}
