import { imageArn } from '../sagemaker/context.ts';
import type { Tag } from '../sagemaker/store.ts';
import { HandlerFailure } from './errors.ts';
import { asHandler, type Doing, type HandlerSession, imageNameIn } from './handler-session.ts';
import { IMAGE_SCHEMA as schema } from './image-schema.ts';
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

/** AWS::SageMaker::Image over SageMaker's operations. */
export const IMAGE_TYPE: ResourceType = {
  schema,

  identifierFrom: imageArn,

  create(session, desired) {
    refuseReadOnly(schema, desired);
    const imageName = String(desired.ImageName);
    if (exists(session, imageName)) {
      const resource = `Resource of type '${schema.typeName}' with identifier '${imageName}'`;
      throw new HandlerFailure('AlreadyExists', `${resource} already exists.`);
    }
    return asHandler(doing('CREATE', imageName), () => {
      session.uses('iam:PassRole', String(desired.ImageRoleArn));
      const arn = imageArn(session.region, imageName);
      if (tagsOf(desired).length > 0) session.uses('sagemaker:AddTags', arn);
      const { ImageArn } = session.call('CreateImage', {
        ImageName: imageName,
        RoleArn: desired.ImageRoleArn,
        DisplayName: desired.ImageDisplayName,
        Description: desired.ImageDescription,
        Tags: desired.Tags,
      });
      return ImageArn;
    });
  },

  read(session, identifier) {
    return asHandler(doing('READ', identifier), () => {
      const image = describe(session, identifier);
      if (isTooNew(session, image.CreationTime)) throw notFound(schema, identifier);
      const { Tags } = session.call('ListTags', { ResourceArn: identifier });
      return {
        ImageName: image.ImageName,
        ImageArn: image.ImageArn,
        ImageRoleArn: image.RoleArn,
        ...('DisplayName' in image && { ImageDisplayName: image.DisplayName }),
        ...('Description' in image && { ImageDescription: image.Description }),
        ...(Tags.length > 0 && { Tags }),
      };
    });
  },

  update(session, identifier, previous, desired) {
    asHandler(doing('UPDATE', identifier), () => {
      describe(session, identifier);
      if (desired.ImageRoleArn !== previous.ImageRoleArn) {
        session.uses('iam:PassRole', String(desired.ImageRoleArn));
      }
      const gone = (name: string) => previous[name] !== undefined && desired[name] === undefined;
      session.call('UpdateImage', {
        ImageName: imageNameIn(identifier),
        RoleArn: desired.ImageRoleArn,
        DisplayName: desired.ImageDisplayName,
        Description: desired.ImageDescription,
        DeleteProperties: [
          ...(gone('ImageDisplayName') ? ['DisplayName'] : []),
          ...(gone('ImageDescription') ? ['Description'] : []),
        ],
      });
      updateTags(session, identifier, tagsOf(previous), tagsOf(desired));
    });
  },

  remove(session, identifier) {
    asHandler(doing('DELETE', identifier), () => {
      const { ImageStatus, ImageName } = describe(session, identifier);
      if (ImageStatus !== 'DELETING') session.call('DeleteImage', { ImageName });
    });
  },

  check(session, identifier, operation) {
    try {
      const { ImageStatus } = asHandler(doing(operation, identifier), () => describe(session, identifier));
      return progressOf(ImageStatus, identifier, operation);
    } catch (error) {
      const gone = error instanceof HandlerFailure && error.errorCode === 'NotFound';
      if (gone && operation === 'DELETE') return 'done';
      throw error;
    }
  },

  list(session) {
    return asHandler(doing('LIST', '*'), () => {
      const identifiers: string[] = [];
      let token: string | undefined;
      do {
        const page = session.call('ListImages', {
          SortBy: 'IMAGE_NAME',
          SortOrder: 'ASCENDING',
          MaxResults: 100,
          NextToken: token,
        });
        identifiers.push(...page.Images.map((image) => image.ImageArn));
        token = page.NextToken || undefined;
      } while (token !== undefined);
      return identifiers;
    });
  },
};

type Status = ReturnType<typeof describe>['ImageStatus'];

function progressOf(status: Status, identifier: string, operation: RequestOperation): Progress {
  switch (status) {
    case 'CREATED':
      if (operation === 'DELETE') throw notStabilized(schema, identifier);
      return 'done';
    case 'CREATING':
    case 'UPDATING':
      return 'going-on';
    case 'CREATE_FAILED':
      throw failedToCreate(schema, identifier);
    case 'DELETING':
      if (operation === 'DELETE') return 'going-on';
      throw notStabilized(schema, identifier);
    case 'UPDATE_FAILED':
    case 'DELETE_FAILED':
      throw notStabilized(schema, identifier);
    default:
      return status satisfies never;
  }
}

function exists(session: HandlerSession, imageName: string): boolean {
  try {
    asHandler(doing('CREATE', imageName), () => session.call('DescribeImage', { ImageName: imageName }));
    return true;
  } catch (error) {
    if (error instanceof HandlerFailure && error.errorCode === 'NotFound') return false;
    throw error;
  }
}

/** @throws HandlerFailure NotFound also for an ARN of another account or region. */
function describe(session: HandlerSession, identifier: string) {
  const ImageName = imageNameIn(identifier);
  const image = session.call('DescribeImage', { ImageName });
  if (identifier !== imageArn(session.region, ImageName)) throw notFound(schema, identifier);
  return image;
}

function tagsOf(model: Model): readonly Tag[] {
  // The model has passed the schema, which says what a tag is.
  return Array.isArray(model.Tags) ? (model.Tags as Tag[]) : [];
}

function updateTags(
  session: HandlerSession,
  identifier: string,
  previous: readonly Tag[],
  desired: readonly Tag[],
): void {
  const gone = previous.filter((tag) => !desired.some((kept) => kept.Key === tag.Key));
  if (gone.length > 0) {
    session.call('DeleteTags', { ResourceArn: identifier, TagKeys: gone.map((tag) => tag.Key) });
  }
  if (desired.length > 0) session.call('AddTags', { ResourceArn: identifier, Tags: desired });
}

function doing(action: Doing['action'], identifier: string): Doing {
  return { action, typeName: schema.typeName, identifier };
}
