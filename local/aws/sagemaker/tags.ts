import { imageNameOfArn } from '../fault-middleware.ts';
import type { Checked } from '../input-shape.ts';
import { paginate } from '../paging.ts';
import { existingImage, type SageMakerContext } from './context.ts';
import { invalid } from './errors.ts';
import type { SHAPES } from './shapes.ts';
import type { Image } from './store.ts';

type Input<Operation extends keyof typeof SHAPES> = Checked<(typeof SHAPES)[Operation]>;

/** Of images alone: image versions take no tags (resource schema). */
export function addTags(context: SageMakerContext, region: string, input: Input<'AddTags'>) {
  const image = taggedImage(context, region, input.ResourceArn);
  const kept = image.tags.filter((tag) => !input.Tags.some((added) => added.Key === tag.Key));
  const tags = [...kept, ...input.Tags];
  context.store.amendImage({ ...image, tags });
  return { Tags: tags };
}

export function listTags(context: SageMakerContext, region: string, input: Input<'ListTags'>) {
  const { tags } = taggedImage(context, region, input.ResourceArn);
  const page = paginate(tags, (tag) => tag.Key, input.MaxResults ?? 50, input.NextToken);
  return { Tags: page.items, ...(page.nextToken && { NextToken: page.nextToken }) };
}

export function deleteTags(context: SageMakerContext, region: string, input: Input<'DeleteTags'>) {
  const image = taggedImage(context, region, input.ResourceArn);
  context.store.amendImage({ ...image, tags: image.tags.filter((tag) => !input.TagKeys.includes(tag.Key)) });
  return {};
}

function taggedImage(context: SageMakerContext, region: string, arn: string): Image {
  const name = imageNameOfArn(arn);
  if (name === undefined || !arn.includes(':image/')) throw invalid(`${arn} is not the ARN of an image.`);
  return existingImage(context, region, name);
}
