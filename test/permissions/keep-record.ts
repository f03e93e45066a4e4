import { readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { RECORD_VARIABLE } from '../../local/aws/iam/usage-record.ts';
import { gathered, KEPT_RECORD, keep } from './record.ts';

const project = join(import.meta.dirname, '..', '..');

/** What is looked at of Jest's AggregatedResult. */
interface RunResults {
  /** Epoch milliseconds. */
  readonly startTime: number;
  /** Tests that were passed over. */
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly testFilePath: string;
    readonly numFailingTests: number;
    /** Why the file could not be run. */
    readonly testExecError?: unknown;
  }[];
}

/**
 * Jest's reporter that keeps which permissions the tests used, for `npm run permissions`: of a run of every test, and of no
 * other. A run of some of them would tell less than there is, so it leaves the record of the last whole one.
 */
export default class KeepRecord {
  onRunComplete(_contexts: unknown, results: RunResults): void {
    const directory = process.env[RECORD_VARIABLE];
    if (directory === undefined)
      throw new Error(`${RECORD_VARIABLE} is missing: test/synthesized.ts sets it`);
    if (isWhole(results, testFiles())) {
      const failed = results.testResults
        .filter(({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError !== undefined)
        .map(({ testFilePath }) => relative(project, testFilePath));
      const startedAt = new Date(results.startTime).toISOString();
      keep(join(project, KEPT_RECORD), { startedAt, failed, used: gathered(directory) });
    }
    rmSync(directory, { recursive: true });
  }
}

/** Whether no test file was left out, and no test in one. @param files of all tests, from the project on */
export function isWhole(
  { testResults, numPendingTests }: Pick<RunResults, 'testResults' | 'numPendingTests'>,
  files: readonly string[],
): boolean {
  const run = new Set(testResults.map(({ testFilePath }) => relative(project, testFilePath)));
  return numPendingTests === 0 && files.every((file) => run.has(file));
}

function testFiles(): string[] {
  const files = readdirSync(join(project, 'test'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.test.ts')).map((file) => join('test', file));
}
