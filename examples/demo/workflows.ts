import { randomUUID } from 'node:crypto';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Stage } from './stage.ts';

/** How an execution of a workflow ended. */
export type Ended =
  | { readonly ok: true; readonly result: WorkflowResult }
  | { readonly ok: false; readonly error: string; readonly cause: string };

interface WorkflowResult {
  readonly effect: string;
  readonly identifier: string;
  readonly version: number;
  readonly properties: Readonly<Record<string, unknown>> | null;
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
export async function run(client: SFNClient, stage: Stage, operation: Operation): Promise<Ended> {
  const { surely, progress } = stage;
  const { title } = operation;
  // One name for all times that it is asked for, so that it is started once.
  const name = operation.name ?? randomUUID();
  const executionArn = await surely(() => start(client, name, operation));
  progress.update(title, 'started');
  for (;;) {
    const execution = await surely(() => client.send(new DescribeExecutionCommand({ executionArn })));
    switch (execution.status) {
      case 'RUNNING':
        progress.update(title, await surely(() => currentState(client, executionArn)));
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

async function start(client: SFNClient, name: string, operation: Operation): Promise<string> {
  const { stateMachineArn, input } = operation;
  const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  } catch (error) {
    // It was started before, and nobody heard of it.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  return executionArn;
}

async function currentState(client: SFNClient, executionArn: string): Promise<string> {
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 10 }),
  );
  const entered = events.find((event) => event.stateEnteredEventDetails);
  return entered?.stateEnteredEventDetails?.name?.toLowerCase() ?? 'started';
}

/** Short enough for 80 columns behind the longest title. */
function summary({ effect, version, properties, durationSeconds }: WorkflowResult): string {
  const aliases = properties?.Aliases;
  const named = Array.isArray(aliases) && aliases.length > 0 ? `, aliases ${aliases.join(' ')}` : '';
  // The title says already what an operation does. Only that nothing had to be done is news.
  const nothing = effect === 'unchanged' || effect === 'already-gone' ? `, ${effect}` : '';
  return `version ${version}${nothing}${named}, ${durationSeconds} s`;
}

/** `1 call`, `2 calls`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
