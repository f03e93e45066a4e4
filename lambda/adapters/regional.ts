/**
 * How long any client waits: 3 s to connect and 15 s for an answer, because GetResource runs the type's handler
 * while the caller waits. With the SDK's 3 attempts and their back-offs one call ends within about 47 s. A function
 * that makes several such calls in a row may run into its own 2 minutes; running it again is safe.
 */
export const REQUEST_HANDLER = {
  connectionTimeout: 3_000,
  requestTimeout: 15_000,
  throwOnRequestTimeout: true,
};

/** One client for each region, made when it is first needed and kept for as long as the function lives. */
export function regional<Client>(
  make: (config: ClientConfig) => Client,
  attempts: Attempts = {},
): (region: string) => Client {
  const clients = new Map<string, Client>();
  return (region) => {
    const client = clients.get(region) ?? make({ region, requestHandler: REQUEST_HANDLER, ...attempts });
    clients.set(region, client);
    return client;
  };
}

/** How often the SDK itself makes a call. @default - as the environment says, or 3 times */
export interface Attempts {
  readonly maxAttempts?: number;
}

export interface ClientConfig extends Attempts {
  readonly region: string;
  readonly requestHandler: typeof REQUEST_HANDLER;
}
