import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INDEXES, OPEN_ATTRIBUTES } from '../../lambda/contract/tables.ts';

export interface DataStackProps extends StackProps {
  readonly stage: string;
}

/**
 * What must outlive every deployment: the tables. They are kept when the stack is removed, cannot be deleted
 * by accident, can be restored to any second of the last 35 days, and are encrypted with the account's key.
 */
export class DataStack extends Stack {
  /** One item for each operation, keyed by its id. */
  readonly operations: Table;
  /** The images' queues: see lambda/adapters/image-queues.ts. */
  readonly queues: Table;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.operations = new Table(this, 'Operations', {
      ...KEPT,
      tableName: `image-version-operations-${props.stage}`,
      partitionKey: { name: 'operationId', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
    });
    const listedAt = { name: 'listedAt', type: AttributeType.STRING };
    for (const [indexName, name] of [
      [INDEXES.byImage, 'image'],
      [INDEXES.byRegion, 'region'],
    ] as const) {
      this.operations.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name, type: AttributeType.STRING },
        sortKey: listedAt,
      });
    }
    this.operations.addGlobalSecondaryIndex({
      indexName: INDEXES.open,
      partitionKey: { name: 'open', type: AttributeType.STRING },
      sortKey: listedAt,
      // Enough for the sweeper to pass over what goes its way; for the rest it reads the record, which is never behind.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...OPEN_ATTRIBUTES],
    });
    this.queues = new Table(this, 'Queues', {
      ...KEPT,
      tableName: `image-version-queues-${props.stage}`,
      partitionKey: { name: 'image', type: AttributeType.STRING },
      sortKey: { name: 'ticket', type: AttributeType.NUMBER },
    });
  }
}

const KEPT = {
  billingMode: BillingMode.PAY_PER_REQUEST,
  encryption: TableEncryption.AWS_MANAGED,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
};
