import {
  DescribeImageVersionCommand,
  type DescribeImageVersionCommandInput,
  ListAliasesCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { ERRORS } from '../contract/errors.ts';
import { CallError, type ImageVersions, type VersionDescription } from '../core/ports.ts';
import { called } from './call-error.ts';
import { regional } from './regional.ts';

/** SageMaker's own view of image versions: status, failure reason and aliases, which Cloud Control lacks. */
export function sageMaker(): ImageVersions {
  const client = regional((config) => new SageMakerClient(config));

  const describe = async (
    region: string,
    input: DescribeImageVersionCommandInput,
    absent: readonly string[],
  ): Promise<VersionDescription | undefined> => {
    try {
      const answer = await called(() => client(region).send(new DescribeImageVersionCommand(input)));
      if (!answer.ImageVersionArn || !answer.ImageVersionStatus) {
        throw new CallError(ERRORS.unexpectedAnswer, 'SageMaker sent a version without ARN or status', false);
      }
      return {
        identifier: answer.ImageVersionArn,
        status: answer.ImageVersionStatus,
        ...(answer.FailureReason ? { failureReason: answer.FailureReason } : {}),
      };
    } catch (error) {
      if (error instanceof CallError && absent.includes(error.name)) return undefined;
      throw error;
    }
  };

  return {
    describe: (region, ImageName, Version) => describe(region, { ImageName, Version }, NOT_FOUND),

    // An alias that no version has is answered with AccessDenied (reported by users; undocumented). A role
    // that lacks the permission looks the same here: the alias then counts as free, and AWS's refusal of
    // the update, which led to this question, is what the caller hears.
    describeAlias: (region, ImageName, Alias) =>
      describe(region, { ImageName, Alias }, [...NOT_FOUND, 'AccessDenied', 'AccessDeniedException']),

    aliases: async (region, ImageName, Version) => {
      const aliases: string[] = [];
      let NextToken: string | undefined;
      try {
        do {
          const command = new ListAliasesCommand({ ImageName, Version, NextToken });
          const page = await called(() => client(region).send(command));
          aliases.push(...(page.SageMakerImageVersionAliases ?? []));
          NextToken = page.NextToken;
        } while (NextToken);
      } catch (error) {
        // Of a version that is not there, GetResource tells; it has no aliases either way.
        if (!(error instanceof CallError && NOT_FOUND.includes(error.name))) throw error;
      }
      return aliases;
    },
  };
}

/** SageMaker's model says ResourceNotFound; the longer name is Cloud Control's and newer services'. */
const NOT_FOUND: readonly string[] = ['ResourceNotFound', 'ResourceNotFoundException'];
