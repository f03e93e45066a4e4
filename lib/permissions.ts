import { ArnFormat, Aws, type Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What each action is asked for on: the image, a version of it, or, by what a call asks about, either of them.
 * Source: AWS's Service Authorization Reference, "Actions, resources, and condition keys for Amazon SageMaker".
 */
const ASKED_ON = {
  'sagemaker:CreateImageVersion': ['image'],
  'sagemaker:ListImageVersions': ['image'],
  'sagemaker:DescribeImageVersion': ['image-version'],
  'sagemaker:UpdateImageVersion': ['image-version'],
  'sagemaker:DeleteImageVersion': ['image-version'],
  'sagemaker:ListAliases': ['image', 'image-version'],
} as const satisfies Readonly<Record<string, readonly ImageResource[]>>;

const IMAGE_RESOURCES = ['image', 'image-version'] as const;
type ImageResource = (typeof IMAGE_RESOURCES)[number];

/** An action on an image or on a version of one. */
export type ImageAction = keyof typeof ASKED_ON;

/**
 * What a caller of Cloud Control needs: the `cloudformation:` action of the call itself, and the `sagemaker:`
 * actions that the type's handler then makes under the caller's name.
 * Source: the handlers' permissions in the resource schema of AWS::SageMaker::ImageVersion.
 */
const HANDLER_ACTIONS = {
  create: ['sagemaker:CreateImageVersion', 'sagemaker:DescribeImageVersion'],
  read: ['sagemaker:DescribeImageVersion'],
  update: ['sagemaker:UpdateImageVersion', 'sagemaker:DescribeImageVersion', 'sagemaker:ListAliases'],
  delete: ['sagemaker:DeleteImageVersion', 'sagemaker:DescribeImageVersion'],
  list: ['sagemaker:ListImageVersions'],
} as const satisfies Readonly<Record<string, readonly ImageAction[]>>;

const CLOUD_CONTROL_ACTIONS = {
  create: 'cloudformation:CreateResource',
  read: 'cloudformation:GetResource',
  update: 'cloudformation:UpdateResource',
  delete: 'cloudformation:DeleteResource',
  list: 'cloudformation:ListResources',
} as const;

/** An operation of Cloud Control on an image version. */
export type ResourceOperation = keyof typeof HANDLER_ACTIONS;

/**
 * What listing the images themselves asks of its caller: `AWS::SageMaker::Image` is the type by which a region's
 * versions are found. ListImages takes no resource.
 */
export const LIST_IMAGES_ACTION = 'sagemaker:ListImages';

/** Following and stopping a request needs no permission on the resource. */
export const FOLLOW_ACTIONS = [
  'cloudformation:GetResourceRequestStatus',
  'cloudformation:CancelResourceRequest',
] as const;

/**
 * Why `Resource: "*"` stands in a policy: these actions take no resource. Source: the Service Authorization
 * Reference lists no resource type for Cloud Control's actions, and none for writing trace segments.
 */
export const NO_RESOURCE_REASON =
  'Cloud Control and X-Ray actions, and sagemaker:ListImages, support no resource-level permissions; what a role may touch is limited by the ARNs of its other sagemaker: actions.';

/** Why an ARN ends in `*`: the images are made by the users, so their names are not known to the stack. */
export const IMAGE_WILDCARD_REASON =
  'Images and their versions are named by the users of the system; the ARNs are limited to image and image-version in the configured regions of this account.';

/** The `cloudformation:` half. */
export function cloudControlStatement(actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: ['*'] });
}

/**
 * The `sagemaker:` half: each action on what it is asked for on, which is every image or image version of the configured
 * regions, and on nothing else.
 */
export function imageStatements(
  stack: Stack,
  regions: readonly string[],
  actions: readonly ImageAction[],
): PolicyStatement[] {
  return IMAGE_RESOURCES.flatMap((type) => {
    const on = actions.filter((action) => ASKED_ON[action].some((one) => one === type));
    if (on.length === 0) return [];
    const resources = regions.map((region) => imageArn(stack, region, type));
    return [new PolicyStatement({ actions: on, resources })];
  });
}

export function cloudControlActions(operations: readonly ResourceOperation[]): string[] {
  return operations.map((operation) => CLOUD_CONTROL_ACTIONS[operation]);
}

/** @param further that are asked for beside these of the handlers */
export function imageActions(
  operations: readonly ResourceOperation[],
  further: readonly ImageAction[],
): ImageAction[] {
  const ofHandlers = operations.flatMap((operation): readonly ImageAction[] => HANDLER_ACTIONS[operation]);
  return [...new Set([...ofHandlers, ...further])].sort();
}

function imageArn(stack: Stack, region: string, resource: ImageResource): string {
  return stack.formatArn({
    partition: Aws.PARTITION,
    service: 'sagemaker',
    region,
    resource,
    resourceName: '*',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}

/** A call on single items, or a query, of a table. */
export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/**
 * Leave to do this with a table's items, and to query these of its indexes. CDK's own grants would allow every index.
 *
 * @param actions may be none, where the indexes are all that is used
 */
export function tableStatements(
  table: Table,
  actions: readonly TableAction[],
  indexes: readonly string[] = [],
): PolicyStatement[] {
  const onItems = { actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] };
  const onIndexes = indexes.map((index) => ({
    actions: ['dynamodb:Query'],
    resources: [`${table.tableArn}/index/${index}`],
  }));
  return [...(actions.length > 0 ? [onItems] : []), ...onIndexes].map((one) => new PolicyStatement(one));
}
