import type { Begun, Crash, ExecutionRef, OperationKind } from '../../contract/workflow.ts';
import type { Scope } from '../image-version/request.ts';
import { type Subject, subjectOf } from '../image-version/subject.ts';
import { endingOfCrash } from '../operation/crash.ts';
import type { Operation } from '../operation/operation.ts';
import type { Ending } from '../operation/result.ts';
import { imageNameOf } from '../operation/target.ts';
import {
  CallError,
  type ImageVersions,
  type RecordStore,
  type StoredRecord,
  type Workflows,
} from '../ports.ts';
import { leftoversOf } from './leftovers.ts';

export interface CrashPorts {
  readonly records: Pick<RecordStore, 'find'>;
  readonly versions: Pick<ImageVersions, 'madeFrom'>;
  readonly workflows: Pick<Workflows, 'kindOf'>;
  readonly circumstances: { now(): number };
  readonly scope: Scope;
}

/** The payload of an execution one of whose functions gave up. */
export type CrashedPayload =
  | (Begun & { readonly crash: Crash })
  | { readonly execution: ExecutionRef; readonly operation: Operation; readonly crash: Crash };

/**
 * How an operation ends whose workflow crashed: with what a creation may have made, because a function that was cut off
 * could not tell.
 *
 * @throws CallError where the record could not be read
 */
export async function crashEnding(payload: CrashedPayload, ports: CrashPorts): Promise<Ending> {
  const { execution, crash } = payload;
  const operation = 'operation' in payload ? payload.operation : undefined;
  const { kind, subject } = 'operation' in payload ? aboutOf(payload.operation) : seenIn(payload, ports);
  const record = await ports.records.find(execution.name);
  const opened = record?.status === 'RUNNING' && record.executionArn === execution.arn;
  const leftovers = opened ? await leftoversIn(record, ports) : undefined;
  const crashed = { execution, crash, kind, subject, operation, opened, leftovers };
  return endingOfCrash(crashed, ports.circumstances.now());
}

function aboutOf(operation: Operation): { readonly kind: OperationKind; readonly subject: Subject } {
  const { kind, request } = operation;
  return { kind, subject: { region: request.region, imageName: imageNameOf(operation) } };
}

function seenIn(
  { execution, input }: Begun,
  { workflows, scope }: CrashPorts,
): { readonly kind: OperationKind; readonly subject: Subject } {
  const kind = workflows.kindOf(execution.arn);
  if (!kind) throw new Error(`${execution.arn} is an execution of none of this stage's state machines`);
  return { kind, subject: subjectOf(kind, input, scope) };
}

/** One look: the end is written down even where SageMaker does not answer, and says so then. */
async function leftoversIn(record: StoredRecord, { versions }: CrashPorts): Promise<string | undefined> {
  try {
    return await leftoversOf(record, versions);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return `whether a version was made could not be seen: ${error.name}: ${error.message}`;
  }
}
