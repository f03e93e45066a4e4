import { DRIFTED, type DriftFound, OPERATED, OPERATION_ID } from './drift.ts';
import type { Ended } from './workflows.ts';

/**
 * What is to have come of the tour. What others do to images of theirs meanwhile is none of its business.
 * @returns a sentence for each thing that has not
 */
export function notAsExpected(
  images: readonly string[],
  succeeding: readonly Ended[],
  failing: Ended | undefined,
  rows: readonly (readonly string[])[],
  { differences, history }: DriftFound,
): string[] {
  const own = differences.filter(({ imageName }) => images.includes(imageName));
  const stable = rows.find(
    ([image, , aliases]) => image === 'pytorch-training' && aliases?.includes('stable'),
  );
  const checks: readonly (readonly [string, boolean])[] = [
    ['every create, update and delete succeeded', succeeding.every(({ ok }) => ok)],
    [
      'the last create failed under its own error',
      failing?.ok === false && failing.error === 'GeneralServiceException',
    ],
    [
      'it left no version behind, and the deleted one is gone',
      rows.filter(([image = '']) => images.includes(image)).length === 4,
    ],
    ['"stable" of pytorch-training is version 2', stable?.[1] === '2'],
    [
      'what was done past the system is told as drift, and what an operation did as its own',
      own.length === 3 &&
        own.every(({ imageName, cause }) =>
          imageName === DRIFTED
            ? cause?.drift === true
            : imageName === OPERATED && cause?.drift === false && cause.operationId === OPERATION_ID,
        ),
    ],
    [
      '"stable" of pytorch-training was version 2 and is version 1',
      history.map(({ version }) => version).join(' ') === '2 1' && history.at(-1)?.to === null,
    ],
  ];
  return checks.filter(([, holds]) => !holds).map(([what]) => what);
}
