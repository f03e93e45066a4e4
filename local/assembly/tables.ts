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
}

export function readTables(resources: ResourceSet): TableResource[] {
  const all = [...resources.of('AWS::DynamoDB::Table'), ...resources.of('AWS::DynamoDB::GlobalTable')];
  return all.map((resource) => {
    const expiry = resource.properties.TimeToLiveSpecification;
    const attribute = isJsonObject(expiry) && expiry.Enabled !== false ? expiry.AttributeName : undefined;
    return {
      stackName: resource.stackName,
      logicalId: resource.logicalId,
      name: String(resource.ref),
      arn: String(resource.attribute('Arn')),
      createTable: createTable(resource),
      timeToLiveAttribute: typeof attribute === 'string' ? attribute : undefined,
    };
  });
}

/** Only what decides how calls are answered; throughput, encryption, replicas and backups change nothing here. */
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
