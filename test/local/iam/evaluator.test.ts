import { judgeIdentity, judgeResourcePolicy, objectionTo } from '../../../local/aws/iam/evaluator.ts';
import { knownActions } from '../../../local/aws/iam/needed-actions.ts';
import type { JsonObject } from '../../../local/json.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/records';
const READ = {
  principal: 'arn:aws:sts::000000000000:assumed-role/reader/function',
  action: 'dynamodb:GetItem',
  resource: TABLE,
  context: { 'aws:RequestedRegion': 'us-east-1', 'aws:SecureTransport': 'true' },
};
const ALLOW: JsonObject = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE };

test.each<[string, JsonObject[], string]>([
  ['nothing', [], 'no-allow'],
  ['the action on the resource', [ALLOW], 'allowed'],
  ['one of several', [{ ...ALLOW, Action: ['dynamodb:PutItem', 'dynamodb:GetItem'] }], 'allowed'],
  ['it written otherwise', [{ ...ALLOW, Action: 'DynamoDB:getitem' }], 'allowed'],
  ['a pattern of one character', [{ ...ALLOW, Action: 'dynamodb:GetIte?' }], 'allowed'],
  ['anything but something else', [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }], 'allowed'],
  ['a pattern of actions', [{ ...ALLOW, Action: 'dynamodb:Get*' }], 'allowed'],
  ['the action on another resource', [{ ...ALLOW, Resource: `${TABLE}-2` }], 'no-allow'],
  ['the action on an index alone', [{ ...ALLOW, Resource: `${TABLE}/index/*` }], 'no-allow'],
  ['a pattern of resources', [{ ...ALLOW, Resource: TABLE.replace('records', 'rec*') }], 'allowed'],
  ['all but this', [{ Effect: 'Allow', NotAction: 'dynamodb:GetItem', Resource: '*' }], 'no-allow'],
  ['what is denied, too', [ALLOW, { ...ALLOW, Effect: 'Deny' }], 'explicit-deny'],
  [
    'it where a condition holds',
    [{ ...ALLOW, Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } }],
    'allowed',
  ],
  [
    'it where a condition does not hold',
    [{ ...ALLOW, Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }],
    'no-allow',
  ],
  [
    'it, and denies it on a condition that does not hold',
    [ALLOW, { ...ALLOW, Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    'allowed',
  ],
])('a role that allows %s', (_title, statements, judgement) => {
  expect(judgeIdentity(statements, READ)).toBe(judgement);
});

test.each<[string, JsonObject['Resource'], string]>([
  ['any resource', '*', 'allowed'],
  ['any resource among others', [TABLE, '*'], 'allowed'],
  ['some resource', 'arn:aws:sagemaker:us-east-1:000000000000:image/*', 'no-allow'],
])(
  'an action that takes no resource is granted by one on %s as AWS has it',
  (_title, Resource, judgement) => {
    const statement = { Effect: 'Allow', Action: 'sagemaker:ListImages', Resource: Resource ?? null };
    const request = { ...READ, action: 'sagemaker:ListImages', resource: '*' };
    expect(judgeIdentity([statement], request)).toBe(judgement);
  },
);

test.each<[string, JsonObject, string]>([
  ['the service', { Service: 'events.amazonaws.com' }, 'allowed'],
  ['one of several', { Service: ['sns.amazonaws.com', 'events.amazonaws.com'] }, 'allowed'],
  ['another service', { Service: 'sns.amazonaws.com' }, 'no-allow'],
])('a queue lets %s send', (_title, Principal, judgement) => {
  const queue = 'arn:aws:sqs:us-east-1:000000000000:dead';
  const rule = 'arn:aws:events:us-east-1:000000000000:rule/a';
  const statements = [
    {
      Effect: 'Allow',
      Principal,
      Action: 'sqs:SendMessage',
      Resource: queue,
      Condition: { ArnEquals: { 'aws:SourceArn': rule } },
    },
    {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sqs:*',
      Resource: queue,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ];
  const judged = (context: Readonly<Record<string, string>>) =>
    judgeResourcePolicy(statements, 'events.amazonaws.com', {
      action: 'sqs:SendMessage',
      resource: queue,
      context,
    });
  expect(judged({ 'aws:SourceArn': rule, 'aws:SecureTransport': 'true' })).toBe(judgement);
  expect(judged({ 'aws:SourceArn': `${rule}b`, 'aws:SecureTransport': 'true' })).toBe('no-allow');
  expect(judged({ 'aws:SourceArn': rule, 'aws:SecureTransport': 'false' })).toBe('explicit-deny');
});

test.each<[string, JsonObject['NotPrincipal'], string]>([
  ['the service', { Service: 'events.amazonaws.com' }, 'allowed'],
  ['another service', { Service: 'sns.amazonaws.com' }, 'explicit-deny'],
])('a queue that denies everybody but %s', (_title, NotPrincipal, judgement) => {
  const resource = 'arn:aws:sqs:us-east-1:000000000000:dead';
  const action = 'sqs:SendMessage';
  const statements: JsonObject[] = [
    { Effect: 'Allow', Principal: '*', Action: action, Resource: resource },
    { Effect: 'Deny', NotPrincipal: NotPrincipal ?? null, Action: 'sqs:*', Resource: resource },
  ];
  const request = { action, resource, context: {} };
  expect(judgeResourcePolicy(statements, 'events.amazonaws.com', request)).toBe(judgement);
});

test('AWS has every action that the tables ask for', async () => {
  const unknown = [];
  for (const action of [...knownActions(), 'iam:PassRole', 'lambda:InvokeFunction']) {
    const objection = await objectionTo({ ...READ, action, resource: '*' });
    if (objection === 'invalid.action' || objection === 'invalid.service') unknown.push(action);
  }
  expect(unknown).toEqual([]);
  expect(await objectionTo({ ...READ, action: 'dynamodb:GetThing' })).toBe('invalid.action');
});
