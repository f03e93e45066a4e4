import * as z from 'zod/mini';
import { fault } from '../core/fault.ts';
import { Alias, ImageName, WANTED } from '../core/image-version/properties.ts';
import type { Scope } from '../core/image-version/request.ts';
import { OPERATION_STATUSES } from '../core/operation/record.ts';
import type { ProblemFault } from './problem.ts';
import type { ApiRequest } from './request.ts';

/** The parameters of paths and queries: one definition that checks them and describes them. */
interface Parameter<Schema extends z.ZodMiniType = z.ZodMiniType> {
  readonly schema: Schema;
  /** What it should be, in words. */
  readonly wanted: string;
  readonly description: string;
  readonly example: string | number;
  /** Written as digits. */
  readonly numeric?: true;
}

/** At most so many items on a page. */
const MOST_ITEMS = 50;
export const DEFAULT_ITEMS = 20;

const VERSION = 'the number of a version: digits alone, 1 or more';

export const PATH_PARAMETERS = {
  imageName: {
    schema: ImageName,
    wanted: WANTED.ImageName ?? '',
    description: 'The name of the image; not its ARN.',
    example: 'pytorch-training',
  },
  version: {
    schema: z.int().check(z.minimum(1)),
    wanted: VERSION,
    description: 'The number of the version.',
    example: 2,
    numeric: true,
  },
  alias: {
    schema: Alias,
    wanted: WANTED.Alias ?? '',
    description: 'An alias of one of the image’s versions.',
    example: 'stable',
  },
  operationId: {
    // What Step Functions takes as the name of an execution, which an operation's id is; its ASCII.
    schema: z.string().check(z.regex(/^[A-Za-z0-9!'()+.=@_-]{1,80}$/)),
    wanted: "the id of an operation: 1 to 80 letters, digits and ! ' ( ) + . = @ _ -",
    description: 'The id of the operation, which is also the name of its execution.',
    example: 'pytorch-2-6-cpu',
  },
} as const satisfies Record<string, Parameter>;

export const QUERY_PARAMETERS = {
  region: {
    schema: z.string().check(z.minLength(1), z.maxLength(32)),
    wanted: 'the name of a region',
    description: 'One of the configured regions; the API’s own where it is not given.',
    example: 'us-east-1',
  },
  limit: {
    schema: z.int().check(z.minimum(1), z.maximum(MOST_ITEMS)),
    wanted: `a number from 1 to ${MOST_ITEMS}`,
    description: `How many items a page has at most; ${DEFAULT_ITEMS} where it is not given.`,
    example: 20,
    numeric: true,
  },
  cursor: {
    schema: z.string().check(z.regex(/^[A-Za-z0-9_.~=+/-]{1,12000}$/)),
    wanted: 'the nextCursor of the page before, as it was given',
    description: 'Where the list goes on: `nextCursor` of the page before.',
    example: 'WyJ2ZXJzaW9ucyJd',
  },
  image: {
    schema: ImageName,
    wanted: WANTED.ImageName ?? '',
    description: 'Operations on this image alone.',
    example: 'pytorch-training',
  },
  status: {
    schema: z.enum(OPERATION_STATUSES),
    wanted: OPERATION_STATUSES.join(', '),
    description: 'Operations that stand thus alone.',
    example: 'RUNNING',
  },
  since: {
    schema: z.iso.datetime({ offset: true }),
    wanted: 'a time as ISO 8601 has it, such as 2026-11-24T08:00:00Z',
    description: 'Operations that were accepted then or later.',
    example: '2026-11-24T08:00:00Z',
  },
} as const satisfies Record<string, Parameter>;

type Parameters = Readonly<Record<string, Parameter>>;
export type PathName = keyof typeof PATH_PARAMETERS;
export type QueryName = keyof typeof QUERY_PARAMETERS;
export type PathValues = { readonly [Name in PathName]: z.output<(typeof PATH_PARAMETERS)[Name]['schema']> };
export type QueryValues = {
  readonly [Name in QueryName]?: z.output<(typeof QUERY_PARAMETERS)[Name]['schema']>;
};

/** Reads the parameters of a path by their names; faults are added. */
export function readPath(
  names: readonly PathName[],
  given: Readonly<Record<string, string>>,
  faults: ProblemFault[],
): Partial<PathValues> {
  const pairs = names.map((name) => [name, given[name] ?? ''] as const);
  return read(PATH_PARAMETERS, names, pairs, faults);
}

/** Reads the parameters of a query; one that is not known, or given twice, is a fault like any other. */
export function readQuery(
  names: readonly QueryName[],
  { query }: ApiRequest,
  scope: Scope,
  faults: ProblemFault[],
): QueryValues {
  const values: QueryValues = read(QUERY_PARAMETERS, names, query, faults);
  if (values.region !== undefined && !scope.regions.includes(values.region)) {
    const wanted = `one of the configured regions (${scope.regions.join(', ')})`;
    faults.push(parameterFault('region', values.region, wanted));
  }
  return values;
}

function read(
  parameters: Parameters,
  names: readonly string[],
  pairs: readonly (readonly [string, string])[],
  faults: ProblemFault[],
): Record<string, unknown> {
  const values = new Map<string, unknown>();
  const seen = new Set<string>();
  for (const [name, text] of pairs) {
    const parameter = names.includes(name) ? parameters[name] : undefined;
    if (!parameter) {
      const known = names.length > 0 ? `one of ${names.join(', ')}` : 'no parameters';
      if (!seen.has(name)) faults.push(parameterFault(name, text, `${known}`));
    } else if (seen.has(name)) {
      faults.push({ parameter: name, detail: 'given more than once, wanted once' });
    } else {
      const parsed = parameter.schema.safeParse(parameter.numeric ? numberOf(text) : text);
      if (parsed.success) values.set(name, parsed.data);
      else faults.push(parameterFault(name, text, parameter.wanted));
    }
    seen.add(name);
  }
  return Object.fromEntries(values);
}

/** `Number` would take '', ' 1', '0x1f' and '1e3' as well. */
function numberOf(text: string): number | string {
  return /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : text;
}

function parameterFault(name: string, given: string, wanted: string): ProblemFault {
  const { message } = fault([], given, wanted);
  return { parameter: name.slice(0, LONGEST_NAME).toWellFormed(), detail: message };
}

const LONGEST_NAME = 60;
