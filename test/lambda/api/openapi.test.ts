import { Ajv2020 } from 'ajv/dist/2020.js';
import { openApiDocument } from '../../../lambda/api/openapi.ts';
import { PROBLEMS } from '../../../lambda/api/problem.ts';
import { ROUTE_NAMES, ROUTES } from '../../../lambda/contract/routes.ts';
import { PARSERS } from '../../../lambda/core/image-version/request.ts';
import { ApiWorld } from '../../fixtures/api.ts';
import { SCOPE } from '../../fixtures/scope.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: object;
    readonly example: unknown;
  }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

const document = openApiDocument({ url: 'https://api.test', ...SCOPE }) as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly tags: readonly { readonly name: string }[];
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly examples: readonly unknown[] }>>;
  };
};
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'date-time': true, uri: true } });
ajv.addSchema(document, 'api');

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('describes the routes and no other', () => {
  const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
  expect(described.sort()).toEqual(
    ROUTE_NAMES.map((name) => `${ROUTES[name].method} ${ROUTES[name].path}`).sort(),
  );
});

test('is JSON, and every reference in it leads somewhere', () => {
  const text = JSON.stringify(document);
  expect(JSON.parse(text)).toEqual(document);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference);
  expect(references.length).toBeGreaterThan(20);
  for (const reference of new Set(references)) {
    const [, name = ''] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
    expect(Object.keys(document.components.schemas)).toContain(name);
  }
});

test.each(Object.entries(document.components.schemas))('the example of %s is one', (name, { examples }) => {
  const validate = ajv.compile({ $ref: `api#/components/schemas/${name}` });
  expect(examples).toHaveLength(1);
  for (const example of examples) {
    validate(example);
    expect(validate.errors).toBeNull();
  }
});

test.each(operations.map(({ operation }) => [operation.operationId, operation] as const))(
  '%s: its parameters are those of its path, with examples that fit',
  (_id, operation) => {
    const inPath = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    const { path } = operations.find((one) => one.operation === operation) ?? { path: '' };
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    for (const { schema, example } of operation.parameters) {
      const validate = ajv.compile('$ref' in schema ? { $ref: `api${String(schema.$ref)}` } : schema);
      validate(example);
      expect(validate.errors).toBeNull();
    }
  },
);

test('the body of a create is what the workflow takes, and a body that it does not take is no such body', () => {
  const validate = ajv.compile({ $ref: 'api#/components/schemas/CreateBody' });
  const bodies = [
    { BaseImage: 'x' },
    { BaseImage: 'x', region: 'us-east-1' },
    { BaseImage: 'x', Aliases: ['.a'] },
    { BaseImage: '' },
    { BaseImage: 'x', Version: 3 },
    { BaseImage: 'x', Horovod: 'yes' },
    {},
  ];
  for (const { region, ...properties } of bodies as { region?: string }[]) {
    const input = { ...(region ? { region } : {}), properties: { ...properties, ImageName: 'pytorch' } };
    expect(validate({ ...properties, ...(region ? { region } : {}) })).toBe(PARSERS.create(input, SCOPE).ok);
  }
});

test('says where it was read, which regions there are, and what API Gateway answers by itself', async () => {
  expect(document).toMatchObject({
    servers: [{ url: 'https://api.test' }],
    components: { schemas: { Region: { enum: SCOPE.regions, default: SCOPE.defaultRegion } } },
  });
  expect(JSON.stringify(document)).not.toContain('"405"');
  const message = { 'application/json': { schema: { $ref: '#/components/schemas/GatewayMessage' } } };
  for (const { operation } of operations) {
    expect(operation.responses).toMatchObject({ 403: { content: message }, 429: { content: message } });
  }
  const reply = await new ApiWorld().send('GET', '/openapi.json', {
    headers: { host: 'api.example.org', 'x-forwarded-proto': 'https' },
  });
  expect(reply.body.servers).toMatchObject([{ url: 'https://api.example.org' }]);
});

test('every operation has an id of its own and one group, which is described', () => {
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  const described = document.tags.map(({ name }) => name);
  for (const { operation } of operations) {
    expect(operation.tags).toHaveLength(1);
    expect(described).toContain(operation.tags[0]);
  }
});

test('the body of a manifest is what the route takes, as YAML or as JSON', () => {
  const validate = ajv.compile({ $ref: 'api#/components/schemas/ManifestBody' });
  const manifest = { version: 1, name: 'a', providers: ['aws'], resources: [{ name: 'b', props: [] }] };
  for (const [body, valid] of [
    [{ manifest }, true],
    [{ manifest: 'version: 1' }, true],
    [{ manifest: { ...manifest, resources: [] } }, false],
    [{ manifest: { ...manifest, colour: 'red' } }, false],
    [{ manifest: { ...manifest, resources: [{ name: 'b', props: [{ nam: 'x' }] }] } }, false],
  ] as const) {
    expect(validate(body)).toBe(valid);
  }
});

test('every type of problem has its explanation where its URI leads', () => {
  for (const problem of Object.keys(PROBLEMS))
    expect(document).toHaveProperty(['x-problems', problem, 'meaning']);
});
