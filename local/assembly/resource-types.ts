/**
 * What `Ref` and `Fn::GetAtt` give for each resource type. A new type is one entry here; what runs it reads
 * its properties with `assembly.resourcesOf(type)`.
 */
import { createHash } from 'node:crypto';
import { LOCAL_ACCOUNT, LOCAL_PARTITION } from '../aws/service.ts';
import type { Json } from '../json.ts';

/** A resource while its references are worked out: properties resolve only when they are asked for. */
export interface Identity {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly region: string;
  property(name: string): Json | undefined;
}

export interface ResourceType {
  readonly ref: (resource: Identity) => Json;
  readonly attributes: Readonly<Record<string, (resource: Identity) => Json>>;
}

/** Twelve characters in place of those that CloudFormation picks at random; the same on every run. */
function suffix(resource: Identity, alphabet: 'upper' | 'hex'): string {
  const hash = createHash('sha256').update(`${resource.stackName}/${resource.logicalId}`).digest('hex');
  if (alphabet === 'hex') return hash.slice(0, 12);
  return BigInt(`0x${hash}`).toString(36).toUpperCase().slice(0, 12);
}

/** CloudFormation's `<stack>-<logical id>-<random>`, cut to what the service allows. */
function stackName(resource: Identity, limit: number): string {
  const tail = suffix(resource, 'upper');
  const room = limit - tail.length - 2;
  const id = resource.logicalId.slice(0, Math.max(24, room - resource.stackName.length));
  return `${resource.stackName.slice(0, room - id.length)}-${id}-${tail}`;
}

const named = (property: string, limit: number) => (resource: Identity) => {
  const given = resource.property(property);
  return typeof given === 'string' ? given : stackName(resource, limit);
};

const arn = (service: string, rest: (resource: Identity) => string, region = true, account = true) => {
  return (r: Identity) =>
    `arn:${LOCAL_PARTITION}:${service}:${region ? r.region : ''}:${account ? LOCAL_ACCOUNT : ''}:${rest(r)}`;
};

const functionName = named('FunctionName', 64);
const functionArn = arn('lambda', (r) => `function:${functionName(r)}`);
const roleName = named('RoleName', 64);
const managedPolicyArn = arn('iam', (r) => `policy/${named('ManagedPolicyName', 128)(r)}`, false);
// Step Functions leaves the stack's name out: <logical id>-<random>.
const machineName = (r: Identity) => {
  const given = r.property('StateMachineName');
  return typeof given === 'string' ? given : `${r.logicalId.slice(0, 67)}-${suffix(r, 'upper')}`;
};
const machineArn = arn('states', (r) => `stateMachine:${machineName(r)}`);
const tableName = named('TableName', 255);
const tableArn = arn('dynamodb', (r) => `table/${tableName(r)}`);
const logGroupName = named('LogGroupName', 512);
const topicName = named('TopicName', 256);
const topicArn = arn('sns', topicName);
const queueName = named('QueueName', 80);
const alarmName = named('AlarmName', 255);
const ruleName = named('Name', 64);
const busName = named('Name', 256);
const bucketName = (r: Identity) => named('BucketName', 63)(r).toLowerCase();
const busOf = (r: Identity) => {
  const bus = r.property('EventBusName');
  return typeof bus === 'string' && bus !== 'default' ? `${bus.slice(bus.lastIndexOf('/') + 1)}/` : '';
};
const apiId = (r: Identity) => suffix(r, 'hex').slice(0, 10);
const groupOf = (r: Identity) => {
  const group = r.property('GroupName');
  return typeof group === 'string' ? group : 'default';
};

