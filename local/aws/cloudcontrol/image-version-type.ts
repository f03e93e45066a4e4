import { imageVersionArn } from '../sagemaker/context.ts';
import { AwsError } from '../service.ts';
import { HandlerFailure } from './errors.ts';
import { asHandler, type Doing, failureOf, type HandlerSession, imageNameIn } from './handler-session.ts';
import { IMAGE_VERSION_SCHEMA as schema } from './image-version-schema.ts';
import type { Model } from './resource-schema.ts';
import {
  failedToCreate,
  isTooNew,
  notFound,
  notStabilized,
  type Progress,
  type RequestOperation,
  type ResourceType,
  refuseReadOnly,
} from './resource-type.ts';

const ATTRIBUTES = [
  'VendorGuidance',
  'JobType',
  'MLFramework',
  'ProgrammingLang',
  'Processor',
  'Horovod',
  'ReleaseNotes',
] as const;

/** What SageMaker may answer in place of the ARN of a version that does not stand yet. */
const NO_ARN = 'None';

/** AWS::SageMaker::ImageVersion over SageMaker's operations. */
export const IMAGE_VERSION_TYPE: ResourceType = {
  schema,

  /** It has no additional identifier. */
  identifierFrom: (_region, additional) => additional,

  create(session, desired, clientToken) {
    refuseReadOnly(schema, desired);
    const imageName = String(desired.ImageName);
    const aliases = wantedAliases(desired);
    try {
      const created = session.call('CreateImageVersion', {
        ImageName: imageName,
        BaseImage: desired.BaseImage,
        ClientToken: clientToken,
        ...(aliases && { Aliases: aliases }),
        ...pickAttributes(desired, () => true),
      });
      return created.ImageVersionArn;
    } catch (error) {
      throw creationFailure(error, imageName);
    }
  },

  read(session, identifier) {
    const version = asHandler(doing('READ', identifier), () => describe(session, identifier));
    if (isTooNew(session, version.CreationTime)) throw notFound(schema, identifier);
    return {
      ImageName: imageNameIn(version.ImageArn),
      ImageArn: version.ImageArn,
      ImageVersionArn: version.ImageVersionArn === NO_ARN ? identifier : version.ImageVersionArn,
      BaseImage: version.BaseImage,
      ContainerImage: version.ContainerImage,
      Version: version.Version,
      ...pickAttributes(version, () => true),
    };
  },

  update(session, identifier, previous, desired) {
    asHandler(doing('UPDATE', identifier), () => {
      const { Version } = describe(session, identifier);
      const at = { ImageName: imageNameIn(identifier), Version };
      const { SageMakerImageVersionAliases: held } = session.call('ListAliases', at);
      // The patched model is what could be read, without the write-only aliases: none repeated is none wanted.
      const unsaid = session.settings.current.aliasesOnUpdate === 'keep' ? held : [];
      const wanted = wantedAliases(desired) ?? unsaid;
      session.call('UpdateImageVersion', {
        ...at,
        AliasesToAdd: wanted.filter((alias) => !held.includes(alias)),
        AliasesToDelete: held.filter((alias) => !wanted.includes(alias)),
        ...pickAttributes(desired, (name) => desired[name] !== previous[name]),
      });
      const removed = ATTRIBUTES.filter((name) => name in previous && !(name in desired));
      if (session.settings.current.removedProperties === 'clear') session.clear(at, removed);
    });
  },

  remove(session, identifier) {
    asHandler(doing('DELETE', identifier), () => {
      const { ImageVersionStatus, Version } = describe(session, identifier);
      // As AWS's handler: what is being deleted already is waited for.
      if (ImageVersionStatus === 'DELETING') return;
      session.call('DeleteImageVersion', { ImageName: imageNameIn(identifier), Version });
    });
  },

  check(session, identifier, operation) {
    try {
      const { ImageVersionStatus } = asHandler(doing(operation, identifier), () =>
        describe(session, identifier),
      );
      return progressOf(ImageVersionStatus, identifier, operation);
    } catch (error) {
      const gone = error instanceof HandlerFailure && error.errorCode === 'NotFound';
      if (gone && operation === 'DELETE') return 'done';
      throw error;
    }
  },

  list(session, model) {
    const imageName = String(model.ImageName);
    return asHandler(doing('LIST', imageName), () => {
      const identifiers: string[] = [];
      let token: string | undefined;
      do {
        const page = session.call('ListImageVersions', {
          ImageName: imageName,
          SortBy: 'VERSION',
          SortOrder: 'DESCENDING',
          MaxResults: 100,
          NextToken: token,
        });
        const arns = page.ImageVersions.map((version) => version.ImageVersionArn);
        identifiers.push(...arns.filter((arn) => arn !== NO_ARN));
        token = page.NextToken || undefined;
      } while (token !== undefined);
      return identifiers;
    });
  },
};

/** An image that is not there makes the create an invalid request, not a missing resource (AWS's handler). */
function creationFailure(error: unknown, imageName: string): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.name !== 'ResourceNotFound') return failureOf(error, doing('CREATE', imageName));
  const reason = `Image: [${imageName}] not found. Failed to create Image Version`;
  return new HandlerFailure('InvalidRequest', `Invalid request provided: ${reason}`);
}

type Status = ReturnType<typeof describe>['ImageVersionStatus'];

function progressOf(status: Status, identifier: string, operation: RequestOperation): Progress {
  switch (status) {
    case 'CREATED':
      if (operation === 'DELETE') throw notStabilized(schema, identifier);
      return 'done';
    case 'CREATING':
      return 'going-on';
    case 'CREATE_FAILED':
      throw operation === 'CREATE' ? failedToCreate(schema, identifier) : notStabilized(schema, identifier);
    case 'DELETING':
      if (operation === 'DELETE') return 'going-on';
      throw notStabilized(schema, identifier);
    case 'DELETE_FAILED':
      throw notStabilized(schema, identifier);
    default:
      return status satisfies never;
  }
}

/** @throws AwsError ResourceNotFound also for an ARN of another account or region. */
function describe(session: HandlerSession, identifier: string) {
  const ImageName = imageNameIn(identifier);
  const Version = Number(identifier.slice(identifier.lastIndexOf('/') + 1));
  const version = session.call('DescribeImageVersion', { ImageName, Version });
  if (identifier !== imageVersionArn(session.region, ImageName, Version)) throw notFound(schema, identifier);
  return version;
}

/** `Alias` counts as one more of `Aliases` (how AWS's handler maps it is unverified). */
function wantedAliases(desired: Model): string[] | undefined {
  const { Alias: alias, Aliases: aliases } = desired;
  if (alias === undefined && aliases === undefined) return undefined;
  const all = [...(Array.isArray(aliases) ? aliases : []), ...(alias === undefined ? [] : [alias])];
  return [...new Set(all.map(String))];
}

function pickAttributes(from: Model, wanted: (name: (typeof ATTRIBUTES)[number]) => boolean): Model {
  const names = ATTRIBUTES.filter((name) => from[name] !== undefined && wanted(name));
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

function doing(action: Doing['action'], identifier: string): Doing {
  return { action, typeName: schema.typeName, identifier };
}
