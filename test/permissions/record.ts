/** Which permissions a run of the tests used: what its processes wrote down, and what is kept of it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isJsonArray, isJsonObject, type Json, parseJson } from '../../local/json.ts';
import type { Used } from './report.ts';

/** Where it is kept, in the project. */
export const KEPT_RECORD = '.permissions/record.json';

export interface KeptRecord {
  /** When the run began, in ISO 8601. */
  readonly startedAt: string;
  /** Test files that failed: what they would have used is missing. */
  readonly failed: readonly string[];
  readonly used: readonly Used[];
}

/** What the processes of a run wrote down, each once. */
export function gathered(directory: string): Used[] {
  const lines = readdirSync(directory).flatMap((file) =>
    readFileSync(join(directory, file), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
  return [...new Set(lines)].sort().map((line) => usedOf(parseJson(line), line));
}

/** All of it or nothing: whoever reads at the same time reads the one before. */
export function keep(file: string, record: KeptRecord): void {
  mkdirSync(dirname(file), { recursive: true });
  const written = `${file}.${process.pid}`;
  writeFileSync(written, JSON.stringify(record));
  renameSync(written, file);
}

/** @throws Error when there is no record */
export function readKept(file: string): KeptRecord {
  if (!existsSync(file)) {
    throw new Error(
      `There is no record of used permissions in ${file}: npm test leaves one when all tests were run. Run it first.`,
    );
  }
  const text = readFileSync(file, 'utf8');
  const value = parseJson(text);
  const { startedAt, failed, used } = isJsonObject(value) ? value : {};
  if (typeof startedAt !== 'string' || !isJsonArray(failed) || !isJsonArray(used)) {
    throw new Error(`${file} is no record of used permissions: remove it, and run npm test.`);
  }
  return { startedAt, failed: failed.map(String), used: used.map((one) => usedOf(one, JSON.stringify(one))) };
}

function usedOf(value: Json | undefined, text: string): Used {
  const { role, action, resource } = isJsonObject(value) ? value : {};
  if (typeof role !== 'string' || typeof action !== 'string' || typeof resource !== 'string') {
    throw new Error(`The record has something that is no used permission: ${text}`);
  }
  return { role, action, resource };
}
