// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are CloudFormation's own placeholders
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAssembly } from '../../local/assembly/assembly.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Writes what `cdk synth` writes: a manifest, and per stack a template and its assets. */
function write(templates: Record<string, object>, assets: Record<string, object> = {}): string {
  const artifacts: Record<string, object> = {};
  for (const [id, template] of Object.entries(templates)) {
    artifacts[id] = { type: 'aws:cloudformation:stack', properties: { templateFile: `${id}.template.json` } };
    writeFileSync(join(directory, `${id}.template.json`), JSON.stringify(template));
  }
  for (const [id, files] of Object.entries(assets)) {
    writeFileSync(join(directory, `${id}.assets.json`), JSON.stringify({ files }));
  }
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  return directory;
}

/** What a value resolves to, by way of a stack output. */
function resolved(value: unknown, template: Record<string, unknown> = {}): unknown {
  const stack = { ...template, Outputs: { Value: { Value: value } } };
  return loadAssembly(write({ App: stack })).output('App', 'Value');
}

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] },
    Policies: [
      { PolicyName: 'inline', PolicyDocument: { Statement: { Effect: 'Allow', Action: 'a:Inline' } } },
    ],
    ManagedPolicyArns: [
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/Basic']] },
      { Ref: 'Managed' },
    ],
  },
};

describe('a function', () => {
  const template = {
    Resources: {
      Role: role,
      Managed: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'a:Managed' }] } },
      },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'p',
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: 'a:Policy', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } },
            ],
          },
          Roles: [{ Ref: 'Role' }],
        },
      },
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      },
      Submit: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: { 'Fn::Sub': 'cdk-assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: 'abc.zip' },
          Environment: { Variables: { TABLE: { Ref: 'Table' }, COUNT: 3 } },
          Handler: 'index.handler',
          MemorySize: 256,
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Runtime: 'nodejs24.x',
          Timeout: '30',
        },
      },
    },
  };
  const assets = {
    App: { abc: { source: { path: 'asset.abc' }, destinations: { local: { objectKey: 'abc.zip' } } } },
  };

  test('carries its asset, its resolved environment and its role', () => {
    const assembly = loadAssembly(write({ App: template }, assets));
    const [submit] = assembly.functions;
    expect(submit).toMatchObject({
      logicalId: 'Submit',
      name: expect.stringMatching(/^App-Submit-[A-Z0-9]{12}$/),
      arn: `arn:aws:lambda:us-east-1:000000000000:function:${submit?.name}`,
      assetDirectory: join(directory, 'asset.abc'),
      environment: { TABLE: assembly.tables[0]?.name, COUNT: '3' },
      timeoutSeconds: 30,
      memoryMb: 256,
      roleArn: assembly.roles[0]?.arn,
      logGroupName: `/aws/lambda/${submit?.name}`,
    });
  });

  test('has the same names on every run', () => {
    const [once] = loadAssembly(write({ App: template }, assets)).functions;
    const [again] = loadAssembly(write({ App: template }, assets)).functions;
    expect(once).toEqual(again);
  });

  test("finds its role's statements wherever they are written", () => {
    const assembly = loadAssembly(write({ App: template }, assets));
    expect(assembly.roles[0]?.statements.map((statement) => statement.Action)).toEqual([
      'a:Inline',
      'a:Policy',
      'a:Managed',
    ]);
    expect(assembly.roles[0]?.statements[1]?.Resource).toBe(assembly.tables[0]?.arn);
    expect(assembly.roles[0]?.foreignPolicyArns).toEqual(['arn:aws:iam::aws:policy/service-role/Basic']);
  });

  test('gives a table as CreateTable wants it', () => {
    const [table] = loadAssembly(write({ App: template }, assets)).tables;
    expect(table?.createTable).toEqual({
      TableName: table?.name,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    expect(table?.timeToLiveAttribute).toBe('expires');
  });

  test('without an asset is an error that names it', () => {
    expect(() => loadAssembly(write({ App: template }))).toThrow('App/Submit.Code is not an asset');
  });
});

