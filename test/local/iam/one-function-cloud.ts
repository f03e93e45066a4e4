import { rmSync } from 'node:fs';
import { accessKeyIdOf } from '../../../local/aws/lambda/credentials.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/local-cloud.ts';
import { functionNamed, writeAssembly } from '../assembly-files.ts';

const REGION = 'us-east-1';

/** What the function of these tests is called, and whoever signs with its key is taken for it. */
const NAME = 'caller';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

export interface OneFunctionCloud {
  readonly cloud: LocalCloud;
  readonly unexpected: unknown[];
  /** For SDK clients that call as the function does. */
  readonly asFunction: {
    readonly endpoint: string;
    readonly region: string;
    readonly maxAttempts: number;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** For those that call from outside. */
  readonly asAdministrator: OneFunctionCloud['asFunction'];
  stop(): Promise<void>;
}

const table = (name: string) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: name,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  },
});

function role(statements: readonly Statement[], further: object = {}): object {
  const Policies = [{ PolicyName: 'Own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }];
  return { Type: 'AWS::IAM::Role', Properties: { ...(statements.length > 0 && { Policies }), ...further } };
}

export interface OneFunctionOptions {
  /** What its role allows. */
  readonly statements: readonly Statement[];
  /** Of the machine that calls it. @default nothing */
  readonly machineStatements?: readonly Statement[];
  /** Further properties of the function's role. */
  readonly role?: object;
  /** Further resources. */
  readonly resources?: object;
}

/** The smallest app that has one of everything: a function, a machine that calls it, a table, a bus, a queue. */
export async function startOneFunctionCloud(options: OneFunctionOptions): Promise<OneFunctionCloud> {
  const directory = writeAssembly(
    {
      Role: role(options.statements, options.role),
      Caller: functionNamed(NAME),
      MachineRole: role(options.machineStatements ?? []),
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'machine',
          RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
          Definition: {
            StartAt: 'Call',
            States: { Call: { Type: 'Task', Resource: { 'Fn::GetAtt': ['Caller', 'Arn'] }, End: true } },
          },
        },
      },
      Records: table('records'),
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'queue' } },
      ...options.resources,
    },
    { [NAME]: 'export const handler = async () => "called";' },
  );
  const unexpected: unknown[] = [];
  try {
    const cloud = await startLocalCloud({
      assembly: directory,
      clock: { skipIdle: true },
      onUnexpected: (error) => unexpected.push(error),
    });
    const clientOf = (accessKeyId: string) => ({
      endpoint: cloud.awsUrl,
      region: REGION,
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey: 'local' },
    });
    return {
      cloud,
      unexpected,
      asFunction: clientOf(accessKeyIdOf(NAME)),
      asAdministrator: clientOf(cloud.credentials.accessKeyId),
      stop: async () => {
        await cloud.stop();
        rmSync(directory, { recursive: true });
      },
    };
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw error;
  }
}
