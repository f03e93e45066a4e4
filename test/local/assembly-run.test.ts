// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are CloudFormation's own placeholders
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Assembly, loadAssembly } from '../../local/assembly/assembly.ts';
import { openDatabase } from '../../local/aws/database.ts';
import { DynamoDb } from '../../local/aws/dynamodb.ts';
import { type AwsEndpoint, createAwsEndpoint } from '../../local/aws/endpoint.ts';
import { functionNameOf } from '../../local/aws/lambda/credentials.ts';
import { LambdaRuntime } from '../../local/aws/lambda/lambda-runtime.ts';
import { Engine } from '../../local/aws/stepfunctions/engine.ts';
import { LambdaIntegration } from '../../local/aws/stepfunctions/lambda-integration.ts';
import { StepFunctions } from '../../local/aws/stepfunctions/step-functions.ts';
import { Clock } from '../../local/clock.ts';

/** The parts of the runtime together: a template's machine calls its function, which writes to its table. */
const template = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Writer: {
      Type: 'AWS::Lambda::Function',
      Metadata: { 'aws:asset:path': 'asset.writer' },
      Properties: {
        Code: { S3Bucket: 'b', S3Key: 'writer.zip' },
        Environment: { Variables: { TABLE: { Ref: 'Table' } } },
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Runtime: 'nodejs24.x',
        Timeout: 30,
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        DefinitionString: {
          'Fn::Sub': JSON.stringify({
            StartAt: 'First',
            States: {
              First: { Type: 'Task', Resource: '${Writer.Arn}', ResultPath: '$.first', Next: 'Wait' },
              Wait: { Type: 'Wait', Seconds: 7200, Next: 'Second' },
              Second: { Type: 'Task', Resource: '${Writer.Arn}', ResultPath: '$.second', Next: 'Fails' },
              Fails: {
                Type: 'Task',
                Resource: '${Writer.Arn}',
                Parameters: { fail: true },
                Catch: [{ ErrorEquals: ['Refused'], ResultPath: '$.error', Next: 'End' }],
                End: true,
              },
              End: { Type: 'Succeed' },
            },
          }),
        },
      },
    },
  },
};

const code = `
class Refused extends Error { name = 'Refused' }
export const handler = async (event) => {
  if (event.fail) throw new Refused('told to');
  const at = Date.now();
  const credential = process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/dynamodb/aws4_request';
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + credential + ', SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ TableName: process.env.TABLE, Item: { id: { S: String(at) } } }),
  });
  return { at, status: response.status };
};`;

let directory: string;
let assembly: Assembly;
let clock: Clock;
let lambda: LambdaRuntime;
let dynamo: DynamoDb;
let engine: Engine;
let endpoint: AwsEndpoint;
let callers: (string | undefined)[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'run-'));
  mkdirSync(join(directory, 'asset.writer'));
  writeFileSync(join(directory, 'asset.writer', 'index.mjs'), code);
  writeFileSync(join(directory, 'App.template.json'), JSON.stringify(template));
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'App.template.json' } };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts: { App: stack } }));
  assembly = loadAssembly(directory);
  const { region, functions, stateMachines, tables } = assembly;
  clock = new Clock({ skipIdle: true });
  callers = [];
  const onUnexpected = (error: unknown) => {
    throw error;
  };
  let url = '';
  lambda = new LambdaRuntime({ functions, clock, region, endpointUrl: () => url });
  const integrations = [new LambdaIntegration(lambda)];
  engine = new Engine({ stateMachines, integrations, database: openDatabase(), clock, region, onUnexpected });
  dynamo = new DynamoDb({ region, clock });
  await dynamo.ensureTables(tables);
  endpoint = createAwsEndpoint({
    services: [dynamo, new StepFunctions({ engine, clock })],
    middleware: [
      (call, next) => {
        callers.push(functionNameOf(call.accessKeyId));
        return next();
      },
    ],
    clock,
    newId: () => 'id',
    onUnexpected,
  });
  url = (await endpoint.listen(0)).url;
});

afterEach(async () => {
  await engine.stop();
  await lambda.stop();
  await endpoint.close();
  await dynamo.close();
  clock.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('a template runs as it stands: machine, function and table, on one clock, each call under its role', async () => {
  const [machine] = engine.machines.values();
  if (!machine) throw new Error('no machine');
  engine.start(machine, 'arn', 'one', '{}');
  await engine.settled('arn');
  const execution = engine.store.find('arn');
  expect(execution).toMatchObject({ status: 'SUCCEEDED', transitions: 5 });
  const output = JSON.parse(execution?.output ?? '');
  expect(output.first.status).toBe(200);
  expect(output.second.at - output.first.at).toBeGreaterThanOrEqual(7_200_000);
  expect(output.error.Error).toBe('Refused');
  expect(JSON.parse(output.error.Cause)).toEqual({
    errorType: 'Refused',
    errorMessage: 'told to',
    trace: expect.arrayContaining([expect.stringContaining('told to')]),
  });
  const name = assembly.functions[0]?.name;
  expect(callers).toEqual([name, name]);
  const scan = { operation: 'Scan', input: { TableName: assembly.tables[0]?.name } };
  expect(await dynamo.call(scan)).toMatchObject({ Count: 2 });
});
