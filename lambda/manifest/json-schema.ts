import * as z from 'zod/mini';
import { ExportedProperty, ManifestSchema, PropertyName } from './manifest.ts';
import { EXPORTABLE_SPELLINGS, SETTABLE_SPELLINGS } from './names.ts';

/** The form of manifests as JSON Schema, for editors and for the OpenAPI document. It is made of what checks them. */

/** Puts the names that there are into the JSON Schema of a name. An override of zod's `toJSONSchema`. */
export function nameProperties({
  zodSchema,
  jsonSchema,
}: {
  readonly zodSchema: unknown;
  readonly jsonSchema: { enum?: unknown[] };
}): void {
  if (zodSchema === PropertyName) jsonSchema.enum = [...SETTABLE_SPELLINGS];
  if (zodSchema === ExportedProperty) jsonSchema.enum = [...EXPORTABLE_SPELLINGS];
}

/** The whole schema, as docs/manifest.schema.json has it. */
export function manifestJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(ManifestSchema, { io: 'input', override: nameProperties });
  return {
    $schema,
    title: 'Manifest of SageMaker image versions',
    description: 'See docs/manifests.md of image-version-automation.',
    ...schema,
  };
}