const table: ResourceType = {
  ref: tableName,
  attributes: {
    Arn: tableArn,
    StreamArn: (r) => `${tableArn(r)}/stream/2026-01-01T00:00:00.000`,
  },
};
/** Runs nothing here, and a reference to it means no more than its name. */
const plain: ResourceType = { ref: (r) => stackName(r, 255), attributes: {} };

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::Lambda::Function': { ref: functionName, attributes: { Arn: functionArn } },
  'AWS::StepFunctions::StateMachine': {
    ref: machineArn,
    attributes: { Arn: machineArn, Name: machineName },
  },
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::IAM::Role': {
    ref: roleName,
    attributes: {
      Arn: arn('iam', (r) => `role/${roleName(r)}`, false),
      RoleId: (r) => `AROA${suffix(r, 'upper')}LOCAL`,
    },
  },
  'AWS::IAM::ManagedPolicy': { ref: managedPolicyArn, attributes: { PolicyArn: managedPolicyArn } },
  'AWS::IAM::Policy': plain,
  'AWS::IAM::ServiceLinkedRole': plain,
  'AWS::Logs::LogGroup': {
    ref: logGroupName,
    attributes: { Arn: arn('logs', (r) => `log-group:${logGroupName(r)}:*`) },
  },
  'AWS::Logs::MetricFilter': plain,
  'AWS::Logs::ResourcePolicy': plain,
  'AWS::CloudWatch::Alarm': {
    ref: alarmName,
    attributes: { Arn: arn('cloudwatch', (r) => `alarm:${alarmName(r)}`) },
  },
  'AWS::CloudWatch::CompositeAlarm': {
    ref: alarmName,
    attributes: { Arn: arn('cloudwatch', (r) => `alarm:${alarmName(r)}`) },
  },
  'AWS::CloudWatch::Dashboard': { ref: named('DashboardName', 255), attributes: {} },
  'AWS::SNS::Topic': { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: topicName } },
  'AWS::SNS::Subscription': plain,
  'AWS::SNS::TopicPolicy': plain,
  'AWS::SQS::Queue': {
    ref: (r) => `https://sqs.${r.region}.amazonaws.com/${LOCAL_ACCOUNT}/${queueName(r)}`,
    attributes: {
      Arn: arn('sqs', queueName),
      QueueName: queueName,
      QueueUrl: (r) => `https://sqs.${r.region}.amazonaws.com/${LOCAL_ACCOUNT}/${queueName(r)}`,
    },
  },
  'AWS::SQS::QueuePolicy': plain,
  'AWS::KMS::Key': {
    ref: (r) => suffix(r, 'hex'),
    attributes: { Arn: arn('kms', (r) => `key/${suffix(r, 'hex')}`), KeyId: (r) => suffix(r, 'hex') },
  },
  'AWS::KMS::Alias': { ref: (r) => r.property('AliasName') ?? '', attributes: {} },
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: arn('s3', bucketName, false, false),
      DomainName: (r) => `${bucketName(r)}.s3.amazonaws.com`,
      RegionalDomainName: (r) => `${bucketName(r)}.s3.${r.region}.amazonaws.com`,
    },
  },
  'AWS::S3::BucketPolicy': plain,
  'AWS::SSM::Parameter': {
    ref: named('Name', 1011),
    attributes: { Value: (r) => r.property('Value') ?? '', Type: (r) => r.property('Type') ?? '' },
  },
  'AWS::Events::Rule': {
    ref: ruleName,
    attributes: { Arn: arn('events', (r) => `rule/${busOf(r)}${ruleName(r)}`) },
  },
  'AWS::Events::EventBus': {
    ref: busName,
    attributes: { Arn: arn('events', (r) => `event-bus/${busName(r)}`), Name: busName },
  },
  'AWS::Events::Archive': plain,
  'AWS::Scheduler::Schedule': {
    ref: ruleName,
    attributes: { Arn: arn('scheduler', (r) => `schedule/${groupOf(r)}/${ruleName(r)}`) },
  },
  'AWS::Scheduler::ScheduleGroup': {
    ref: ruleName,
    attributes: { Arn: arn('scheduler', (r) => `schedule-group/${ruleName(r)}`) },
  },
  'AWS::ApiGatewayV2::Api': {
    ref: apiId,
    attributes: {
      ApiId: apiId,
      ApiEndpoint: (r) => `https://${apiId(r)}.execute-api.${r.region}.amazonaws.com`,
    },
  },
  'AWS::ApiGatewayV2::Stage': { ref: (r) => r.property('StageName') ?? '$default', attributes: {} },
  'AWS::ApiGatewayV2::Integration': { ref: apiId, attributes: { IntegrationId: apiId } },
  'AWS::ApiGatewayV2::Route': { ref: apiId, attributes: { RouteId: apiId } },
  'AWS::ApiGatewayV2::Authorizer': { ref: apiId, attributes: { AuthorizerId: apiId } },
  'AWS::Lambda::Permission': plain,
  'AWS::Lambda::EventInvokeConfig': plain,
  'AWS::Lambda::EventSourceMapping': plain,
  'AWS::CDK::Metadata': plain,
};
