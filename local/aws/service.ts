/** What the emulated services share: a call as it came over the wire, an error as it goes back. */

/** One call of an AWS JSON API (`X-Amz-Target: <prefix>.<operation>`), parsed. */
export interface AwsCall {
  readonly operation: string;
  /** From the signature's credential scope. */
  readonly region: string;
  /** From the signature: which credentials signed. A function's own tell which role is calling. */
  readonly accessKeyId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An emulated service behind the local AWS address. */
export interface AwsJsonService {
  /** The part of `X-Amz-Target` before the dot, for instance `CloudApiService`. */
  readonly target: string;
  readonly contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  /** @throws AwsError for everything that the real service would answer with an error. */
  call(call: AwsCall): Promise<object>;
}

/** An error in AWS's own shape: `__type`, `message`, and a status that the SDKs do not dispatch on. */
export class AwsError extends Error {
  /** HTTP status. Cloud Control was recorded to answer 400 even where its model says 404 or 409. */
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** Account and partition of everything that the local cloud holds. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_PARTITION = 'aws';
