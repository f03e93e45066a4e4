import { CommandFailure, EXIT } from './failure.ts';
import { plain } from './text.ts';

/** What a command is about: an image, or one of its versions. */
export interface Target {
  readonly imageName: string;
  /** @default - any version, as of a create */
  readonly version?: number | undefined;
}

/** What an answer is about. */
interface Answered {
  readonly imageName?: string | undefined;
  readonly version?: number | undefined;
}

/**
 * Compares what the API says it acts on with what was asked for.
 *
 * @param next what to do about an answer that is about something else
 * @throws CommandFailure if they differ
 */
export function demandTarget(asked: Target, answered: Answered, next: readonly string[] = []): void {
  // SageMaker takes two spellings of one name for one image, and answers with its own.
  const sameImage = asked.imageName.toLowerCase() === answered.imageName?.toLowerCase();
  if (sameImage && (asked.version === undefined || asked.version === answered.version)) return;
  throw anotherTarget(textOf(asked), textOf(answered), next);
}

/** @throws CommandFailure if the API answered with another operation than the one that was asked for */
export function demandOperation(asked: string, answered: string): void {
  if (asked !== answered) throw anotherTarget(`operation ${asked}`, `operation ${plain(answered)}`, []);
}

function anotherTarget(asked: string, answered: string, next: readonly string[]): CommandFailure {
  return new CommandFailure(
    EXIT.failed,
    `The API answered about ${answered}, not about ${asked}, which was asked for.`,
    { next: [...next, 'check --api (or IMAGE_VERSIONS_API), and what stands between it and this machine'] },
  );
}

function textOf({ imageName = 'no image', version }: Answered): string {
  return plain(version === undefined ? imageName : `version ${version} of ${imageName}`);
}
