import type { InventoryPolicy } from '../../../lambda/contract/inventory.ts';
import { DEFAULT_POLICY } from '../../../lambda/contract/policy.ts';
import {
  eventBusFromEnvironment,
  inventoryPolicyFromEnvironment,
  inventoryTableFromEnvironment,
  operationsTableFromEnvironment,
  policyFromEnvironment,
  queuesTableFromEnvironment,
  scopeFromEnvironment,
  stateMachinesFromEnvironment,
} from '../../../lambda/runtime/environment.ts';

const INVENTORY_POLICY: InventoryPolicy = { callsPerSecond: 20, fullEvery: 24, handOnSeconds: 120 };
const GIVEN = {
  IMAGE_REGIONS: 'eu-west-1,us-east-1',
  IMAGE_ACCOUNT: '123456789012',
  IMAGE_PARTITION: 'aws',
  AWS_REGION: 'us-east-1',
  OPERATION_POLICY: JSON.stringify(DEFAULT_POLICY),
  OPERATIONS_TABLE: 'operations',
  OPERATION_RECORD_DAYS: '90',
  QUEUES_TABLE: 'queues',
  EVENT_BUS: 'bus',
  INVENTORY_TABLE: 'inventory',
  INVENTORY_POLICY: JSON.stringify(INVENTORY_POLICY),
  STATE_MACHINES: '{"create": "arn:c", "update": "arn:u", "delete": "arn:d"}',
};
const before = process.env;
beforeEach(() => {
  process.env = { ...GIVEN };
});
afterAll(() => {
  process.env = before;
});

test('whose images, and where', () => {
  expect(scopeFromEnvironment()).toEqual({
    regions: ['eu-west-1', 'us-east-1'],
    defaultRegion: 'us-east-1',
    account: '123456789012',
    partition: 'aws',
  });
});

test.each([['ap-south-1'], ['']])(
  'in region "%s", which is none of them, the first is the default',
  (region) => {
    process.env.AWS_REGION = region;
    expect(scopeFromEnvironment().defaultRegion).toBe('eu-west-1');
  },
);

test('the queues, the bus and the machines', () => {
  expect(queuesTableFromEnvironment()).toBe('queues');
  expect(eventBusFromEnvironment()).toBe('bus');
  expect(stateMachinesFromEnvironment()).toEqual({ create: 'arn:c', update: 'arn:u', delete: 'arn:d' });
});

test.each([['arn:c'], ['{}'], ['{"create": "arn:c", "update": "arn:u"}'], ['{"create": 1}']])(
  'machines of %s are refused at the start',
  (machines) => {
    process.env.STATE_MACHINES = machines;
    expect(stateMachinesFromEnvironment).toThrow();
  },
);

test('the policy and the table', () => {
  expect(policyFromEnvironment()).toEqual(DEFAULT_POLICY);
  expect(operationsTableFromEnvironment()).toEqual({ name: 'operations', recordDays: 90 });
});

test('the inventory’s table, and how it reads', () => {
  expect(inventoryTableFromEnvironment()).toBe('inventory');
  expect(inventoryPolicyFromEnvironment()).toEqual(INVENTORY_POLICY);
});

test.each([
  ['IMAGE_REGIONS', scopeFromEnvironment],
  ['IMAGE_ACCOUNT', scopeFromEnvironment],
  ['IMAGE_PARTITION', scopeFromEnvironment],
  ['OPERATION_POLICY', policyFromEnvironment],
  ['OPERATIONS_TABLE', operationsTableFromEnvironment],
  ['OPERATION_RECORD_DAYS', operationsTableFromEnvironment],
  ['QUEUES_TABLE', queuesTableFromEnvironment],
  ['EVENT_BUS', eventBusFromEnvironment],
  ['STATE_MACHINES', stateMachinesFromEnvironment],
  ['INVENTORY_TABLE', inventoryTableFromEnvironment],
  ['INVENTORY_POLICY', inventoryPolicyFromEnvironment],
])('without %s the error names it and who sets it', (name, read) => {
  delete process.env[name];
  expect(read).toThrow(`${name} is missing: the CDK stack sets it`);
});

test.each([
  ['no JSON', '5 minutes'],
  ['too little', '{}'],
  ['zero', JSON.stringify({ ...DEFAULT_POLICY, maxAttempts: 0 })],
  ['a part of a second', JSON.stringify({ ...DEFAULT_POLICY, graceSeconds: 0.5 })],
  ['something unknown', JSON.stringify({ ...DEFAULT_POLICY, patience: 1 })],
])('a policy of %s is refused at the start', (_what, policy) => {
  process.env.OPERATION_POLICY = policy;
  expect(policyFromEnvironment).toThrow();
});

test.each([
  ['no JSON', '20 a second'],
  ['too little', '{"callsPerSecond": 20}'],
  ['no calls', JSON.stringify({ ...INVENTORY_POLICY, callsPerSecond: 0 })],
  ['a part of a snapshot', JSON.stringify({ ...INVENTORY_POLICY, fullEvery: 1.5 })],
  ['something unknown', JSON.stringify({ ...INVENTORY_POLICY, patience: 1 })],
])('an inventory that reads by %s is refused at the start', (_what, policy) => {
  process.env.INVENTORY_POLICY = policy;
  expect(inventoryPolicyFromEnvironment).toThrow();
});
