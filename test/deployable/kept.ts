import type { Json, JsonObject, Resource } from '../fixtures/stacks.ts';
import type { ResourceRules } from './resource-rules.ts';

/**
 * What an update must neither replace nor remove: what holds data, what work is under way in, and what others have the
 * name or address of. test/deployable/kept.json has it as it was when somebody last meant it to change.
 */
const KEPT_TYPES: readonly string[] = [
  'AWS::DynamoDB::Table',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Events::EventBus',
  'AWS::SQS::Queue',
  'AWS::StepFunctions::StateMachine',
];

/** A resource as far as its identity goes: a change of any of this makes a new one. */
interface Identity {
  readonly type: string;
  /** The properties whose change means replacement, those that are given. */
  readonly replacing: JsonObject;
}

/** By stack and logical id. */
export type Identities = Readonly<Record<string, Identity>>;

/** As every stack of an app that is tested has them: a name and the resources by their logical ids. */
interface Named {
  readonly name: string;
  readonly resources: ReadonlyMap<string, Resource>;
}

export function identities(stacks: readonly Named[], rules: ReadonlyMap<string, ResourceRules>): Identities {
  const all = stacks.flatMap(({ name, resources }) =>
    [...resources].map(([id, { Type, Properties }]): [string, Identity] => {
      const replacing = rules.get(Type)?.replacing ?? [];
      const given = replacing.flatMap((property): [string, Json][] => {
        const value = Properties[property];
        return value === undefined ? [] : [[property, value]];
      });
      return [`${name} ${id}`, { type: Type, replacing: Object.fromEntries(given) }];
    }),
  );
  return Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function keptOf(all: Identities): Identities {
  return Object.fromEntries(Object.entries(all).filter(([, { type }]) => KEPT_TYPES.includes(type)));
}
