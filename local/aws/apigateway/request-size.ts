import type { IncomingMessage } from 'node:http';

/** Request line and header values together (quotas of HTTP APIs). Names of headers do not count. */
const MAX_HEADER_BYTES = 10_240;
/** What Node reads of a request's head before it is measured: the names of many headers fit beside the values. */
export const MAX_HEAD_BYTES = 4 * MAX_HEADER_BYTES;

export function hasTooLongHeaders({ method, url, httpVersion, rawHeaders }: IncomingMessage): boolean {
  const line = `${method} ${url} HTTP/${httpVersion}`;
  const values = rawHeaders.filter((_, index) => index % 2 === 1);
  return (
    [line, ...values].reduce((sum, text) => sum + Buffer.byteLength(text, 'latin1'), 0) > MAX_HEADER_BYTES
  );
}
