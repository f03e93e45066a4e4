import {
  DescribeImageVersionCommand,
  type DescribeImageVersionResponse,
  ListAliasesCommand,
  ListImageVersionsCommand,
} from '@aws-sdk/client-sagemaker';
import { ERRORS } from '../contract/errors.ts';
import type { ImageLists, ListedVersion } from '../core/inventory/ports.ts';
import { CallError } from '../core/ports.ts';
import { calledUnless } from './call-error.ts';
import type { Attempts } from './clients.ts';
import { NO_SUCH_ALIAS, NOT_FOUND, sageMakerClient, versionArn } from './sagemaker.ts';

/** SageMaker's lists, by the hundred: what a version is and when it last changed, without a call for each. */
export function sageMakerLists(attempts: Attempts = {}): ImageLists {
  const client = (region: string) => sageMakerClient(region, attempts);
  return {
    versions: (region, ImageName, NextToken) =>
      calledUnless(NOT_FOUND, async () => {
        const answer = await client(region).send(
          new ListImageVersionsCommand({
            ImageName,
            NextToken,
            MaxResults: 100,
            SortBy: 'VERSION',
            SortOrder: 'ASCENDING',
          }),
        );
        const versions = (answer.ImageVersions ?? []).map(listedVersion);
        return { versions, ...(answer.NextToken ? { nextToken: answer.NextToken } : {}) };
      }),

    aliases: (region, ImageName, NextToken) =>
      calledUnless(NOT_FOUND, async () => {
        const answer = await client(region).send(
          new ListAliasesCommand({ ImageName, NextToken, MaxResults: 100 }),
        );
        const aliases = answer.SageMakerImageVersionAliases ?? [];
        return { aliases, ...(answer.NextToken ? { nextToken: answer.NextToken } : {}) };
      }),

    describe: (region, ImageName, Version) =>
      calledUnless(NOT_FOUND, async () => {
        const command = new DescribeImageVersionCommand({ ImageName, Version });
        return listedVersion(await client(region).send(command));
      }),

    holder: (region, ImageName, Alias) =>
      calledUnless([...NOT_FOUND, ...NO_SUCH_ALIAS], async () => {
        const command = new DescribeImageVersionCommand({ ImageName, Alias });
        return listedVersion(await client(region).send(command)).version;
      }),
  };
}

/** Also as ListImageVersions has it, which is the same but for its name. */
type Described = Pick<
  DescribeImageVersionResponse,
  | 'ImageArn'
  | 'ImageVersionArn'
  | 'Version'
  | 'ImageVersionStatus'
  | 'FailureReason'
  | 'CreationTime'
  | 'LastModifiedTime'
>;

function listedVersion(version: Described): ListedVersion {
  const { Version, ImageVersionStatus, CreationTime, LastModifiedTime } = version;
  if (Version === undefined || !ImageVersionStatus || !CreationTime || !LastModifiedTime) {
    throw new CallError(
      ERRORS.unexpectedAnswer,
      'SageMaker sent a version without number, status or times',
      false,
    );
  }
  return {
    identifier: versionArn(version),
    version: Version,
    status: ImageVersionStatus,
    ...(version.FailureReason ? { failureReason: version.FailureReason } : {}),
    createdAt: CreationTime.toISOString(),
    modifiedAt: LastModifiedTime.toISOString(),
  };
}
