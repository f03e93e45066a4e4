import { bounded } from '../../core/bounded.ts';
import {
  type ImageVersionRef,
  imageVersionArn,
  parseImageVersionArn,
} from '../../core/image-version/identifier.ts';
import type { ReadableModel } from '../../core/image-version/properties.ts';
import type { ListedVersion } from '../../core/inventory/ports.ts';
import type { NeededRead } from '../engine.ts';
import type { Row } from '../tables.ts';
import { LIVE_COLUMNS } from '../version-columns.ts';
import { KnownVersions } from './known-versions.ts';
import { imageArnOf, type LivePlan, livePlan, type Wanted } from './live-plan.ts';
import { type Reading, Rows } from './reading.ts';
import type { RegionReads } from './region-reads.ts';

/** Versions as AWS has them now. Regions are read side by side. */

/** The rate is what holds them back: these many are on their way at most. */
const AT_ONCE = 16;

type ListPlan = Extract<LivePlan, { kind: 'list' }>;

export async function liveVersions(read: NeededRead, reading: Reading): Promise<readonly Row[]> {
  const rows = new Rows(read.table);
  await Promise.all(
    (read.regions ?? []).map(async (region) => {
      const plan = livePlan(read, region, reading.ports.scope);
      if (plan.kind === 'get') rows.add(...(await got(plan.targets, plan, reading.region(region))));
      else await list(plan, region, reading, rows);
    }),
  );
  return inOrder(rows.all);
}

/** By region, image and number, as far as the statement does not say otherwise: the same answer each time. */
export function inOrder(rows: readonly Row[]): readonly Row[] {
  const text = ({ region, image_name }: Row) => `${region} ${image_name}`;
  return rows.toSorted((a, b) =>
    text(a) === text(b) ? Number(a.version) - Number(b.version) : text(a) < text(b) ? -1 : 1,
  );
}

async function got(targets: readonly ImageVersionRef[], wanted: Wanted, reads: RegionReads): Promise<Row[]> {
  const rows = await bounded(targets, AT_ONCE, async (ref) => {
    // Whether it is there, GetResource alone tells.
    const identifier = imageVersionArn(ref);
    const [model, aliases] = await Promise.all([
      reads.model(identifier),
      wanted.aliases ? reads.aliasesOf(ref.imageName, ref.version) : undefined,
    ]);
    return model && liveRow(identifier, ref, model, aliases);
  });
  return rows.filter((row) => row !== undefined);
}

async function list(plan: ListPlan, region: string, reading: Reading, rows: Rows): Promise<void> {
  const reads = reading.region(region);
  const { details, aliases, imageNames } = plan;
  const [images, known] = await Promise.all([
    imageNames ?? reads.images(),
    details || aliases ? KnownVersions.read(reading.ports.inventory, region, imageNames) : undefined,
  ]);
  await bounded(images, AT_ONCE, async (imageName) => {
    rows.add(
      ...(known ? await looked(imageName, plan, reads, known) : await identified(imageName, plan, reads)),
    );
  });
}

/** What identifiers tell: one call for each image. */
async function identified(imageName: string, { versions }: ListPlan, reads: RegionReads): Promise<Row[]> {
  const identifiers = await reads.identifiers(imageName);
  return identifiers
    .flatMap((identifier) => {
      const ref = parseImageVersionArn(identifier);
      return ref ? [{ identifier, ref }] : [];
    })
    .filter(({ ref }) => versions?.has(ref.version) ?? true)
    .map(({ identifier, ref }) => liveRow(identifier, { ...ref, imageName }, undefined, undefined));
}

/** What SageMaker lists tells which versions are known already; the others are asked for. */
async function looked(
  imageName: string,
  { details, aliases, versions }: ListPlan,
  reads: RegionReads,
  known: KnownVersions,
): Promise<Row[]> {
  const listed = await reads.versions(imageName);
  if (!listed) return [];
  const holders = aliases ? await holdersOf(imageName, listed, reads, known) : undefined;
  const wanted = listed.filter(({ version }) => versions?.has(version) ?? true);
  const rows = await bounded(wanted, AT_ONCE, async (one) => {
    const ref = parseImageVersionArn(one.identifier);
    if (!ref) return undefined;
    // One that is listed and cannot be read, such as while it is being made, is told by its identifier.
    const model = details
      ? (known.unchanged(imageName, one)?.properties ?? (await reads.model(one.identifier)))
      : undefined;
    return liveRow(one.identifier, { ...ref, imageName }, model, holders && (holders.get(one.version) ?? []));
  });
  return rows.filter((row) => row !== undefined);
}

/** Aliases by version. */
async function holdersOf(
  imageName: string,
  listed: readonly ListedVersion[],
  reads: RegionReads,
  known: KnownVersions,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const aliases = (await reads.aliases(imageName)) ?? [];
  const unchanged = known.unchangedAliases(imageName, listed, aliases);
  if (unchanged) return unchanged;
  const holders = new Map<number, string[]>();
  // One that points nowhere any more has been removed since it was listed.
  const versions = await bounded(aliases, AT_ONCE, (alias) => reads.holder(imageName, alias));
  for (const [index, alias] of aliases.entries()) {
    const version = versions[index];
    if (version !== undefined) holders.set(version, [...(holders.get(version) ?? []), alias]);
  }
  return holders;
}

/**
 * A version under the columns' names.
 *
 * @param identifier as AWS answered it, or as the statement's image and number make it
 * @param ref with the image's name as the image itself has it
 * @param model undefined where it was not read
 * @param aliases undefined where they were not read
 */
export function liveRow(
  identifier: string,
  ref: ImageVersionRef,
  model: ReadableModel | undefined,
  aliases: readonly string[] | undefined,
): Row {
  const properties: ReadableModel = {
    ImageArn: imageArnOf(ref),
    ...model,
    ImageName: ref.imageName,
    ImageVersionArn: model?.ImageVersionArn ?? identifier,
    Version: ref.version,
    Alias: aliases?.[0],
    Aliases: aliases,
  };
  return {
    ...Object.fromEntries(
      LIVE_COLUMNS.flatMap((column) =>
        'property' in column ? [[column.name, properties[column.property] ?? null]] : [],
      ),
    ),
    region: ref.region,
  };
}
