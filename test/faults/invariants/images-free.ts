import type { Observed } from '../observed.ts';

/** What is asked for of an image once nothing goes wrong any more is accepted and succeeds: nothing holds the image. */
export function imagesFree({ lastAsked, operations }: Observed): string[] {
  return lastAsked.flatMap(({ imageName, operationId }) => {
    if (operationId === undefined) return [`${imageName} takes no more operations`];
    const found = operations.find((one) => one.operationId === operationId);
    if (found?.status === 'SUCCEEDED') return [];
    const why = found?.error ? `: ${found.error.name}: ${found.error.message}` : '';
    return [
      `${operationId}, the last that was asked for of ${imageName}, is ${found?.status ?? 'not known'}${why}`,
    ];
  });
}
