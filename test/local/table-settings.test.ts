import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  UpdateTableCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud.ts';
import { assemblyDirectory } from '../synthesized.ts';
import { writeAssembly } from './assembly-files.ts';

/** What a table's owner looks at and changes: README's steps to remove a stage end here. */

const PROTECTED = {
  name: 'ValidationException',
  message:
    'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
};

const table = (name: string, more: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    ...more,
  },
});

const RESOURCES = {
  Kept: table('kept', {
    DeletionProtectionEnabled: true,
    SSESpecification: { SSEEnabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  }),
  Bare: table('bare'),
  Week: table('week', {
    SSESpecification: { SSEEnabled: true, KMSMasterKeyId: 'arn:aws:kms:us-east-1:000000000000:key/own' },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
  }),
};

let cloud: LocalCloud;
let client: DynamoDBClient;
let directories: string[];

async function start(assembly: string, dataDir?: string): Promise<void> {
  cloud = await startLocalCloud({ assembly, ...(dataDir && { dataDir }) });
  const { awsUrl: endpoint, region, credentials } = cloud;
  client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
}

async function stop(): Promise<void> {
  client.destroy();
  await cloud.stop();
}

const described = async (TableName: string) =>
  (await client.send(new DescribeTableCommand({ TableName }))).Table;
const protect = (TableName: string, DeletionProtectionEnabled: boolean) =>
  client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
/** Deletes a table and waits until it is gone: DeleteTable answers while it is DELETING. */
const remove = async (TableName: string) => {
  await client.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { TableName });
};

beforeEach(() => {
  directories = [];
});
afterEach(async () => {
  await stop();
  for (const directory of directories) rmSync(directory, { recursive: true });
});

function ownAssembly(): string {
  const directory = writeAssembly(RESOURCES);
  directories.push(directory);
  return directory;
}

test("a table shows its template's protection, encryption, expiry and recovery", async () => {
  await start(ownAssembly());
  expect(await described('kept')).toMatchObject({
    DeletionProtectionEnabled: true,
    SSEDescription: {
      Status: 'ENABLED',
      SSEType: 'KMS',
      KMSMasterKeyArn: expect.stringMatching(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/),
    },
  });
  const expiry = await client.send(new DescribeTimeToLiveCommand({ TableName: 'kept' }));
  expect(expiry.TimeToLiveDescription).toEqual({
    TimeToLiveStatus: 'ENABLED',
    AttributeName: 'expiresAt',
  });
  const bare = await described('bare');
  expect(bare).toMatchObject({ DeletionProtectionEnabled: false });
  expect(bare).not.toHaveProperty('SSEDescription');
  expect((await described('week'))?.SSEDescription?.KMSMasterKeyArn).toMatch(/key\/own$/);
});

test('DescribeContinuousBackups tells how far back a table can be restored', async () => {
  await start(ownAssembly());
  const backups = async (TableName: string) =>
    (await client.send(new DescribeContinuousBackupsCommand({ TableName }))).ContinuousBackupsDescription;
  expect(await backups('kept')).toEqual({
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: expect.any(Date),
      LatestRestorableDateTime: expect.any(Date),
    },
  });
  expect(await backups('week')).toMatchObject({
    PointInTimeRecoveryDescription: { RecoveryPeriodInDays: 7 },
  });
  expect(await backups('bare')).toEqual({
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
  });
  await expect(backups('nobody')).rejects.toMatchObject({ name: 'TableNotFoundException' });
});

test('protection can be put on and taken off, and a protected table is not deleted', async () => {
  await start(ownAssembly());
  await expect(remove('kept')).rejects.toMatchObject(PROTECTED);
  const { TableDescription } = await protect('kept', false);
  expect(TableDescription).toMatchObject({ TableName: 'kept', DeletionProtectionEnabled: false });
  await protect('bare', true);
  await expect(remove('bare')).rejects.toMatchObject(PROTECTED);
  await remove('kept');
  await expect(described('kept')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(protect('kept', false)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(remove('kept')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a table that the API makes may be protected from the beginning', async () => {
  await start(ownAssembly());
  await client.send(
    new CreateTableCommand({
      TableName: 'own',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
    }),
  );
  expect(await described('own')).toMatchObject({ DeletionProtectionEnabled: true });
  await expect(remove('own')).rejects.toMatchObject(PROTECTED);
});

test('a restart leaves off what was taken off, and gives a table that is made anew its protection again', async () => {
  const assembly = ownAssembly();
  const dataDir = mkdtempSync(join(tmpdir(), 'table-settings-'));
  directories.push(dataDir);
  await start(assembly, dataDir);
  await protect('kept', false);
  await stop();
  await start(assembly, dataDir);
  expect(await described('kept')).toMatchObject({ DeletionProtectionEnabled: false });
  await remove('kept');
  await stop();
  await start(assembly, dataDir);
  expect(await described('kept')).toMatchObject({ DeletionProtectionEnabled: true });
});

test("the app's tables are kept against deletion until README's two steps are done", async () => {
  await start(assemblyDirectory());
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  expect(TableNames).toHaveLength(3);
  for (const name of TableNames) {
    await expect(remove(name)).rejects.toMatchObject(PROTECTED);
    expect(await described(name)).toMatchObject({ SSEDescription: { Status: 'ENABLED' } });
    await protect(name, false);
    await remove(name);
  }
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
});
