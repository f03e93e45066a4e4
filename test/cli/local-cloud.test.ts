import { parse } from 'yaml';
import { linesOf } from '../fixtures/csv.ts';
import { TestCloud, versionArn } from '../workflows/cloud.ts';
import { command, type Ended } from './command.ts';

/** The command against the whole: API, queue, workflows, inventory on the local cloud. */

let cloud: TestCloud;
let images = 0;
let image = '';
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});
beforeEach(async () => {
  await cloud.reset();
  images += 1;
  image = `image-${images}`;
  await cloud.image(image);
});

function ask(...args: readonly string[]): Promise<Ended> {
  return command(args, { env: { IMAGE_VERSIONS_API: cloud.cloud.apiUrl } });
}

/** The lines of a CSV by the names in its first one. */
function csvRows(csv: string): Record<string, string>[] {
  const [names = [], ...lines] = linesOf(csv);
  return lines.map((cells) => Object.fromEntries(names.map((name, nth) => [name, cells[nth] ?? ''])));
}

/** What a command that must be done found, as JSON. */
async function found<T>(...args: readonly string[]): Promise<T> {
  const { exit, out, err } = await ask(...args, '-o', 'json');
  if (exit !== 0) throw new Error(`${args.join(' ')}: exit ${exit}\n${err}`);
  return JSON.parse(out);
}

test('a version is created, shown in every format, updated and deleted', async () => {
  const created = await ask(
    ...['create', image, '--base-image', 'registry/image:1', '--alias', 'stable', '--alias', 'latest'],
    ...['--processor', 'GPU', '--no-horovod', '--property', 'ReleaseNotes=a, "b"', '--wait'],
  );
  expect(created).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^status {2,}SUCCEEDED$/m),
    err: expect.stringMatching(
      new RegExp(`^create ${image}: QUEUED.*\\n(.*\\n)*create ${image} 1: SUCCEEDED\\n$`),
    ),
  });

  const wanted = { Processor: 'GPU', Horovod: false, ReleaseNotes: 'a, "b"', Aliases: ['latest', 'stable'] };
  const [json, yaml, csv, plain, aliases, list] = await Promise.all([
    found('get', image, '1'),
    ask('get', image, 'stable', '-o', 'yaml'),
    ask('list', image, '-o', 'csv'),
    ask('get', image, 'stable'),
    found('aliases', image),
    ask('list', image, '--width', '60'),
  ]);
  expect(json).toMatchObject({ imageName: image, version: 1, properties: wanted });
  expect(parse(yaml.out)).toEqual(json);
  expect(csvRows(csv.out)).toMatchObject([
    { imageName: image, version: '1', Aliases: 'latest stable', ReleaseNotes: 'a, "b"', Horovod: 'false' },
  ]);
  expect(plain.out).toMatch(/^Aliases {2,}latest stable$/m);
  expect(aliases).toEqual(
    ['latest', 'stable'].map((alias) => ({
      alias,
      imageName: image,
      version: 1,
      identifier: versionArn(image, 1),
    })),
  );
  expect(list.out.split('\n').every((line) => line.length <= 60)).toBe(true);

  const change = ['--vendor-guidance', 'STABLE', '--remove', 'release-notes', '--delete-alias', 'latest'];
  expect(await found('update', image, '1', ...change, '--wait')).toMatchObject({
    status: 'SUCCEEDED',
    result: { effect: 'updated', properties: { VendorGuidance: 'STABLE', Aliases: ['stable'] } },
  });
  expect(await found('delete', image, '1', '--wait')).toMatchObject({ result: { effect: 'deleted' } });
  const [gone, none] = await Promise.all([ask('get', image, '1'), ask('list', image)]);
  expect(gone).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('Next: image-versions list') });
  expect(none).toMatchObject({ exit: 0, out: '', err: 'There are no versions.\n' });
});

