/** How the inventory reads. The stack sets it; the Lambda obeys it. */
export interface InventoryPolicy {
  /**
   * Calls a second and region at most, Cloud Control's and SageMaker's together. AWS publishes no quota: about 30 a
   * second were measured, and careful clients stay under 25.
   */
  readonly callsPerSecond: number;
  /** Every so many snapshots everything is read again, whether it seems changed or not. */
  readonly fullEvery: number;
  /** A run hands what is left to another when no more than this is left of its function's time. */
  readonly handOnSeconds: number;
}

/** What the inventory function is called with: an event of the bus, or a schedule's input in the same form. */
export interface SnapshotEventDetail {
  readonly region: string;
  readonly trigger: 'schedule' | 'request';
  /** ISO 8601; of a request: nothing older will do. */
  readonly requestedAt?: string;
  /** Where an earlier run left off: lambda/core/inventory/continuation.ts. */
  readonly continuation?: unknown;
}
