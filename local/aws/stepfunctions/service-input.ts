/** What the Step Functions API takes; what is not this is a ValidationException. */
import * as z from 'zod/mini';
import { AwsError } from '../service.ts';
import { STATUSES } from './execution-store.ts';

const text = z.string().check(z.minLength(1));
const paging = {
  maxResults: z.optional(z.int().check(z.gte(0), z.lte(1000))),
  nextToken: z.optional(z.string()),
};

export const inputs = {
  startExecution: z.object({
    stateMachineArn: text,
    name: z.optional(z.string().check(z.minLength(1))),
    input: z.optional(z.string().check(z.maxLength(262_144))),
  }),
  execution: z.object({ executionArn: text }),
  stopExecution: z.object({
    executionArn: text,
    error: z.optional(z.string().check(z.maxLength(256))),
    cause: z.optional(z.string().check(z.maxLength(32_768))),
  }),
  history: z.object({
    executionArn: text,
    reverseOrder: z.optional(z.boolean()),
    includeExecutionData: z.optional(z.boolean()),
    ...paging,
  }),
  listExecutions: z.object({ stateMachineArn: text, statusFilter: z.optional(z.enum(STATUSES)), ...paging }),
  listStateMachines: z.object(paging),
  stateMachine: z.object({ stateMachineArn: text }),
} as const;

/** @throws AwsError ValidationException */
export function parseInput<S extends z.core.$ZodType>(schema: S, input: unknown): z.infer<S> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) =>
      `Value at '${issue.path.map(String).join('.')}' failed to satisfy constraint: ${issue.message}`,
  );
  const count = `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected`;
  throw new AwsError('ValidationException', `${count}: ${faults.join('; ')}`);
}

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** @throws AwsError InvalidToken */
export function pageOf(input: { maxResults?: number | undefined; nextToken?: string | undefined }): Page {
  const limit = input.maxResults || 100;
  if (input.nextToken === undefined) return { offset: 0, limit };
  const offset = Number(Buffer.from(input.nextToken, 'base64').toString());
  if (!Number.isInteger(offset) || offset < 1) {
    throw new AwsError('InvalidToken', `Invalid Token: '${input.nextToken}'`);
  }
  return { offset, limit };
}

/** Of one entry more than the page holds, which tells whether there is a next one. */
export function paged<T>(
  found: readonly T[],
  { offset, limit }: Page,
): { entries: readonly T[]; next: object } {
  const more = found.length > limit;
  const nextToken = Buffer.from(String(offset + limit)).toString('base64');
  return { entries: found.slice(0, limit), next: more ? { nextToken } : {} };
}
