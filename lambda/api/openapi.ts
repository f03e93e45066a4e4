import * as z from 'zod/mini';
import { LONGEST_WAIT_SECONDS } from '../contract/api-limits.ts';
import { ROUTE_NAMES, ROUTES, type RouteName } from '../contract/routes.ts';
import { nameProperties } from '../manifest/json-schema.ts';
import { ManifestSchema } from '../manifest/manifest.ts';
import { JSON_TYPE } from './answer.ts';
import { BODY_EXAMPLES, SHAPE_EXAMPLES } from './examples.ts';
import { GATEWAY_SHAPES, gatewayAnswers } from './gateway-answers.ts';
import { IdempotencyKey } from './headers.ts';
import { ROUTE_INPUTS } from './inputs.ts';
import { INVENTORY_SHAPES } from './inventory-shapes.ts';
import { MANIFEST_BODIES, MANIFEST_SHAPES } from './manifest-shapes.ts';
import { CreateBody, MERGE_TYPES, MergeBody, PATCH_TYPE, PatchBody } from './orders.ts';
import { PATH_PARAMETERS, QUERY_PARAMETERS } from './parameters.ts';
import { PROBLEM_TYPE, PROBLEMS, type ProblemName } from './problem.ts';
import { QUERY_BODIES, QUERY_SHAPES } from './query-shapes.ts';
import { CSV_TYPE, NDJSON_TYPE } from './representation.ts';
import { ROUTE_ANSWERS, type RouteAnswer, type ShapeName } from './route-answers.ts';
import { SHAPES } from './shapes.ts';
import { TAG_OF, TAGS } from './tags.ts';

/**
 * The OpenAPI 3.1 document, made of what checks the requests and types the answers. 3.1 takes JSON Schema as it is,
 * in the dialect of 2020-12, which is the one that zod writes.
 */

type Json = Readonly<Record<string, unknown>>;

/** What one deployment of the API has, and another has not. */
export interface Deployment {
  /** Address at which the request came. */
  readonly url: string;
  /** Regions that requests may name. */
  readonly regions: readonly string[];
  readonly defaultRegion: string;
}

let made: { readonly url: string; readonly document: Json } | undefined;

/** Kept from one request to the next: regions do not change while a function runs, and its address hardly does. */
export function openApiDocument(deployment: Deployment): Json {
  if (made?.url !== deployment.url) made = { url: deployment.url, document: make(deployment) };
  return made.document;
}

const ANSWERS = {
  ...SHAPES,
  ...GATEWAY_SHAPES,
  ...INVENTORY_SHAPES,
  ...QUERY_SHAPES,
  ...MANIFEST_SHAPES,
} as const;
const BODIES = {
  CreateBody,
  MergeBody,
  PatchBody,
  ...QUERY_BODIES,
  // The route reads a manifest by itself, so that its faults are named in the manifest's own words.
  ManifestBody: z.extend(MANIFEST_BODIES.ManifestBody, { manifest: z.union([z.string(), ManifestSchema]) }),
  Manifest: ManifestSchema,
} as const;

const DESCRIPTION = `Requests are signed (AWS Signature Version 4). What is not done is answered by a problem document (RFC 9457), or by API
Gateway itself as \`{"message": …}\`: so is a path or method that is no route (404), and there is no 405. The API takes names in a
path as they are, letters and digits and few other characters; API Gateway cuts a path at an encoded question mark.`;

function make(deployment: Deployment): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of ROUTE_NAMES) {
    const { path, method } = ROUTES[name];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name, deployment) };
  }
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
    info: {
      title: 'Image version automation',
      version: '1.0.0',
      summary:
        'Durable, ordered creation, update and deletion of SageMaker image versions, and what they were when.',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: deployment.url, description: 'Where this document was read.' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ sigv4: [] }],
    paths,
    components: {
      schemas: {
        ...withRegions(schemasOf(BODIES, 'input', BODY_EXAMPLES)),
        ...schemasOf(ANSWERS, 'output', SHAPE_EXAMPLES),
        Region: regionSchema(deployment),
      },
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'AWS Signature Version 4 for the service execute-api, with permission to invoke the route.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
    'x-problems': PROBLEMS,
  };
}

