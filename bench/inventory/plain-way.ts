import { CloudControlClient, GetResourceCommand, ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { atOnce, type BenchCloud } from './bench-cloud.ts';

/**
 * What anybody would write first: list the images, list the versions of each, get every version. It learns nothing of
 * aliases, status, failure reason or times, which Cloud Control does not tell.
 */

export interface PlainReading {
  readonly versions: number;
  /** Of the properties of a version as JSON, on average. */
  readonly bytes: number;
  readonly calls: number;
  readonly throttled: number;
  readonly seconds: number;
}

/** A call that is throttled is made again after so many milliseconds. */
const AGAIN = 1_000;

/** @param most calls at once */
export async function readPlainly({ cloud, clientOptions }: BenchCloud, most: number): Promise<PlainReading> {
  const client = new CloudControlClient(clientOptions);
  let [calls, throttled, bytes] = [0, 0, 0];

  const call = async <Answer>(send: () => Promise<Answer>): Promise<Answer> => {
    for (;;) {
      calls += 1;
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof Error && error.name === 'ThrottlingException')) throw error;
        throttled += 1;
        await cloud.clock.sleep(AGAIN);
      }
    }
  };

  const list = async (TypeName: string, model?: object): Promise<string[]> => {
    const identifiers: string[] = [];
    const ResourceModel = model && JSON.stringify(model);
    let NextToken: string | undefined;
    do {
      const command = new ListResourcesCommand({ TypeName, ResourceModel, NextToken });
      const page = await call(() => client.send(command));
      identifiers.push(...(page.ResourceDescriptions ?? []).flatMap(({ Identifier }) => Identifier ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return identifiers;
  };

  const began = performance.now();
  const images = await list('AWS::SageMaker::Image');
  const versions: string[] = [];
  await atOnce(most, images, async (image) => {
    const ImageName = image.split('/').at(-1);
    versions.push(...(await list('AWS::SageMaker::ImageVersion', { ImageName })));
  });
  await atOnce(most, versions, async (Identifier) => {
    const command = new GetResourceCommand({ TypeName: 'AWS::SageMaker::ImageVersion', Identifier });
    const { ResourceDescription } = await call(() => client.send(command));
    bytes += Buffer.byteLength(ResourceDescription?.Properties ?? '');
  });
  const seconds = (performance.now() - began) / 1000;
  client.destroy();
  return { versions: versions.length, bytes: bytes / versions.length, calls, throttled, seconds };
}
