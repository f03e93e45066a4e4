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
  /** Properties that make up the identifier: a name that can be chosen is among them. */
  readonly identifying: readonly string[];
}

const database = z.object({
  schema: z.object({
    resource: z.object({
      entities: z.array(
        z.object({
          cloudFormationType: z.string(),
          primaryIdentifier: z.optional(z.array(z.string())),
          properties: z.record(
            z.string(),
            z.object({ causesReplacement: z.optional(z.enum(['yes', 'no', 'maybe'])) }),
          ),
        }),
      ),
    }),
  }),
});

/** @throws where a type is asked for that the schemas do not know */
export function resourceRules(types: Iterable<string>): ReadonlyMap<string, ResourceRules> {
  const file = join(import.meta.dirname, '..', '..', 'node_modules', 'aws-cdk', 'db.json.gz');
  const { entities } = database.parse(JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'))).schema
    .resource;
  const known = new Map(entities.map((entity) => [entity.cloudFormationType, entity]));
  return new Map(
    [...new Set(types)].map((type) => {
      const entity = known.get(type);
      if (!entity) throw new Error(`${type} is not in the schemas of this aws-cdk; a newer one may know it`);
      const replacing = Object.entries(entity.properties)
        .filter(([, { causesReplacement = 'no' }]) => causesReplacement !== 'no')
        .map(([name]) => name);
      return [type, { replacing: replacing.sort(), identifying: entity.primaryIdentifier ?? [] }];
    }),
  );
}
