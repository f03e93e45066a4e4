import { mkdirSync } from 'node:fs';
import { types } from 'node:util';

/**
 * Makes the directory in which everything is kept, before anything that takes time.
 *
 * @throws Error with a sentence for the user
 */
export function makeDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const code = types.isNativeError(error) && 'code' in error ? error.code : error;
    throw new Error(
      `${path} cannot be used as a directory (${String(code)}): choose another one with --data.`,
      { cause: error },
    );
  }
}
