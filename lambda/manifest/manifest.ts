import * as z from 'zod/mini';
import { type Fault, fault, schemaFaults, told, type Unrecognised } from '../core/fault.ts';
import { READ_ONLY_PROPERTIES, SETTABLE_PROPERTIES } from '../core/image-version/properties.ts';
import { nearest } from '../core/names.ts';
import { EXPORTABLE_NAMES, namesInsteadOf, propertyNamed, SETTABLE_NAMES } from './names.ts';

/** What a manifest says, before any of its placeholders is filled. Paths are those of the manifest as JSON. */

export interface Manifest {
  readonly name: string;
  readonly globals: readonly Said[];
  /** In order: what one exports, those after it may use. */
  readonly resources: readonly Resource[];
}

/** A value as it stands in the manifest, and where. */
export interface Said {
  readonly name: string;
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
}

export interface Resource {
  readonly name: string;
  readonly path: readonly PropertyKey[];
  /** Under CloudFormation's names; its region under `region`. */
  readonly props: ReadonlyMap<string, Said>;
  /** Properties by the names that they are exported under. */
  readonly exports: ReadonlyMap<string, string>;
  /** A teardown leaves it. */
  readonly protected: boolean;
  /** Only where this is so. @default - always */
  readonly condition?: Said;
}

export type ReadManifest =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const MOST_RESOURCES = 50;
const MOST_GLOBALS = 100;

const Name = z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/));
const text = z.string().check(z.maxLength(1_000));
const description = z.optional(text);
const value = z.unknown();

const Global = z.strictObject({ name: Name, value, description });
/** Which names there are is told by {@link resourceOf}, which names the one that may be meant. */
export const PropertyName = z.string();
export const ExportedProperty = z.string();
const Prop = z.strictObject({ name: PropertyName, value, description });
const Export = z.union([ExportedProperty, z.record(z.string(), Name).check(z.refine(isOnePair))]);
const Provider = z.string().check(z.regex(/^[a-z][a-z0-9_]*(::.+)?$/));

const ResourceSchema = z.strictObject({
  name: Name,
  type: z.optional(z.literal('resource')),
  description,
  props: z.array(Prop),
  exports: z.optional(z.array(Export)),
  protected: z.optional(z.boolean()),
  if: z.optional(z.nullable(z.union([z.string(), z.number(), z.boolean()]))),
});

/** The form of a manifest. */
export const ManifestSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().check(z.minLength(1), z.maxLength(255)),
  description,
  providers: z.array(Provider),
  globals: z.optional(z.array(Global).check(z.maxLength(MOST_GLOBALS))),
  resources: z.array(ResourceSchema).check(z.minLength(1), z.maxLength(MOST_RESOURCES)),
});

/** In words, by field. */
const WANTED: Readonly<Record<string, string>> = {
  '': 'a manifest: an object with version, name, providers and resources',
  version: '1, the version of the form that manifests have',
  value: 'a value; null says that there is none',
  name: 'a name: a letter or _, then letters, digits, _ and -',
  description: 'a text of at most 1000 characters',
  providers: 'a list of providers with aws or awscc in it',
  globals: `a list of at most ${MOST_GLOBALS} globals, each with name and value`,
  resources: `a list of 1 to ${MOST_RESOURCES} resources, each with name and props`,
  type: 'resource, or nothing: no other kind is known here',
  props: 'a list of properties, each with name and value',
  exports:
    'a list of names of properties; or of {property: name} for one that is exported under another name',
  protected: 'true or false: whether a teardown leaves it',
  if: 'true, false, a text or a number; or a placeholder for one',
};

/** The fields that an object at this place may have. */
function fieldsAt(path: readonly PropertyKey[]): readonly string[] {
  const [list, , within] = path;
  if (path.length === 1) return Object.keys(ManifestSchema.shape);
  if (list === 'globals') return Object.keys(Global.shape);
  return Object.keys(within === 'props' ? Prop.shape : ResourceSchema.shape);
}

/** Fields for which the one that may be meant is looked for: as many as a reader would mend at once. */
const MOST_HINTS = 20;

