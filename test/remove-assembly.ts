import { rmSync } from 'node:fs';
import { assembliesDirectory } from './synthesized.ts';

/** Jest's global teardown. */
export default function teardown(): void {
  rmSync(assembliesDirectory(), { recursive: true });
}
