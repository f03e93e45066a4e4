import { isJsonObject, type Json, type JsonObject, parseJson } from '../json.ts';
import type { Resource, ResourceSet } from './resource-set.ts';

export interface StateMachineResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Amazon States Language, parsed and not yet validated. */
  readonly definition: JsonObject;
  readonly roleArn: string;
}

export function readStateMachines(resources: ResourceSet): StateMachineResource[] {
  return resources.of('AWS::StepFunctions::StateMachine').map((resource) => ({
    stackName: resource.stackName,
    logicalId: resource.logicalId,
    name: String(resource.attribute('Name')),
    arn: String(resource.ref),
    type: resource.text('StateMachineType', 'STANDARD') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    definition: definition(resource),
    roleArn: resource.text('RoleArn'),
  }));
}

function definition(resource: Resource): JsonObject {
  const parsed = substitute(resource, read(resource));
  if (!isJsonObject(parsed)) {
    throw new Error(
      `${resource.stackName}/${resource.logicalId} has neither DefinitionString nor Definition`,
    );
  }
  return parsed;
}

function read(resource: Resource): Json | undefined {
  const text = resource.properties.DefinitionString;
  if (typeof text !== 'string') return resource.properties.Definition;
  try {
    return parseJson(text);
  } catch (cause) {
    throw new Error(`${resource.stackName}/${resource.logicalId}.DefinitionString is not JSON`, { cause });
  }
}

/** `${name}` in the definition stands for the entry of DefinitionSubstitutions. */
function substitute(resource: Resource, parsed: Json | undefined): Json | undefined {
  const substitutions = resource.properties.DefinitionSubstitutions;
  if (parsed === undefined || !isJsonObject(substitutions)) return parsed;
  const text = JSON.stringify(parsed).replace(/\$\{([A-Za-z0-9_-]+)\}/g, (whole, name: string) => {
    const value = substitutions[name];
    return value === undefined ? whole : JSON.stringify(String(value)).slice(1, -1);
  });
  return parseJson(text);
}