function unrecognised(): Unrecognised {
  let hints = 0;
  return (path, given) => {
    const fields = fieldsAt(path);
    hints += 1;
    const near = hints > MOST_HINTS ? undefined : nearest(String(path.at(-1)), fields);
    const meant = near === undefined ? '' : `; is ${near} meant?`;
    return fault(path, given, `nothing: the fields here are ${fields.join(', ')}${meant}`);
  };
}

/** Checks what a manifest says, as JSON. Every fault is told at once. */
export function parseManifest(input: unknown): ReadManifest {
  const parsed = ManifestSchema.safeParse(input);
  if (!parsed.success) {
    return { ok: false, faults: told(schemaFaults(parsed.error, input, WANTED, unrecognised())) };
  }
  const { name, providers, globals = [], resources } = parsed.data;
  const faults: Fault[] = [];
  if (!providers.some((one) => /^(aws|awscc)(::|$)/.test(one))) {
    faults.push(fault(['providers'], providers, WANTED.providers ?? ''));
  }
  const manifest: Manifest = {
    name,
    globals: globals.map((one, index) => said(one, ['globals', index, 'value'])),
    resources: resources.map((one, index) => resourceOf(one, ['resources', index], faults)),
  };
  twice(manifest.globals, (index) => ['globals', index, 'name'], faults);
  twice(manifest.resources, (index) => ['resources', index, 'name'], faults);
  return faults.length > 0 ? { ok: false, faults: told(faults) } : { ok: true, manifest };
}

function resourceOf(
  given: z.infer<typeof ResourceSchema>,
  path: readonly PropertyKey[],
  faults: Fault[],
): Resource {
  const props = new Map<string, Said>();
  for (const [index, prop] of given.props.entries()) {
    const at = [...path, 'props', index];
    const property = propertyNamed(prop.name);
    if (property === undefined || !isSettable(property)) {
      const readOnly = READ_ONLY_PROPERTIES.some((one) => one === property);
      const wanted = readOnly
        ? 'a property that can be set: SageMaker sets this one'
        : namesInsteadOf(prop.name, SETTABLE_NAMES);
      faults.push(fault([...at, 'name'], prop.name, wanted));
    } else if (props.has(property)) {
      faults.push(fault([...at, 'name'], prop.name, 'each property once'));
    } else {
      props.set(property, said(prop, [...at, 'value']));
    }
  }
  if (given.name === 'vars')
    faults.push(fault([...path, 'name'], 'vars', 'another name: vars are the caller’s'));
  return {
    name: given.name,
    path,
    props,
    exports: exportsOf(given.exports ?? [], [...path, 'exports'], faults),
    protected: given.protected ?? false,
    ...(given.if === undefined ? {} : { condition: { name: 'if', value: given.if, path: [...path, 'if'] } }),
  };
}

function isSettable(property: string): boolean {
  return property === 'region' || SETTABLE_PROPERTIES.includes(property);
}

function exportsOf(
  given: readonly z.infer<typeof Export>[],
  path: readonly PropertyKey[],
  faults: Fault[],
): ReadonlyMap<string, string> {
  const exported = new Map<string, string>();
  for (const [index, one] of given.entries()) {
    const [source, name] = pairOf(one);
    const property = propertyNamed(source);
    if (property === undefined) {
      faults.push(fault([...path, index], source, namesInsteadOf(source, EXPORTABLE_NAMES)));
    } else if (exported.has(name)) {
      faults.push(fault([...path, index], name, 'each name once'));
    } else {
      exported.set(name, property);
    }
  }
  return exported;
}

/** The property, and the name that it is exported under. */
function pairOf(one: z.infer<typeof Export>): readonly [property: string, name: string] {
  if (typeof one === 'string') return [one, one];
  const [[property, name] = ['', '']] = Object.entries(one);
  return [property, name];
}

function isOnePair(value: object): boolean {
  return Object.keys(value).length === 1;
}

function said(
  { name, value }: { readonly name: string; readonly value: unknown },
  path: readonly PropertyKey[],
): Said {
  return { name, value, path };
}

function twice(
  named: readonly { readonly name: string }[],
  path: (index: number) => readonly PropertyKey[],
  faults: Fault[],
): void {
  const seen = new Set<string>();
  for (const [index, { name }] of named.entries()) {
    if (seen.has(name)) faults.push(fault(path(index), name, 'a name that nothing before it has'));
    seen.add(name);
  }
}
