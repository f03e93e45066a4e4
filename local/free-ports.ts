import { once } from 'node:events';
import { createServer } from 'node:net';
import { types } from 'node:util';

/**
 * Looks whether the ports that are wanted can be had, before anything that takes time. Somebody may still take one
 * meanwhile; whoever listens on it then says so.
 *
 * @param wanted by the option that asks for it; 0 takes any free one
 * @throws Error with a sentence for the user
 */
export async function refuseTakenPorts(
  wanted: Readonly<Record<string, number>>,
  host = '127.0.0.1',
): Promise<void> {
  for (const [option, port] of Object.entries(wanted)) {
    const server = createServer();
    try {
      server.listen(port, host);
      await once(server, 'listening');
    } catch (error) {
      throw listenError(error, host, port, ` with ${option}`);
    } finally {
      server.close();
    }
  }
}

/**
 * Why nothing can listen there, and what to do.
 * @param how to choose another port
 */
export function listenError(error: unknown, host: string, port: number, how = ''): Error {
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new Error(
        `Port ${port} of ${host} is taken: stop what uses it, or choose another one${how} (0 takes a free one).`,
        { cause: error },
      );
    case 'EACCES':
      return new Error(`Port ${port} of ${host} may not be opened: choose one above 1023${how}.`, {
        cause: error,
      });
    default:
      return new Error(`Cannot listen on ${host}:${port}: ${String(error)}`, { cause: error });
  }
}
