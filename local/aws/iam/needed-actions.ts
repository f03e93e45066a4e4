/**
 * What a call asks of its caller: one table for each service, after AWS's Service Authorization Reference ("Actions,
 * resources, and condition keys for …"), whose page the table names. What is in no table is not let through: whoever
 * teaches the local cloud an operation says here what AWS asks for it.
 */
import { isJsonObject } from '../../json.ts';
import { type AwsCall, LOCAL_ACCOUNT, LOCAL_PARTITION } from '../service.ts';

export interface NeededAction {
  readonly action: string;
  /** `*` where the action takes no resource. */
  readonly resource: string;
}

type Call = Pick<AwsCall, 'region' | 'input'>;
type Resources = (call: Call) => readonly string[];
/** By operation: on which resources the action of the same name is asked for. */
type Table = Readonly<Record<string, Resources>>;

const ANY: Resources = () => ['*'];
const member =
  (name: string): Resources =>
  ({ input }) => [text(input[name])];

/** AWS Cloud Control API. The type's handler then asks for its own, by the authorizer of its session. */
const CLOUD_CONTROL: Table = {
  CreateResource: ANY,
  GetResource: ANY,
  UpdateResource: ANY,
  DeleteResource: ANY,
  ListResources: ANY,
  GetResourceRequestStatus: ANY,
  CancelResourceRequest: ANY,
  ListResourceRequests: ANY,
};

/** Amazon SageMaker. */
const SAGEMAKER: Table = {
  CreateImage: image,
  DescribeImage: image,
  UpdateImage: image,
  DeleteImage: image,
  ListImages: ANY,
  CreateImageVersion: image,
  DescribeImageVersion: imageVersion,
  UpdateImageVersion: imageVersion,
  DeleteImageVersion: imageVersion,
  ListImageVersions: image,
  // Of either, by what is asked about.
  ListAliases: (call) => (call.input.Version === undefined ? image(call) : imageVersion(call)),
  AddTags: member('ResourceArn'),
  ListTags: member('ResourceArn'),
  DeleteTags: member('ResourceArn'),
};

/** Amazon DynamoDB. A query or scan of an index is judged by the index's ARN (developer guide, its example policies). */
const DYNAMODB: Table = {
  BatchGetItem: tables,
  BatchWriteItem: tables,
  CreateTable: table,
  DeleteItem: table,
  DeleteTable: table,
  DescribeContinuousBackups: table,
  DescribeTable: table,
  DescribeTimeToLive: table,
  GetItem: table,
  ListTables: ANY,
  ListTagsOfResource: member('ResourceArn'),
  PutItem: table,
  Query: tableOrIndex,
  Scan: tableOrIndex,
  TagResource: member('ResourceArn'),
  UntagResource: member('ResourceArn'),
  UpdateItem: table,
  UpdateTable: table,
};

/** AWS Step Functions. */
const STEP_FUNCTIONS: Table = {
  StartExecution: member('stateMachineArn'),
  DescribeStateMachine: member('stateMachineArn'),
  DescribeStateMachineForExecution: member('executionArn'),
  ListExecutions: member('stateMachineArn'),
  StopExecution: member('executionArn'),
  DescribeExecution: member('executionArn'),
  GetExecutionHistory: member('executionArn'),
  ListStateMachines: ANY,
};

/** Amazon EventBridge. */
const EVENT_BRIDGE: Table = {
  PutEvents: ({ region, input }) => {
    const entries = Array.isArray(input.Entries) ? input.Entries.filter(isJsonObject) : [];
    return [...new Set(entries.map(({ EventBusName }) => bus(region, EventBusName)))];
  },
  ListEventBuses: ANY,
  DescribeEventBus: ({ region, input }) => [bus(region, input.Name)],
  ListRules: ANY,
  DescribeRule: ({ region, input }) => [rule(region, input.EventBusName, input.Name)],
  ListTargetsByRule: ({ region, input }) => [rule(region, input.EventBusName, input.Rule)],
};

/** Amazon SQS. */
const SQS: Table = {
  ListQueues: ANY,
  GetQueueUrl: queue,
  GetQueueAttributes: queue,
  SendMessage: queue,
  ReceiveMessage: queue,
  DeleteMessage: queue,
  PurgeQueue: queue,
};

/** AWS Security Token Service: whoever signs may ask who they are. */
const STS: Table = {
  GetCallerIdentity: () => [],
};

