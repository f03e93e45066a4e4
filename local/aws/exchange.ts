import type { ServiceCall } from './call-middleware.ts';
import type { AwsError } from './service.ts';

/** One request of a client, as its protocol reads and answers it. */
export interface Exchange {
  /** @throws AwsError for what is no call of a service. */
  read(body: Buffer): ReadCall;
  refuse(error: AwsError): void;
}

interface ReadCall {
  readonly call: ServiceCall;
  /** Has the service do its work. @throws AwsError */
  work(): Promise<object>;
  /** Writes what `work` returned. */
  answer(result: object): void;
}
