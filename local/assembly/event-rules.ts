/** EventBridge's buses and rules of an assembly, with the functions that rules call. */
import { type EventPattern, parseEventPattern } from '../aws/eventbridge/event-pattern.ts';
import { parseSchedule, type Schedule } from '../aws/eventbridge/schedule.ts';
import { LOCAL_ACCOUNT, LOCAL_PARTITION } from '../aws/service.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import { mayInvoke, maySend } from './permissions.ts';
import type { Resource, ResourceSet } from './resource-set.ts';
import { cannotRun, refuseProperties } from './unsupported.ts';

export interface EventBusResource {
  readonly name: string;
  readonly arn: string;
}

export interface RuleResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly enabled: boolean;
  readonly description: string | undefined;
  /** As JSON and ready to be held against events. */
  readonly pattern: { readonly source: JsonObject; readonly matches: EventPattern } | undefined;
  readonly schedule: { readonly expression: string; readonly times: Schedule } | undefined;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly id: string;
  readonly functionArn: string;
  /** What the function gets in place of the event. */
  readonly input:
    | { readonly kind: 'event' }
    | { readonly kind: 'constant'; readonly json: string }
    | { readonly kind: 'path'; readonly path: string };
  readonly maximumRetryAttempts: number;
  readonly maximumAgeSeconds: number;
  readonly deadLetterArn: string | undefined;
}

/** EventBridge's own (API reference, RetryPolicy). */
const DEFAULT_RETRY_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** The default bus, and those of the assembly. @throws Error for one that would behave otherwise in AWS */
export function readEventBuses(resources: ResourceSet, region: string): EventBusResource[] {
  const arn = `arn:${LOCAL_PARTITION}:events:${region}:${LOCAL_ACCOUNT}:event-bus/default`;
  return [
    { name: 'default', arn },
    ...resources.of('AWS::Events::EventBus').map((bus) => {
      refuseProperties(bus, ['EventSourceName']);
      return { name: String(bus.ref), arn: String(bus.attribute('Arn')) };
    }),
  ];
}

/** @throws Error for a rule that would behave otherwise here than in AWS */
export function readRules(resources: ResourceSet, buses: readonly EventBusResource[]): RuleResource[] {
  const queues = new Set(resources.of('AWS::SQS::Queue').map((queue) => queue.attribute('Arn')));
  return resources.of('AWS::Events::Rule').map((rule) => {
    const given = rule.text('EventBusName', 'default');
    const bus = buses.find(({ name, arn }) => given === name || given === arn);
    if (!bus) throw cannotRun(rule, 'EventBusName', given);
    const { pattern, schedule } = trigger(rule);
    if (!pattern && !schedule)
      throw new Error(`${title(rule)} has neither EventPattern nor ScheduleExpression`);
    if (schedule && bus.name !== 'default') {
      throw new Error(`${title(rule)} has a schedule, which EventBridge takes on the default bus only`);
    }
    const arn = String(rule.attribute('Arn'));
    return {
      stackName: rule.stackName,
      logicalId: rule.logicalId,
      name: String(rule.ref),
      arn,
      busName: bus.name,
      enabled: rule.text('State', 'ENABLED') !== 'DISABLED',
      description: rule.properties.Description === undefined ? undefined : rule.text('Description'),
      pattern,
      schedule,
      targets: list(rule.properties.Targets).map((target) =>
        readTarget(resources, rule, arn, target, queues),
      ),
    };
  });
}

function trigger(rule: Resource): Pick<RuleResource, 'pattern' | 'schedule'> {
  const source = rule.properties.EventPattern;
  const expression = rule.properties.ScheduleExpression;
  try {
    return {
      pattern: isJsonObject(source) ? { source, matches: parseEventPattern(source) } : undefined,
      schedule: typeof expression === 'string' ? { expression, times: parseSchedule(expression) } : undefined,
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${title(rule)} cannot run: ${reason}`, { cause });
  }
}

/** What a target may have besides; the rest would change what is called or with what. */
const TARGET_MEMBERS: ReadonlySet<string> = new Set([
  'Arn',
  'DeadLetterConfig',
  'Id',
  'Input',
  'InputPath',
  'RetryPolicy',
]);

function readTarget(
  resources: ResourceSet,
  rule: Resource,
  ruleArn: string,
  target: JsonObject,
  queues: ReadonlySet<Json>,
): RuleTarget {
  const place = `Targets.${String(target.Id)}`;
  const unknown = Object.keys(target).find((member) => !TARGET_MEMBERS.has(member));
  if (unknown !== undefined) throw cannotRun(rule, `${place}.${unknown}`, target[unknown]);
  const functionArn = String(target.Arn);
  const called = resources.of('AWS::Lambda::Function').some((fn) => fn.attribute('Arn') === functionArn);
  if (!called) throw cannotRun(rule, `${place}.Arn`, functionArn);
  if (!mayInvoke(resources, { functionArn, service: 'events.amazonaws.com', sourceArn: ruleArn })) {
    throw new Error(
      `${title(rule)} calls ${functionArn}, and no AWS::Lambda::Permission lets EventBridge do so for ${ruleArn}`,
    );
  }
  const retry = object(target.RetryPolicy);
  const deadLetterArn = object(target.DeadLetterConfig).Arn;
  if (deadLetterArn !== undefined && !queues.has(deadLetterArn)) {
    throw cannotRun(rule, `${place}.DeadLetterConfig.Arn`, deadLetterArn);
  }
  const service = 'events.amazonaws.com';
  if (
    deadLetterArn !== undefined &&
    !maySend(resources, { queueArn: deadLetterArn, service, sourceArn: ruleArn })
  ) {
    throw new Error(
      `${title(rule)} has its dead letters sent to ${String(deadLetterArn)}, and no AWS::SQS::QueuePolicy lets EventBridge do so for ${ruleArn}`,
    );
  }
  return {
    id: String(target.Id),
    functionArn,
    input: inputOf(rule, place, target),
    maximumRetryAttempts: numberOr(retry.MaximumRetryAttempts, DEFAULT_RETRY_ATTEMPTS),
    maximumAgeSeconds: numberOr(retry.MaximumEventAgeInSeconds, DEFAULT_AGE_SECONDS),
    deadLetterArn: deadLetterArn === undefined ? undefined : String(deadLetterArn),
  };
}

function inputOf(rule: Resource, place: string, target: JsonObject): RuleTarget['input'] {
  if (typeof target.Input === 'string') return { kind: 'constant', json: target.Input };
  const path = target.InputPath;
  if (path === undefined || path === '$') return { kind: 'event' };
  if (typeof path !== 'string' || !/^\$(\.[A-Za-z0-9_-]+)+$/.test(path)) {
    throw cannotRun(rule, `${place}.InputPath`, path);
  }
  return { kind: 'path', path };
}

function title(rule: Resource): string {
  return `${rule.stackName}/${rule.logicalId}`;
}

function list(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) && !isJsonArray(value) ? value : {};
}

function numberOr(value: Json | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
