import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Checked } from '../input-shape.ts';
import { paginate } from '../paging.ts';
import { changeAliases, holderOf } from './aliases.ts';
import {
  doneIn,
  existingImage,
  findImage,
  imageVersionArn,
  type SageMakerContext,
  saveStatus,
} from './context.ts';
import {
  imageInInvalidState,
  invalid,
  modifiedConcurrently,
  resourceInUse,
  resourceNotFound,
} from './errors.ts';
import { listPage } from './listing.ts';
import type { SHAPES } from './shapes.ts';
import type { ImageVersion, VersionAttributes } from './store.ts';

type Input<Operation extends keyof typeof SHAPES> = Checked<(typeof SHAPES)[Operation]>;

export function createImageVersion(
  context: SageMakerContext,
  region: string,
  input: Input<'CreateImageVersion'>,
) {
  const image = existingImage(context, region, input.ImageName);
  const versions = context.store.versions(region, image.name);
  const repeated = versions.find((version) => version.clientToken === input.ClientToken);
  if (repeated) return { ImageVersionArn: repeated.arn };
  if (image.status !== 'CREATED') throw imageInInvalidState(image.name);
  refuseWhileChanging(versions);

  const now = context.clock.now();
  const number = image.nextVersion;
  const version: ImageVersion = {
    region,
    imageName: image.name,
    imageArn: image.arn,
    version: number,
    arn: imageVersionArn(region, nameInArn(context, image.name), number),
    baseImage: input.BaseImage,
    containerImage: resolved(input.BaseImage),
    attributes: attributesOf(input),
    archiveAt: archiveTime(input.VendorGuidance, now),
    aliases: [],
    status: 'CREATING',
    clientToken: input.ClientToken,
    createdAt: now,
    modifiedAt: now,
  };
  const { aliasTaken, durations } = context.settings.current;
  const aliases = changeAliases(context.store, version, { add: input.Aliases ?? [], remove: [] }, aliasTaken);
  const fault = context.faults.take(['create-failed'], {
    service: 'SageMaker',
    operation: 'CreateImageVersion',
    handler: 'CREATE',
    typeName: 'AWS::SageMaker::ImageVersion',
    imageName: image.name,
    region,
  });
  context.store.putImage({ ...image, nextVersion: number + 1 });
  const begun = { ...version, aliases, failureReason: fault?.reason };
  saveStatus(context, begun, doneIn(context, durations.create), now);
  return { ImageVersionArn: version.arn };
}

/** Without version and alias: the latest, whatever its status. */
export function describeImageVersion(
  context: SageMakerContext,
  region: string,
  input: Input<'DescribeImageVersion'>,
) {
  const version = pick(context, region, input);
  return {
    ...summary(context, version),
    BaseImage: version.baseImage,
    ContainerImage: version.containerImage,
    ...version.attributes,
  };
}

/** Adds and removes aliases and sets attributes; an attribute cannot be unset (AWS API reference). */
export function updateImageVersion(
  context: SageMakerContext,
  region: string,
  input: Input<'UpdateImageVersion'>,
) {
  const version = pickNamed(context, region, input);
  switch (version.status) {
    case 'CREATING':
    case 'DELETING':
      throw modifiedConcurrently();
    case 'CREATE_FAILED':
    case 'DELETE_FAILED':
      throw resourceInUse(`${version.arn} is in status ${version.status} and cannot be updated.`);
    case 'CREATED':
      break;
    default:
      version.status satisfies never;
  }
  const aliases = changeAliases(
    context.store,
    version,
    { add: input.AliasesToAdd ?? [], remove: input.AliasesToDelete ?? [] },
    context.settings.current.aliasTaken,
  );
  const attributes = { ...version.attributes, ...attributesOf(input) };
  const now = context.clock.now();
  const counts =
    context.settings.current.aliasChangesModify === 'yes' ||
    !isDeepStrictEqual(attributes, version.attributes);
  context.store.putVersion({
    ...version,
    aliases,
    attributes,
    archiveAt:
      input.VendorGuidance === undefined ? version.archiveAt : archiveTime(input.VendorGuidance, now),
    modifiedAt: counts ? now : version.modifiedAt,
  });
  return { ImageVersionArn: version.arn };
}

/** Not of SageMaker's API: how an update handler that keeps to its contract would have to unset attributes. */
export function clearAttributes(
  context: SageMakerContext,
  region: string,
  at: { readonly ImageName: string; readonly Version: number },
  names: readonly string[],
): void {
  if (names.length === 0) return;
  const version = pickNamed(context, region, at);
  const kept = Object.entries(version.attributes).filter(([name]) => !names.includes(name));
  const attributes = Object.fromEntries(kept);
  context.store.putVersion({ ...version, attributes, modifiedAt: context.clock.now() });
}

export function deleteImageVersion(
  context: SageMakerContext,
  region: string,
  input: Input<'DeleteImageVersion'>,
) {
  const version = pickNamed(context, region, input);
  if (existingImage(context, region, input.ImageName).status !== 'CREATED') throw modifiedConcurrently();
  refuseWhileChanging(context.store.versions(region, version.imageName));
  const now = context.clock.now();
  const due = doneIn(context, context.settings.current.durations.delete);
  saveStatus(context, { ...version, status: 'DELETING', modifiedAt: now }, due, now);
  return {};
}

