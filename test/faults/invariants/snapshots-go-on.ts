import type { Observed } from '../observed.ts';

/** While nothing goes wrong, each schedule of a configured region leads to a snapshot. */
export function snapshotsGoOn({ snapshotsWanted }: Observed): string[] {
  return snapshotsWanted
    .filter(({ taken }) => !taken)
    .map(({ region }) => `No snapshot came of a schedule of ${region}, though nothing went wrong`);
}
