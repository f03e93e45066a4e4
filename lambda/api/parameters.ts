import * as z from 'zod/mini';
import { fault } from '../core/fault.ts';
import { Alias, CreatableProperties, ImageName, WANTED } from '../core/image-version/properties.ts';
import { parseSnapshotId } from '../core/inventory/snapshot.ts';
import { OPERATION_STATUSES } from '../core/operation/record.ts';
import type { ProblemFault } from './problem.ts';
import { FORMULAS } from './representation.ts';
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
  /** How the query calls it, where another route's parameter has that name as well. @default - as it is named here */
  readonly called?: string;
}

/** At most so many items on a page. */
const MOST_ITEMS = 50;
export const DEFAULT_ITEMS = 20;

/** The same of the inventory's lists, which are read from a table and of which exports are made. */
const MOST_ROWS = 1_000;
export const DEFAULT_ROWS = 50;

/** The newest snapshot, in place of an id. */
export const LATEST = 'latest';

const SnapshotReference = z
  .string()
  .check(z.refine((text) => text === LATEST || parseSnapshotId(text) !== undefined));
const SNAPSHOT = 'the id of a snapshot, which is its region and its number, such as us-east-1-42; or latest';

const { VendorGuidance, Processor, MLFramework } = CreatableProperties.shape;

const TIME = 'a time as ISO 8601 has it, such as 2026-11-24T08:00:00Z';
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
  snapshotId: {
    schema: SnapshotReference,
    wanted: SNAPSHOT,
    description: 'The id of the snapshot, or `latest` for the newest one of the region.',
    example: 'us-east-1-42',
  },
  otherId: {
    schema: SnapshotReference,
    wanted: SNAPSHOT,
    description: 'The id of a snapshot of the same region, or `latest`.',
    example: LATEST,
  },
} as const satisfies Record<string, Parameter>;

export const QUERY_PARAMETERS = {
  region: {
    schema: z.string().check(z.minLength(1), z.maxLength(32)),
    wanted: 'the name of a region',
    description:
      'One of the configured regions; where the inventory alone is read, also one that it remembers. The API’s own where it is not given.',
    example: 'us-east-1',
  },
  limit: {
    schema: z.int().check(z.minimum(1), z.maximum(MOST_ITEMS)),
    wanted: `a number from 1 to ${MOST_ITEMS}`,
    description: `How many items a page has at most; ${DEFAULT_ITEMS} where it is not given.`,
    example: 20,
    numeric: true,
  },
  rowLimit: {
    called: 'limit',
    schema: z.int().check(z.minimum(1), z.maximum(MOST_ROWS)),
    wanted: `a number from 1 to ${MOST_ROWS}`,
    description: `How many items a page has at most; ${DEFAULT_ROWS} where it is not given.`,
    example: 1_000,
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
    description: 'Of this image alone.',
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
    wanted: TIME,
    description: 'Operations that were accepted, or snapshots that were taken, then or later.',
    example: '2026-11-24T08:00:00Z',
  },
  at: {
    schema: z.iso.datetime({ offset: true }),
    wanted: TIME,
    description: 'As it was at that time; as it is in the newest snapshot where it is not given.',
    example: '2026-11-17T08:00:00Z',
  },
  alias: {
    schema: Alias,
    wanted: WANTED.Alias ?? '',
    description: 'Versions that have this alias alone.',
    example: 'stable',
  },
  vendorGuidance: {
    schema: VendorGuidance,
    wanted: WANTED.VendorGuidance ?? '',
    description: 'Versions whose VendorGuidance is this alone.',
    example: 'STABLE',
  },
  processor: {
    schema: Processor,
    wanted: WANTED.Processor ?? '',
    description: 'Versions whose Processor is this alone.',
    example: 'GPU',
  },
  mlFramework: {
    schema: MLFramework,
    wanted: WANTED.MLFramework ?? '',
    description: 'Versions whose MLFramework is this alone, version and all.',
    example: 'PyTorch 2.6.0',
  },
  formulas: {
    schema: z.enum(FORMULAS),
    wanted: FORMULAS.join(' or '),
    description:
      'What becomes of a text cell of CSV that a spreadsheet would take for a formula: `escape`, the default, puts an apostrophe in front of it; `keep` leaves it as it is.',
    example: 'keep',
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

/** Regions that a request may name. A refusal lists them. */
export interface NamedRegions {
  readonly regions: readonly string[];
  /** What they are, as a refusal says it. @default - the configured regions */
  readonly regionsAre?: string;
}

export const CONFIGURED = 'configured regions';

/** Reads the parameters of a query; one that is not known, or given twice, is a fault like any other. */
export function readQuery(
  names: readonly QueryName[],
  { query }: ApiRequest,
  { regions, regionsAre = CONFIGURED }: NamedRegions,
  faults: ProblemFault[],
): QueryValues {
  const values: QueryValues = read(QUERY_PARAMETERS, names, query, faults);
  if (values.region !== undefined && !regions.includes(values.region)) {
    const wanted = `one of the ${regionsAre} (${regions.join(', ')})`;
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
  const known = new Map(names.map((name) => [parameters[name]?.called ?? name, name]));
  const values = new Map<string, unknown>();
  const seen = new Set<string>();
  for (const [name, text] of pairs) {
    const key = known.get(name) ?? '';
    const parameter = parameters[key];
    if (!parameter) {
      const wanted = known.size > 0 ? `one of ${[...known.keys()].join(', ')}` : 'no parameters';
      if (!seen.has(name)) faults.push(parameterFault(name, text, wanted));
    } else if (seen.has(name)) {
      faults.push({ parameter: name, detail: 'given more than once, wanted once' });
    } else {
      const parsed = parameter.schema.safeParse(parameter.numeric ? numberOf(text) : text);
      if (parsed.success) values.set(key, parsed.data);
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
