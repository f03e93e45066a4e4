import { RemovalPolicy } from 'aws-cdk-lib';
import { BillingMode, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';

/**
 * What every table has: it is kept when its stack is removed, cannot be deleted by accident, can be restored to any
 * second of the last 35 days, is encrypted with the account's key, and costs nothing while nobody uses it.
 */
export const KEPT_TABLE = {
  billingMode: BillingMode.PAY_PER_REQUEST,
  encryption: TableEncryption.AWS_MANAGED,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
};
