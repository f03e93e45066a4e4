import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateImageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type LocalCloud, startLocalCloud } from '../local/local-cloud.ts';
import { synthesize } from '../local/synthesis.ts';
import { PRICES } from './prices.ts';

/**
 * Creates over many images by many callers at once, through the API of the local cloud: does every one succeed, in
 * the order in which it was accepted, and what does an operation cost? Then the same with callers that send
 * each request three times.
 *
 *     npm run bench:api [-- CREATES IMAGES CALLERS]
 */

const [CREATES = 1000, IMAGES = 50, CALLERS = 50] = process.argv.slice(2).map(Number);
const CREATE_SECONDS = 95;
const PROJECT = join(import.meta.dirname, '..');

/** One order as its caller saw it, in milliseconds of the machine. */
interface Accepted {
  readonly operationId: string;
  readonly image: string;
  readonly askedAt: number;
  readonly answeredAt: number;
}

interface Operation {
  readonly operationId: string;
  readonly status: string;
  readonly version: number;
  readonly history: readonly { readonly errorCode?: string }[];
}

const outdir = mkdtempSync(join(tmpdir(), 'bench-api-'));
try {
  await synthesize({ project: PROJECT, outdir });
  await measure('each request sent once', 1);
  await measure('each request sent three times, by two callers', 3);
} finally {
  rmSync(outdir, { recursive: true });
}

async function measure(title: string, times: number): Promise<void> {
  const cloud = await startLocalCloud({
    assembly: outdir,
    clock: { skipIdle: true },
    settings: { durations: { create: CREATE_SECONDS } },
  });
  try {
    const images = Array.from({ length: IMAGES }, (_, index) => `image-${index}`);
    await register(cloud, ['alone', ...images]);
    const alone = await durationOfOne(cloud);
    const before = cloud.calls.counts();
    const began = cloud.clock.now();
    const accepted = await acceptAll(cloud, images, times);
    const distinct = new Set(accepted.map(({ operationId }) => operationId));
    await ended(cloud, distinct.size + 1);
    const seconds = (cloud.clock.now() - began) / 1000;
    const operations = await Promise.all([...distinct].map((id) => read(cloud, id)));
    const ideal = Math.ceil(CREATES / IMAGES) * alone;
    report(title, { accepted, operations, seconds, ideal, before, after: cloud.calls.counts() });
  } finally {
    await cloud.stop();
  }
}

async function register(cloud: LocalCloud, images: readonly string[]): Promise<void> {
  const { awsUrl: endpoint, region, credentials } = cloud;
  const client = new SageMakerClient({ endpoint, region, credentials });
  for (const ImageName of images) {
    await client.send(new CreateImageCommand({ ImageName, RoleArn: 'arn:aws:iam::000000000000:role/image' }));
  }
  client.destroy();
  // Well over what SageMaker takes for an image.
  await cloud.clock.sleep(600_000);
}

/** Seconds that a create takes with nobody before it. */
async function durationOfOne(cloud: LocalCloud): Promise<number> {
  const began = cloud.clock.now();
  await order(cloud, 'alone', 'alone');
  await ended(cloud, 1);
  return (cloud.clock.now() - began) / 1000;
}

