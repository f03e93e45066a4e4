import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { takeSnapshot } from './demo/snapshots.ts';
import { type ExampleImage, exampleImages, register } from './images.ts';

/**
 * `npm start -- --example` runs this once the local cloud is up: it registers the images of images.json, creates their
 * versions through the HTTP API, and takes a snapshot. Addresses and credentials come from the environment:
 * `IMAGE_VERSIONS_API`, and what every AWS SDK reads. Run again, it makes what is missing and nothing twice.
 */

const LOOK_EVERY_MS = 150;
/** Of the machine's time: many times what the few creates of one image take. */
const LONGEST_MS = 120_000;

async function seed(apiUrl: string): Promise<void> {
  const images = exampleImages();
  console.log(`Example: ${images.length} images, and the versions of each …`);
  const [sageMaker, cloudControl] = [new SageMakerClient(), new CloudControlClient()];
  const surely = <Result>(work: () => Promise<Result>) => work();
  await Promise.all(
    images.map(async (image) => {
      await register(sageMaker, cloudControl, { surely }, image);
      await createVersions(apiUrl, image);
    }),
  );
  const { snapshotId, counts } = await takeSnapshot({ apiUrl, surely });
  console.log(`Example: ${counts.images} images, ${counts.versions} versions, snapshot ${snapshotId}`);
}

/** Creates the versions that the image does not have yet, in their order. */
async function createVersions(apiUrl: string, { name, versions }: ExampleImage): Promise<void> {
  const there = await read<{ items: readonly unknown[] }>(`${apiUrl}/images/${name}/versions`);
  const missing = versions.slice(there.items.length);
  const accepted = await Promise.all(
    missing.map((properties, nth) =>
      read<{ operationId: string }>(`${apiUrl}/images/${name}/versions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          // Cut off just after this request and run again, the same create is answered, not made twice.
          'idempotency-key': `example-${name}-${there.items.length + nth + 1}`,
        },
        body: JSON.stringify(properties),
      }),
    ),
  );
  for (const { operationId } of accepted) await succeeded(`${apiUrl}/operations/${operationId}`);
}

async function succeeded(operation: string): Promise<void> {
  for (const until = performance.now() + LONGEST_MS; performance.now() < until; ) {
    const { status, error } = await read<{ status: string; error?: { message: string } }>(operation);
    if (status === 'SUCCEEDED') return;
    if (status !== 'QUEUED' && status !== 'RUNNING') {
      throw new Error(`${operation} ended as ${status}: ${error?.message ?? 'without an error'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error(`${operation} has not ended within ${LONGEST_MS / 1000} s`);
}

async function read<Answer>(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Error(`${url} answered ${response.status}: ${text}`);
}

const { IMAGE_VERSIONS_API } = process.env;
if (!IMAGE_VERSIONS_API) throw new Error('IMAGE_VERSIONS_API is not set; npm start -- --example sets it.');
await seed(IMAGE_VERSIONS_API);
