import {
  type CloudControlClient,
  GetResourceCommand,
  ListResourcesCommand,
} from '@aws-sdk/client-cloudcontrol';
import { ListAliasesCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';

/** What is there now, read through Cloud Control; aliases come from SageMaker, which alone tells them. */
export async function readInventory(
  cloudControl: CloudControlClient,
  sageMaker: SageMakerClient,
): Promise<readonly (readonly string[])[]> {
  const rows: string[][] = [];
  for (const image of await list(cloudControl, 'AWS::SageMaker::Image')) {
    const ImageName = image.split('/').at(-1);
    for (const arn of await list(cloudControl, 'AWS::SageMaker::ImageVersion', { ImageName })) {
      const { ResourceDescription } = await cloudControl.send(
        new GetResourceCommand({ TypeName: 'AWS::SageMaker::ImageVersion', Identifier: arn }),
      );
      const model: Record<string, unknown> = JSON.parse(ResourceDescription?.Properties ?? '{}');
      const { SageMakerImageVersionAliases: aliases = [] } = await sageMaker.send(
        new ListAliasesCommand({ ImageName, Version: Number(model.Version) }),
      );
      const cell = (name: string) => String(model[name] ?? '–');
      rows.push([
        cell('ImageName'),
        cell('Version'),
        aliases.toSorted().join(' ') || '–',
        cell('MLFramework'),
        cell('VendorGuidance'),
      ]);
    }
  }
  return rows;
}

/** As many as 80 columns have room for. */
export const INVENTORY_HEADS = ['image', 'version', 'aliases', 'framework', 'guidance'];

async function list(client: CloudControlClient, TypeName: string, model?: object): Promise<string[]> {
  const identifiers: string[] = [];
  let NextToken: string | undefined;
  do {
    const ResourceModel = model ? JSON.stringify(model) : undefined;
    const page = await client.send(new ListResourcesCommand({ TypeName, ResourceModel, NextToken }));
    identifiers.push(...(page.ResourceDescriptions ?? []).flatMap(({ Identifier }) => Identifier ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return identifiers;
}