export function listImageVersions(
  context: SageMakerContext,
  region: string,
  input: Input<'ListImageVersions'>,
) {
  const image = existingImage(context, region, input.ImageName);
  const page = listPage(context.store.versions(region, image.name), input, (version) => {
    switch (input.SortBy) {
      case 'VERSION':
        return version.version;
      case 'LAST_MODIFIED_TIME':
        return version.modifiedAt;
      case 'CREATION_TIME':
      case undefined:
        return version.createdAt;
      default:
        return input.SortBy satisfies never;
    }
  });
  return {
    ImageVersions: page.items.map((version) => summary(context, version)),
    ...(page.nextToken && { NextToken: page.nextToken }),
  };
}

/** The aliases of one version, or all of the image's where no version is given (SageMaker API reference, ListAliases). */
export function listAliases(context: SageMakerContext, region: string, input: Input<'ListAliases'>) {
  const image = existingImage(context, region, input.ImageName);
  const versions =
    input.Version === undefined && input.Alias === undefined
      ? context.store.versions(region, image.name)
      : [pickNamed(context, region, input)];
  const aliases = versions.flatMap((version) => version.aliases).sort();
  const page = paginate(aliases, (alias) => alias, input.MaxResults ?? 100, input.NextToken);
  return {
    SageMakerImageVersionAliases: page.items,
    ...(page.nextToken && { NextToken: page.nextToken }),
  };
}

/** One change at a time per image: the other is told that it came concurrently. */
function refuseWhileChanging(versions: readonly ImageVersion[]): void {
  if (versions.some(({ status }) => status === 'CREATING' || status === 'DELETING')) {
    throw modifiedConcurrently();
  }
}

function pick(context: SageMakerContext, region: string, input: Input<'DescribeImageVersion'>): ImageVersion {
  if (input.Version !== undefined || input.Alias !== undefined) return pickNamed(context, region, input);
  const image = existingImage(context, region, input.ImageName);
  const latest = context.store.versions(region, image.name).at(-1);
  if (!latest) throw resourceNotFound(`A version of image ${image.arn}`);
  return latest;
}

function pickNamed(
  context: SageMakerContext,
  region: string,
  input: Input<'DescribeImageVersion'>,
): ImageVersion {
  const { ImageName: imageName, Version: number, Alias: alias } = input;
  if ((number === undefined) === (alias === undefined)) {
    throw invalid('Exactly one of Version and Alias is wanted.');
  }
  if (number !== undefined) {
    const image = findImage(context, region, imageName);
    const version = image && context.store.version(region, image.name, number);
    if (!version) throw resourceNotFound(`ImageVersion ${imageVersionArn(region, imageName, number)}`);
    return version;
  }
  const image = existingImage(context, region, imageName);
  return holderOf(context.store.versions(region, image.name), alias ?? '');
}

/** The container image that a base image's tag stands for: the same name always resolves to the same digest. */
function resolved(baseImage: string): string {
  if (baseImage.includes('@')) return baseImage;
  const repository = baseImage.replace(/:[^:/]+$/, '');
  return `${repository}@sha256:${createHash('sha256').update(baseImage).digest('hex')}`;
}

/** TO_BE_ARCHIVED becomes ARCHIVED after 3 months (AWS API reference), taken as 90 days. */
function archiveTime(guidance: string | undefined, now: number): number | undefined {
  return guidance === 'TO_BE_ARCHIVED' ? now + 90 * 86_400_000 : undefined;
}

function attributesOf(input: VersionAttributes): VersionAttributes {
  const { VendorGuidance, JobType, MLFramework, ProgrammingLang, Processor, Horovod, ReleaseNotes } = input;
  const given = { VendorGuidance, JobType, MLFramework, ProgrammingLang, Processor, Horovod, ReleaseNotes };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function nameInArn({ settings }: SageMakerContext, imageName: string): string {
  return settings.current.imageNames === 'case-insensitive' ? imageName.toLowerCase() : imageName;
}

/** None where there is no ARN to be shown yet (setting `versionArns`). */
function shownArn({ settings }: SageMakerContext, { arn, status }: ImageVersion): string {
  const unborn = status === 'CREATING' || status === 'CREATE_FAILED';
  return unborn && settings.current.versionArns === 'when-created' ? 'None' : arn;
}

function summary(context: SageMakerContext, version: ImageVersion) {
  // While CREATING the reason is not known yet, to the outside.
  const failed = version.status !== 'CREATING' && version.failureReason !== undefined;
  return {
    ImageArn: version.imageArn,
    ImageVersionArn: shownArn(context, version),
    ImageVersionStatus: version.status,
    Version: version.version,
    CreationTime: version.createdAt / 1000,
    LastModifiedTime: version.modifiedAt / 1000,
    ...(failed && { FailureReason: version.failureReason }),
  };
}
