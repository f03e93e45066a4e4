import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange.ts';
import { bodyTooLarge, incompleteSignature, missingSignature, unreadableBody } from './protocol-errors.ts';
import type { AwsError, AwsJsonService } from './service.ts';

/** What a call's signature says; the signature itself is not verified here. */
export interface Signer {
  readonly accessKeyId: string;
  readonly region: string;
  /** Signing name of the service that is called, for instance `sts`. */
  readonly service: string;
}

/**
 * Reads the credential scope of Signature Version 4: `<key id>/<date>/<region>/<service>/aws4_request`.
 * @throws AwsError when the call is unsigned, or signed in a way without scope.
 */
export function readSigner(authorization: string | undefined): Signer {
  if (authorization === undefined) throw missingSignature();
  const credential = /Credential=([^,\s]+)/.exec(authorization)?.[1]?.split('/') ?? [];
  const [service, region] = [credential.at(-2), credential.at(-3)];
  // An access key id has no slash in AWS; here it may have, so the scope is read from its end.
  const accessKeyId = credential.slice(0, -4).join('/');
  if (!service || !region || accessKeyId === '') throw incompleteSignature(authorization);
  return { accessKeyId, region, service };
}

/**
 * @throws AwsError RequestEntityTooLargeException beyond `limit` bytes; the rest is not read then.
 * @throws Error when the client went away.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Not `for await`: leaving that loop early destroys the socket, and with it the answer.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else reject(bodyTooLarge(limit));
    });
    request.on('end', resolve);
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client went away')));
  });
  return Buffer.concat(chunks);
}

/** @throws AwsError SerializationException */
export function parseJsonText(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw unreadableBody(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws AwsError SerializationException unless the body is one JSON object; no body at all is `{}`. */
function parseJsonBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const value = parseJsonText(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadableBody('The body is not a JSON object');
  }
  return { ...value };
}

/** A call of a service that is named by the part of X-Amz-Target before the dot. */
export function jsonExchange(
  service: AwsJsonService,
  operation: string,
  request: IncomingMessage,
  response: ServerResponse,
): Exchange {
  const requestId = String(response.getHeader('x-amzn-requestid'));
  return {
    read: (body) => {
      const { accessKeyId, region } = readSigner(request.headers.authorization);
      const input = parseJsonBody(body);
      const call = { accessKeyId, region, operation, input, service: service.target, requestId };
      return {
        call,
        work: () => service.call(call),
        answer: (result) => writeJson(response, 200, result, service.contentType),
      };
    },
    refuse: (error) => writeError(response, error, service.contentType),
  };
}

/**
 * An error's body carries its message under both spellings: the JS SDK reads `message` first, while botocore
 * fills a modelled error's own member, which Cloud Control and SageMaker spell `Message` (recorded).
 */
export function writeError(
  response: ServerResponse,
  error: AwsError,
  contentType: AwsJsonService['contentType'],
): void {
  response.setHeader('x-amzn-errortype', error.name);
  // The front's own errors carry its namespace in JSON 1.0 alone (as users report it); SDKs drop it.
  const namespaced = error.name === 'UnknownOperationException' && contentType.endsWith('1.0');
  const __type = namespaced ? `com.amazon.coral.service#${error.name}` : error.name;
  const body = { __type, message: error.message, Message: error.message };
  writeJson(response, error.status, body, contentType);
}

/** An error as REST-JSON has it: its name is in a header alone. */
export function writeRestError(response: ServerResponse, error: AwsError): void {
  response.setHeader('x-amzn-errortype', error.name);
  writeJson(response, error.status, { message: error.message }, 'application/json');
}

export function writeJson(
  response: ServerResponse,
  status: number,
  body: object,
  contentType: AwsJsonService['contentType'] | 'application/json',
): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length });
  response.end(bytes);
}
