/**
 * One client for each region, made when it is first needed and kept for as long as the function lives.
 *
 * 3 s to connect and 15 s for an answer: GetResource runs the type's handler while the caller waits. With the
 * SDK's 3 attempts a call ends within 3 × 15 s and its back-offs, well inside a function's 2 minutes.
 */
export function regional<Client>(make: (config: ClientConfig) => Client): (region: string) => Client {
  const clients = new Map<string, Client>();
  return (region) => {
    const client =
      clients.get(region) ??
      make({
        region,
        requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
      });
    clients.set(region, client);
    return client;
  };
}

export interface ClientConfig {
  readonly region: string;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}
