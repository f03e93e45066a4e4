import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { BenchCloud, imageName, TABLE, type Taken } from './bench-cloud.ts';
import { reportCost } from './cost.ts';
import { heading, line, note, percent, seconds } from './figures.ts';
import type { Options } from './options.ts';
import { type PlainReading, readPlainly } from './plain-way.ts';

/** Snapshots of a region that answers as AWS does: the first, those that follow, and the plain way beside them. */

/** As AWS answers: nobody has published a quota, about 30 calls a second were measured. */
const LIKE_AWS = {
  answerSeconds: 0.06,
  rateLimit: { perSecond: 25, of: 'cloud-control-and-sagemaker' },
};
/** Of the policy that the stack sets. */
const CALLS_PER_SECOND = 20;
/** One of so many snapshots reads everything again. */
const FULL_EVERY = 24;

export async function reportTaking(assembly: string, options: Options): Promise<void> {
  const { parts, images, versions } = options;
  if (!parts.has('first')) return;
  const bench = await BenchCloud.start(assembly);
  try {
    await bench.populate(images, versions);
    await bench.settle();
    bench.cloud.settings.change(LIKE_AWS);
    heading(
      `${images * versions} versions of ${images} images; answers take 60 ms, 25 calls a second are let through`,
    );
    const first = await bench.takeSnapshot();
    reportFirst(first);
    if (!parts.has('steady')) return;

    const unchanged = await bench.takeSnapshot();
    await bench.changeTen(images, versions);
    await bench.settle();
    const changed = await bench.takeSnapshot();
    reportSteady(unchanged, changed);
    if (!parts.has('plain')) return;

    const plain = await readPlainly(bench, 1);
    const hurried = await readPlainly(bench, 10);
    reportPlain({ first, unchanged, changed, plain, hurried, images });
    if (!parts.has('cost')) return;
    reportCost({ first, changed, plain, rowReadUnits: await rowReadUnits(bench, images) });
  } finally {
    await bench.stop();
  }
}

function reportFirst(first: Taken): void {
  heading('The first snapshot');
  line('versions in it', first.snapshot.counts.versions);
  line('seconds', seconds(first.seconds));
  line('calls', first.calls);
  const share = first.calls / (first.callSeconds * CALLS_PER_SECOND);
  line(`share of its rate of ${CALLS_PER_SECOND} a second`, percent(share));
  line('throttled calls', `${first.throttled} (${percent(first.throttled / first.calls)})`);
  line('DynamoDB writes', first.writes);
  line('  in units, the index among them', first.writeUnits);
}

function reportSteady(unchanged: Taken, changed: Taken): void {
  heading('The snapshots that follow');
  line('versions changed', unchanged.snapshot.counts.changed, changed.snapshot.counts.changed);
  line('seconds', seconds(unchanged.seconds), seconds(changed.seconds));
  line('calls', unchanged.calls, changed.calls);
  line('throttled calls', unchanged.throttled, changed.throttled);
  line('DynamoDB writes', unchanged.writes, changed.writes);
  line('  in units, the index among them', unchanged.writeUnits, changed.writeUnits);
  line('DynamoDB read units', unchanged.readUnits, changed.readUnits);
}

function reportPlain(measured: {
  readonly first: Taken;
  readonly unchanged: Taken;
  readonly changed: Taken;
  readonly plain: PlainReading;
  readonly hurried: PlainReading;
  readonly images: number;
}): void {
  const { first, unchanged, changed, plain, hurried } = measured;
  heading('The plain way: list all, then GetResource one by one');
  line('calls at once', 1, 10);
  line('seconds', seconds(plain.seconds), seconds(hurried.seconds));
  line('calls', plain.calls, hurried.calls);
  line('throttled calls', plain.throttled, hurried.throttled);
  line('  share', percent(plain.throttled / plain.calls), percent(hurried.throttled / hurried.calls));
  note(
    'It has no limiter; a call that is throttled is made again after 1 s. It learns nothing of aliases, status,',
  );
  note('failure reasons or times, and nobody tells it what changed.');

  heading('Calls of the plain way ÷ ours');
  // A call of each for every version, as there is no list of either by the hundred in the plain way.
  const informed = plain.calls + 2 * plain.versions;
  const ratios = (calls: number) => [plain.calls, informed].map((one) => `${(one / calls).toFixed(1)} ×`);
  const mean = (changed.calls * (FULL_EVERY - 1) + first.calls) / FULL_EVERY;
  line('', 'as it is', 'informed');
  line('calls of the plain way', plain.calls, informed);
  line('÷ a snapshot in which nothing changed', ...ratios(unchanged.calls));
  line('÷ one in which ten versions changed', ...ratios(changed.calls));
  line(`÷ the mean of a day, one in ${FULL_EVERY} full`, ...ratios(mean));
  line('÷ the first snapshot', ...ratios(first.calls));
  note(
    'Informed: with ListAliases and DescribeImageVersion for each version, so that it knows as much; counted,',
  );
  note("not run. For a full snapshot's calls stand those of the first.");
}

/** What it takes to read every row once, image by image, as a full snapshot does. */
async function rowReadUnits(bench: BenchCloud, images: number): Promise<number> {
  const client = new DynamoDBClient(bench.clientOptions);
  let units = 0;
  for (let image = 0; image < images; image += 1) {
    const command = new QueryCommand({
      TableName: TABLE,
      ConsistentRead: true,
      KeyConditionExpression: 'part = :part AND begins_with(place, :image)',
      ExpressionAttributeValues: {
        ':part': { S: `versions#${bench.cloud.region}` },
        ':image': { S: `${imageName(image)}#` },
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    const { ConsumedCapacity } = await client.send(command);
    units += ConsumedCapacity?.CapacityUnits ?? 0;
  }
  client.destroy();
  return units;
}
