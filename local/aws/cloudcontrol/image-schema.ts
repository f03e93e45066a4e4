import type { ResourceSchema } from './resource-schema.ts';

const name = '[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*';

/** AWS::SageMaker::Image, after its published resource schema. */
export const IMAGE_SCHEMA: ResourceSchema = {
  typeName: 'AWS::SageMaker::Image',
  properties: {
    ImageName: { type: 'string', minLength: 1, maxLength: 63, pattern: `^${name}$` },
    ImageArn: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      pattern: `^arn:aws(-[\\w]+)*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:image\\/${name}$`,
    },
    ImageRoleArn: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      pattern: '^arn:aws(-[\\w]+)*:iam::[0-9]{12}:role/.*$',
    },
    ImageDisplayName: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[A-Za-z0-9 -_]+$' },
    ImageDescription: { type: 'string', minLength: 1, maxLength: 512, pattern: '.+' },
    Tags: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        properties: {
          Key: { type: 'string', minLength: 1, maxLength: 128 },
          Value: { type: 'string', maxLength: 256 },
        },
        required: ['Key', 'Value'],
      },
    },
  },
  required: ['ImageName', 'ImageRoleArn'],
  primaryIdentifier: 'ImageArn',
  additionalIdentifiers: ['ImageName'],
  readOnly: ['ImageArn'],
  createOnly: ['ImageName'],
  writeOnly: [],
  listRequires: [],
  permissions: {
    CREATE: [
      'sagemaker:CreateImage',
      'sagemaker:DescribeImage',
      'iam:PassRole',
      'sagemaker:AddTags',
      'sagemaker:ListTags',
    ],
    READ: ['sagemaker:DescribeImage', 'sagemaker:ListTags'],
    UPDATE: [
      'sagemaker:UpdateImage',
      'sagemaker:DescribeImage',
      'sagemaker:ListTags',
      'sagemaker:AddTags',
      'sagemaker:DeleteTags',
      'iam:PassRole',
    ],
    DELETE: ['sagemaker:DeleteImage', 'sagemaker:DescribeImage'],
    LIST: ['sagemaker:ListImages'],
  },
};
