/** The primary identifier of an image version: its ARN. */
export interface ImageVersionRef {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly imageName: string;
  readonly version: number;
}

/** From the resource's schema; the number is limited to what JavaScript counts exactly. */
const IMAGE_VERSION_ARN =
  /^arn:(aws(?:-\w+)*):sagemaker:([a-z0-9-]*):(\d{12}):image-version\/([A-Za-z0-9](?:[-.]?[A-Za-z0-9])*)\/([1-9]\d{0,15})$/;

/** The parts of an image version's ARN, or undefined where the text is none. */
export function parseImageVersionArn(arn: string): ImageVersionRef | undefined {
  const match = IMAGE_VERSION_ARN.exec(arn);
  if (!match) return undefined;
  const [, partition = '', region = '', account = '', imageName = '', version = ''] = match;
  if (!Number.isSafeInteger(Number(version))) return undefined;
  return { partition, region, account, imageName, version: Number(version) };
}

export function imageVersionArn(ref: ImageVersionRef): string {
  return `arn:${ref.partition}:sagemaker:${ref.region}:${ref.account}:image-version/${ref.imageName}/${ref.version}`;
}
