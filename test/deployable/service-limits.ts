import type { Json } from '../fixtures/stacks.ts';

/**
 * What AWS takes, by the pages on quotas and the API references of its services.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export const STACK = {
  resources: 500,
  /** From a bucket, as the CDK CLI hands it over. In a call itself it may be 51,200. */
  templateBytes: 1_048_576,
  outputs: 200,
  parameters: 200,
  nameLength: 128,
} as const;

export const CHARACTERS = {
  /** All variables of a function, names and values. Lambda quotas. */
  environment: 4096,
  /** All inline policies of a role, white space not counted. IAM quotas. */
  inlinePolicies: 10_240,
  /** White space not counted. IAM quotas. */
  managedPolicy: 6144,
  /** What lets others invoke a function. Lambda quotas: 20 KB. */
  functionPolicy: 20_480,
  /** EventBridge, PutRule. */
  eventPattern: 4096,
  scheduleExpression: 256,
  /** EventBridge, PutTargets. */
  targetInput: 8192,
  /** Step Functions, CreateStateMachine. */
  definition: 1_048_576,
  /** CloudFormation's own: the length of an export's name. */
  exportName: 255,
} as const;

/** CloudWatch: metrics in the expression of one alarm. */
export const METRICS_OF_AN_ALARM = 10;
/** EventBridge: targets of a rule. */
export const TARGETS_OF_A_RULE = 5;
/** DynamoDB: global secondary indexes of a table. */
export const INDEXES_OF_A_TABLE = 20;
/** Lambda: a function's code, unzipped. */
export const CODE_BYTES = 250 * 1024 * 1024;

/** The names that we choose: the property, and what its service takes. */
export const NAMES: Readonly<Record<string, { readonly property: string; readonly shape: RegExp }>> = {
  'AWS::Lambda::Function': { property: 'FunctionName', shape: /^[a-zA-Z0-9_-]{1,64}$/ },
  'AWS::IAM::Role': { property: 'RoleName', shape: /^[\w+=,.@-]{1,64}$/ },
  'AWS::IAM::ManagedPolicy': { property: 'ManagedPolicyName', shape: /^[\w+=,.@-]{1,128}$/ },
  'AWS::Events::Rule': { property: 'Name', shape: /^[.\-_A-Za-z0-9]{1,64}$/ },
  'AWS::Events::EventBus': { property: 'Name', shape: /^[.\-_A-Za-z0-9]{1,256}$/ },
  'AWS::DynamoDB::Table': { property: 'TableName', shape: /^[a-zA-Z0-9_.-]{3,255}$/ },
  'AWS::StepFunctions::StateMachine': { property: 'StateMachineName', shape: /^[a-zA-Z0-9_-]{1,80}$/ },
  'AWS::SQS::Queue': { property: 'QueueName', shape: /^[a-zA-Z0-9_-]{1,80}$/ },
  'AWS::SNS::Topic': { property: 'TopicName', shape: /^[a-zA-Z0-9_-]{1,256}$/ },
  'AWS::CloudWatch::Alarm': { property: 'AlarmName', shape: /^[\x20-\x7e]{1,255}$/ },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', shape: /^[.\-_/#A-Za-z0-9]{1,512}$/ },
  'AWS::ApiGatewayV2::Api': { property: 'Name', shape: /^.{1,128}$/ },
};

/**
 * EventBridge's `rate(1 minute)`, `rate(5 minutes)`: the unit is singular for 1 and for 1 alone. The schedules of this
 * system are all of this sort.
 */
export const RATE = /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/;

/** What a reference stands for at the most: an ARN of the longest name in the longest region. */
const LONGEST: Readonly<Record<string, string>> = {
  'AWS::Region': 'ap-southeast-2',
  'AWS::Partition': 'aws-us-gov',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com.cn',
  'AWS::NoValue': '',
};
const ANY_ARN = `arn:aws-us-gov:dynamodb:ap-southeast-2:123456789012:table/${'n'.repeat(64)}`;

/** The value with every reference put in place, each as long as it can get. */
export function resolvedAtMost(value: Json | undefined): Json {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map((one: Json) => resolvedAtMost(one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, given] = []] = entries;
  if (entries.length === 1) {
    if (name === 'Ref' && typeof given === 'string') return LONGEST[given] ?? ANY_ARN;
    if (name === 'Fn::GetAtt' || name === 'Fn::ImportValue') return ANY_ARN;
    if (name === 'Fn::Join' && Array.isArray(given)) {
      const [separator, parts]: readonly Json[] = given;
      if (Array.isArray(parts)) return parts.map((one: Json) => resolvedAtMost(one)).join(String(separator));
    }
    if (name?.startsWith('Fn::')) throw new Error(`${name} stands in a template: say here how long it gets`);
  }
  return Object.fromEntries(entries.map(([key, one]) => [key, resolvedAtMost(one)]));
}

/** Characters of a document as IAM counts them. */
export function policySize(document: Json | undefined): number {
  return JSON.stringify(resolvedAtMost(document)).replaceAll(/\s/g, '').length;
}
