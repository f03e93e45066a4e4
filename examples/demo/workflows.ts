import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Progress } from './progress.ts';

/** How an execution of a workflow ended. */
export type Ended =
  | { readonly ok: true; readonly result: WorkflowResult }
  | { readonly ok: false; readonly error: string; readonly cause: string };

interface WorkflowResult {
  readonly effect: string;
  readonly identifier: string;
  readonly version: number;
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly requests: number;
  readonly polls: number;
  readonly durationSeconds: number;
}

export interface Operation {
  /** How its line of progress begins. */
  readonly title: string;
  /** Of its execution, which is the operation's id. @default - one that is made up */
  readonly name?: string;
  readonly stateMachineArn: string;
  readonly input: unknown;
}

const LOOK_EVERY_MS = 150;

/** Starts one execution and follows it to its end, telling on the way which state it is in. */
export async function run(client: SFNClient, progress: Progress, operation: Operation): Promise<Ended> {
  const { title, name, stateMachineArn, input } = operation;
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
  );
  progress.update(title, 'started');
  for (;;) {
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    switch (execution.status) {
      case 'RUNNING':
        progress.update(title, await currentState(client, executionArn));
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        break;
      case 'SUCCEEDED': {
        const result: WorkflowResult = JSON.parse(execution.output ?? 'null');
        progress.end(title, '✓', summary(result));
        return { ok: true, result };
      }
      default: {
        const { error = String(execution.status), cause = '' } = execution;
        progress.end(title, '✗', error);
        return { ok: false, error, cause };
      }
    }
  }
}

async function currentState(client: SFNClient, executionArn: string | undefined): Promise<string> {
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 10 }),
  );
  const entered = events.find((event) => event.stateEnteredEventDetails);
  return entered?.stateEnteredEventDetails?.name?.toLowerCase() ?? 'started';
}

function summary(result: WorkflowResult): string {
  const aliases = result.properties?.Aliases;
  const named = Array.isArray(aliases) && aliases.length > 0 ? `, aliases ${aliases.join(' ')}` : '';
  const { requests, polls, durationSeconds } = result;
  const cost = `${counted(requests, 'request')}, ${counted(polls, 'poll')}, ${durationSeconds} s`;
  return `${result.effect} version ${result.version}${named} (${cost})`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
