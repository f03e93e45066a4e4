import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

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

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.operations = new Table(this, 'Operations', {
      tableName: `image-version-operations-${props.stage}`,
      partitionKey: { name: 'operationId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: 'expiresAt',
    });
  }
}
