/** The one operation of STS that clients call to find out who they are. */
import type { CallerIdentity } from './iam/identity.ts';
import type { AwsQueryService } from './query-protocol.ts';
import { type AwsCall, LOCAL_ACCOUNT } from './service.ts';

export class Sts implements AwsQueryService {
  readonly signingName = 'sts';
  readonly target = 'STS';
  readonly version = '2011-06-15';
  readonly namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  readonly operations = ['GetCallerIdentity'];
  readonly #identityOf: (accessKeyId: string) => CallerIdentity;

  constructor(identityOf: (accessKeyId: string) => CallerIdentity) {
    this.#identityOf = identityOf;
  }

  async call({ accessKeyId }: Pick<AwsCall, 'accessKeyId'>) {
    const { arn, userId } = this.#identityOf(accessKeyId);
    return { Arn: arn, UserId: userId, Account: LOCAL_ACCOUNT };
  }
}
