import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod/mini';

/**
 * What CloudFormation's resource schemas say of a type's properties, as the CDK CLI carries them (its `cdk diff` tells
 * from them what an update replaces).
 */
export interface ResourceRules {
  /** Properties whose change makes a new resource in place of the old one; "conditionally" counts as well. */
  readonly replacing: readonly string[];
}

const database = z.object({
  schema: z.object({
    resource: z.object({
      entities: z.array(
        z.object({
          cloudFormationType: z.string(),
          properties: z.record(
            z.string(),
            z.object({ causesReplacement: z.optional(z.enum(['yes', 'no', 'maybe'])) }),
          ),
        }),
      ),
    }),
  }),
});

type Schema = z.infer<typeof database>['schema']['resource']['entities'][number];

/** 15 MB of text, read once. */
let known: ReadonlyMap<string, Schema> | undefined;

function readSchemas(): ReadonlyMap<string, Schema> {
  const file = join(import.meta.dirname, '..', '..', 'node_modules', 'aws-cdk', 'db.json.gz');
  const { schema } = database.parse(JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')));
  return new Map(schema.resource.entities.map((entity) => [entity.cloudFormationType, entity]));
}

/** @throws where a type is asked for that the schemas do not know */
export function resourceRules(types: Iterable<string>): ReadonlyMap<string, ResourceRules> {
  known ??= readSchemas();
  const schemas = known;
  return new Map(
    [...new Set(types)].map((type) => {
      const entity = schemas.get(type);
      if (!entity) throw new Error(`${type} is not in the schemas of this aws-cdk; a newer one may know it`);
      const replacing = Object.entries(entity.properties)
        .filter(([, { causesReplacement = 'no' }]) => causesReplacement !== 'no')
        .map(([name]) => name);
      return [type, { replacing: replacing.sort() }];
    }),
  );
}
