/** Dollars. Source: AWS's public price lists, us-east-1, November 2026; nothing is taken off for free tiers. */
export const PRICES = {
  /** Step Functions, Standard. */
  transition: 0.025 / 1_000,
  /** Lambda. */
  invocation: 0.2 / 1_000_000,
  /** Lambda on ARM, one GB for one second. */
  gigabyteSecond: 0.0000133334,
  /** DynamoDB on demand: one item of up to 1 KB. */
  write: 0.625 / 1_000_000,
  /** DynamoDB on demand: strongly consistent, up to 4 KB. */
  read: 0.125 / 1_000_000,
  /** DynamoDB, one GB for a month. */
  storedGigabyte: 0.25,
  /** An HTTP API. */
  apiRequest: 1 / 1_000_000,
  /** EventBridge: a custom event of up to 64 KB. */
  event: 1 / 1_000_000,
  /** CloudWatch Logs, taken in. */
  logGigabyte: 0.5,
} as const;
