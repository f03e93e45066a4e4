import {
  DescribeImageVersionCommand,
  type DescribeImageVersionCommandInput,
  type DescribeImageVersionCommandOutput,
  ListAliasesCommand,
  ListImageVersionsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { ERRORS } from '../contract/errors.ts';
import { parseImageVersionArn } from '../core/image-version/identifier.ts';
import { CallError, type ImageVersions, type VersionDescription } from '../core/ports.ts';
import { calledUnless } from './call-error.ts';
import { clientsOf } from './clients.ts';

/** The process's clients of SageMaker. */
export const sageMakerClient = clientsOf((config) => new SageMakerClient(config));

/** SageMaker's own view of image versions: status, failure reason and aliases, which Cloud Control lacks. */
export function sageMaker(): ImageVersions {
  const describe = async (
    region: string,
    input: DescribeImageVersionCommandInput,
    absent: readonly string[],
  ): Promise<VersionDescription | undefined> => {
    const send = () => sageMakerClient(region).send(new DescribeImageVersionCommand(input));
    const answer = await calledUnless(absent, send);
    return answer && described(answer);
  };

  return {
    describe: (region, ImageName, Version) => describe(region, { ImageName, Version }, NOT_FOUND),

    // A role that lacks the permission looks the same here: the alias then counts as free, and AWS's refusal of the
    // update, which led to this question, is what the caller hears.
    describeAlias: (region, ImageName, Alias) =>
      describe(region, { ImageName, Alias }, [...NOT_FOUND, ...NO_SUCH_ALIAS]),

    // BaseImage stands in no list, so each version is looked at; of one operation's time there are few.
    madeFrom: async (region, ImageName, baseImage, since) => {
      const made: VersionDescription[] = [];
      let NextToken: string | undefined;
      do {
        const command = new ListImageVersionsCommand({
          ImageName,
          // Exclusive, as far as is known.
          CreationTimeAfter: new Date(since - 1),
          SortBy: 'CREATION_TIME',
          SortOrder: 'ASCENDING',
          MaxResults: 100,
          NextToken,
        });
        const page = await calledUnless(NOT_FOUND, () => sageMakerClient(region).send(command));
        for (const { Version } of page?.ImageVersions ?? []) {
          const look = new DescribeImageVersionCommand({ ImageName, Version });
          const version = await calledUnless(NOT_FOUND, () => sageMakerClient(region).send(look));
          if (version?.BaseImage === baseImage) made.push(described(version));
        }
        NextToken = page?.NextToken;
      } while (NextToken);
      return made;
    },

    aliases: async (region, ImageName, Version) => {
      const aliases: string[] = [];
      let NextToken: string | undefined;
      do {
        const command = new ListAliasesCommand({ ImageName, Version, NextToken });
        // Of a version that is not there, GetResource tells; it has no aliases either way.
        const page = await calledUnless(NOT_FOUND, () => sageMakerClient(region).send(command));
        aliases.push(...(page?.SageMakerImageVersionAliases ?? []));
        NextToken = page?.NextToken;
      } while (NextToken);
      return aliases;
    },
  };
}

type Named = Pick<DescribeImageVersionCommandOutput, 'ImageVersionArn' | 'ImageArn' | 'Version'>;

/**
 * The version's ARN as SageMaker answers it. SageMaker's model allows the literal `None` in its place; the image's ARN and
 * the number in the same answer then make it up, so that a version without an ARN is looked at and removed like others.
 *
 * @throws CallError for anything else
 */
export function versionArn({ ImageVersionArn: given, ImageArn, Version }: Named): string {
  const arn = given === 'None' ? `${ImageArn?.replace(':image/', ':image-version/')}/${Version}` : given;
  if (arn !== undefined && parseImageVersionArn(arn)) return arn;
  const message = `SageMaker sent a version whose ARN is ${given === undefined ? 'missing' : `"${given}"`}`;
  throw new CallError(ERRORS.unexpectedAnswer, message, false);
}

function described(answer: DescribeImageVersionCommandOutput): VersionDescription {
  const { ImageVersionStatus, FailureReason } = answer;
  if (!ImageVersionStatus) {
    throw new CallError(ERRORS.unexpectedAnswer, 'SageMaker sent a version without status', false);
  }
  return {
    identifier: versionArn(answer),
    status: ImageVersionStatus,
    ...(FailureReason ? { failureReason: FailureReason } : {}),
  };
}

/** SageMaker's model says ResourceNotFound; the longer name is Cloud Control's and newer services'. */
export const NOT_FOUND: readonly string[] = ['ResourceNotFound', 'ResourceNotFoundException'];
/** For an alias that no version has (reported by users; undocumented). */
export const NO_SUCH_ALIAS: readonly string[] = ['AccessDenied', 'AccessDeniedException'];
