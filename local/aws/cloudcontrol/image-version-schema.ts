import type { ResourceSchema } from './resource-schema.ts';

const alias = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '(?!^[.-])^([a-zA-Z0-9-_.]+)$',
} as const;
const languageVersion = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  pattern: '^[a-zA-Z]+ ?\\d+\\.\\d+(\\.\\d+)?$',
} as const;
const anyImage = { type: 'string', minLength: 1, maxLength: 255, pattern: '.+' } as const;
const arnStart = '^arn:aws(-[\\w]+)*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:';
const name = '[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*';

/** AWS::SageMaker::ImageVersion, after its published resource schema. */
export const IMAGE_VERSION_SCHEMA: ResourceSchema = {
  typeName: 'AWS::SageMaker::ImageVersion',
  properties: {
    ImageName: { type: 'string', minLength: 1, maxLength: 63, pattern: `^${name}$` },
    ImageArn: { type: 'string', minLength: 1, maxLength: 256, pattern: `${arnStart}image\\/${name}$` },
    ImageVersionArn: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      pattern: `${arnStart}image-version\\/${name}\\/[0-9]+$`,
    },
    BaseImage: anyImage,
    ContainerImage: anyImage,
    Version: { type: 'integer', minimum: 1 },
    Alias: alias,
    Aliases: { type: 'array', items: alias },
    VendorGuidance: { type: 'string', enum: ['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED'] },
    JobType: { type: 'string', enum: ['TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL'] },
    MLFramework: languageVersion,
    ProgrammingLang: languageVersion,
    Processor: { type: 'string', enum: ['CPU', 'GPU'] },
    Horovod: { type: 'boolean' },
    ReleaseNotes: { type: 'string', minLength: 1, maxLength: 255, pattern: '.*' },
  },
  required: ['ImageName', 'BaseImage'],
  primaryIdentifier: 'ImageVersionArn',
  additionalIdentifiers: [],
  readOnly: ['ImageVersionArn', 'ImageArn', 'Version', 'ContainerImage'],
  createOnly: ['ImageName', 'BaseImage'],
  writeOnly: ['Aliases', 'Alias'],
  listRequires: ['ImageName'],
  permissions: {
    CREATE: ['sagemaker:CreateImageVersion', 'sagemaker:DescribeImageVersion'],
    READ: ['sagemaker:DescribeImageVersion'],
    UPDATE: ['sagemaker:UpdateImageVersion', 'sagemaker:DescribeImageVersion', 'sagemaker:ListAliases'],
    DELETE: ['sagemaker:DeleteImageVersion', 'sagemaker:DescribeImageVersion'],
    LIST: ['sagemaker:ListImageVersions'],
  },
};
