/**
 * Which grants were used, written down for the report of those that nobody uses. A line is appended when a grant is used
 * for the first time, so that a process that is killed loses none; each process has a file of its own.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Grant } from './grants.ts';

/** Where the record goes, in the environment: processes that a test starts write it, too. */
export const RECORD_VARIABLE = 'LOCAL_CLOUD_PERMISSION_RECORD';

/** @param directory where nothing is given, nothing is recorded */
export function usageRecord(directory: string | undefined): ((grant: Grant) => void) | undefined {
  if (directory === undefined || directory === '') return undefined;
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${process.pid}.jsonl`);
  return ({ role, action, resource }) => {
    appendFileSync(file, `${JSON.stringify({ role, action, resource })}\n`);
  };
}
