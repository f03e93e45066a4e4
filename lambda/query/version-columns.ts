import type { Column } from './tables.ts';

/** The columns of an image version, and what CloudFormation calls the property that each of them shows. */

interface VersionColumn extends Column {
  /** CloudFormation's name; the region alone is no property. */
  readonly property?: string;
}

export const LIVE_COLUMNS = [
  {
    name: 'image_name',
    property: 'ImageName',
    type: 'string',
    description: 'The name of the image that the version belongs to.',
  },
  {
    name: 'image_arn',
    property: 'ImageArn',
    type: 'string',
    description: 'The Amazon Resource Name (ARN) of that image.',
  },
  {
    name: 'image_version_arn',
    property: 'ImageVersionArn',
    type: 'string',
    description: 'The Amazon Resource Name (ARN) of the version: its Identifier.',
  },
  {
    name: 'base_image',
    property: 'BaseImage',
    type: 'string',
    description: 'The registry path of the container image that the version is made from.',
  },
  {
    name: 'container_image',
    property: 'ContainerImage',
    type: 'string',
    description: 'The container image that is really used: the one that the base image led to.',
  },
  { name: 'version', property: 'Version', type: 'integer', description: 'The number of the version.' },
  { name: 'alias', property: 'Alias', type: 'string', description: 'The first of the aliases.' },
  { name: 'aliases', property: 'Aliases', type: 'array', description: 'All aliases of the version.' },
  {
    name: 'vendor_guidance',
    property: 'VendorGuidance',
    type: 'string',
    description: 'How long the version will be there, as its maintainer says.',
  },
  {
    name: 'job_type',
    property: 'JobType',
    type: 'string',
    description: 'The kind of SageMaker job that the version is for.',
  },
  {
    name: 'ml_framework',
    property: 'MLFramework',
    type: 'string',
    description: 'The machine learning framework in it.',
  },
  {
    name: 'programming_lang',
    property: 'ProgrammingLang',
    type: 'string',
    description: 'The programming language that it supports, and its version.',
  },
  { name: 'processor', property: 'Processor', type: 'string', description: 'Whether it is for CPU or GPU.' },
  { name: 'horovod', property: 'Horovod', type: 'boolean', description: 'Whether it works with Horovod.' },
  {
    name: 'release_notes',
    property: 'ReleaseNotes',
    type: 'string',
    description: 'What its maintainer says about it.',
  },
  { name: 'region', type: 'string', description: 'AWS region.' },
] as const satisfies readonly VersionColumn[];
