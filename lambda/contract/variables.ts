/** Names of the functions' environment variables. lib/constructs/handler-function.ts sets them. */
export const VARIABLES = {
  /** Regions that operations may name, joined by commas. */
  regions: 'IMAGE_REGIONS',
  /** Twelve digits: whose images these are. */
  account: 'IMAGE_ACCOUNT',
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition: 'IMAGE_PARTITION',
  /** JSON of {@link import('./policy.ts').OperationPolicy}. */
  policy: 'OPERATION_POLICY',
  operationsTable: 'OPERATIONS_TABLE',
  queuesTable: 'QUEUES_TABLE',
  /** JSON: the ARN of each kind's state machine. */
  stateMachines: 'STATE_MACHINES',
  /** Name of the bus on which ends are told. */
  eventBus: 'EVENT_BUS',
  /** Days that a finished operation's record is kept. */
  recordDays: 'OPERATION_RECORD_DAYS',
  /** Seconds that an answer is held at most. */
  maxWaitSeconds: 'MAX_WAIT_SECONDS',
  inventoryTable: 'INVENTORY_TABLE',
  /** JSON of {@link import('./inventory.ts').InventoryPolicy}. */
  inventoryPolicy: 'INVENTORY_POLICY',
} as const;
