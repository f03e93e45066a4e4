import { Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INDEXES, OPEN_ATTRIBUTES } from '../../lambda/contract/tables.ts';
import { InventoryTable } from '../constructs/inventory-table.ts';
import { KEPT_TABLE } from '../kept-table.ts';

export interface DataStackProps extends StackProps {
  readonly stage: string;
}

/**
 * The tables, and nothing else: they outlive every deployment (lib/kept-table.ts). A table that is kept beside other
 * resources would be left without a stack when a first deployment fails on one of them, and its name would stand in the
 * way of the second.
 */
export class DataStack extends Stack {
  /** One item for each operation, keyed by its id. */
  readonly operations: Table;
  /** The images' queues: see lambda/adapters/image-queues.ts. */
  readonly queues: Table;
  /** Snapshots, and what was where from when to when. */
  readonly inventory: Table;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.operations = new Table(this, 'Operations', {
      ...KEPT_TABLE,
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
      ...KEPT_TABLE,
      tableName: `image-version-queues-${props.stage}`,
      partitionKey: { name: 'image', type: AttributeType.STRING },
      sortKey: { name: 'ticket', type: AttributeType.NUMBER },
    });
    this.inventory = new InventoryTable(this, 'Inventory', { stage: props.stage });
  }
}
