import type { Api } from './api.ts';
import { CommandFailure, EXIT, type Exit } from './failure.ts';
import { type Column, cell, heads, type Output, type Section, writeOne } from './output.ts';
import type { Operation } from './shapes.ts';
import type { Surroundings } from './surroundings.ts';
import { followed, howToFollow, isFinal, statusText } from './waiting.ts';

/** Operations as they are told of, and how a command ends by them. */

/** @param now epoch milliseconds, for the age */
export const operationColumns = (now: number): readonly Column<Operation>[] => [
  { name: 'operationId', of: ({ operationId }) => operationId, keep: true },
  { name: 'kind', of: ({ kind }) => kind },
  { name: 'status', of: ({ status }) => status },
  { name: 'imageName', of: ({ imageName }) => imageName },
  { name: 'version', of: ({ version }) => version, spare: true },
  { name: 'region', of: ({ region }) => region, wide: true },
  { name: 'identifier', of: ({ identifier }) => identifier, wide: true },
  { name: 'createdAt', of: ({ createdAt }) => createdAt, spare: true },
  { name: 'age', of: ({ createdAt }) => ageText(now - Date.parse(createdAt)), insteadOf: 'createdAt' },
  { name: 'startedAt', of: ({ startedAt }) => startedAt, wide: true },
  { name: 'finishedAt', of: ({ finishedAt }) => finishedAt, wide: true },
  { name: 'effect', of: ({ result }) => result?.effect, wide: true },
  { name: 'error', of: ({ error }) => error?.name, spare: true },
  { name: 'errorMessage', of: ({ error }) => error?.message, wide: true },
];

/** `45s`, `12m`, `3h`, `5d`. */
function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** Where a command ends with an operation. */
interface Ending {
  readonly api: Api;
  readonly output: Output;
  readonly around: Surroundings;
  readonly wait: boolean;
  /** The end that is wanted. @default - SUCCEEDED */
  readonly wanted?: string;
}

/**
 * Tells of an operation: as it stands, or as it ends where the command waits for that.
 *
 * @throws CommandFailure where it has ended otherwise than is wanted
 */
export async function endWith(operation: Operation, ending: Ending): Promise<Exit> {
  const { output, around, wanted = 'SUCCEEDED' } = ending;
  const current = ending.wait ? await followed(ending.api, operation, around) : operation;
  await writeOperation(output, current, around);
  if (!isFinal(current)) {
    around.tell(`Follow it: ${howToFollow(current.operationId)}\n`);
    return EXIT.done;
  }
  if (current.status === wanted) return EXIT.done;
  const { kind, imageName, status, error } = current;
  throw new CommandFailure(
    EXIT.failed,
    `The ${kind}${imageName === undefined ? '' : ` of ${imageName}`} has ended as ${status}.`,
    {
      lines: error ? [`${error.name}: ${error.message}`] : [],
      next: [`image-versions operations show ${current.operationId}   tells what happened, step by step`],
    },
  );
}

export async function writeOperation(
  output: Output,
  operation: Operation,
  { now }: Surroundings,
  more: readonly Section[] = [],
): Promise<void> {
  await writeOne(output, operation, operationColumns(now()), [{ fields: fieldsOf(operation) }, ...more]);
}

function fieldsOf(operation: Operation): [string, unknown][] {
  const { result, error } = operation;
  return [
    ['operationId', operation.operationId],
    ['kind', operation.kind],
    ['status', statusText(operation)],
    ['effect', result?.effect],
    ['imageName', operation.imageName],
    ['version', operation.version],
    ['region', operation.region],
    ['identifier', operation.identifier],
    ['note', result?.note],
    ['error', error && `${error.name}: ${error.message}`],
    ['faults', error?.faults?.map(({ path, message }) => `${path} ${message}`).join('; ')],
    ['createdAt', operation.createdAt],
    ['startedAt', operation.startedAt],
    ['finishedAt', operation.finishedAt],
  ];
}

/** What happened, in the order in which it did. */
export function historySection({ history }: Operation): Section {
  return {
    heads: heads('event', 'step', 'attempt', 'status', 'told'),
    rows: history.map(({ event, step, attempt, status, ...rest }) => [
      event,
      step,
      attempt,
      status,
      told(rest),
    ]),
  };
}

function told(rest: Readonly<Record<string, unknown>>): string {
  return Object.entries(rest)
    .map(([name, value]) => `${name} ${cell(value)}`)
    .join(', ');
}
