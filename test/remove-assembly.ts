import { rmSync } from 'node:fs';
import { assemblyDirectory } from './synthesized.ts';

/** Jest's global teardown. */
export default function teardown(): void {
  rmSync(assemblyDirectory(), { recursive: true });
}
