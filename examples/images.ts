import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import {
  DescribeImageCommand,
  ResourceNotFound,
  type SageMakerClient,
  waitUntilImageCreated,
} from '@aws-sdk/client-sagemaker';
import type { Stage } from './demo/stage.ts';

/** The images of images.json, and how one is registered. */

export interface ExampleImage {
  readonly name: string;
  readonly displayName: string;
  readonly versions: readonly Readonly<Record<string, unknown>>[];
}

export function exampleImages(): readonly ExampleImage[] {
  const file = join(import.meta.dirname, 'images.json');
  const { images }: { images: readonly ExampleImage[] } = JSON.parse(readFileSync(file, 'utf8'));
  return images;
}

/** Registers an image and waits until it is created. An image that stands already is left as it is. */
export async function register(
  sageMaker: SageMakerClient,
  client: CloudControlClient,
  { surely }: Pick<Stage, 'surely'>,
  { name: ImageName, displayName }: ExampleImage,
): Promise<void> {
  await surely(async () => {
    if (await isRegistered(sageMaker, ImageName)) return;
    const DesiredState = JSON.stringify({
      ImageName,
      ImageDisplayName: displayName,
      ImageRoleArn: 'arn:aws:iam::000000000000:role/sagemaker-image',
    });
    await client.send(new CreateResourceCommand({ TypeName: 'AWS::SageMaker::Image', DesiredState }));
  });
  await surely(() =>
    waitUntilImageCreated({ client: sageMaker, minDelay: 1, maxDelay: 1, maxWaitTime: 30 }, { ImageName }),
  );
}

async function isRegistered(sageMaker: SageMakerClient, ImageName: string): Promise<boolean> {
  try {
    await sageMaker.send(new DescribeImageCommand({ ImageName }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFound) return false;
    throw error;
  }
}
