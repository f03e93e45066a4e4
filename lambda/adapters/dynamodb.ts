import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientsOf } from './clients.ts';

/** The process's client of DynamoDB. */
export const dynamoDb = clientsOf((config) => new DynamoDBClient(config));
