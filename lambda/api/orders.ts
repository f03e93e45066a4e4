import * as z from 'zod/mini';
import type { OperationKind } from '../contract/workflow.ts';
import { type Fault, fault, shown } from '../core/fault.ts';
import {
  Aliases,
  CreatableProperties,
  ImageName,
  WantedProperties,
} from '../core/image-version/properties.ts';
import { JsonPatch, PARSERS, type Scope } from '../core/image-version/request.ts';
import type { ProblemFault } from './problem.ts';

/**
 * From what stands in a path, a query and a body to the input of a workflow, and from the faults of that input
 * back to where they stand in the request. The input is checked by the workflow's own parser, so that what is
 * accepted here is what the workflow takes.
 */

const region = z.optional(z.string());

/** Body of a create: the properties, flat. The image's name stands in the path already. */
export const CreateBody = z.strictObject({
  ...CreatableProperties.shape,
  ImageName: z.optional(ImageName),
  region,
});

/** Body of an update: the wanted properties, flat (RFC 7396: `null` removes one), and aliases to move. */
export const MergeBody = z.strictObject({
  ...WantedProperties.shape,
  aliasesToAdd: z.optional(Aliases),
  aliasesToDelete: z.optional(Aliases),
  region,
});

/** Body of an update as JSON Patch: on the version's properties with its aliases. */
export const PatchBody = JsonPatch;

export const CREATE_TYPES = ['application/json'] as const;
export const MERGE_TYPES = ['application/json', 'application/merge-patch+json'] as const;
export const PATCH_TYPE = 'application/json-patch+json';
export const UPDATE_TYPES = [...MERGE_TYPES, PATCH_TYPE] as const;

/** The version that a path names. */
export interface Target {
  readonly imageName: string;
  readonly version: number;
}

/** The input of a workflow, and how a pointer into it reads in the request. */
export interface Input {
  readonly kind: OperationKind;
  readonly value: Readonly<Record<string, unknown>>;
  /** What the request says against itself. */
  readonly faults: readonly Fault[];
  /** Where a part of the input stands in the body. */
  readonly inBody: readonly (readonly [inInput: string, inBody: string])[];
  /** The region stands in the query and not in the body. */
  readonly regionInQuery: boolean;
}

export function createInput(imageName: string, body: unknown, queryRegion: string | undefined): Input {
  const { region, faults, rest } = split(body, queryRegion);
  if (rest && 'ImageName' in rest && rest.ImageName !== imageName) {
    faults.push(fault(['ImageName'], rest.ImageName, `${shown(imageName)}, as the path says, or nothing`));
  }
  return {
    kind: 'create',
    value: { ...region, properties: rest ? { ...rest, ImageName: imageName } : body },
    faults,
    inBody: [['/properties', '']],
    regionInQuery: queryRegion !== undefined,
  };
}

export function mergeInput(target: Target, body: unknown, queryRegion: string | undefined): Input {
  const { region, faults, rest } = split(body, queryRegion);
  const { aliasesToAdd, aliasesToDelete, ...properties } = rest ?? {};
  if (rest && Object.keys(rest).length === 0) {
    faults.push(fault([], body, 'a change: properties, aliasesToAdd or aliasesToDelete'));
  }
  return {
    kind: 'update',
    value: {
      ...region,
      ...target,
      properties: rest ? properties : body,
      ...(aliasesToAdd === undefined ? {} : { aliasesToAdd }),
      ...(aliasesToDelete === undefined ? {} : { aliasesToDelete }),
    },
    faults,
    inBody: [['/properties', '']],
    regionInQuery: queryRegion !== undefined,
  };
}

export function patchInput(target: Target, body: unknown, queryRegion: string | undefined): Input {
  return {
    kind: 'update',
    value: { ...(queryRegion === undefined ? {} : { region: queryRegion }), ...target, patch: body },
    faults: [],
    inBody: [['/patch', '']],
    regionInQuery: queryRegion !== undefined,
  };
}

export function deleteInput(target: Target, queryRegion: string | undefined): Input {
  return {
    kind: 'delete',
    value: { ...(queryRegion === undefined ? {} : { region: queryRegion }), ...target },
    faults: [],
    inBody: [],
    regionInQuery: queryRegion !== undefined,
  };
}

/** Every fault of an input, as the request has it. */
export function faultsOf(input: Input, scope: Scope): ProblemFault[] {
  const parsed = PARSERS[input.kind](input.value, scope);
  return inRequest(input, [...input.faults, ...(parsed.ok ? [] : parsed.faults)]);
}

/** Faults of a workflow's input told as faults of the request; one for each place, the first. */
export function inRequest(input: Input, faults: readonly Fault[]): ProblemFault[] {
  const told = new Map<string, ProblemFault>();
  for (const { path, message: detail } of faults) {
    const pointer = pointerInBody(input, path);
    if (told.has(pointer)) continue;
    const inQuery = input.regionInQuery && path === '/region';
    told.set(pointer, inQuery ? { parameter: 'region', detail } : { pointer, detail });
  }
  return [...told.values()];
}

function pointerInBody({ inBody }: Input, path: string): string {
  const [found] = inBody.filter(([place]) => path === place || path.startsWith(`${place}/`));
  return found ? `${found[1]}${path.slice(found[0].length)}` : path;
}

interface Split {
  readonly region: { readonly region?: unknown };
  readonly faults: Fault[];
  /** The body without its region; undefined where it is no object. */
  readonly rest: Readonly<Record<string, unknown>> | undefined;
}

function split(body: unknown, queryRegion: string | undefined): Split {
  const faults: Fault[] = [];
  const given = queryRegion === undefined ? {} : { region: queryRegion };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { region: given, faults: [fault([], body, 'a JSON object')], rest: undefined };
  }
  const { region, ...rest }: Readonly<Record<string, unknown>> = { ...body };
  if (region === undefined) return { region: given, faults, rest };
  if (queryRegion !== undefined && region !== queryRegion) {
    const message = `given ${shown(region)}, wanted ${shown(queryRegion)}, as the query says, or nothing`;
    faults.push({ path: '/region', message });
    return { region: given, faults, rest };
  }
  return { region: { region }, faults, rest };
}