test('an operation that fails makes the command fail, with AWS’s own words', async () => {
  cloud.fault({ effect: { kind: 'create-failed', reason: 'CannotPull' } });
  const failed = await ask('create', image, '--base-image', 'registry/image:1', '--wait');
  expect(failed.exit).toBe(1);
  expect(failed.err).toContain(`image-versions: The create of ${image} has ended as FAILED.\n`);
  expect(failed.err).toMatch(/GeneralServiceException: .*CannotPull/);

  const [operation] = await found<{ operationId: string }[]>('operations', 'list', '--image', image);
  const id = operation?.operationId ?? '';
  const [shown, watched] = await Promise.all([ask('operations', 'show', id), ask('operations', 'watch', id)]);
  expect(shown).toMatchObject({ exit: 0, out: expect.stringMatching(/^request +create +1 +FAILED/m) });
  expect(watched.exit).toBe(1);
});

test('what waits its turn is cancelled; the same key is the same operation', async () => {
  const create = ['create', image, '--base-image', 'registry/image:1'];
  // Until then the first one does not come to its end.
  const first = await cloud.cloud.clock.hold(async () => {
    const one = await found<{ operationId: string }>(...create, '--key', `${image}-key`);
    const [again, second] = await Promise.all([
      found<{ operationId: string }>(...create, '--key', `${image}-key`),
      found<{ operationId: string }>(...create),
    ]);
    expect(again.operationId).toBe(one.operationId);
    const cancelled = await found('operations', 'cancel', second.operationId);
    expect(cancelled).toMatchObject({ operationId: second.operationId, status: 'CANCELLED' });
    return one;
  });
  const watched = await ask('operations', 'watch', first.operationId);
  expect(watched).toMatchObject({ exit: 0, out: expect.stringMatching(/^status {2,}SUCCEEDED$/m) });
  const late = await ask('operations', 'cancel', first.operationId);
  expect(late).toMatchObject({ exit: 1, err: expect.stringContaining('has ended already') });
});

test('all faults of what was given are told at once', async () => {
  const { exit, err } = await ask('create', image, '--processor', 'TPU', '--property', 'Colour=red');
  expect(exit).toBe(2);
  expect(err).toContain('  BaseImage: given nothing, wanted the registry path');
  expect(err).toContain('  Processor: given "TPU", wanted CPU or GPU\n');
  expect(err).toContain('  Colour: given "red"');
});

test('snapshots are taken and compared, and the inventory tells what was', async () => {
  await cloud.version(image, { Aliases: ['stable'], Processor: 'CPU' });
  const before = await found<{ snapshotId: string; takenAt: string }>('snapshots', 'take', '--wait');
  await found('update', image, '1', '--processor', 'GPU', '--wait');
  await found('snapshots', 'take', '--wait');

  const [list, diff, diffCsv, now, then, csv, version, alias] = await Promise.all([
    found<{ snapshotId: string }[]>('snapshots', 'list', '--limit', '2'),
    ask('snapshots', 'diff', before.snapshotId),
    ask('snapshots', 'diff', before.snapshotId, 'latest', '-o', 'csv'),
    found('inventory', image),
    found('inventory', image, '--at', before.takenAt),
    ask('inventory', image, '--processor', 'GPU', '-o', 'csv'),
    ask('history', image, '1'),
    found('history', image, 'stable'),
  ]);
  expect(list).toHaveLength(2);
  expect(list[1]?.snapshotId).toBe(before.snapshotId);
  expect(diff.out).toMatch(new RegExp(`^changed +${image} +1 +Processor +CPU +GPU +\\S`, 'm'));
  expect(csvRows(diffCsv.out)).toContainEqual(
    expect.objectContaining({ property: 'Processor', before: 'CPU', after: 'GPU', drift: 'false' }),
  );
  expect([now, then]).toMatchObject([
    [{ imageName: image, properties: { Processor: 'GPU' } }],
    [{ imageName: image, properties: { Processor: 'CPU' } }],
  ]);
  expect(csvRows(csv.out)).toMatchObject([{ imageName: image, Processor: 'GPU' }]);
  expect(version.out).toContain('Processor = GPU');
  expect(alias).toMatchObject([{ version: 1, to: null }]);
});

