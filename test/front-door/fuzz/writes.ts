import type { CallMiddleware } from '../../../local/aws/call-middleware.ts';
import { functionNameOf } from '../../../local/aws/lambda/credentials.ts';

/** Calls that leave something behind. */
const WRITES: readonly RegExp[] = [
  /^DynamoDB_\d+\.(PutItem|UpdateItem|DeleteItem|TransactWriteItems|BatchWriteItem)$/,
  /^CloudApiService\.(Create|Update|Delete|Cancel)Resource/,
  /^SageMaker\.(Create|Update|Delete|Add)/,
  /^AWSStepFunctions\.(Start|Stop)/,
  /^AWSEvents\.Put/,
  /^AmazonSQS\.Send/,
];

/** What the functions of the API wrote: those of the workflows write for operations that were accepted before. */
export class WriteLog {
  #since: string[] = [];

  /** To stand around every call of the local cloud. */
  readonly middleware: CallMiddleware = async (call, next) => {
    const answer = await next();
    // What was refused, by a condition or otherwise, has written nothing.
    this.add(functionNameOf(call.accessKeyId) ?? '', `${call.service}.${call.operation}`);
    return answer;
  };

  /** @param called the service's target prefix and the operation */
  add(functionName: string, called: string): void {
    if (!functionName.startsWith('image-version-api-')) return;
    if (WRITES.some((one) => one.test(called))) this.#since.push(`${functionName} ${called}`);
  }

  /** What was written since this was asked last. */
  take(): readonly string[] {
    const since = this.#since;
    this.#since = [];
    return since;
  }
}
