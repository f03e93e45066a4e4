import { type Fault, fault, pointer } from '../core/fault.ts';
import { CREATE_ONLY_PROPERTIES } from '../core/image-version/properties.ts';
import { parseCreate, type Scope } from '../core/image-version/request.ts';
import type { Resource, Said } from './manifest.ts';
import { snakeCase } from './names.ts';
import { fill } from './placeholders.ts';
import type { ManifestScope } from './scope.ts';

/** From a resource as it is written to what is wanted of a version. */

/** What makes a version the one that a resource means. Nothing else does: all else about it can be changed. */
export interface Identity {
  readonly region: string;
  readonly imageName: string;
  readonly baseImage: string;
}

export interface Resolved {
  readonly resource: Resource;
  /** What is said and known, under CloudFormation's names. What is not in it is not said. */
  readonly said: Readonly<Record<string, unknown>>;
  readonly region: string;
  /** undefined where it has to be known what another resource exports first. */
  readonly identity: Identity | undefined;
  /** Properties that wait for exports, and the resources that those are of. */
  readonly waits: ReadonlyMap<string, readonly string[]>;
  readonly faults: readonly Fault[];
}

/** Whether a resource is left out by its `if`; what that may use has to be known from the start. */
export function isSkipped({ condition }: Resource, scope: ManifestScope, faults: Fault[]): boolean {
  if (!condition) return false;
  const filled = fill(condition.value, condition.path, scope.lookupGiven);
  if (filled.kind === 'missing') faults.push(filled.fault);
  if (filled.kind === 'faulty') faults.push(...filled.faults);
  if (filled.kind !== 'value') return false;
  return [false, null, 0, '', 'false'].some((one) => one === filled.value);
}

/** Fills what a resource says, and checks what is known of it. */
export function resolve(resource: Resource, scope: ManifestScope, limits: Scope): Resolved {
  const faults: Fault[] = [];
  const waits = new Map<string, readonly string[]>();
  const said = new Map<string, unknown>();
  for (const [property, prop] of [...resource.props, ...globalRegion(resource, scope)]) {
    const filled = fill(prop.value, prop.path, scope.lookup);
    switch (filled.kind) {
      case 'value': {
        const value = saidOf(property, filled.value);
        if (value !== undefined) said.set(property, value);
        break;
      }
      case 'waits':
        waits.set(property, filled.on);
        break;
      case 'missing':
        if (!mayBeLeftOut(property, filled.reference)) faults.push(filled.fault);
        break;
      case 'faulty':
        faults.push(...filled.faults);
        break;
    }
  }
  const { region = limits.defaultRegion, ...properties } = Object.fromEntries(said);
  const known = { ...(said.has('region') ? { region } : {}), properties };
  faults.push(...checked(known, resource, waits, faults, limits));
  return {
    resource,
    said: properties,
    region: String(region),
    identity: identityOf(resource, String(region), properties, waits, faults),
    waits,
    faults,
  };
}

/** undefined where one of its parts is not known yet, or is nothing that a version can have. */
function identityOf(
  { props }: Resource,
  region: string,
  { ImageName, BaseImage }: Readonly<Record<string, unknown>>,
  waits: ReadonlyMap<string, unknown>,
  faults: readonly Fault[],
): Identity | undefined {
  const parts = ['region', ...CREATE_ONLY_PROPERTIES];
  const places = parts.flatMap((part) => pointer(props.get(part)?.path ?? ['globals']));
  const faulty = faults.some(({ path }) => places.some((place) => path.startsWith(place)));
  if (faulty || waits.has('region') || typeof ImageName !== 'string' || typeof BaseImage !== 'string') {
    return undefined;
  }
  return { region, imageName: ImageName, baseImage: BaseImage };
}

/** A region that is said for all resources is said for this one. */
function globalRegion({ props }: Resource, scope: ManifestScope): (readonly [string, Said])[] {
  const meaning = scope.lookupGiven('region');
  if (props.has('region') || meaning.kind !== 'known') return [];
  return [['region', { name: 'region', value: meaning.value, path: ['globals'] }]];
}

/**
 * As the document's manifest has it, where each property is a placeholder of its own name: what the caller gives
 * nothing for is not said. Under any other name, a placeholder without a value is more likely a slip.
 */
function mayBeLeftOut(property: string, reference: string): boolean {
  const required = CREATE_ONLY_PROPERTIES.some((one) => one === property) || property === 'region';
  return !required && [property, snakeCase(property)].includes(reference);
}

/** `null` says nothing; nor does a list in which there is nothing else. */
function saidOf(property: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null && item !== undefined);
    return items.length === 0 && value.length > 0 ? undefined : items;
  }
  // A parameter of a command line is a text.
  if (property === 'Horovod' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

/** What a create would have against it; of what is not known yet, nothing is held. */
function checked(
  known: object,
  resource: Resource,
  waits: ReadonlyMap<string, unknown>,
  before: readonly Fault[],
  limits: Scope,
): Fault[] {
  const parsed = parseCreate(known, limits);
  if (parsed.ok) return [];
  return parsed.faults.flatMap(({ path, message }) => {
    const [, property = '', ...rest] = path.replace(/^\/properties/, '').split('/');
    const prop = resource.props.get(property);
    if (waits.has(property)) return [];
    if (!prop) {
      if (property === '') return [{ path: pointer([...resource.path, 'props']), message }];
      if (property === 'region') return [{ path: '/globals', message: `region: ${message}` }];
      return [
        fault([...resource.path, 'props'], undefined, `a property ${snakeCase(property)}: it is required`),
      ];
    }
    const place = [pointer(prop.path), ...rest].join('/');
    // It is told already why there is nothing.
    if (before.some((one) => one.path.startsWith(pointer(prop.path)))) return [];
    return [{ path: place, message }];
  });
}
