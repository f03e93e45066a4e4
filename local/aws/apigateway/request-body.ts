import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { readBody } from '../json-protocol.ts';
import { AwsError } from '../service.ts';

/** Quota of HTTP APIs (API Gateway developer guide). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The whole body, or why there is none. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer | 'gone' | 'too large'> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 'too large';
  try {
    return await readBody(request, MAX_BODY_BYTES);
  } catch (error) {
    if (error instanceof AwsError) return 'too large';
    return 'gone';
  }
}

/** Drops what is left of a body that nobody reads. */
export function drained(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (request.complete || request.destroyed) return resolve();
    request.once('end', resolve).once('close', resolve).once('error', resolve);
    request.resume();
  });
}

/** A request that is no HTTP: there is no response to write it with. */
export function refuseRaw(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'Request Timeout']
        : ['400 Bad Request', 'Bad Request'];
  const body = JSON.stringify({ message });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}
