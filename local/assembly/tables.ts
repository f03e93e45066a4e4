import { LOCAL_PARTITION } from '../aws/service.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Resource, ResourceSet } from './resource-set.ts';

export interface TableResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** The input of DynamoDB's CreateTable. */
  readonly createTable: JsonObject;
  /** The attribute that holds an item's expiry, when the table expires items. */
  readonly timeToLiveAttribute: string | undefined;
  readonly deletionProtection: boolean;
  /** Undefined where DynamoDB's own key encrypts, which DescribeTable does not show. */
  readonly encryption: { readonly SSEType: 'KMS'; readonly KMSMasterKeyArn: string } | undefined;
  /** Days within which the table can be restored to any second; undefined where recovery is off. */
  readonly recoveryDays: number | undefined;
}

/** By default of DynamoDB, and at most. */
const LONGEST_RECOVERY_DAYS = 35;
/** The account's key for DynamoDB, which AWS makes and manages. */
const MANAGED_KEY = '00000000-0000-4000-8000-00000000d1db';

export function readTables(resources: ResourceSet): TableResource[] {
  const all = [...resources.of('AWS::DynamoDB::Table'), ...resources.of('AWS::DynamoDB::GlobalTable')];
  return all.map((resource) => {
    const properties = { ...firstReplica(resource), ...resource.properties };
    const expiry = properties.TimeToLiveSpecification;
    const attribute = isJsonObject(expiry) && expiry.Enabled !== false ? expiry.AttributeName : undefined;
    return {
      stackName: resource.stackName,
      logicalId: resource.logicalId,
      name: String(resource.ref),
      arn: String(resource.attribute('Arn')),
      createTable: createTable(resource),
      timeToLiveAttribute: typeof attribute === 'string' ? attribute : undefined,
      deletionProtection: properties.DeletionProtectionEnabled === true,
      encryption: encryption(String(resource.attribute('Arn')), properties.SSESpecification),
      recoveryDays: recoveryDays(properties.PointInTimeRecoverySpecification),
    };
  });
}

/** A global table has some settings in each of its replicas; here there is one. */
function firstReplica(resource: Resource): JsonObject {
  const replicas = resource.properties.Replicas;
  const [first] = isJsonArray(replicas) ? replicas : [];
  return isJsonObject(first) ? first : {};
}

function encryption(tableArn: string, specification: Json | undefined): TableResource['encryption'] {
  if (!isJsonObject(specification) || specification.SSEEnabled !== true) return undefined;
  const given = specification.KMSMasterKeyId;
  const key = typeof given === 'string' ? given : MANAGED_KEY;
  const [, , , region, account] = tableArn.split(':');
  const arn = key.startsWith('arn:') ? key : `arn:${LOCAL_PARTITION}:kms:${region}:${account}:key/${key}`;
  return { SSEType: 'KMS', KMSMasterKeyArn: arn };
}

function recoveryDays(specification: Json | undefined): number | undefined {
  if (!isJsonObject(specification) || specification.PointInTimeRecoveryEnabled !== true) return undefined;
  const { RecoveryPeriodInDays: days } = specification;
  return days === undefined ? LONGEST_RECOVERY_DAYS : Number(days);
}

/** What dynalite makes a table of; throughput and replicas change nothing here. */
function createTable(resource: Resource): JsonObject {
  const indexes = (property: string): Record<string, Json> => {
    const declared = resource.properties[property];
    if (!isJsonArray(declared) || declared.length === 0) return {};
    return {
      [property]: declared.filter(isJsonObject).map((index) => ({
        IndexName: index.IndexName ?? '',
        KeySchema: index.KeySchema ?? [],
        Projection: index.Projection ?? {},
      })),
    };
  };
  return {
    TableName: resource.ref,
    KeySchema: resource.properties.KeySchema ?? [],
    AttributeDefinitions: resource.properties.AttributeDefinitions ?? [],
    BillingMode: 'PAY_PER_REQUEST',
    ...indexes('GlobalSecondaryIndexes'),
    ...indexes('LocalSecondaryIndexes'),
  };
}
