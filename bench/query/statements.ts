import type { BenchCloud } from '../inventory/bench-cloud.ts';
import { imageName } from '../inventory/bench-cloud.ts';

/** The statements that are measured: on live rows, on remembered ones, and on both. */

export const QUERY = 'image-version-api-query-read-dev';

export interface Measured {
  readonly rows: number;
  /** From the request to the last byte of its answer. */
  readonly seconds: number;
  /** Of Cloud Control and SageMaker. */
  readonly calls: number;
  readonly throttled: number;
  /** Of DynamoDB. */
  readonly reads: number;
}

export interface Statement {
  readonly name: string;
  readonly sql: string;
  /** Calls that a list and one GetResource for each row take, told by what a list by region takes. */
  readonly plainly: (list: Measured) => number;
}

const LIVE = 'awscc.sagemaker.image_versions';

/** @param at a time that a snapshot tells of; since then ten versions have changed */
export function statements(at: string): readonly Statement[] {
  const arn = `arn:aws:sagemaker:us-east-1:000000000000:image-version/${imageName(0)}/1`;
  const each = (list: Measured) => list.calls + list.rows;
  return [
    {
      name: 'list by region',
      sql: `SELECT region, image_version_arn FROM ${LIVE}_list_only WHERE region = 'us-east-1'`,
      plainly: (list) => list.calls,
    },
    {
      name: 'get one, all columns',
      sql: `SELECT * FROM ${LIVE} WHERE region = 'us-east-1' AND Identifier = '${arn}'`,
      plainly: () => 1,
    },
    {
      name: 'GROUP BY over live rows',
      sql: `SELECT processor, vendor_guidance, count(*) AS versions FROM ${LIVE} WHERE region = 'us-east-1' GROUP BY 1, 2`,
      plainly: each,
    },
    {
      name: 'all rows, all columns',
      sql: `SELECT * FROM ${LIVE} WHERE region = 'us-east-1'`,
      plainly: each,
    },
    {
      name: 'live joined with history',
      sql: `SELECT l.image_name, l.version, h.release_notes AS was, l.release_notes AS is_now
            FROM ${LIVE} l JOIN inventory.image_versions h USING (region, image_version_arn)
            WHERE l.region = 'us-east-1' AND h.snapshot_at = '${at}' AND l.release_notes <> h.release_notes`,
      plainly: each,
    },
    {
      name: 'as of then, remembered alone',
      sql: `SELECT processor, count(*) AS versions FROM inventory.image_versions
            WHERE region = 'us-east-1' AND snapshot_at = '${at}' GROUP BY 1`,
      plainly: () => Number.NaN,
    },
  ];
}

/** Runs one statement through the API. */
export async function measure({ cloud, meter }: BenchCloud, sql: string): Promise<Measured> {
  meter.reset();
  const began = performance.now();
  const response = await fetch(`${cloud.apiUrl}/query/read`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql }),
  });
  const text = await response.text();
  const seconds = (performance.now() - began) / 1000;
  if (!response.ok) throw new Error(`The API answered ${response.status}: ${text}`);
  const { rows }: { readonly rows: readonly unknown[] } = JSON.parse(text);
  const { calls, throttled, reads } = meter.of(QUERY);
  return { rows: rows.length, seconds, calls, throttled, reads };
}
