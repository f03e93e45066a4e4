import type { VersionState } from '../../../lambda/core/inventory/snapshot.ts';
import { NOW } from '../../fixtures/api.ts';
import { QueryWorld } from '../../fixtures/query-world.ts';
import { arnOf } from '../../fixtures/scope.ts';

/** Live rows: what they have, and what they cost. */

const LIVE = 'awscc.sagemaker.image_versions';
const HERE = `${LIVE} WHERE region = 'us-east-1'`;

/** Three versions of pytorch and two of sklearn, and an image without any. */
function worldOf(): QueryWorld {
  const world = new QueryWorld();
  world.images.create('pytorch', { Processor: 'CPU', Horovod: true });
  world.images.create('pytorch', { Processor: 'GPU', MLFramework: 'PyTorch 2.6' }, ['stable', 'latest']);
  world.images.create('pytorch', { Processor: 'CPU' });
  world.images.create('sklearn', { Processor: 'CPU' }, ['stable']);
  world.images.create('sklearn');
  world.images.image('empty');
  return world;
}

describe('one that is named by its Identifier', () => {
  test('is asked for alone, its aliases only where a column needs them', async () => {
    const world = worldOf();
    const where = `WHERE region = 'us-east-1' AND Identifier = '${arnOf(2)}'`;
    expect(await world.select(`SELECT processor FROM ${LIVE} ${where}`)).toEqual({
      rows: [{ processor: 'GPU' }],
      calls: { GetResource: 1 },
    });
    expect(await world.select(`SELECT alias, aliases FROM ${LIVE} ${where}`)).toEqual({
      rows: [{ alias: 'latest', aliases: ['latest', 'stable'] }],
      calls: { GetResource: 1, ListAliases: 1 },
    });
  });

  test('has its region in it, so that none need be named', async () => {
    const { rows } = await worldOf().select(
      `SELECT region, version FROM ${LIVE} WHERE Identifier = '${arnOf(2)}'`,
    );
    expect(rows).toEqual([{ region: 'us-east-1', version: 2 }]);
  });

  test('is no row where it is not there, or where it is another account’s or region’s', async () => {
    const world = worldOf();
    const sql = `SELECT version FROM ${LIVE} WHERE Identifier = '{{ arn }}' AND region = 'us-east-1'`;
    expect(await world.select(sql, { arn: arnOf(9) })).toEqual({ rows: [], calls: { GetResource: 1 } });
    const another = arnOf(1).replace('123456789012', '999999999999');
    for (const arn of [another, arnOf(1, 'eu-west-1')]) {
      expect(await world.select(sql, { arn })).toEqual({ rows: [], calls: {} });
    }
  });

  test('by its image and number is the same', async () => {
    const where = `WHERE region = 'us-east-1' AND image_name = 'pytorch' AND version IN (2, 3, 4)`;
    expect(await worldOf().select(`SELECT version, processor FROM ${LIVE} ${where}`)).toEqual({
      rows: [
        { version: 2, processor: 'GPU' },
        { version: 3, processor: 'CPU' },
      ],
      calls: { GetResource: 3 },
    });
  });
});

