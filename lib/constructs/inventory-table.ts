import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INVENTORY_INDEX } from '../../lambda/contract/tables.ts';
import { KEPT_TABLE } from '../kept-table.ts';

export interface InventoryTableProps {
  readonly stage: string;
}

/**
 * The inventory's table, `image-version-inventory-<stage>`: snapshots, and the rows of what was where from when to
 * when. What its items are: lambda/adapters/inventory-item.ts.
 */
export class InventoryTable extends Table {
  constructor(scope: Construct, id: string, props: InventoryTableProps) {
    super(scope, id, {
      ...KEPT_TABLE,
      tableName: `image-version-inventory-${props.stage}`,
      partitionKey: { name: 'part', type: AttributeType.STRING },
      sortKey: { name: 'place', type: AttributeType.STRING },
    });
    // Only snapshots that readers may see have a timeline.
    this.addGlobalSecondaryIndex({
      indexName: INVENTORY_INDEX,
      partitionKey: { name: 'timeline', type: AttributeType.STRING },
      sortKey: { name: 'takenAt', type: AttributeType.STRING },
    });
  }
}
