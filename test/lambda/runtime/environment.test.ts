import { DEFAULT_POLICY } from '../../../lambda/contract/policy.ts';
import {
  eventBusFromEnvironment,
  operationsTableFromEnvironment,
  policyFromEnvironment,
  queuesTableFromEnvironment,
  scopeFromEnvironment,
  stateMachinesFromEnvironment,
} from '../../../lambda/runtime/environment.ts';

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