/** By the service's target prefix: how its actions begin, and its table. */
const SERVICES: Readonly<Record<string, { readonly prefix: string; readonly table: Table }>> = {
  CloudApiService: { prefix: 'cloudformation', table: CLOUD_CONTROL },
  SageMaker: { prefix: 'sagemaker', table: SAGEMAKER },
  DynamoDB_20120810: { prefix: 'dynamodb', table: DYNAMODB },
  AWSStepFunctions: { prefix: 'states', table: STEP_FUNCTIONS },
  AWSEvents: { prefix: 'events', table: EVENT_BRIDGE },
  AmazonSQS: { prefix: 'sqs', table: SQS },
  STS: { prefix: 'sts', table: STS },
};

/** Every action that is in a table, for whoever holds the tables against AWS's reference. */
export function knownActions(): string[] {
  return Object.values(SERVICES).flatMap(({ prefix, table: one }) =>
    Object.keys(one).map((operation) => `${prefix}:${operation}`),
  );
}

/** What a call of a service asks of its caller. @throws Error for a call that no table has */
export function neededActions(
  call: Call & { readonly service: string; readonly operation: string },
): NeededAction[] {
  const { service, operation } = call;
  const known = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  const resources = known && Object.hasOwn(known.table, operation) ? known.table[operation] : undefined;
  if (!known || !resources) {
    throw new Error(
      `The local cloud does not know which permission ${service}.${operation} asks for, so no function may call it. Say so in local/aws/iam/needed-actions.ts.`,
    );
  }
  const action = `${known.prefix}:${operation}`;
  const own = resources(call).map((resource) => ({ action, resource }));
  return service === 'SageMaker' ? [...own, ...besides(operation, call)] : own;
}

/** The resource that a call of SageMaker's is judged by. @throws Error for an operation that no table has */
export function sagemakerResource(operation: string, call: Call): string {
  const needed = neededActions({ ...call, service: 'SageMaker', operation });
  return needed[0]?.resource ?? '*';
}

/** An image is given a role, and may be born with tags. */
function besides(operation: string, call: Call): NeededAction[] {
  if (operation !== 'CreateImage' && operation !== 'UpdateImage') return [];
  const { RoleArn: role, Tags: tags } = call.input;
  return [
    ...(role === undefined ? [] : [{ action: 'iam:PassRole', resource: text(role) }]),
    ...(Array.isArray(tags) && tags.length > 0
      ? image(call).map((resource) => ({ action: 'sagemaker:AddTags', resource }))
      : []),
  ];
}

function arn(service: string, region: string, rest: string): string {
  return `arn:${LOCAL_PARTITION}:${service}:${region}:${LOCAL_ACCOUNT}:${rest}`;
}

function image({ region, input }: Call): string[] {
  return [arn('sagemaker', region, `image/${text(input.ImageName)}`)];
}

/** Named by an alias, it stands in its ARN under that: which version has it is not known before (unverified). */
function imageVersion({ region, input }: Call): string[] {
  const version = text(input.Version ?? input.Alias ?? 'latest');
  return [arn('sagemaker', region, `image-version/${text(input.ImageName)}/${version}`)];
}

function tableArn(region: string, nameOrArn: unknown): string {
  const given = text(nameOrArn);
  return given.startsWith('arn:') ? given : arn('dynamodb', region, `table/${given}`);
}

function table({ region, input }: Call): string[] {
  return [tableArn(region, input.TableName)];
}

function tableOrIndex({ region, input }: Call): string[] {
  const whole = tableArn(region, input.TableName);
  return [input.IndexName === undefined ? whole : `${whole}/index/${text(input.IndexName)}`];
}

function tables({ region, input }: Call): string[] {
  const items = isJsonObject(input.RequestItems) ? Object.keys(input.RequestItems) : [];
  return items.map((name) => tableArn(region, name));
}

function bus(region: string, nameOrArn: unknown): string {
  const given = text(nameOrArn) || 'default';
  return given.startsWith('arn:') ? given : arn('events', region, `event-bus/${given}`);
}

function rule(region: string, busName: unknown, name: unknown): string {
  const given = text(busName).split('/').at(-1) ?? '';
  const path = given === '' || given === 'default' ? '' : `${given}/`;
  return arn('events', region, `rule/${path}${text(name)}`);
}

function queue({ region, input }: Call): string[] {
  const name =
    text(input.QueueName ?? input.QueueUrl)
      .split('/')
      .at(-1) ?? '';
  return [arn('sqs', region, name)];
}

/** What is missing or of another type is for the service to refuse. */
function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
