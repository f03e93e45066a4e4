import { NOW, operationRecord } from '../../fixtures/api.ts';
import { QueryWorld } from '../../fixtures/query-world.ts';
import { versionState } from '../../fixtures/recorded-region.ts';
import { arnOf } from '../../fixtures/scope.ts';

/** What the inventory remembers and the operations tell, as tables: without a call of Cloud Control or SageMaker. */

const cause = { drift: false, operationId: 'operation-7' } as const;

/** Four snapshots of us-east-1, the last an hour before now; none of eu-west-1. */
function worldOf(parts: ConstructorParameters<typeof QueryWorld>[0] = {}): QueryWorld {
  const world = new QueryWorld(parts);
  const [one, two] = [versionState(1, { aliases: ['stable'] }), versionState(2)];
  const moved = [versionState(1), versionState(2, { aliases: ['stable'] })];
  world.inventory
    .take([one, two], { takenAt: '2026-11-24T04:00:00.000Z' })
    .take(moved, { takenAt: '2026-11-24T05:00:00.000Z' })
    .take([...moved, versionState(3, { properties: { Processor: 'GPU' } })], {
      takenAt: '2026-11-24T06:00:00.000Z',
      cause,
    })
    .take(moved.slice(1), { takenAt: '2026-11-24T07:00:00.000Z' });
  return world;
}

async function rows(sql: string, world = worldOf()) {
  const answer = await world.select(sql);
  expect(answer.calls).toEqual({});
  return answer.rows;
}

const HERE = "region = 'us-east-1'";

describe('inventory.image_versions', () => {
  test('is the newest snapshot where no time is named', async () => {
    expect(await rows(`SELECT * FROM inventory.image_versions WHERE ${HERE}`)).toEqual([
      {
        image_name: 'pytorch',
        image_arn: 'arn:aws:sagemaker:us-east-1:123456789012:image/pytorch',
        image_version_arn: arnOf(2),
        base_image: 'registry/pytorch:2.6',
        container_image: 'registry/pytorch@sha256:0',
        version: 2,
        alias: 'stable',
        aliases: ['stable'],
        vendor_guidance: null,
        job_type: null,
        ml_framework: null,
        programming_lang: null,
        processor: null,
        horovod: null,
        release_notes: null,
        region: 'us-east-1',
        account: '123456789012',
        status: 'CREATED',
        failure_reason: null,
        created_at: '2026-11-01T00:00:00.000Z',
        modified_at: '2026-11-01T00:01:35.000Z',
        first_seen_at: '2026-11-24T04:00:00.000Z',
        snapshot_at: '2026-11-24T07:00:00.000Z',
        snapshot_id: 'us-east-1-4',
        valid_from: '2026-11-24T05:00:00.000Z',
        valid_to: null,
        drift: true,
        operation_id: null,
      },
    ]);
  });

  test('is as of a time that is named, however it is written', async () => {
    const at = async (time: string) =>
      (
        await rows(
          `SELECT version, alias, snapshot_at, snapshot_id FROM inventory.image_versions WHERE ${HERE} AND snapshot_at = '${time}'`,
        )
      ).map(
        ({ version, alias, snapshot_at, snapshot_id }) => `${version} ${alias} ${snapshot_at} ${snapshot_id}`,
      );
    expect(await at('2026-11-24T04:30:00Z')).toEqual([
      '1 stable 2026-11-24T04:30:00Z us-east-1-1',
      '2 null 2026-11-24T04:30:00Z us-east-1-1',
    ]);
    expect(await at('2026-11-24T07:30:00+01:00')).toEqual([
      '1 null 2026-11-24T07:30:00+01:00 us-east-1-3',
      '2 stable 2026-11-24T07:30:00+01:00 us-east-1-3',
      '3 null 2026-11-24T07:30:00+01:00 us-east-1-3',
    ]);
  });

  test('can be held against itself at another time', async () => {
    const moved = await rows(
      `SELECT a.version AS was, b.version AS became
       FROM inventory.image_versions a JOIN inventory.image_versions b ON a.alias = b.alias
       WHERE a.${HERE} AND b.${HERE}
         AND a.snapshot_at = '2026-11-24T04:30:00Z' AND b.snapshot_at = '2026-11-24T06:30:00Z'`,
    );
    expect(moved).toEqual([{ was: 1, became: 2 }]);
  });

  test('can be held against what is there now', async () => {
    const world = worldOf();
    world.images.create('pytorch');
    world.images.create('pytorch', { Processor: 'GPU' });
    world.images.create('pytorch');
    const { rows: joined, calls } = await world.select(
      `SELECT l.version, h.version AS remembered FROM awscc.sagemaker.image_versions l
       LEFT JOIN inventory.image_versions h ON h.image_version_arn = l.image_version_arn AND h.region = l.region
       WHERE l.region = 'us-east-1' ORDER BY l.version`,
    );
    expect(joined).toEqual([
      { version: 1, remembered: null },
      { version: 2, remembered: 2 },
      { version: 3, remembered: null },
    ]);
    expect(calls).toEqual({ ListResources: 2 });
  });

  test.each([
    ['before the first snapshot', HERE, '2026-11-24T03:00:00Z', 404, 'before-first-snapshot'],
    ['of a region without any', "region = 'eu-west-1'", '2026-11-24T06:00:00Z', 404, 'no-snapshot'],
    ['where one of all regions has none', '1 = 1', '2026-11-24T06:00:00Z', 404, 'no-snapshot'],
    ['that is none', HERE, 'yesterday', 400, 'invalid-statement'],
  ])('a time %s is refused', async (_, where, time, status, problem) => {
    const reply = await worldOf().ask(
      `SELECT version FROM inventory.image_versions WHERE ${where} AND snapshot_at = '${time}'`,
    );
    expect(reply.status).toBe(status);
    expect(reply.body.type).toBe(`/openapi.json#/x-problems/${problem}`);
  });
});

