import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, parseJson } from '../../local/json.ts';
import type { Used } from './report.ts';

/** What the processes of a run wrote down. @throws Error when there is no record */
export function readRecord(directory: string): Used[] {
  const files = existsSync(directory) ? readdirSync(directory) : [];
  if (files.length === 0) {
    throw new Error(
      `There is no record of used permissions in ${directory}: npm test leaves one. Run it first.`,
    );
  }
  return files.flatMap((file) =>
    readFileSync(join(directory, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => usedIn(line, file)),
  );
}

function usedIn(line: string, file: string): Used {
  const value = parseJson(line);
  const { role, action, resource } = isJsonObject(value) ? value : {};
  if (typeof role !== 'string' || typeof action !== 'string' || typeof resource !== 'string') {
    throw new Error(`${file} has a line that is no used permission: ${line}`);
  }
  return { role, action, resource };
}
