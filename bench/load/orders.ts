import { paginateListImageVersions, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { LocalCloud } from '../../local/local-cloud.ts';
import { atOnce } from '../inventory/bench-cloud.ts';

/** Creates by many callers at once, and whether each became what it should. */

/** As many as leave the machine time for the reads beside them. */
const CALLERS = 16;

/** An image's operations, in the order in which they were accepted: each was asked for after the one before was answered. */
export type Accepted = ReadonlyMap<string, readonly string[]>;

export async function acceptAll(
  cloud: LocalCloud,
  images: readonly string[],
  each: number,
): Promise<Accepted> {
  const accepted = new Map<string, string[]>(images.map((image) => [image, []]));
  for (let round = 0; round < each; round += 1) {
    await atOnce(CALLERS, images, async (image) => {
      const response = await ask(cloud, `/images/${image}/versions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `${image}-${round}` },
        body: JSON.stringify({ BaseImage: 'registry/image:1' }),
      });
      const { operationId }: { operationId: string } = JSON.parse(await response.text());
      accepted.get(image)?.push(operationId);
    });
  }
  return accepted;
}

export interface Judged {
  readonly succeeded: number;
  /** How often each error ended one. */
  readonly errors: Readonly<Record<string, number>>;
  /** Versions that stand in SageMaker beyond those that stood before. */
  readonly versions: number;
  readonly distinct: number;
  /** Images whose versions do not follow the order of acceptance, one by one from the first. */
  readonly outOfOrder: number;
  readonly conflicts: number;
}

interface Operation {
  readonly operationId: string;
  readonly status: string;
  readonly version: number | null;
  readonly error?: { readonly name: string } | null;
  readonly history: readonly { readonly errorCode?: string }[];
}

/** @param before versions that each image had */
export async function judge(
  cloud: LocalCloud,
  sageMaker: SageMakerClient,
  accepted: Accepted,
  before: number,
): Promise<Judged> {
  const errors: Record<string, number> = {};
  let [succeeded, versions, distinct, outOfOrder, conflicts] = [0, 0, 0, 0, 0];
  await atOnce(8, [...accepted], async ([image, ids]) => {
    const operations = new Map((await operationsOf(cloud, image)).map((one) => [one.operationId, one]));
    const there = await versionsOf(sageMaker, image);
    const own = ids.flatMap((id) => operations.get(id) ?? []);
    const numbers = own.map(({ version }) => version);
    versions += there - before;
    succeeded += own.filter(({ status }) => status === 'SUCCEEDED').length;
    for (const { error } of own) if (error) errors[error.name] = (errors[error.name] ?? 0) + 1;
    distinct += new Set(numbers.filter((version) => version !== null)).size;
    if (numbers.some((version, index) => version !== before + index + 1)) outOfOrder += 1;
    conflicts += own
      .flatMap(({ history }) => history)
      .filter((one) => one.errorCode === 'ResourceConflict').length;
  });
  return { succeeded, errors, versions, distinct, outOfOrder, conflicts };
}

async function operationsOf(cloud: LocalCloud, image: string): Promise<Operation[]> {
  const operations: Operation[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await ask(cloud, `/operations?image=${image}&limit=50${from}`);
    const page: { items: Operation[]; nextCursor: string | null } = JSON.parse(await response.text());
    operations.push(...page.items);
    cursor = page.nextCursor;
  }
  return operations;
}

async function versionsOf(client: SageMakerClient, ImageName: string): Promise<number> {
  let count = 0;
  for await (const { ImageVersions = [] } of paginateListImageVersions({ client }, { ImageName })) {
    count += ImageVersions.length;
  }
  return count;
}

/** Half a second apart: five minutes in all, longer than any burst of this bench waits for its turn. */
const ATTEMPTS = 600;

/**
 * The stage lets so many requests a second in; one that it throttles is asked again, and so is one whose function was not done
 * in time, which is what 503 says, and one whose connection broke. What is written bears a key for that.
 * @throws Error for any other failure, and for these where they do not pass
 */
export async function ask(cloud: LocalCloud, path: string, init?: RequestInit): Promise<Response> {
  let last: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const outcome = await tryOnce(`${cloud.apiUrl}${path}`, init);
    if (outcome instanceof Response) return outcome;
    last = outcome;
    await cloud.clock.sleep(500);
  }
  throw new Error(`${path}: not answered in ${ATTEMPTS} attempts`, { cause: last });
}

/** The answer, or why to ask again. */
async function tryOnce(url: string, init: RequestInit | undefined): Promise<Response | Error> {
  const response = await fetch(url, init).catch(brokenConnection);
  if (response instanceof Error || response.ok) return response;
  const error = new Error(`${url}: ${response.status}: ${await response.text()}`);
  if (response.status === 429 || response.status === 503) return error;
  throw error;
}

/** What fetch throws where the connection could not be made or broke. */
function brokenConnection(error: unknown): TypeError {
  if (error instanceof TypeError) return error;
  throw error;
}