describe('a version that is named by its ARN', () => {
  /** The same image and number in two regions. */
  function twins(): QueryWorld {
    const world = new QueryWorld();
    for (const inventory of [world.inventory, world.otherInventory]) {
      const { region } = inventory;
      inventory.take([versionState(1, { region })]);
      inventory.take([versionState(1, { region, aliases: ['stable'] })]);
    }
    return world;
  }
  const elsewhere = [
    arnOf(1).replace('123456789012', '999999999999'),
    arnOf(1).replace('arn:aws:', 'arn:aws-cn:'),
    'no ARN',
  ];
  const named = [arnOf(1), arnOf(1, 'eu-west-1'), ...elsewhere].map((arn) => `'${arn}'`).join(', ');

  test('is one row of inventory.image_versions, whatever other ARNs share its image and number', async () => {
    const sql = `SELECT image_version_arn FROM inventory.image_versions WHERE image_version_arn IN (${named})`;
    expect(await rows(sql, twins())).toEqual([
      { image_version_arn: arnOf(1, 'eu-west-1') },
      { image_version_arn: arnOf(1) },
    ]);
  });

  test('is one row of inventory.changes for each property that changed', async () => {
    const sql = `SELECT image_version_arn FROM inventory.changes
      WHERE image_version_arn IN (${named}) AND property = 'Aliases' ORDER BY image_version_arn`;
    expect(await rows(sql, twins())).toEqual([
      { image_version_arn: arnOf(1, 'eu-west-1') },
      { image_version_arn: arnOf(1) },
    ]);
  });

  test('is no row where the ARN is of another account or partition, or none', async () => {
    for (const arn of elsewhere) {
      for (const table of ['inventory.image_versions', 'inventory.changes']) {
        expect(await rows(`SELECT 1 FROM ${table} WHERE image_version_arn = '${arn}'`, twins())).toEqual([]);
      }
    }
  });

  test('is found where the ARN spells the image name without its capitals', async () => {
    const identifier = arnOf(2).replace('/pytorch/', '/demo/');
    const properties = { ImageVersionArn: identifier };
    const world = worldOf();
    world.inventory.take([versionState(2, { imageName: 'Demo', identifier, properties }), versionState(2)]);
    const where = `WHERE image_version_arn IN ('${identifier}', '${arnOf(2)}')`;
    expect(
      await rows(`SELECT image_name FROM inventory.image_versions ${where} ORDER BY image_name`, world),
    ).toEqual([{ image_name: 'Demo' }, { image_name: 'pytorch' }]);
    const changes = await rows(
      `SELECT image_name FROM inventory.changes ${where} AND property = 'BaseImage' AND kind = 'added' AND snapshot_id = 'us-east-1-5'`,
      world,
    );
    expect(changes).toEqual([{ image_name: 'Demo' }]);
  });

  test('is found even where what SageMaker has called it is no such ARN', async () => {
    const identifier = 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/None';
    const record = operationRecord({ identifier });
    const world = worldOf({
      list: async ({ region }) => ({ records: region === 'us-east-1' ? [record] : [] }),
    });
    world.inventory.take([versionState(2, { identifier })]);
    const where = `WHERE image_version_arn IN ('${identifier}', '${arnOf(1, 'eu-west-1')}')`;
    const operations = await rows(`SELECT operation_id FROM operations.operations ${where}`, world);
    expect(operations).toEqual([{ operation_id: 'operation-1' }]);
    const changes = await rows(`SELECT DISTINCT version FROM inventory.changes ${where}`, world);
    expect(changes).toEqual([{ version: 2 }]);
  });
});