test('lists go over all their pages, or as far as is wanted', async () => {
  for (let nth = 0; nth < 3; nth += 1) await cloud.version(image);
  const [all, two, page] = await Promise.all([
    found<unknown[]>('list', image),
    ask('list', image, '--limit', '2', '-o', 'csv'),
    ask('operations', 'list', '--image', image, '--limit', '1'),
  ]);
  expect(all).toHaveLength(3);
  expect(csvRows(two.out)).toHaveLength(2);
  expect(two.err).toContain('There are more');
  expect(page.err).toContain('There are older ones');
});

test('statements read and change', async () => {
  const insert = `INSERT INTO awscc.sagemaker.image_versions (ImageName, BaseImage, region)
    SELECT '{{ image }}', 'registry/image:1', 'us-east-1'`;
  const made = await command(['query', '-', '--param', `image=${image}`, '--wait', '-o', 'json'], {
    env: { IMAGE_VERSIONS_API: cloud.cloud.apiUrl },
    input: `-- a version\n${insert}`,
  });
  expect(JSON.parse(made.out)).toMatchObject({ kind: 'create', status: 'SUCCEEDED', version: 1 });

  const select = `SELECT image_name, version, aliases FROM awscc.sagemaker.image_versions
    WHERE region = 'us-east-1' AND image_name = '{{ image }}'`;
  const [rows, table, refused] = await Promise.all([
    found('query', select, '--param', `image=${image}`),
    ask('query', select, '--param', `image=${image}`),
    ask('query', select.replace('aliases', 'alaises'), '--param', `image=${image}`),
  ]);
  expect(rows).toEqual([{ image_name: image, version: 1, aliases: [] }]);
  expect(table.out).toMatch(new RegExp(`^image_name +version +aliases\n${image} +1 *`));
  expect(table.err).toMatch(/^1 row, \d+ calls of AWS\n$/);
  expect(refused).toMatchObject({
    exit: 2,
    out: '',
    err: expect.stringMatching(/line 1, column 29: .*\n.*\n +\^\n/),
  });
});

test('a manifest is planned, built once, tested and torn down', async () => {
  const manifest = JSON.stringify({
    version: 1,
    name: 'training',
    providers: ['awscc'],
    resources: ['{{ base }}', 'registry/{{ after }}:1'].map((BaseImage, nth) => ({
      name: `resource-${nth}`,
      props: Object.entries({ ImageName: image, BaseImage, region: '{{ vars.REGION }}' }).map(
        ([name, value]) => ({ name, value }),
      ),
      exports: nth === 0 ? [{ image_name: 'after' }] : [],
    })),
  });
  const work = (...args: readonly string[]) =>
    command([...args, '-', '--var', 'REGION=us-east-1', '--param', 'base=registry/image:1'], {
      env: { IMAGE_VERSIONS_API: cloud.cloud.apiUrl },
      input: manifest,
    });
  const [planned, missing] = await Promise.all([work('plan'), work('test')]);
  expect(planned).toMatchObject({ exit: 0, out: expect.stringMatching(/^resource-0 +create +planned/m) });
  expect(missing).toMatchObject({
    exit: 1,
    err: expect.stringContaining('training is not as the manifest says'),
  });

  const built = await work('build', '--wait', '-o', 'json');
  expect(built.exit).toBe(0);
  expect(JSON.parse(built.out)).toMatchObject({
    done: true,
    resources: [
      { action: 'create', status: 'done', version: 1 },
      { action: 'create', status: 'done', version: 2 },
    ],
  });
  const [again, tested] = await Promise.all([work('build'), work('test')]);
  expect(again).toMatchObject({ exit: 0, err: 'Nothing to do.\n' });
  expect(tested).toMatchObject({ exit: 0, err: 'training is as the manifest says.\n' });
  const removed = await work('teardown', '--wait');
  expect(removed).toMatchObject({ exit: 0, out: expect.stringMatching(/^resource-1 +delete +done/m) });
  expect(await cloud.versions(image)).toEqual([]);
});
