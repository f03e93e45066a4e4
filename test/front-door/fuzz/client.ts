import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import type { FuzzAnswer } from './contract.ts';
import { type FuzzRequest, headerOf, targetOf } from './request.ts';

/** Longer than API Gateway lets any answer take. */
const LONGEST_MS = 60_000;

/** Sends requests as they are: no client that means well stands in between and mends them. */
export class FuzzClient {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** @throws Error where there is no answer */
  async send(request: FuzzRequest): Promise<FuzzAnswer> {
    const { hostname, port, host } = this.#url;
    const { method, headers, body } = request;
    const bytes = body && Buffer.from(body.text, body.encoding);
    const named = [
      ...(headerOf(request, 'host') === undefined ? [['Host', host]] : []),
      ...headers,
      ...(bytes ? [['Content-Length', String(bytes.length)]] : []),
    ];
    return new Promise((resolve, reject) => {
      const sent = httpRequest({
        hostname,
        port,
        method,
        path: targetOf(request),
        agent: this.#agent,
        headers: named.flat(),
        timeout: LONGEST_MS,
      });
      sent.on('timeout', () => sent.destroy(new Error(`No answer within ${LONGEST_MS / 1000} s`)));
      sent.on('error', reject);
      sent.on('response', (response) => {
        text(response).then((said) => {
          const joined = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
          resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(joined), text: said });
        }, reject);
      });
      sent.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