describe('inventory.snapshots', () => {
  test('has the snapshots of every region', async () => {
    expect(await rows('SELECT * FROM inventory.snapshots ORDER BY taken_at DESC LIMIT 1')).toEqual([
      {
        snapshot_id: 'us-east-1-4',
        region: 'us-east-1',
        taken_at: '2026-11-24T07:00:00.000Z',
        started_at: '2026-11-24T06:59:54.500Z',
        trigger: 'schedule',
        full: false,
        images: 1,
        versions: 1,
        added: 0,
        changed: 0,
        removed: 2,
        calls: 12,
        throttled: 0,
        duration_seconds: 5.5,
      },
    ]);
    expect(await rows('SELECT count(*) AS n FROM inventory.snapshots')).toEqual([{ n: 4 }]);
    expect(await rows("SELECT count(*) AS n FROM inventory.snapshots WHERE region = 'eu-west-1'")).toEqual([
      { n: 0 },
    ]);
  });

  test('has the newest thousand of them', async () => {
    const world = new QueryWorld();
    for (let number = 1; number <= 1_003; number += 1) world.inventory.take([]);
    expect(
      await rows('SELECT count(*) AS n, min(snapshot_id) AS first FROM inventory.snapshots', world),
    ).toMatchObject([{ n: 1_000 }]);
    expect(
      await rows("SELECT 1 AS there FROM inventory.snapshots WHERE snapshot_id = 'us-east-1-3'", world),
    ).toEqual([]);
  });
});

