import * as z from 'zod/mini';

/** Input of the control plane or the command line that cannot be used; the message says all that is wrong. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
}

/** @throws InvalidInputError that names every fault in `value` at once. */
export function parseOrExplain<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
  what: string,
): z.infer<S> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  throw new InvalidInputError(`${what}: ${faults.join('; ')}. Given: ${JSON.stringify(value) ?? 'nothing'}`);
}
