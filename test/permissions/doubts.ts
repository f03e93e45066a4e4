import { readdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { KeptRecord } from './record.ts';

/** What decides which permissions there are and which of them are used. */
const SOURCES = ['bin', 'cli', 'examples', 'lambda', 'lib', 'local', 'test'];

/** It only reads the record. */
const READER = join('test', 'permissions') + sep;

/** Why a record tells less than the tests would now; nothing where it tells all. */
export function doubtsAbout({ startedAt, failed }: Omit<KeptRecord, 'used'>, project: string): string[] {
  const newer = SOURCES.flatMap((folder) => filesOf(project, folder)).filter(
    (file) => statSync(join(project, file)).mtimeMs > Date.parse(startedAt),
  );
  return [
    ...(failed.length > 0
      ? [`What these test files use may be missing, because they failed: ${failed.join(', ')}.`]
      : []),
    ...(newer.length > 0
      ? [
          `The record is of ${startedAt}, and these files were changed since: ${few(newer)}. Run npm test again.`,
        ]
      : []),
  ];
}

function filesOf(project: string, folder: string): string[] {
  return readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .filter((file) => !file.startsWith(READER));
}

/** Enough of them to know what it is about. */
function few(files: readonly string[]): string {
  const more = files.length - FEW;
  return more > 0 ? `${files.slice(0, FEW).join(', ')} and ${more} more` : files.join(', ');
}

const FEW = 5;
