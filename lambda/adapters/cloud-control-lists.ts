import { ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { ERRORS } from '../contract/errors.ts';
import type { ListedPage, ResourceLists } from '../core/catalogue.ts';
import { CallError } from '../core/ports.ts';
import { called, calledUnless } from './call-error.ts';
import type { Attempts } from './clients.ts';
import { cloudControlClient, NOT_FOUND } from './cloud-control.ts';

/**
 * Cloud Control's lists. Images need no model; versions are listed for one image, named by the model, and asking
 * without one is refused. MaxResults is not given: AWS passes over it.
 */
export function cloudControlLists(attempts: Attempts = {}): ResourceLists {
  const client = (region: string) => cloudControlClient(region, attempts);

  const list = async (
    region: string,
    TypeName: string,
    ResourceModel: string | undefined,
    NextToken: string | undefined,
  ): Promise<ListedPage> => {
    const command = new ListResourcesCommand({ TypeName, ResourceModel, NextToken });
    const answer = await called(() => client(region).send(command));
    const identifiers = (answer.ResourceDescriptions ?? []).map(({ Identifier }) => {
      if (Identifier) return Identifier;
      throw new CallError(
        ERRORS.unexpectedAnswer,
        'Cloud Control listed a resource without identifier',
        false,
      );
    });
    return { identifiers, ...(answer.NextToken ? { nextToken: answer.NextToken } : {}) };
  };

  return {
    images: (region, nextToken) => list(region, 'AWS::SageMaker::Image', undefined, nextToken),

    versions: (region, ImageName, nextToken) => {
      const model = JSON.stringify({ ImageName });
      return calledUnless(NOT_FOUND, () => list(region, 'AWS::SageMaker::ImageVersion', model, nextToken));
    },
  };
}
