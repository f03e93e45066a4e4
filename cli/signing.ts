import { CommandFailure, EXIT, misuse } from './failure.ts';

/** Signatures (SigV4) for an API that IAM guards, with the credentials that the AWS CLI would take. */

interface Unsigned {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export type Sign = (request: Unsigned) => Promise<Readonly<Record<string, string>>>;

/** `<id>.execute-api.<region>.amazonaws.com`, in every partition. */
const EXECUTE_API = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

export function isExecuteApi(url: URL): boolean {
  return EXECUTE_API.test(url.hostname);
}

/**
 * @returns the headers that a request needs, signature and all
 * @throws CommandFailure where the region is not known
 */
export function signer(api: URL, env: Readonly<Record<string, string | undefined>>): Sign {
  const region = EXECUTE_API.exec(api.hostname)?.[1] ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!region) {
    throw misuse(`The region that ${api.host} is in is not known, and a signature needs it.`, [
      'set AWS_REGION to the region of the API',
    ]);
  }
  let signing: Promise<{ readonly sign: SignRequest }> | undefined;
  return async ({ method, url, headers, body }) => {
    signing ??= makeSigner(region);
    const { sign } = await signing;
    const signed = await sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      ...(body === undefined ? {} : { body }),
    });
    // fetch sets the host by itself.
    const { host: _host, ...rest } = signed.headers;
    return rest;
  };
}

type SignRequest = (request: {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body?: string;
}) => Promise<{ readonly headers: Record<string, string> }>;

/** The packages are loaded here: a local API does without them. */
async function makeSigner(region: string): Promise<{ readonly sign: SignRequest }> {
  const [{ SignatureV4 }, { Sha256 }, { defaultProvider }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-crypto/sha256-js'),
    import('@aws-sdk/credential-provider-node'),
  ]);
  const provider = defaultProvider();
  const credentials = async () => {
    try {
      return await provider();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new CommandFailure(EXIT.unreachable, `There are no AWS credentials to sign with: ${message}`, {
        next: [
          'set AWS_PROFILE, or log in (aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
        ],
      });
    }
  };
  const signature = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  return { sign: (request) => signature.sign(request) };
}
