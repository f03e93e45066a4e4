/**
 * Reads the files of a CDK cloud assembly: the manifest, nested assemblies of stages, templates, and which
 * directory each asset's S3 key stands for. Nothing is resolved here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../json.ts';

export interface RawResource {
  readonly type: string;
  readonly condition: string | undefined;
  readonly properties: JsonObject;
  readonly metadata: JsonObject;
}

export interface RawStack {
  readonly name: string;
  readonly resources: ReadonlyMap<string, RawResource>;
  readonly parameters: JsonObject;
  readonly conditions: JsonObject;
  readonly mappings: JsonObject;
  readonly outputs: JsonObject;
  /** The directory that the assembly's relative paths start from. */
  readonly directory: string;
  /** S3 key of an asset → the path of its directory or file. */
  readonly assets: ReadonlyMap<string, string>;
}

/** @throws Error that names the file when one is missing or not what the CDK writes. */
export function readRawAssembly(directory: string): RawStack[] {
  const root = resolve(directory);
  const manifest = readObject(join(root, 'manifest.json'));
  const stacks: RawStack[] = [];
  for (const [id, artifact] of Object.entries(objectAt(manifest, 'artifacts'))) {
    if (!isJsonObject(artifact)) continue;
    const properties = objectAt(artifact, 'properties');
    switch (artifact.type) {
      case 'aws:cloudformation:stack':
        stacks.push(readStack(root, id, properties));
        break;
      case 'cdk:cloud-assembly':
        stacks.push(...readRawAssembly(join(root, text(properties.directoryName, `${id}.directoryName`))));
        break;
      // Asset manifests are found by their stack; the construct tree and feature flags run nothing.
      default:
        break;
    }
  }
  return stacks;
}

function readStack(directory: string, id: string, properties: JsonObject): RawStack {
  const template = readObject(join(directory, text(properties.templateFile, `${id}.templateFile`)));
  const resources = new Map<string, RawResource>();
  for (const [logicalId, value] of Object.entries(objectAt(template, 'Resources'))) {
    if (!isJsonObject(value)) throw new Error(`${id}/${logicalId} is not a resource`);
    const condition = value.Condition;
    resources.set(logicalId, {
      type: text(value.Type, `${id}/${logicalId}.Type`),
      condition: typeof condition === 'string' ? condition : undefined,
      properties: objectAt(value, 'Properties'),
      metadata: objectAt(value, 'Metadata'),
    });
  }
  const name = properties.stackName;
  return {
    name: typeof name === 'string' ? name : id,
    resources,
    parameters: objectAt(template, 'Parameters'),
    conditions: objectAt(template, 'Conditions'),
    mappings: objectAt(template, 'Mappings'),
    outputs: objectAt(template, 'Outputs'),
    directory,
    assets: readAssets(directory, id),
  };
}

function readAssets(directory: string, stackId: string): Map<string, string> {
  const assets = new Map<string, string>();
  const file = join(directory, `${stackId}.assets.json`);
  if (!existsSync(file)) return assets;
  for (const asset of Object.values(objectAt(readObject(file), 'files'))) {
    if (!isJsonObject(asset)) continue;
    const path = objectAt(asset, 'source').path;
    if (typeof path !== 'string') continue;
    for (const destination of Object.values(objectAt(asset, 'destinations'))) {
      const key = isJsonObject(destination) ? destination.objectKey : undefined;
      if (typeof key === 'string') assets.set(key, join(directory, path));
    }
  }
  return assets;
}

function readObject(file: string): JsonObject {
  if (!existsSync(file))
    throw new Error(`${file} is missing: is this a CDK cloud assembly? Run cdk synth first`);
  const value = parseJson(readFileSync(file, 'utf8'));
  if (!isJsonObject(value)) throw new Error(`${file} does not hold a JSON object`);
  return value;
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isJsonObject(value) ? value : {};
}

function text(value: Json | undefined, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} is not a string`);
  return value;
}
