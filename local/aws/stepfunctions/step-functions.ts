/** The API of Step Functions over the engine, as the SDK and the AWS CLI speak it. */

import type { Clock } from '../../clock.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../json.ts';
import { type Randomness, systemRandomness } from '../../randomness.ts';
import { unknownOperation } from '../protocol-errors.ts';
import { type AwsCall, AwsError, type AwsJsonService } from '../service.ts';
import type { DeployedMachine, Engine } from './engine.ts';
import type { Execution, HistoryEvent } from './execution-store.ts';
import { inputs, paged, pageOf, parseInput } from './service-input.ts';

/** For so long an ended execution is kept and its name is taken (quotas of Standard workflows; StartExecution, API reference). */
const KEPT_MS = 90 * 24 * 3600 * 1000;

export interface StepFunctionsOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly randomness?: Randomness;
}

export class StepFunctions implements AwsJsonService {
  readonly target = 'AWSStepFunctions';
  readonly contentType = 'application/x-amz-json-1.0';
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #randomness: Randomness;

  constructor(options: StepFunctionsOptions) {
    this.#engine = options.engine;
    this.#clock = options.clock;
    this.#randomness = options.randomness ?? systemRandomness;
  }

  async call({ operation, input }: Pick<AwsCall, 'operation' | 'input'>): Promise<object> {
    switch (operation) {
      case 'StartExecution':
        return this.#start(input);
      case 'StopExecution':
        return this.#stop(input);
      case 'DescribeExecution':
        return description(this.#execution(parseInput(inputs.execution, input).executionArn));
      case 'GetExecutionHistory':
        return this.#history(input);
      case 'ListExecutions':
        return this.#listExecutions(input);
      case 'ListStateMachines': {
        const page = pageOf(parseInput(inputs.listStateMachines, input));
        const { entries, next } = paged([...this.#engine.machines.values()].slice(page.offset), page);
        return { stateMachines: entries.map(summary), ...next };
      }
      case 'DescribeStateMachine': {
        const deployed = this.#machine(parseInput(inputs.stateMachine, input).stateMachineArn);
        return { ...summary(deployed), status: 'ACTIVE', ...configuration(deployed) };
      }
      case 'DescribeStateMachineForExecution': {
        const { machineArn } = this.#execution(parseInput(inputs.execution, input).executionArn);
        const deployed = this.#machine(machineArn);
        const { arn: stateMachineArn, name } = deployed.resource;
        return { stateMachineArn, name, updateDate: deployed.createdAt / 1000, ...configuration(deployed) };
      }
      default:
        throw unknownOperation(`Step Functions ${operation}`);
    }
  }

  #start(given: unknown): object {
    const { stateMachineArn, name: wanted, input = '{}' } = parseInput(inputs.startExecution, given);
    const machine = this.#machine(stateMachineArn);
    const name = wanted ?? this.#randomness.uuid();
    checkName(name);
    if (!isJson(input)) {
      throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${input}'`);
    }
    const arn = `${machine.resource.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.#engine.store.find(arn);
    if (existing && !this.#forgotten(existing)) {
      if (existing.status !== 'RUNNING' || existing.input !== input) {
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      return { executionArn: arn, startDate: existing.startedAt / 1000 };
    }
    if (existing) this.#engine.store.delete(arn);
    const execution = this.#engine.start(machine, arn, name, input);
    return { executionArn: arn, startDate: execution.startedAt / 1000 };
  }

  #forgotten({ stoppedAt }: Execution): boolean {
    return stoppedAt !== undefined && this.#clock.now() - stoppedAt > KEPT_MS;
  }

  async #stop(given: unknown): Promise<object> {
    const { executionArn, error, cause } = parseInput(inputs.stopExecution, given);
    this.#execution(executionArn);
    this.#engine.abort(executionArn, error, cause);
    await this.#engine.settled(executionArn);
    const { stoppedAt } = this.#execution(executionArn);
    return { stopDate: (stoppedAt ?? this.#clock.now()) / 1000 };
  }

  #history(given: unknown): object {
    const input = parseInput(inputs.history, given);
    this.#execution(input.executionArn);
    const page = pageOf(input);
    const { store } = this.#engine;
    const found = store.events(input.executionArn, input.reverseOrder ?? false, page.offset, page.limit + 1);
    const { entries, next } = paged(found, page);
    const withData = input.includeExecutionData ?? true;
    return { events: entries.map((event) => apiEvent(event, withData)), ...next };
  }

  #listExecutions(given: unknown): object {
    const { stateMachineArn, statusFilter, ...rest } = parseInput(inputs.listExecutions, given);
    this.#machine(stateMachineArn);
    const page = pageOf(rest);
    const found = this.#engine.store.list(
      stateMachineArn,
      statusFilter,
      page.offset,
      page.limit + 1,
      this.#clock.now() - KEPT_MS,
    );
    const { entries, next } = paged(found, page);
    return { executions: entries.map(listed), ...next };
  }

  /** @throws AwsError InvalidArn, StateMachineDoesNotExist */
  #machine(arn: string): DeployedMachine {
    checkArn(arn, 'stateMachine');
    const machine = this.#engine.machines.get(arn);
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** @throws AwsError InvalidArn, ExecutionDoesNotExist */
  #execution(arn: string): Execution {
    checkArn(arn, 'execution');
    const execution = this.#engine.store.find(arn);
    if (!execution || this.#forgotten(execution)) {
      throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    return execution;
  }
}

function checkArn(arn: string, kind: 'stateMachine' | 'execution'): void {
  const parts = arn.split(':').length;
  const right = kind === 'stateMachine' ? parts === 7 || parts === 8 : parts === 8;
  if (right && new RegExp(`^arn:[^:]+:states:[^:]+:\\d{12}:${kind}:.+`).test(arn)) return;
  throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${arn}'`);
}

/** Up to 80 characters, without white space, brackets, wildcards, special or control characters. */
function checkName(name: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const refused = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;
  if (name.length <= 80 && !refused.test(name)) return;
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function summary({ resource, createdAt }: DeployedMachine): object {
  return {
    stateMachineArn: resource.arn,
    name: resource.name,
    type: resource.type,
    creationDate: createdAt / 1000,
  };
}

/** What an execution runs by: the definition that is deployed now. */
function configuration({ resource }: DeployedMachine): object {
  return {
    definition: JSON.stringify(resource.definition),
    roleArn: resource.roleArn,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}

function listed(execution: Execution): JsonObject {
  const { arn, machineArn, name, status, startedAt, stoppedAt } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machineArn,
    name,
    status,
    startDate: startedAt / 1000,
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
    redriveCount: 0,
  };
}

function description(execution: Execution): JsonObject {
  const { input, output, error, cause } = execution;
  return {
    ...listed(execution),
    input,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Executions are not redriven by the local cloud',
  };
}

function apiEvent({ id, previousId, type, at, details }: HistoryEvent, withData: boolean): JsonObject {
  const shown = withData
    ? details
    : Object.fromEntries(Object.entries(details).map(([key, value]) => [key, bare(value)]));
  return { id, previousEventId: previousId, type, timestamp: at / 1000, ...shown };
}

/** Event details without what the execution worked on. */
function bare(details: JsonObject[string]): JsonObject[string] {
  if (!isJsonObject(details)) return details;
  const hidden = new Set(['input', 'inputDetails', 'output', 'outputDetails', 'parameters']);
  return Object.fromEntries(Object.entries(details).filter(([key]) => !hidden.has(key)));
}
