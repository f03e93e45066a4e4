/**
 * A CDK cloud assembly (cdk.out) as typed resources: what the local cloud runs is what would be deployed.
 */
import { isJsonObject, type Json } from '../json.ts';
import { type AsynchronousResource, readAsynchronous } from './asynchronous.ts';
import { type EventBusResource, type RuleResource, readEventBuses, readRules } from './event-rules.ts';
import { type FunctionResource, readFunctions } from './functions.ts';
import { type HttpApiResource, readHttpApis } from './http-apis.ts';
import { Resolver } from './intrinsics.ts';
import { type QueueResource, readQueues } from './queues.ts';
import { readRawAssembly } from './raw-assembly.ts';
import { type Resource, ResourceSet } from './resource-set.ts';
import { type RoleResource, readRoles } from './roles.ts';
import { readStateMachines, type StateMachineResource } from './state-machines.ts';
import { readTables, type TableResource } from './tables.ts';

export interface AssemblyOptions {
  /** @default us-east-1 */
  readonly region?: string;
  /** Values for template parameters that have no default. @default - defaults only */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface Assembly {
  readonly region: string;
  readonly stackNames: readonly string[];
  readonly functions: readonly FunctionResource[];
  readonly stateMachines: readonly StateMachineResource[];
  readonly tables: readonly TableResource[];
  readonly httpApis: readonly HttpApiResource[];
  /** The default bus first. */
  readonly eventBuses: readonly EventBusResource[];
  readonly rules: readonly RuleResource[];
  readonly queues: readonly QueueResource[];
  readonly asynchronous: readonly AsynchronousResource[];
  readonly roles: readonly RoleResource[];
  /** Every resource of a type, properties resolved: the way in for types that have no reader above. */
  resourcesOf(type: string): readonly Resource[];
  /** A stack output's value, resolved when asked for. @throws Error when there is none. */
  output(stackName: string, outputId: string): Json;
}

/** @throws Error that names stack, logical id and what the local cloud does not know or cannot find. */
export function loadAssembly(directory: string, options: AssemblyOptions = {}): Assembly {
  const region = options.region ?? 'us-east-1';
  const stacks = readRawAssembly(directory);
  const resolver = new Resolver(stacks, { region, parameters: options.parameters ?? {} });
  const resources = new ResourceSet(stacks, resolver);
  const eventBuses = readEventBuses(resources, region);
  return {
    region,
    stackNames: stacks.map((stack) => stack.name),
    functions: readFunctions(resources),
    stateMachines: readStateMachines(resources),
    tables: readTables(resources),
    httpApis: readHttpApis(resources, region),
    eventBuses,
    rules: readRules(resources, eventBuses),
    queues: readQueues(resources),
    asynchronous: readAsynchronous(resources),
    roles: readRoles(resources),
    resourcesOf: (type) => resources.of(type),
    output: (stackName, outputId) => {
      const stack = stacks.find((candidate) => candidate.name === stackName);
      const output = stack?.outputs[outputId];
      const value = isJsonObject(output) ? output.Value : undefined;
      if (!stack || value === undefined) throw new Error(`There is no output ${stackName}/${outputId}`);
      return resolver.resolve(stack, `Outputs.${outputId}`, value);
    },
  };
}
