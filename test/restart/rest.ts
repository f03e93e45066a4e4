import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Stage } from '../../examples/demo/stage.ts';

/** Whether anything is left to be done, and what. */

const MACHINES = ['create', 'update', 'delete'].map((kind) => `${kind}-image-version-dev`);

/** Of the machine's time; at twenty times its speed, twenty of the sweeper's rounds. */
const LONGEST_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Waits until nothing is left. @returns what is left in the end */
export async function comesToRest(stage: Stage): Promise<string[]> {
  const { awsUrl: endpoint, region, credentials, surely } = stage;
  const options = { endpoint, region, credentials };
  const [dynamoDb, sfn] = [new DynamoDBClient(options), new SFNClient(options)];
  const scan = async (TableName: string) => {
    const found: ReturnType<typeof unmarshall>[] = [];
    for await (const { Items = [] } of paginateScan({ client: dynamoDb }, { TableName })) {
      found.push(...Items.map((item) => unmarshall(item)));
    }
    return found;
  };
  const look = async (): Promise<string[]> => {
    const operations = await scan('image-version-operations-dev');
    const queues = await scan('image-version-queues-dev');
    const running: (string | undefined)[] = [];
    for (const machine of MACHINES) {
      const asked = { stateMachineArn: stage.stateMachineArn(machine), statusFilter: 'RUNNING' } as const;
      for await (const { executions = [] } of paginateListExecutions({ client: sfn }, asked)) {
        running.push(...executions.map(({ executionArn }) => executionArn));
      }
    }
    return [
      ...operations.filter(({ open }) => open).map(({ operationId }) => `${operationId} is open`),
      ...queues
        .filter(({ ticket, holder }) => ticket !== 0 || holder !== undefined)
        .map((entry) => `a queue has ${JSON.stringify(entry)}`),
      ...running.map((executionArn) => `${executionArn} runs`),
      ...(await deadLetters(endpoint)),
    ];
  };
  let left = await surely(look);
  for (const until = performance.now() + LONGEST_MS; left.length > 0 && performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    left = await surely(look);
  }
  dynamoDb.destroy();
  sfn.destroy();
  return left;
}

async function deadLetters(awsUrl: string): Promise<string[]> {
  const response = await fetch(`${awsUrl}/_local/queues`);
  const { queues }: { queues: Record<string, number> } = JSON.parse(await response.text());
  return Object.entries(queues)
    .filter(([, messages]) => messages > 0)
    .map(([name, messages]) => `${name} has ${messages} dead letters`);
}
