import {
  DescribeImageVersionCommand,
  type DescribeImageVersionCommandInput,
  ListAliasesCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { ERRORS } from '../contract/errors.ts';
import { CallError, type ImageVersions, type VersionDescription } from '../core/ports.ts';
import { calledUnless } from './call-error.ts';
import { regional } from './regional.ts';

/** SageMaker's own view of image versions: status, failure reason and aliases, which Cloud Control lacks. */
export function sageMaker(): ImageVersions {
  const client = regional((config) => new SageMakerClient(config));

  const describe = async (
    region: string,
    input: DescribeImageVersionCommandInput,
    absent: readonly string[],
  ): Promise<VersionDescription | undefined> => {
    const send = () => client(region).send(new DescribeImageVersionCommand(input));
    const answer = await calledUnless(absent, send);
    if (!answer) return undefined;
    if (!answer.ImageVersionArn || !answer.ImageVersionStatus) {
      throw new CallError(ERRORS.unexpectedAnswer, 'SageMaker sent a version without ARN or status', false);
    }
    return {
      identifier: answer.ImageVersionArn,
      status: answer.ImageVersionStatus,
      ...(answer.FailureReason ? { failureReason: answer.FailureReason } : {}),
    };
  };

  return {
    describe: (region, ImageName, Version) => describe(region, { ImageName, Version }, NOT_FOUND),

    // A role that lacks the permission looks the same here: the alias then counts as free, and AWS's refusal of the
    // update, which led to this question, is what the caller hears.
    describeAlias: (region, ImageName, Alias) =>
      describe(region, { ImageName, Alias }, [...NOT_FOUND, ...NO_SUCH_ALIAS]),

    aliases: async (region, ImageName, Version) => {
      const aliases: string[] = [];
      let NextToken: string | undefined;
      do {
        const command = new ListAliasesCommand({ ImageName, Version, NextToken });
        // Of a version that is not there, GetResource tells; it has no aliases either way.
        const page = await calledUnless(NOT_FOUND, () => client(region).send(command));
        aliases.push(...(page?.SageMakerImageVersionAliases ?? []));
        NextToken = page?.NextToken;
      } while (NextToken);
      return aliases;
    },
  };
}

/** SageMaker's model says ResourceNotFound; the longer name is Cloud Control's and newer services'. */
export const NOT_FOUND: readonly string[] = ['ResourceNotFound', 'ResourceNotFoundException'];
/** For an alias that no version has (reported by users; undocumented). */
export const NO_SUCH_ALIAS: readonly string[] = ['AccessDenied', 'AccessDeniedException'];
