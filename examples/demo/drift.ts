import {
  ListAliasesCommand,
  type SageMakerClient,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import {
  type AliasPeriod,
  aliasHistory,
  type Cause,
  diff,
  type Snapshot,
  takeSnapshot,
  type VersionDifference,
} from './snapshots.ts';
import type { Stage } from './stage.ts';
import { table } from './table.ts';
import { counted, type Ended, type Operation } from './workflows.ts';

/** What the inventory tells of two changes, of which this system made one. */

export interface DriftFound {
  readonly ended: readonly Ended[];
  readonly differences: readonly VersionDifference[];
  readonly history: readonly AliasPeriod[];
}

export const DRIFTED = 'pytorch-training';
export const OPERATED = 'tensorflow-training';
/** An execution's name is its operation's id. */
export const OPERATION_ID = 'retire-tf';

/** Takes two snapshots, with two changes between them, and says what differs. */
export async function showDrift(
  stage: Stage,
  sageMaker: SageMakerClient,
  follow: (operations: readonly Operation[]) => Promise<readonly Ended[]>,
): Promise<DriftFound> {
  const { apiUrl, surely, say, width } = stage;
  const first = await takeSnapshot(stage);
  say(`  ✓ ${snapshotText(first)}`);

  const ended = await follow([
    {
      title: `update ${OPERATED}`,
      name: OPERATION_ID,
      stateMachineArn: stage.stateMachineArn('update-image-version-dev'),
      input: { imageName: OPERATED, version: 1, properties: { VendorGuidance: 'ARCHIVED' } },
    },
  ]);
  await behindItsBack(sageMaker, stage);
  say(`  ✓ and past it, straight at SageMaker: "stable" of ${DRIFTED}`);
  say('    from version 2 back to version 1, which is now recommended');

  const second = await takeSnapshot(stage);
  say(`  ✓ ${snapshotText(second)}`);

  say('\nWhat differs in the second one, and who did it (an operation, or drift):\n');
  const differences = await surely(() => diff(apiUrl, first, second));
  say(table(DIFFERENCE_HEADS, differences.flatMap(rowsOf), width));

  say(`\nWhich version "stable" of ${DRIFTED} was, when:\n`);
  const history = await surely(() => aliasHistory(apiUrl, DRIFTED, 'stable'));
  say(table(HISTORY_HEADS, history.map(periodRow), width));
  return { ended, differences, history };
}

/** As somebody does who has the console open. SageMaker may refuse an alias that another version holds. */
async function behindItsBack(sageMaker: SageMakerClient, { surely }: Stage): Promise<void> {
  const ImageName = DRIFTED;
  const isStable = async (Version: number) => {
    const listed = await sageMaker.send(new ListAliasesCommand({ ImageName, Version }));
    return listed.SageMakerImageVersionAliases?.includes('stable') ?? false;
  };
  await surely(async () => {
    if (!(await isStable(2))) return;
    const change = { ImageName, Version: 2, AliasesToDelete: ['stable'] };
    await sageMaker.send(new UpdateImageVersionCommand(change));
  });
  await surely(async () => {
    if (await isStable(1)) return;
    await sageMaker.send(
      new UpdateImageVersionCommand({
        ImageName,
        Version: 1,
        AliasesToAdd: ['stable'],
        VendorGuidance: 'STABLE',
      }),
    );
  });
}

function snapshotText({ snapshotId, counts, calls, durationSeconds }: Snapshot): string {
  const { versions, images } = counts;
  return `snapshot ${snapshotId}: ${counted(versions, 'version')} of ${counted(images, 'image')} (${counted(calls, 'call')}, ${durationSeconds} s)`;
}

const DIFFERENCE_HEADS = ['image', 'version', 'property', 'before', 'after', 'who'];

/** When it was last modified follows from the rest. */
function rowsOf({ imageName, version, changes, cause }: VersionDifference): string[][] {
  return changes
    .filter(({ property }) => property !== 'modifiedAt')
    .map(({ property, before, after }) => [
      imageName,
      String(version),
      property,
      cell(before),
      cell(after),
      who(cause),
    ]);
}

const HISTORY_HEADS = ['version', 'from', 'to', 'who'];

function periodRow({ version, from, to, cause }: AliasPeriod): string[] {
  return [String(version), from.takenAt, to?.takenAt ?? '–', who(cause)];
}

function cell(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  return Array.isArray(value) ? value.join(' ') : String(value);
}

function who(cause: Cause): string {
  if (cause === undefined) return '–';
  return cause.drift ? 'drift' : cause.operationId;
}