/** Callers side by side, each with the next order as soon as its last is answered. */
async function acceptAll(cloud: LocalCloud, images: readonly string[], times: number): Promise<Accepted[]> {
  const orders = Array.from({ length: CREATES }, (_, index) => ({
    image: images[index % images.length] ?? '',
    key: `order-${index}`,
  }));
  const accepted: Accepted[] = [];
  const caller = async () => {
    for (let next = orders.pop(); next; next = orders.pop()) {
      const { image, key } = next;
      const first = order(cloud, image, key);
      // One repeat at the same time, from somebody else's machine; one afterwards, because the answer was lost.
      const repeats = times > 1 ? [order(cloud, image, key), first.then(() => order(cloud, image, key))] : [];
      accepted.push(await first, ...(await Promise.all(repeats)));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return accepted;
}

async function order(cloud: LocalCloud, image: string, key: string): Promise<Accepted> {
  const askedAt = performance.now();
  const response = await call(cloud, `/images/${image}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ BaseImage: 'registry/image:1' }),
  });
  const answer: { operationId: string } = JSON.parse(await response.text());
  if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  return { operationId: answer.operationId, image, askedAt, answeredAt: performance.now() };
}

/** The stage lets 50 requests a second in; a caller that is throttled asks again, and its time runs on. */
async function call(cloud: LocalCloud, path: string, init?: RequestInit): Promise<Response> {
  for (;;) {
    const response = await fetch(`${cloud.apiUrl}${path}`, init);
    if (response.status !== 429) return response;
    await response.arrayBuffer();
    await cloud.clock.sleep(500);
  }
}

/** Until so many operations have ended, as the bus tells. It remembers the last thousand events alone. */
async function ended(cloud: LocalCloud, count: number): Promise<void> {
  const seen = new Set<string>();
  while (seen.size < count) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const events = cloud.events.recent({ bus: 'image-version-operations-dev' });
    for (const { event } of events) seen.add(JSON.stringify(event.detail));
  }
}

async function read(cloud: LocalCloud, id: string): Promise<Operation> {
  const response = await call(cloud, `/operations/${id}`);
  const operation: Operation = JSON.parse(await response.text());
  return operation;
}

interface Measured {
  readonly accepted: readonly Accepted[];
  readonly operations: readonly Operation[];
  readonly seconds: number;
  readonly ideal: number;
  readonly before: Counts;
  readonly after: Counts;
}
type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

function report(title: string, { accepted, operations, seconds, ideal, before, after }: Measured): void {
  const line = (name: string, value: string | number) =>
    process.stdout.write(`  ${name.padEnd(52)}${String(value).padStart(12)}\n`);
  const calls = (name: string) => total(after[name]) - total(before[name]);
  const each = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + calls(name), 0) / operations.length;
  const latencies = accepted.map(({ askedAt, answeredAt }) => answeredAt - askedAt).toSorted((a, b) => a - b);
  const writes = each(['PutItem', 'UpdateItem', 'DeleteItem'].map((name) => `DynamoDB_20120810.${name}`));
  const reads = each(['GetItem', 'Query'].map((name) => `DynamoDB_20120810.${name}`));
  const conflicts = operations
    .flatMap(({ history }) => history)
    .filter((one) => one.errorCode === 'ResourceConflict');
  const succeeded = operations.filter(({ status }) => status === 'SUCCEEDED');

  process.stdout.write(`\n${CREATES} creates over ${IMAGES} images by ${CALLERS} callers, ${title}\n`);
  line('operations', operations.length);
  line('SUCCEEDED', succeeded.length);
  line('asked for after another was answered, done before', outOfOrder(accepted, operations));
  line('ResourceConflicts that reached Cloud Control', conflicts.length);
  line('CreateResource calls', calls('CloudApiService.CreateResource'));
  line('accepted within, p50', `${at(latencies, 0.5).toFixed(0)} ms`);
  line('accepted within, p99', `${at(latencies, 0.99).toFixed(0)} ms`);
  line('time to the last end', `${seconds.toFixed(0)} s`);
  line('÷ ideal (longest queue × one alone)', `${(seconds / ideal).toFixed(2)} ×`);
  line('StartExecution calls for an operation', each(['AWSStepFunctions.StartExecution']).toFixed(2));
  line('DynamoDB writes for an operation', writes.toFixed(1));
  line('DynamoDB reads for an operation', reads.toFixed(1));
  // Records are written three times at up to 3 KB, and each of the three indexes with them.
  const queueing = writes * PRICES.write * 2 + reads * PRICES.read + PRICES.apiRequest + PRICES.event;
  line('cost of 1,000: what the API and the queue add', `$${(queueing * 1000).toFixed(3)}`);
}

/** Operations of one image whose first order came after another's first answer, and which have the earlier number. */
function outOfOrder(accepted: readonly Accepted[], operations: readonly Operation[]): number {
  const versions = new Map(operations.map(({ operationId, version }) => [operationId, version]));
  const firsts = new Map<string, Accepted>();
  for (const one of accepted) {
    const { askedAt = one.askedAt, answeredAt = one.answeredAt } = firsts.get(one.operationId) ?? {};
    firsts.set(one.operationId, {
      ...one,
      askedAt: Math.min(askedAt, one.askedAt),
      answeredAt: Math.min(answeredAt, one.answeredAt),
    });
  }
  const orders = [...firsts.values()];
  const versionOf = ({ operationId }: Accepted) => versions.get(operationId) ?? 0;
  return orders.filter((late) =>
    orders.some(
      (early) =>
        early.image === late.image && early.answeredAt < late.askedAt && versionOf(early) > versionOf(late),
    ),
  ).length;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function total(outcomes: Readonly<Record<string, number>> = {}): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
}
