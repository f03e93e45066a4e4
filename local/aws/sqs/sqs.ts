/** The part of SQS that a dead-letter queue needs: to look into it, to empty it, to put something back. */
import type { QueueResource } from '../../assembly/queues.ts';
import { type Checked, checkInput, type InputShape } from '../input-shape.ts';
import { unknownOperation } from '../protocol-errors.ts';
import { type AwsCall, AwsError, type AwsJsonService, LOCAL_ACCOUNT } from '../service.ts';
import type { QueueMessage, QueueStore } from './queue-store.ts';

const QUEUE = { QueueUrl: { type: 'string', required: true } } as const;

const SHAPES = {
  GetQueueUrl: { QueueName: { type: 'string', required: true } },
  ReceiveMessage: {
    ...QUEUE,
    MaxNumberOfMessages: { type: 'integer', min: 1, max: 10 },
    VisibilityTimeout: { type: 'integer', min: 0, max: 43_200 },
  },
  DeleteMessage: { ...QUEUE, ReceiptHandle: { type: 'string', required: true } },
  SendMessage: { ...QUEUE, MessageBody: { type: 'string', required: true, min: 1, max: 262_144 } },
} as const satisfies Record<string, InputShape>;

/** Receives never wait: WaitTimeSeconds is taken for 0. */
export class Sqs implements AwsJsonService {
  readonly target = 'AmazonSQS';
  readonly contentType = 'application/x-amz-json-1.0';
  readonly #store: QueueStore;
  readonly #endpointUrl: () => string;

  /** @param endpointUrl the local address: an SDK may send a call to the URL of its queue */
  constructor(store: QueueStore, endpointUrl: () => string) {
    this.#store = store;
    this.#endpointUrl = endpointUrl;
  }

  async call({ operation, input }: Pick<AwsCall, 'operation' | 'input'>): Promise<object> {
    const at = <const S extends typeof QUEUE & InputShape>(shape: S) => {
      const checked = checkInput(shape, input);
      return { checked, queue: this.#queue(String(Reflect.get(checked, 'QueueUrl'))) };
    };
    switch (operation) {
      case 'ListQueues':
        return { QueueUrls: this.#store.queues.map((queue) => this.#url(queue)) };
      case 'GetQueueUrl': {
        const { QueueName } = checkInput(SHAPES.GetQueueUrl, input);
        return { QueueUrl: this.#url(this.#queue(QueueName)) };
      }
      case 'GetQueueAttributes': {
        const { queue } = at(QUEUE);
        const count = this.#store.messages(queue).length;
        return { Attributes: { QueueArn: queue.arn, ApproximateNumberOfMessages: String(count) } };
      }
      case 'SendMessage': {
        const { checked, queue } = at(SHAPES.SendMessage);
        const { id, md5 } = this.#store.send(queue.arn, checked.MessageBody, {});
        return { MessageId: id, MD5OfMessageBody: md5 };
      }
      case 'ReceiveMessage':
        return this.#receive(checkInput(SHAPES.ReceiveMessage, input));
      case 'DeleteMessage': {
        const { checked, queue } = at(SHAPES.DeleteMessage);
        this.#store.delete(queue, checked.ReceiptHandle);
        return {};
      }
      case 'PurgeQueue':
        this.#store.purge(at(QUEUE).queue);
        return {};
      default:
        throw unknownOperation(`SQS ${operation}`);
    }
  }

  #receive(input: Checked<typeof SHAPES.ReceiveMessage>): object {
    const { MaxNumberOfMessages = 1, VisibilityTimeout } = input;
    const received = this.#store.receive(this.#queue(input.QueueUrl), MaxNumberOfMessages, VisibilityTimeout);
    if (received.length === 0) return {};
    return {
      Messages: received.map(({ receipt, ...message }) => ({
        ...apiMessage(message),
        ReceiptHandle: receipt,
      })),
    };
  }

  #url({ name }: QueueResource): string {
    return `${this.#endpointUrl()}/${LOCAL_ACCOUNT}/${name}`;
  }

  /** By name too, for it is all that another region's or account's URL has in common with ours. */
  #queue(urlOrName: string): QueueResource {
    const name = urlOrName.split('/').at(-1);
    const queue = this.#store.queues.find((one) => one.name === name);
    if (queue) return queue;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }
}

function apiMessage({ id, body, md5, attributes, sentAt, receives }: QueueMessage): object {
  return {
    MessageId: id,
    Body: body,
    MD5OfBody: md5,
    Attributes: { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(receives) },
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  };
}