/** @param about what differs from one deployment to another */
function operationOf(name: RouteName, about: Deployment): Json {
  const inputs = ROUTE_INPUTS[name];
  const { summary, answers, problems } = ROUTE_ANSWERS[name];
  return {
    operationId: name,
    summary,
    tags: [TAG_OF[name]],
    parameters: parametersOf(name, about),
    ...(inputs.body.length === 0
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(inputs.body.map((type) => [type, contentOf(bodyOf(name, type))])),
          },
        }),
    responses: withGateway(name, {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          {
            description: answer.description,
            ...headersOf(answer, inputs.held),
            content: contentsOf(answer),
          },
        ]),
      ),
      ...problemResponses(problems, Object.keys(answers)),
    }),
  };
}

function headersOf({ location, lines }: RouteAnswer, held: boolean): Json {
  const headers = {
    ...(held ? HELD_HEADERS : {}),
    ...(location === undefined ? {} : { Location: locationHeader(location) }),
    ...(lines ? LIST_HEADERS : {}),
  };
  return Object.keys(headers).length > 0 ? { headers } : {};
}

function contentsOf({ shape, lines, texts = [] }: RouteAnswer): Json {
  return {
    'application/json': shape ? contentOf(shape) : { schema: { type: 'object' } },
    ...(lines
      ? {
          [CSV_TYPE]: { schema: { type: 'string' }, 'x-columns': lines.columns },
          // OpenAPI 3.1 has no word for what stands on each line; 3.2 calls it itemSchema.
          [NDJSON_TYPE]: { schema: { type: 'string' }, 'x-item-schema': contentOf(lines.item).schema },
        }
      : {}),
    ...Object.fromEntries(texts.map((type) => [type, { schema: { type: 'string' } }])),
  };
}

function locationHeader(description: string): Json {
  return { description, schema: { type: 'string', format: 'uri-reference' } };
}

/** Headers of a list that is not always JSON, in which these would stand beside the items. */
const LIST_HEADERS = {
  Link: {
    description: 'The next page, `rel="next"` (RFC 8288); absent on the last page.',
    schema: { type: 'string' },
  },
  'Snapshot-Id': {
    description: 'The id of the snapshot that is told of; of a diff, of both.',
    schema: { type: 'string' },
  },
} as const;

/** Headers that say more of an operation that has not ended. */
const HELD_HEADERS = {
  'Retry-After': {
    description: 'Seconds after which it is worth asking again; absent once the operation is final.',
    schema: { type: 'integer', minimum: 1 },
  },
  Location: locationHeader('The operation, where it was accepted and is not final.'),
  'Preference-Applied': {
    description: 'The seconds that the answer was held at most, where `Prefer` asked for it.',
    schema: { type: 'string' },
  },
} as const;

function bodyOf(name: RouteName, type: string): keyof typeof BODIES {
  if (name === 'createImageVersion') return 'CreateBody';
  const { side } = ROUTES[name];
  if (side === 'query' || side === 'queryRead') return 'StatementBody';
  if (side === 'manifest' || side === 'manifestRead') return 'ManifestBody';
  return type === PATCH_TYPE || !MERGE_TYPES.some((one) => one === type) ? 'PatchBody' : 'MergeBody';
}

function contentOf(shape: keyof typeof BODIES | ShapeName): { readonly schema: Json } {
  return { schema: { $ref: referenceTo(shape) } };
}

function problemResponses(
  problems: readonly ProblemName[],
  taken: readonly string[],
): Readonly<Record<string, Response>> {
  const byStatus = Map.groupBy(problems, (name) => PROBLEMS[name].status);
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !taken.includes(String(status)))
      .map(([status, names]) => [
        status,
        {
          description: names.map((name) => `\`${name}\`: ${PROBLEMS[name].meaning}`).join('\n\n'),
          content: { [PROBLEM_TYPE]: contentOf('Problem') },
        },
      ]),
  );
}

