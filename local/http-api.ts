import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The address of the HTTP API. It serves the routes that the assembly's API declares; a path that none of them
 * takes is answered as API Gateway answers it.
 */
export interface HttpApi {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param port 0 takes a free one
 * @throws Error with a sentence for the user when the port is taken
 */
export async function startHttpApi(port: number): Promise<HttpApi> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: 'Not Found' }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new Error(`Port ${port} is taken. Give the API another one: --api-port PORT, or 0 for a free one.`),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The API has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
