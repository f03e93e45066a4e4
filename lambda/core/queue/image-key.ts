/** An image as the queues name it: images of one name in two regions are two images. */
export function imageKey(image: { readonly region: string; readonly imageName: string }): string {
  return `${image.region}#${image.imageName}`;
}
