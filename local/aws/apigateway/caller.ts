import type { IncomingMessage } from 'node:http';
import { userIdentity } from '../iam/identity.ts';
import { LOCAL_ACCOUNT } from '../service.ts';

/** What stands in `requestContext.authorizer.iam` of a route that IAM guards (payload format 2.0). */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

/**
 * The access key that signed a request by Signature Version 4, in its header or its query string. The signature
 * is not verified. Undefined for a request that is not signed.
 */
export function signingKey(request: IncomingMessage, query: URLSearchParams): string | undefined {
  const inHeader = /^AWS4-\S+ .*?Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const credential = inHeader ?? query.get('X-Amz-Credential') ?? undefined;
  // The scope after the key id has four parts; read from its end, for a key id here may have a slash.
  const key = credential?.split('/').slice(0, -4).join('/');
  return key === '' ? undefined : key;
}

/** A caller is told from another by the key that signs; who does not sign is the user `local`. */
export function callerOf(accessKey: string | undefined): IamCaller {
  const name = accessKey ?? 'local';
  const { arn, userId } = userIdentity(name);
  return {
    accessKey: name,
    accountId: LOCAL_ACCOUNT,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: arn,
    userId,
  };
}
