/** The inputs of SageMaker's image operations: members, limits and patterns of its service model. */

const imageName = { type: 'string', min: 1, max: 63, pattern: '[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*' } as const;
const alias = { type: 'string', min: 1, max: 128, pattern: '(?!^[.-])^([a-zA-Z0-9-_.]+)$' } as const;
const aliases = { type: 'list', of: alias, max: 20 } as const;
const version = { type: 'integer', min: 0 } as const;
const roleArn = {
  type: 'string',
  min: 20,
  max: 2048,
  pattern: 'arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
} as const;
const displayName = { type: 'string', min: 1, max: 128, pattern: '\\S(.*\\S)?' } as const;
const description = { type: 'string', min: 1, max: 512, pattern: '.*' } as const;
const languageVersion = {
  type: 'string',
  min: 1,
  max: 128,
  pattern: '[a-zA-Z]+ ?\\d+\\.\\d+(\\.\\d+)?',
} as const;
const clientToken = { type: 'string', min: 1, max: 36, pattern: '[a-zA-Z0-9-]+' } as const;
const tags = {
  type: 'list',
  max: 50,
  of: {
    type: 'structure',
    members: {
      Key: { type: 'string', required: true, min: 1, max: 128 },
      Value: { type: 'string', required: true, max: 256 },
    },
  },
} as const;
const resourceArn = { type: 'string', required: true, max: 256, pattern: 'arn:.*' } as const;

const attributes = {
  VendorGuidance: { type: 'string', oneOf: ['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED'] },
  JobType: { type: 'string', oneOf: ['TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL'] },
  MLFramework: languageVersion,
  ProgrammingLang: languageVersion,
  Processor: { type: 'string', oneOf: ['CPU', 'GPU'] },
  Horovod: { type: 'boolean' },
  ReleaseNotes: { type: 'string', min: 1, max: 255, pattern: '.*' },
} as const;

const paging = {
  MaxResults: { type: 'integer', min: 1, max: 100 },
  NextToken: { type: 'string', max: 8192, pattern: '.*' },
} as const;

const times = {
  CreationTimeAfter: { type: 'time' },
  CreationTimeBefore: { type: 'time' },
  LastModifiedTimeAfter: { type: 'time' },
  LastModifiedTimeBefore: { type: 'time' },
  SortOrder: { type: 'string', oneOf: ['ASCENDING', 'DESCENDING'] },
} as const;

const requiredImageName = { ...imageName, required: true } as const;
const oneVersion = { ImageName: requiredImageName, Version: version, Alias: alias } as const;

export const SHAPES = {
  CreateImage: {
    ImageName: requiredImageName,
    RoleArn: { ...roleArn, required: true },
    DisplayName: displayName,
    Description: description,
    Tags: tags,
  },
  DescribeImage: { ImageName: requiredImageName },
  UpdateImage: {
    ImageName: requiredImageName,
    RoleArn: roleArn,
    DisplayName: displayName,
    Description: description,
    DeleteProperties: {
      type: 'list',
      max: 2,
      of: { type: 'string', pattern: '(^DisplayName$)|(^Description$)' },
    },
  },
  DeleteImage: { ImageName: requiredImageName },
  ListImages: {
    ...paging,
    ...times,
    NameContains: { type: 'string', max: 63, pattern: '[a-zA-Z0-9\\-.]+' },
    SortBy: { type: 'string', oneOf: ['CREATION_TIME', 'LAST_MODIFIED_TIME', 'IMAGE_NAME'] },
  },
  CreateImageVersion: {
    ImageName: requiredImageName,
    BaseImage: { type: 'string', required: true, min: 1, max: 255, pattern: '.*' },
    ClientToken: { ...clientToken, required: true },
    Aliases: aliases,
    ...attributes,
  },
  DescribeImageVersion: oneVersion,
  UpdateImageVersion: { ...oneVersion, AliasesToAdd: aliases, AliasesToDelete: aliases, ...attributes },
  DeleteImageVersion: oneVersion,
  ListImageVersions: {
    ImageName: requiredImageName,
    ...paging,
    ...times,
    SortBy: { type: 'string', oneOf: ['CREATION_TIME', 'LAST_MODIFIED_TIME', 'VERSION'] },
  },
  ListAliases: { ...oneVersion, ...paging },
  AddTags: { ResourceArn: resourceArn, Tags: { ...tags, required: true } },
  ListTags: { ResourceArn: resourceArn, ...paging },
  DeleteTags: {
    ResourceArn: resourceArn,
    TagKeys: { type: 'list', required: true, max: 50, of: { type: 'string', min: 1, max: 128 } },
  },
} as const;
