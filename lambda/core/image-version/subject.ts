import * as z from 'zod/mini';
import type { OperationKind } from '../../contract/workflow.ts';
import { imageVersionArn, parseImageVersionArn } from './identifier.ts';
import { ImageName } from './properties.ts';
import type { Scope } from './request.ts';

/** What an operation is about. */
export interface Subject {
  /** One of the configured regions. */
  readonly region: string;
  /** Absent where the input names no image of that region. */
  readonly imageName?: string;
  readonly version?: number;
  readonly identifier?: string;
}

/** A field that is left out where it has another form. */
function orNothing<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.catch(z.optional(schema), undefined);
}

const Visible = z.catch(
  z.object({
    region: z.optional(z.unknown()),
    identifier: z.optional(z.unknown()),
    imageName: orNothing(ImageName),
    version: orNothing(z.int().check(z.minimum(1))),
    properties: orNothing(z.object({ ImageName: orNothing(ImageName) })),
  }),
  {},
);

/**
 * What an input is about that was not checked, or was refused: as far as it can be seen. The record of an execution that
 * was started by hand is listed under it, so the region is always one that is configured: the default one where the input
 * names none of them, and then no image.
 */
export function subjectOf(kind: OperationKind, input: unknown, scope: Scope): Subject {
  const { region: wanted, identifier, imageName, version, properties } = Visible.parse(input);
  const elsewhere: Subject = { region: scope.defaultRegion };
  if (identifier !== undefined && kind !== 'create') {
    const ref = typeof identifier === 'string' ? parseImageVersionArn(identifier) : undefined;
    const ours = ref?.account === scope.account && ref.partition === scope.partition;
    if (!ref || !ours || !scope.regions.includes(ref.region)) return elsewhere;
    return {
      region: ref.region,
      imageName: ref.imageName,
      version: ref.version,
      identifier: imageVersionArn(ref),
    };
  }
  const region = wanted === undefined ? scope.defaultRegion : wanted;
  if (typeof region !== 'string' || !scope.regions.includes(region)) return elsewhere;
  const named = kind === 'create' ? properties?.ImageName : imageName;
  if (named === undefined) return { region };
  if (kind === 'create' || version === undefined) return { region, imageName: named };
  const { account, partition } = scope;
  const target = { partition, region, account, imageName: named, version };
  return { region, imageName: named, version, identifier: imageVersionArn(target) };
}
