import * as z from 'zod/mini';

/** The OpenAPI document as the API serves it, as far as requests are made of it and answers are held to it. */

const Schema = z.record(z.string(), z.unknown());
export type Schema = z.infer<typeof Schema>;

const Content = z.looseObject({
  schema: Schema,
  'x-columns': z.optional(z.array(z.string())),
  'x-item-schema': z.optional(Schema),
});
export type Content = z.infer<typeof Content>;

const Contents = z.record(z.string(), Content);

const Response = z.looseObject({ description: z.string(), content: Contents });
type Response = z.infer<typeof Response>;

const Parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  schema: Schema,
  example: z.union([z.string(), z.number()]),
});
export type Parameter = z.infer<typeof Parameter>;

const Described = z.looseObject({
  operationId: z.string(),
  parameters: z.array(Parameter),
  requestBody: z.optional(z.looseObject({ content: Contents })),
  responses: z.record(z.string(), Response),
});

const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Described)),
  components: z.looseObject({ schemas: z.record(z.string(), Schema) }),
  'x-problems': z.record(z.string(), z.looseObject({ status: z.int() })),
});
export type Document = z.infer<typeof Document>;

/** One method of one path. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** By media type; empty where there is no body. */
  readonly body: Readonly<Record<string, Content>>;
  /** By status. */
  readonly responses: Readonly<Record<string, Response>>;
}

/** @throws ZodError for what is no such document */
export function readDocument(value: unknown): Document {
  return Document.parse(value);
}

export function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      parameters: described.parameters,
      body: described.requestBody?.content ?? {},
      responses: described.responses,
    })),
  );
}

/**
 * The operation that a request means, as API Gateway finds it: the path is decoded once, and cut off at a question
 * mark that was encoded.
 */
export function operationOf(
  operations: readonly Operation[],
  method: string,
  path: string,
): Operation | undefined {
  const given = segmentsOf(decodedOnce(path).split('?')[0] ?? '');
  const fitting = operations
    .filter((one) => one.method === method)
    .filter((one) => fits(segmentsOf(one.path), given));
  // A segment that is named goes before one that is a parameter.
  return fitting.toSorted((a, b) => parametersIn(a) - parametersIn(b))[0];
}

function fits(wanted: readonly string[], given: readonly string[]): boolean {
  return (
    wanted.length === given.length &&
    wanted.every(
      (segment, index) => segment === given[index] || (segment.startsWith('{') && given[index] !== ''),
    )
  );
}

function segmentsOf(path: string): string[] {
  return path.slice(1).split('/');
}

function parametersIn({ path }: Operation): number {
  return path.split('{').length;
}

/** Text with a percent sign that begins no escape stays as it is. */
function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof Error && error.name === 'URIError') return text;
    throw error;
  }
}
