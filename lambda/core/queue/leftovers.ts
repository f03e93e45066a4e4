import * as z from 'zod/mini';
import { findMade, madeMeanwhile } from '../operation/search.ts';
import { CallError, type ImageVersions, type StoredRecord } from '../ports.ts';

const Creation = z.object({ properties: z.object({ BaseImage: z.string() }) });

/**
 * What a creation whose workflow could not tell may have left behind, in words for its error; undefined for nothing. It
 * is neither removed nor changed: whose it is nobody can tell for certain.
 *
 * @throws CallError where SageMaker may tell the next time
 */
export async function leftoversOf(
  { kind, region, imageName, request, startedAt }: StoredRecord,
  versions: Pick<ImageVersions, 'madeFrom'>,
): Promise<string | undefined> {
  if (kind !== 'create' || imageName === undefined || startedAt === undefined) return undefined;
  const creation = Creation.safeParse(request);
  if (!creation.success) return undefined;
  const { BaseImage: baseImage } = creation.data.properties;
  try {
    const began = { region, imageName, baseImage, startedAt: Date.parse(startedAt) };
    return madeMeanwhile(await findMade(began, versions));
  } catch (error) {
    if (!(error instanceof CallError) || error.transient) throw error;
    return `whether a version was made could not be seen: ${error.name}: ${error.message}`;
  }
}