describe('inventory.changes', () => {
  const all =
    'SELECT snapshot_id, version, kind, property, before, after, drift, operation_id FROM inventory.changes';

  test('has each property that changed, by whom, and none of what was there in the first snapshot', async () => {
    const changed = await rows(`${all} WHERE property IN ('Aliases', 'Processor')`);
    const about = { property: 'Aliases', drift: true, operation_id: null };
    expect(changed).toEqual([
      { ...about, snapshot_id: 'us-east-1-4', version: 1, kind: 'removed', before: '[]', after: null },
      { ...about, snapshot_id: 'us-east-1-4', version: 3, kind: 'removed', before: '[]', after: null },
      {
        ...about,
        snapshot_id: 'us-east-1-4',
        version: 3,
        kind: 'removed',
        property: 'Processor',
        before: 'GPU',
        after: null,
      },
      {
        ...about,
        snapshot_id: 'us-east-1-3',
        version: 3,
        kind: 'added',
        before: null,
        after: '[]',
        drift: false,
        operation_id: 'operation-7',
      },
      {
        ...about,
        snapshot_id: 'us-east-1-3',
        version: 3,
        kind: 'added',
        property: 'Processor',
        before: null,
        after: 'GPU',
        drift: false,
        operation_id: 'operation-7',
      },
      {
        ...about,
        snapshot_id: 'us-east-1-2',
        version: 1,
        kind: 'changed',
        before: '["stable"]',
        after: '[]',
      },
      {
        ...about,
        snapshot_id: 'us-east-1-2',
        version: 2,
        kind: 'changed',
        before: '[]',
        after: '["stable"]',
      },
    ]);
  });

  test('of a version that goes and comes again are both, and no change of one into the other', async () => {
    const world = new QueryWorld();
    world.inventory
      .take([])
      .take([versionState(1)])
      .take([])
      .take([versionState(1)]);
    expect(
      (await rows(`${all} WHERE property = 'status' ORDER BY snapshot_id`, world)).map(
        ({ snapshot_id, kind }) => `${snapshot_id} ${kind}`,
      ),
    ).toEqual(['us-east-1-2 added', 'us-east-1-3 removed', 'us-east-1-4 added']);
  });

  test('can be told by the operation that made them', async () => {
    const record = operationRecord({ operationId: 'operation-7', status: 'SUCCEEDED' });
    const joined = await rows(
      `SELECT DISTINCT c.version, o.kind, o.status FROM inventory.changes c JOIN operations.operations o USING (operation_id)`,
      worldOf({ list: async ({ region }) => ({ records: region === 'us-east-1' ? [record] : [] }) }),
    );
    expect(joined).toEqual([{ version: 3, kind: 'create', status: 'SUCCEEDED' }]);
  });
});

describe('operations.operations', () => {
  test('has what an operation came to', async () => {
    const record = operationRecord({
      status: 'FAILED',
      version: 4,
      identifier: arnOf(4),
      error: { name: 'NotStabilized', message: 'it did not' },
      startedAt: '2026-11-24T07:00:01.000Z',
      finishedAt: '2026-11-24T07:01:00.000Z',
    });
    const asked: unknown[] = [];
    const world = worldOf({
      list: async (filter) => {
        asked.push(filter);
        return { records: [record] };
      },
    });
    expect(
      await rows(`SELECT * FROM operations.operations WHERE ${HERE} AND image_name = 'pytorch'`, world),
    ).toEqual([
      {
        operation_id: 'operation-1',
        kind: 'create',
        status: 'FAILED',
        region: 'us-east-1',
        image_name: 'pytorch',
        version: 4,
        image_version_arn: arnOf(4),
        effect: null,
        error_name: 'NotStabilized',
        error_message: 'it did not',
        created_at: new Date(NOW).toISOString(),
        started_at: '2026-11-24T07:00:01.000Z',
        finished_at: '2026-11-24T07:01:00.000Z',
        cancel_requested_at: null,
      },
    ]);
    expect(asked).toEqual([{ region: 'us-east-1', imageName: 'pytorch' }]);
  });

  test('has each operation once where an image is named in two spellings', async () => {
    const world = worldOf({
      list: async () => ({ records: [operationRecord({ imageName: 'pytorch' })] }),
    });
    const where = `${HERE} AND image_name IN ('PyTorch', 'pytorch')`;
    expect(await rows(`SELECT image_name FROM operations.operations WHERE ${where}`, world)).toEqual([
      { image_name: 'pytorch' },
    ]);
  });

  test('has the newest thousand of each region, page after page', async () => {
    const world = worldOf({
      list: async ({ region }, limit, cursor = '0') => {
        const from = Number(cursor);
        const records = Array.from({ length: Math.min(300, limit) }, (_, index) =>
          operationRecord({ operationId: `${region} ${from + index}`, region }),
        );
        return { records, cursor: String(from + records.length) };
      },
    });
    expect(
      await rows(
        'SELECT region, count(DISTINCT operation_id) AS n FROM operations.operations GROUP BY region',
        world,
      ),
    ).toEqual([
      { region: 'eu-west-1', n: 1_000 },
      { region: 'us-east-1', n: 1_000 },
    ]);
  });
});
