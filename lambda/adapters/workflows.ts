import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { OperationKind } from '../contract/workflow.ts';
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
        // Under an operation's id there is one execution, for ever: it runs, or it ran.
        if (!(error instanceof CallError && error.name === 'ExecutionAlreadyExists')) throw error;
      }
    },

    describe: async (executionArn) => {
      try {
        const found = await called(() => client.send(new DescribeExecutionCommand({ executionArn })));
        return {
          status: found.status ?? '',
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

    executionArn: (kind, operationId) =>
      `${machines[kind].replace(':stateMachine:', ':execution:')}:${operationId}`,
  };
}