test('a state machine is its resolved definition, parsed', () => {
  const { stateMachines } = loadAssembly(
    write({
      App: {
        Resources: {
          Role: { Type: 'AWS::IAM::Role', Properties: {} },
          Machine: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: {
              DefinitionString: {
                'Fn::Join': [
                  '',
                  ['{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"', { Ref: 'Role' }, '"}}}'],
                ],
              },
              RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
            },
          },
        },
      },
    }),
  );
  expect(stateMachines[0]).toMatchObject({
    name: expect.stringMatching(/^Machine-[A-Z0-9]{12}$/),
    arn: `arn:aws:states:us-east-1:000000000000:stateMachine:${stateMachines[0]?.name}`,
    type: 'STANDARD',
    definition: { StartAt: 'A', States: { A: { Result: expect.stringMatching(/^App-Role-/) } } },
  });
});

test('a stack reads what another one exports', () => {
  const assembly = loadAssembly(
    write({
      Data: {
        Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } } },
        Outputs: {
          Out: { Value: { Ref: 'Topic' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Topic' } } },
        },
      },
      App: { Outputs: { Value: { Value: { 'Fn::ImportValue': 'Data:Topic' } } } },
    }),
  );
  expect(assembly.output('App', 'Value')).toBe('arn:aws:sns:us-east-1:000000000000:news');
});

test.each([
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 1]] }, 'a-us-east-1-1'],
  [
    'Sub',
    { 'Fn::Sub': ['${X}/${!Y}/${AWS::Partition}', { X: { Ref: 'AWS::AccountId' } }] },
    '000000000000/${Y}/aws',
  ],
  ['Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
  ['Split', { 'Fn::Select': [2, { 'Fn::Split': [':', 'a:b:c'] }] }, 'c'],
  ['URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  ['NoValue in a list', [{ Ref: 'AWS::NoValue' }, 'a'], ['a']],
  ['NoValue in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
])('%s resolves', (_, value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

test('conditions, mappings and parameters resolve', () => {
  const template = {
    Parameters: { Stage: { Type: 'String', Default: 'test' } },
    Mappings: { Sizes: { test: { Count: 2 } } },
    Conditions: {
      IsTest: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] },
      IsNot: { 'Fn::Not': [{ Condition: 'IsTest' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsNot' }, { Condition: 'IsTest' }] },
      Both: { 'Fn::And': [{ Condition: 'IsNot' }, { Condition: 'IsTest' }] },
    },
  };
  expect(
    resolved(
      { 'Fn::If': ['Either', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'Count'] }, 0] },
      template,
    ),
  ).toBe(2);
  expect(resolved({ 'Fn::If': ['Both', 1, 0] }, template)).toBe(0);
});

describe('what is not known is an error that names stack, place and wish', () => {
  const template = {
    Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' } },
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: {
      Odd: { Type: 'AWS::Odd::Thing', Properties: {} },
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      Absent: { Type: 'AWS::IAM::Role', Condition: 'Never', Properties: {} },
    },
  };
  test.each([
    [{ Ref: 'Odd' }, 'App/Outputs.Value refers to Odd, of type AWS::Odd::Thing'],
    [{ 'Fn::GetAtt': ['Role', 'Colour'] }, 'wants Role.Colour, an attribute of AWS::IAM::Role'],
    [{ Ref: 'Absent' }, 'refers to Absent, whose condition Never does not hold'],
    [{ Ref: 'Nobody' }, 'refers to Nobody, which the template does not have'],
    [{ 'Fn::Transform': {} }, 'wants the intrinsic function Fn::Transform'],
    [{ 'Fn::ImportValue': 'x' }, 'imports x, which no stack exports'],
    [{ Ref: 'BootstrapVersion' }, 'wants the value of SSM parameter /cdk/version'],
    ['{{resolve:ssm:/x}}', 'wants the dynamic reference'],
  ])('%j', (value, message) => {
    expect(() => resolved(value, template)).toThrow(message);
  });

  test('as long as nothing asks, nothing is wrong', () => {
    expect(resolved('fine', template)).toBe('fine');
  });
});

test('a directory without a manifest says what to do', () => {
  expect(() => loadAssembly(directory)).toThrow('Run cdk synth first');
});

test('the assemblies of stages are read too', () => {
  mkdirSync(join(directory, 'assembly-Prod'));
  writeFileSync(join(directory, 'assembly-Prod', 'T.json'), JSON.stringify({ Resources: {} }));
  const nested = {
    Stack: {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: 'T.json', stackName: 'Prod-App' },
    },
  };
  writeFileSync(join(directory, 'assembly-Prod', 'manifest.json'), JSON.stringify({ artifacts: nested }));
  const artifacts = { Prod: { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } } };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  expect(loadAssembly(directory).stackNames).toEqual(['Prod-App']);
});
