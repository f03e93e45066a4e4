import { ApiWorld } from '../../fixtures/api.ts';
import { memoryInventory } from '../../fixtures/memory-inventory.ts';
import { problemOf, QueryWorld } from '../../fixtures/query-world.ts';
import { RecordedRegion, versionState } from '../../fixtures/recorded-region.ts';

/** A region that was taken out of the configuration: what the inventory has of it stays readable. */

/** Not among the configured ones, which are us-east-1 and eu-west-1. */
const OLD = 'ap-south-1';
const old = (version: number, aliases: readonly string[]) => versionState(version, { region: OLD, aliases });

function inventory() {
  return memoryInventory([
    new RecordedRegion().take([versionState(1, { aliases: ['stable'] })]),
    new RecordedRegion('eu-west-1').take([]),
    new RecordedRegion(OLD).take([old(1, ['stable'])]).take([old(1, []), old(2, ['stable'])]),
  ]);
}

const send = (path: string, method = 'GET') =>
  new ApiWorld({ inventory: inventory() }).send(method, path, method === 'POST' ? { body: {} } : {});

describe('the API', () => {
  test.each([
    [`/inventory?region=${OLD}`, 2],
    [`/snapshots?region=${OLD}`, 2],
    [`/snapshots/${OLD}-1`, 1],
    [`/snapshots/${OLD}-1/diff/${OLD}-2`, 2],
    [`/snapshots/${OLD}-1/diff/latest`, 2],
    [`/images/pytorch/versions/1/history?region=${OLD}`, 2],
    [`/images/pytorch/aliases/stable/history?region=${OLD}`, 2],
  ])('answers %s', async (path, count) => {
    const { status, body } = await send(path);
    expect([status, body.items]).toEqual([200, expect.any(Array)]);
    expect(body.items).toHaveLength(count);
  });

  test.each([['/inventory?region=mars-1'], ['/snapshots/af-south-1-7']])(
    'refuses %s, a region that was never seen, and names those that were',
    async (path) => {
      const { status, body } = await send(path);
      expect(status).toBe(400);
      expect(JSON.stringify(body.errors)).toContain(
        `one of the regions that the inventory has (us-east-1, eu-west-1, ${OLD})`,
      );
    },
  );

  test.each([
    ['GET', `/images?region=${OLD}`],
    ['GET', `/images/pytorch/versions/1?region=${OLD}`],
    ['POST', `/snapshots?region=${OLD}`],
  ])('keeps to the configured regions where %s %s asks AWS', async (method, path) => {
    const { status, body } = await send(path, method);
    expect(status).toBe(400);
    expect(JSON.stringify(body.errors)).toContain('one of the configured regions (us-east-1, eu-west-1)');
  });

  test('asks the table for its regions only if one is named that is not configured', async () => {
    let asked = 0;
    const regions = async () => {
      asked += 1;
      return [OLD];
    };
    const world = new ApiWorld({ inventory: { ...inventory(), regions } });
    await world.send('GET', '/inventory?region=eu-west-1');
    expect(asked).toBe(0);
    await world.send('GET', `/inventory?region=${OLD}`);
    expect(asked).toBe(1);
  });
});

describe('a statement', () => {
  const world = () => new QueryWorld({ inventory: inventory() });
  const regionsIn = async (table: string, where = '') => {
    const { rows } = await world().select(`SELECT DISTINCT region FROM ${table} ${where} ORDER BY region`);
    return rows.map(({ region }) => region);
  };

  test.each([['inventory.image_versions'], ['inventory.snapshots'], ['inventory.changes']])(
    'reads %s of a region that is not configured',
    async (table) => {
      expect(await regionsIn(table, `WHERE region = '${OLD}'`)).toEqual([OLD]);
      // Whatever a condition narrows, the table is the same.
      expect(await regionsIn(table)).toContain(OLD);
    },
  );

  test('that names a region that was never seen is refused, with those that were', async () => {
    const reply = await world().ask(`SELECT * FROM inventory.snapshots WHERE region = 'mars-1'`);
    expect([reply.status, problemOf(reply)]).toEqual([400, expect.any(String)]);
    expect(JSON.stringify(reply.body)).toContain(
      `wanted one of the regions that the inventory has: us-east-1, eu-west-1, ${OLD}`,
    );
  });

  test('that asks AWS keeps to the configured regions', async () => {
    const reply = await world().ask(`SELECT * FROM awscc.sagemaker.image_versions WHERE region = '${OLD}'`);
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toContain('one of the configured regions: us-east-1, eu-west-1');
  });
});
