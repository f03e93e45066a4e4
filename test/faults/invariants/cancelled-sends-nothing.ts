import type { Observed } from '../observed.ts';

/** Once a cancellation is accepted, no function that begins afterwards sends a creation of that operation. */
export function cancelledSendsNothing({ sentAfterCancellation }: Observed): string[] {
  return sentAfterCancellation.map(
    (baseImage) => `The creation of ${baseImage} was sent after its cancellation had been accepted`,
  );
}
