/**
 * AWS's query protocol: a form with `Action` and `Version` goes in, XML comes out. The service is known by the scope of
 * the signature. Names and texts of errors: AWS, common errors.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange.ts';
import { readSigner } from './json-protocol.ts';
import { type AwsCall, AwsError } from './service.ts';

/** An emulated service behind the local address that speaks the query protocol. */
export interface AwsQueryService {
  /** The service's part of a signature's scope, for instance `sts`. */
  readonly signingName: string;
  /** How fault rules and the record of calls name it. */
  readonly target: string;
  readonly version: string;
  /** Namespace of its answers. */
  readonly namespace: string;
  readonly operations: readonly string[];
  /**
   * @returns the members of the answer; all of them are text
   * @throws AwsError for everything that the real service would answer with an error
   */
  call(call: AwsCall): Promise<Readonly<Record<string, string>>>;
}

/** Whether a request without X-Amz-Target is one of the query protocol. */
export function isQuery(request: IncomingMessage): boolean {
  const { pathname, searchParams } = urlOf(request);
  if (pathname !== '/') return false;
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return (request.method === 'POST' && form) || searchParams.has('Action');
}

export function queryExchange(
  services: readonly AwsQueryService[],
  request: IncomingMessage,
  response: ServerResponse,
): Exchange {
  const requestId = String(response.getHeader('x-amzn-requestid'));
  return {
    read: (body) => {
      const { authorization } = request.headers;
      if (authorization === undefined) throw unsigned();
      const { service: signingName, ...signer } = readSigner(authorization);
      const form = new URLSearchParams(body.toString('utf8'));
      const input = Object.fromEntries([...urlOf(request).searchParams, ...form]);
      const { Action: operation, Version: version } = input;
      if (operation === undefined) throw new AwsError('MissingAction', 'Could not find an Action');
      const service = services.find((one) => one.signingName === signingName);
      if (!service?.operations.includes(operation) || service.version !== version) {
        throw unknownAction(operation, version);
      }
      const call = { ...signer, operation, input, service: service.target, requestId };
      return {
        call,
        work: () => service.call(call),
        answer: (result) => {
          const members = element(`${operation}Result`, ...Object.entries(result).map(textElement));
          const metadata = element('ResponseMetadata', textElement(['RequestId', requestId]));
          const opening = `<${operation}Response xmlns="${service.namespace}">`;
          writeXml(response, 200, `${opening}${members}${metadata}</${operation}Response>`);
        },
      };
    },
    refuse: (error) => {
      const described = element(
        'Error',
        textElement(['Type', error.status < 500 ? 'Sender' : 'Receiver']),
        textElement(['Code', CODES[error.name] ?? error.name]),
        textElement(['Message', error.message]),
      );
      const xml = element('ErrorResponse', described, textElement(['RequestId', requestId]));
      writeXml(response, error.status, xml);
    },
  };
}

/** Errors that the JSON protocols name otherwise. */
const CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  IncompleteSignatureException: 'IncompleteSignature',
  ThrottlingException: 'Throttling',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

function unsigned(): AwsError {
  return new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
}

function unknownAction(operation: string, version: string | undefined): AwsError {
  return new AwsError('InvalidAction', `Could not find operation ${operation} for version ${version ?? ''}`);
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://local');
}

function element(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

function textElement([name, text]: readonly [string, unknown]): string {
  const escaped = String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return element(name, escaped);
}

function writeXml(response: ServerResponse, status: number, xml: string): void {
  const bytes = Buffer.from(xml);
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': bytes.length });
  response.end(bytes);
}
