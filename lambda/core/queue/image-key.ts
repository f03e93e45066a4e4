/**
 * An image as the queues name it: images of one name in two regions are two images. Two spellings of one name are one
 * image: AWS's own patterns disagree on whether a name keeps its capitals in ARNs (docs/unverified.md), so that what is
 * asked for by a name and by an ARN read from AWS may be spelt differently. Were they two images to AWS, sharing a queue
 * would cost nothing but time.
 */
export function imageKey({
  region,
  imageName,
}: {
  readonly region: string;
  readonly imageName: string;
}): string {
  return `${region}#${imageName.toLowerCase()}`;
}

/** The image of a record; undefined where it names none. */
export function imageKeyOf({
  region,
  imageName,
}: {
  readonly region: string;
  readonly imageName?: string;
}): string | undefined {
  return imageName === undefined ? undefined : imageKey({ region, imageName });
}