describe('a list', () => {
  test('of what identifiers tell takes one call for each image', async () => {
    const { rows, calls } = await worldOf().select(`SELECT image_name, version, image_arn FROM ${HERE}`);
    expect(rows.map(({ image_name, version }) => `${image_name} ${version}`)).toEqual([
      'pytorch 1',
      'pytorch 2',
      'pytorch 3',
      'sklearn 1',
      'sklearn 2',
    ]);
    expect(rows[0]?.image_arn).toBe('arn:aws:sagemaker:us-east-1:123456789012:image/pytorch');
    expect(calls).toEqual({ ListResources: 4 });
  });

  test('is the same by the table that lists identifiers alone', async () => {
    const { rows, calls } = await worldOf().select(
      `SELECT * FROM awscc.sagemaker.image_versions_list_only WHERE region = 'us-east-1'`,
    );
    expect(rows).toHaveLength(5);
    expect(rows[0]).toEqual({ image_version_arn: arnOf(1), version: 1, region: 'us-east-1' });
    expect(calls).toEqual({ ListResources: 4 });
  });

  test('of an image that is named asks for no other, whatever is named', async () => {
    const world = worldOf();
    const sql = `SELECT version FROM ${HERE} AND image_name IN ('sklearn', 'nothing', 'not a name')`;
    expect(await world.select(sql)).toEqual({
      rows: [{ version: 1 }, { version: 2 }],
      calls: { ListResources: 2 },
    });
  });

  test('with properties and no snapshot to go by asks for every version', async () => {
    const { rows, calls } = await worldOf().select(`SELECT version, processor, horovod FROM ${HERE}`);
    expect(rows.map(({ processor, horovod }) => [processor, horovod])).toEqual([
      ['CPU', true],
      ['GPU', null],
      ['CPU', null],
      ['CPU', null],
      [null, null],
    ]);
    expect(calls).toEqual({ ListResources: 1, ListImageVersions: 3, GetResource: 5 });
  });

  test('takes from the newest snapshot whatever has not changed since', async () => {
    const world = worldOf().snapshot();
    const { rows, calls } = await world.select(`SELECT * FROM ${HERE}`);
    expect(rows.map(({ version, aliases }) => [version, aliases])).toEqual([
      [1, []],
      [2, ['latest', 'stable']],
      [3, []],
      [1, ['stable']],
      [2, []],
    ]);
    expect(calls).toEqual({ ListResources: 1, ListImageVersions: 3, ListAliases: 3 });
  });

  test('asks for what has changed since, is new, or is otherwise listed, and tells nothing of what has gone', async () => {
    const world = worldOf().snapshot();
    world.changedAt = NOW;
    world.images.update('pytorch', 1, { Processor: 'GPU' });
    world.images.status('pytorch', 3, 'DELETING');
    world.images.create('pytorch', { Processor: 'GPU' });
    world.images.remove('sklearn', 1);
    const { rows, calls } = await world.select(`SELECT image_name, version, processor FROM ${HERE}`);
    expect(rows).toEqual([
      { image_name: 'pytorch', version: 1, processor: 'GPU' },
      { image_name: 'pytorch', version: 2, processor: 'GPU' },
      { image_name: 'pytorch', version: 3, processor: 'CPU' },
      { image_name: 'pytorch', version: 4, processor: 'GPU' },
      { image_name: 'sklearn', version: 2, processor: null },
    ]);
    expect(calls).toEqual({ ListResources: 1, ListImageVersions: 3, GetResource: 3 });
  });

  test('does not take from it a version of which it has no properties', async () => {
    const world = worldOf();
    // It was listed and could not be read when the snapshot was taken.
    const bare = ({ imageName, identifier, version }: VersionState) => ({
      ImageName: imageName,
      ImageVersionArn: identifier,
      Version: version,
    });
    world.inventory.take(world.images.states().map((state) => ({ ...state, properties: bare(state) })));
    const { rows, calls } = await world.select(
      `SELECT version, base_image, processor FROM ${HERE} AND image_name = 'sklearn'`,
    );
    expect(rows).toEqual([
      { version: 1, base_image: 'base', processor: 'CPU' },
      { version: 2, base_image: 'base', processor: null },
    ]);
    expect(calls).toEqual({ ListImageVersions: 1, GetResource: 2 });
  });

  test('does not take from it what was changed while the snapshot may have been looking', async () => {
    const world = worldOf();
    // Its start is 5.5 s before a hundred hours ago.
    world.changedAt = NOW - 100 * 3_600_000 - 7_000;
    world.images.update('pytorch', 1, { Processor: 'GPU' });
    world.snapshot();
    world.images.updateUnseen('pytorch', 1, { Processor: 'CPU' });
    const { rows, calls } = await world.select(`SELECT processor FROM ${HERE} AND image_name = 'pytorch'`);
    expect(rows[0]).toEqual({ processor: 'CPU' });
    expect(calls).toEqual({ ListImageVersions: 1, GetResource: 1 });
  });

  test('resolves the aliases of an image where they, or its versions, are listed otherwise', async () => {
    const world = worldOf().snapshot();
    world.changedAt = NOW;
    world.images.alias('pytorch', 3, ['stable']);
    const { rows, calls } = await world.select(`SELECT image_name, version, aliases FROM ${HERE}`);
    expect(rows.filter(({ aliases }) => String(aliases) !== '')).toEqual([
      { image_name: 'pytorch', version: 2, aliases: ['latest'] },
      { image_name: 'pytorch', version: 3, aliases: ['stable'] },
      { image_name: 'sklearn', version: 1, aliases: ['stable'] },
    ]);
    expect(calls).toEqual({
      ListResources: 1,
      ListImageVersions: 3,
      ListAliases: 3,
      DescribeImageVersion: 2,
    });
  });

  test('has an alias that moves without a trace where it was, until everything is read again: told in the decisions', async () => {
    const world = worldOf().snapshot();
    world.images.aliasesModify = false;
    world.images.alias('pytorch', 3, ['stable']);
    const { rows } = await world.select(`SELECT version FROM ${HERE} AND alias = 'latest'`);
    expect(rows).toEqual([{ version: 2 }]);
    const stale = await world.select(
      `SELECT version FROM ${LIVE} v, json_each(v.aliases) a WHERE region = 'us-east-1' AND image_name = 'pytorch' AND a.value = 'stable'`,
    );
    expect(stale.rows).toEqual([{ version: 2 }]);
    // Named by its Identifier, it is asked for.
    const fresh = await world.select(`SELECT aliases FROM ${LIVE} WHERE Identifier = '${arnOf(3)}'`);
    expect(fresh.rows).toEqual([{ aliases: ['stable'] }]);
  });
});

describe('several regions', () => {
  test('are read side by side, and each row has its own', async () => {
    const world = worldOf();
    world.otherImages.create('pytorch');
    const { rows } = await world.select(
      `SELECT region, count(*) AS versions FROM ${LIVE} WHERE region IN ('us-east-1', 'eu-west-1') GROUP BY region ORDER BY region`,
    );
    expect(rows).toEqual([
      { region: 'eu-west-1', versions: 1 },
      { region: 'us-east-1', versions: 5 },
    ]);
    expect(new Set(world.calls)).toEqual(new Set(['ListResources us-east-1', 'ListResources eu-west-1']));
  });
});
