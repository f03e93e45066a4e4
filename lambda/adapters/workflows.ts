import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ERRORS } from '../contract/errors.ts';
import { OPERATION_KINDS, type OperationKind } from '../contract/workflow.ts';
import { CallError, type Workflows } from '../core/ports.ts';
import { called } from './call-error.ts';
import { clientsOf } from './clients.ts';

const stepFunctions = clientsOf((config) => new SFNClient(config));

/** The state machines, by their ARNs. */
export function workflows(machines: Readonly<Record<OperationKind, string>>): Workflows {
  const client = stepFunctions();
  return {
    start: async (kind, name, input) => {
      const command = new StartExecutionCommand({
        stateMachineArn: machines[kind],
        name,
        input: JSON.stringify(input),
      });
      try {
        await called(() => client.send(command));
      } catch (error) {
        // Usually the operation's own, which another function started a moment ago. It may also be an earlier one: a name is
        // free again 90 days after its execution's end, and a record may be removed or made anew before that. Nothing is
        // concluded from it here; the sweeper compares the execution's start with the record (core/queue/own-execution.ts).
        if (!(error instanceof CallError && error.name === 'ExecutionAlreadyExists')) throw error;
      }
    },

    describe: async (executionArn) => {
      try {
        const found = await called(() => client.send(new DescribeExecutionCommand({ executionArn })));
        return {
          status: found.status ?? '',
          startedAt: startOf(executionArn, found.startDate),
          ...(found.output ? { output: found.output } : {}),
          ...(found.error ? { error: found.error } : {}),
          ...(found.cause ? { cause: found.cause } : {}),
          ...(found.stopDate ? { endedAt: found.stopDate.getTime() } : {}),
        };
      } catch (error) {
        if (error instanceof CallError && error.name === 'ExecutionDoesNotExist') return undefined;
        throw error;
      }
    },

    kindOf: (executionArn) =>
      OPERATION_KINDS.find((kind) => executionArn.startsWith(`${executionsOf(machines[kind])}:`)),

    executionArn: (kind, operationId) => `${executionsOf(machines[kind])}:${operationId}`,
  };
}

/** What the ARN of each execution of a machine begins with. */
function executionsOf(machineArn: string): string {
  return machineArn.replace(':stateMachine:', ':execution:');
}

/** @throws CallError where the answer lacks it: whose execution it is could not be told */
function startOf(executionArn: string, startDate: Date | undefined): number {
  if (startDate) return startDate.getTime();
  throw new CallError(
    ERRORS.unexpectedAnswer,
    `Step Functions did not tell when ${executionArn} began`,
    false,
  );
}
