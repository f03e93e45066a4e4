import {
  CreateImageCommand,
  DescribeImageCommand,
  ResourceNotFound,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Stage } from '../../examples/demo/stage.ts';
import type { Acceptance } from '../faults/observed.ts';

/** What the tour does not do: orders by the API, one behind the other in an image's queue, each asked for twice. */

export const QUEUED_IMAGE = 'ordered-by-api';
/** Taken by each create from the one before. */
export const MOVING_ALIAS = 'latest';

interface Order {
  readonly key: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

const VERSIONS = `/images/${QUEUED_IMAGE}/versions`;

function create(number: number): Order {
  const body = { BaseImage: `registry/ordered:${number}`, Aliases: [MOVING_ALIAS] };
  return { key: `create-${number}`, method: 'POST', path: VERSIONS, body };
}

const ORDERS: readonly Order[] = [
  create(1),
  create(2),
  { key: 'archive-1', method: 'PATCH', path: `${VERSIONS}/1`, body: { VendorGuidance: 'ARCHIVED' } },
  create(3),
  { key: 'delete-2', method: 'DELETE', path: `${VERSIONS}/2` },
  { key: 'note-3', method: 'PATCH', path: `${VERSIONS}/3`, body: { ReleaseNotes: 'Passed' } },
];

/** Asks for all of them. @throws Error where a repeat is not answered as the same operation */
export async function placeOrders(stage: Stage): Promise<Acceptance[]> {
  await register(stage);
  const accepted: Acceptance[] = [];
  for (const [index, order] of ORDERS.entries()) {
    const operationId = await accept(stage, order);
    const again = await accept(stage, order);
    if (again !== operationId) throw new Error(`${order.key} is ${operationId}, and then ${again}`);
    accepted.push({ operationId, imageName: QUEUED_IMAGE, asked: 2 * index, answered: 2 * index + 1 });
  }
  return accepted;
}

/** No answer, and one that says to come again, is asked for again; a refusal is an answer, and none of these should be. */
async function accept({ apiUrl, surely }: Stage, { key, method, path, body }: Order): Promise<string> {
  const { status, text } = await surely(async () => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { 'idempotency-key': key, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = { status: response.status, text: await response.text() };
    if (answer.status >= 500 || answer.status === 429) throw refused(answer);
    return answer;
  });
  if (status >= 300) throw refused({ status, text });
  const { operationId }: { operationId: string } = JSON.parse(text);
  return operationId;

  function refused(answer: { readonly status: number; readonly text: string }): Error {
    return new Error(`${method} ${path}: ${answer.status}: ${answer.text}`);
  }
}

async function register({ awsUrl: endpoint, region, credentials, surely }: Stage): Promise<void> {
  const client = new SageMakerClient({ endpoint, region, credentials });
  const statusOf = async () => {
    try {
      return (await client.send(new DescribeImageCommand({ ImageName: QUEUED_IMAGE }))).ImageStatus;
    } catch (error) {
      if (error instanceof ResourceNotFound) return undefined;
      throw error;
    }
  };
  await surely(async () => {
    const status = await statusOf();
    if (status === 'CREATED') return;
    const image = { ImageName: QUEUED_IMAGE, RoleArn: 'arn:aws:iam::000000000000:role/image' };
    if (status === undefined) await client.send(new CreateImageCommand(image));
    throw new Error(`The image is not ready: ${status}`);
  });
  client.destroy();
}
