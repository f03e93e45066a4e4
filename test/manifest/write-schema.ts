import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestJsonSchema } from '../../lambda/manifest/json-schema.ts';

/**
 * Writes docs/manifest.schema.json anew, after the form of manifests has changed.
 *
 *     npm run manifest-schema
 */
const file = join(import.meta.dirname, '..', '..', 'docs', 'manifest.schema.json');
writeFileSync(file, `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`);
process.stdout.write(`${file} is written\n`);