interface Response {
  readonly description: string;
  readonly headers?: unknown;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The responses of an operation, with what API Gateway answers in its place. */
function withGateway(name: RouteName, ours: Readonly<Record<string, Response>>): Json {
  const both = Object.entries(gatewayAnswers(name)).map(([status, description]) => {
    const response = ours[status];
    const known = response?.content[JSON_TYPE];
    const message = contentOf('GatewayMessage');
    const content = isContent(known) ? { schema: { anyOf: [known.schema, message.schema] } } : message;
    return [
      status,
      {
        ...response,
        description: response ? `${response.description}\n\n${description}` : description,
        content: { ...response?.content, [JSON_TYPE]: content },
      },
    ] as const;
  });
  return { ...ours, ...Object.fromEntries(both) };
}

function isContent(value: unknown): value is { readonly schema: unknown } {
  return typeof value === 'object' && value !== null && 'schema' in value;
}

function regionSchema({ regions, defaultRegion }: Deployment): Json {
  return {
    type: 'string',
    enum: regions,
    default: defaultRegion,
    description: 'One of the configured regions (`--context regions=…`).',
    examples: [defaultRegion],
  };
}

/** A body names a region as a query does. */
function withRegions(schemas: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { properties } = schema;
      if (typeof properties !== 'object' || properties === null || !('region' in properties))
        return [name, schema];
      return [name, { ...schema, properties: { ...properties, region: { $ref: referenceTo('Region') } } }];
    }),
  );
}

function parametersOf(name: RouteName, { defaultRegion }: Deployment): Json[] {
  const { path, query, idempotent, held } = ROUTE_INPUTS[name];
  return [
    ...path.map((one) => {
      const { schema, description, example } = PATH_PARAMETERS[one];
      return { name: one, in: 'path', required: true, description, schema: schemaOf(schema), example };
    }),
    ...query.map((one) => {
      const { schema, description, example, ...more } = QUERY_PARAMETERS[one];
      const called = 'called' in more ? more.called : one;
      const parameter = { name: called, in: 'query', required: false, description };
      // The inventory still has regions that are not configured any more.
      if (one === 'region' && ROUTES[name].side !== 'inventory') {
        return { ...parameter, schema: { $ref: referenceTo('Region') }, example: defaultRegion };
      }
      return { ...parameter, schema: schemaOf(schema), example };
    }),
    ...(idempotent ? [IDEMPOTENCY_PARAMETER] : []),
    ...(held ? [PREFER_PARAMETER] : []),
  ];
}

const IDEMPOTENCY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes a repeat the same request: it is answered with the same operation (200). Keys of different callers are different keys. Without one, each request is a new operation.',
  schema: schemaOf(IdempotencyKey),
  example: '6f1c7b0e-9f0d-4a52-8a55-5f7b2f0a2c11',
};

const PREFER_PARAMETER = {
  name: 'Prefer',
  in: 'header',
  required: false,
  description: `\`wait=N\` holds the answer until the operation is final or N seconds are over, at most ${LONGEST_WAIT_SECONDS}, or fewer where the deployment is set so; \`Preference-Applied\` says how many (RFC 7240).`,
  schema: { type: 'string' },
  example: `wait=${LONGEST_WAIT_SECONDS}`,
};

function schemaOf(schema: z.ZodMiniType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

function referenceTo(name: string): string {
  return `#/components/schemas/${name}`;
}

function schemasOf(
  schemas: Readonly<Record<string, z.ZodMiniType>>,
  io: 'input' | 'output',
  examples: Json,
): Readonly<Record<string, Json>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { uri: referenceTo, io, override: nameProperties });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([name, { $schema, $id, ...schema }]) => [
      name,
      { ...schema, examples: [examples[name]] },
    ]),
  );
}
