import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  type ProgressEvent,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { ACCOUNT, type LocalAws, REGION, ROLE_ARN } from './local-aws.ts';

export const IMAGE = 'AWS::SageMaker::Image';
export const VERSION = 'AWS::SageMaker::ImageVersion';

/** A version of the image that `makeImage` makes. */
export const DESIRED = { ImageName: 'alpha', BaseImage: 'registry.example/base:1' };

export function versionArn(version: number, imageName = 'alpha', region = REGION): string {
  return `arn:aws:sagemaker:${region}:${ACCOUNT}:image-version/${imageName}/${version}`;
}

export function eventOf(output: { ProgressEvent?: ProgressEvent | undefined }): ProgressEvent {
  if (!output.ProgressEvent) throw new Error('The answer has no ProgressEvent');
  return output.ProgressEvent;
}

/** Sends a create and answers its first event. */
export async function create(
  aws: LocalAws,
  typeName: string,
  desired: object,
  clientToken?: string,
): Promise<ProgressEvent> {
  const command = new CreateResourceCommand({
    TypeName: typeName,
    DesiredState: JSON.stringify(desired),
    ClientToken: clientToken,
  });
  return eventOf(await aws.cloudControl.send(command));
}

export async function update(
  aws: LocalAws,
  identifier: string | undefined,
  patch: unknown,
  typeName = VERSION,
): Promise<ProgressEvent> {
  const command = new UpdateResourceCommand({
    TypeName: typeName,
    Identifier: identifier,
    PatchDocument: JSON.stringify(patch),
  });
  return eventOf(await aws.cloudControl.send(command));
}

export async function remove(
  aws: LocalAws,
  identifier: string | undefined,
  typeName = VERSION,
): Promise<ProgressEvent> {
  const command = new DeleteResourceCommand({ TypeName: typeName, Identifier: identifier });
  return eventOf(await aws.cloudControl.send(command));
}

/** The model that GetResource reads. */
export async function read(
  aws: LocalAws,
  identifier: string | undefined,
  typeName = VERSION,
): Promise<Record<string, unknown>> {
  const command = new GetResourceCommand({ TypeName: typeName, Identifier: identifier });
  const { ResourceDescription } = await aws.cloudControl.send(command);
  return JSON.parse(ResourceDescription?.Properties ?? '') as Record<string, unknown>;
}

export async function statusOf(aws: LocalAws, event: ProgressEvent): Promise<ProgressEvent> {
  const command = new GetResourceRequestStatusCommand({ RequestToken: event.RequestToken });
  return eventOf(await aws.cloudControl.send(command));
}

/** Asks every second until the request has ended. */
export async function ended(aws: LocalAws, event: ProgressEvent): Promise<ProgressEvent> {
  for (let round = 0; round < 60; round += 1) {
    const latest = await statusOf(aws, event);
    if (latest.OperationStatus !== 'IN_PROGRESS') return latest;
    await aws.pass(1);
  }
  throw new Error(`Request ${event.RequestToken} goes on for ever`);
}

export async function makeImage(aws: LocalAws, name = 'alpha'): Promise<ProgressEvent> {
  const made = await ended(aws, await create(aws, IMAGE, { ImageName: name, ImageRoleArn: ROLE_ARN }));
  if (made.OperationStatus !== 'SUCCESS') throw new Error(`No image: ${made.StatusMessage}`);
  return made;
}

/** Another version of image `alpha`, which must exist. */
export async function makeVersion(aws: LocalAws, more: object = {}): Promise<ProgressEvent> {
  return ended(aws, await create(aws, VERSION, { ...DESIRED, ...more }));
}
