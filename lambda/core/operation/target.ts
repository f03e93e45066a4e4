import { parseImageVersionArn } from '../image-version/identifier.ts';
import type { Operation, Work } from './operation.ts';

/** Which image and which version an operation is about. */

/** The ARN of the version that the operation is about, once it has one. */
export function identifierOf(operation: Operation): string {
  if (operation.identifier === undefined) throw new Error('The operation has no version yet');
  return operation.identifier;
}

/** The image as the caller names it: the ARN of a version may spell a name with capitals in another way. */
export function imageNameOf({ request }: Operation): string {
  return request.kind === 'create' ? request.desiredState.ImageName : request.target.imageName;
}

/** The operation's image, and the version's number read off its ARN: never from "latest". */
export function versionOf(operation: Operation): { imageName: string; version: number } {
  const identifier = identifierOf(operation);
  const ref = parseImageVersionArn(identifier);
  if (!ref)
    throw new Error(`Cloud Control named a version by "${identifier}", which is no image version's ARN`);
  return { imageName: imageNameOf(operation), version: ref.version };
}

/** The ARN of the version that gives its aliases up next. */
export function holderOf({ holders }: Extract<Work, { readonly name: 'release-aliases' }>): string {
  const [holder] = holders;
  if (!holder) throw new Error('No version is left that holds a wanted alias');
  return holder.identifier;
}
