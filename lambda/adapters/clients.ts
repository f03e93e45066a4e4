/**
 * How long any client waits: 3 s to connect and 15 s for an answer, because GetResource runs the type's handler
 * while the caller waits. With the SDK's 3 attempts and their back-offs one call ends within about 47 s. A function
 * that makes several such calls in a row may run into its own 2 minutes; running it again is safe.
 */
const REQUEST_HANDLER = {
  connectionTimeout: 3_000,
  requestTimeout: 15_000,
  throwOnRequestTimeout: true,
};

/**
 * Hands out the clients of one service: one for each region and number of attempts, made when it is first needed and kept
 * for as long as the process lives, so that all adapters of a function share its connections.
 */
export function clientsOf<Client>(
  make: (config: ClientConfig) => Client,
): (region?: string, attempts?: Attempts) => Client {
  const clients = new Map<string, Client>();
  return (region, { maxAttempts } = {}) => {
    const key = `${region ?? ''} ${maxAttempts ?? ''}`;
    const client =
      clients.get(key) ??
      make({
        requestHandler: REQUEST_HANDLER,
        ...(region === undefined ? {} : { region }),
        ...(maxAttempts === undefined ? {} : { maxAttempts }),
      });
    clients.set(key, client);
    return client;
  };
}

/** How often the SDK itself makes a call. @default - as the environment says, or 3 times */
export interface Attempts {
  readonly maxAttempts?: number;
}

interface ClientConfig extends Attempts {
  /** @default - the function's own */
  readonly region?: string;
  readonly requestHandler: typeof REQUEST_HANDLER;
}
