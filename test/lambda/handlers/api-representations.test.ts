import { linesOf } from '../../fixtures/csv.ts';
import {
  ask,
  driftingRegion,
  faulty,
  items,
  movedTo,
  problem,
  takenAt,
  two,
  worldOf,
} from '../../fixtures/drifting-region.ts';
import { RecordedRegion, versionState } from '../../fixtures/recorded-region.ts';
import { arnOf } from '../../fixtures/scope.ts';

describe('as CSV', () => {
  const csv = (target: string) => ask(target, { accept: 'text/csv' });

  test('rows have a line each, with flat columns', async () => {
    const reply = await csv('/snapshots/us-east-1-3');
    expect(reply.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'snapshot-id': 'us-east-1-3',
      vary: 'accept',
    });
    expect(reply.headers).not.toHaveProperty('link');
    const [names = [], first = [], second = []] = linesOf(reply.text);
    const row = (cells: readonly string[]) => Object.fromEntries(names.map((name, at) => [name, cells[at]]));
    expect(row(second)).toEqual({
      identifier: arnOf(2),
      region: 'us-east-1',
      account: '123456789012',
      imageName: 'pytorch',
      version: '2',
      status: 'CREATED',
      failureReason: '',
      ImageName: 'pytorch',
      ImageArn: 'arn:aws:sagemaker:us-east-1:123456789012:image/pytorch',
      ImageVersionArn: arnOf(2),
      BaseImage: 'registry/pytorch:2.6',
      ContainerImage: 'registry/pytorch@sha256:0',
      Version: '2',
      Aliases: 'latest stable',
      VendorGuidance: 'STABLE',
      JobType: '',
      MLFramework: '',
      ProgrammingLang: '',
      Processor: 'GPU',
      Horovod: '',
      ReleaseNotes: '',
      createdAt: movedTo.createdAt,
      modifiedAt: movedTo.modifiedAt,
      firstSeenAt: takenAt(2),
      validFrom: takenAt(3),
      validFromSnapshot: 'us-east-1-3',
      drift: 'true',
      operationId: '',
    });
    expect(row(first)).toMatchObject({ Aliases: '', version: '1' });
  });

  test.each([
    ['a comma', 'a, b', '"a, b"'],
    ['quotation marks', 'say "a"', '"say ""a"""'],
    ['lines', 'a\r\nb\nc', '"a\r\nb\nc"'],
    ['other letters', 'ä🙂', 'ä🙂'],
  ])('a text with %s stays what it is', async (_what, ReleaseNotes, cell) => {
    const recorded = new RecordedRegion().take([versionState(1, { properties: { ReleaseNotes } })]);
    const reply = await worldOf(recorded).send('GET', '/inventory', { headers: { accept: 'text/csv' } });
    expect(reply.text).toContain(`,${cell},`);
    const [names = [], cells = []] = linesOf(reply.text);
    expect(cells[names.indexOf('ReleaseNotes')]).toBe(ReleaseNotes);
  });

  test.each([
    ['/inventory'],
    ['/snapshots/us-east-1-1'],
    ['/snapshots/us-east-1-1/diff/us-east-1-2'],
    ['/images/pytorch/versions/1/history'],
  ])(
    '%s: a text that a spreadsheet takes for a formula is made harmless, unless it is to be kept',
    async (target) => {
      const formula = '=HYPERLINK("http://evil.example")';
      const recorded = new RecordedRegion()
        .take([versionState(1, { properties: { ReleaseNotes: formula } })])
        .take([versionState(1, { properties: { ReleaseNotes: '-1' } })]);
      const cells = async (query: string) => {
        const headers = { accept: 'text/csv' };
        return linesOf((await worldOf(recorded).send('GET', target + query, { headers })).text).flat();
      };
      const [harmless, kept] = [await cells(''), await cells('?formulas=keep')];
      expect(harmless.filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
      expect(harmless.map((cell) => cell.replace(/^'/, ''))).toEqual(kept);
      expect(kept.some((cell) => cell === formula || cell === '-1')).toBe(true);
    },
  );

  test('the next page keeps formulas where the first one does, and another word is a fault', async () => {
    const world = worldOf(driftingRegion());
    const headers = { accept: 'text/csv' };
    const target = `/inventory?at=${encodeURIComponent(takenAt(3))}&limit=1&formulas=keep`;
    expect((await world.send('GET', target, { headers })).headers.link).toContain('formulas=keep');
    expect(faulty(await world.send('GET', '/inventory?formulas=yes', { headers }))).toEqual(['formulas']);
  });

  test('a diff has a line for each property', async () => {
    const [, ...lines] = linesOf((await csv('/snapshots/us-east-1-2/diff/us-east-1-3')).text);
    const about = (version: string) => ['changed', arnOf(Number(version)), 'us-east-1', 'pytorch', version];
    expect(lines).toEqual([
      [...about('1'), 'Aliases', 'stable', '', 'true', ''],
      [...about('2'), 'Aliases', '', 'latest stable', 'true', ''],
      [...about('2'), 'modifiedAt', two.modifiedAt, movedTo.modifiedAt, 'true', ''],
    ]);
  });

  test('histories and snapshots have a line each', async () => {
    const lines = async (target: string) => linesOf((await csv(target)).text).slice(1);
    expect((await lines('/images/pytorch/aliases/stable/history'))[0]).toEqual([
      '1',
      arnOf(1),
      takenAt(1),
      'us-east-1-1',
      takenAt(3),
      'us-east-1-3',
      '',
      '',
    ]);
    expect((await lines('/images/pytorch/versions/2/history'))[0]?.slice(0, 4)).toEqual([
      takenAt(2),
      'us-east-1-2',
      takenAt(3),
      'us-east-1-3',
    ]);
    expect((await lines('/snapshots'))[0]?.slice(0, 3)).toEqual(['us-east-1-4', 'us-east-1', takenAt(4)]);
  });

  test('the next page is a link that keeps what was asked for', async () => {
    const world = worldOf(driftingRegion());
    const target = `/inventory?at=${encodeURIComponent(takenAt(3))}&image=pytorch&limit=1`;
    const first = await world.send('GET', target, { headers: { accept: 'text/csv' } });
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.link ?? '') ?? [];
    expect(next).toContain('image=pytorch');
    const second = await world.send('GET', next, { headers: { accept: 'text/csv' } });
    expect(linesOf(second.text)[1]?.[0]).toBe(arnOf(2));
  });

  test('a list of nothing is its line of names', async () => {
    const reply = await csv('/inventory?processor=CPU');
    expect(linesOf(reply.text)).toHaveLength(1);
  });

  test('a problem is a problem', async () => {
    expect(problem(await csv('/snapshots/us-east-1-9'))).toEqual([404, 'unknown-snapshot']);
  });
});

test('as NDJSON there is an item on each line', async () => {
  const headers = { accept: 'application/x-ndjson' };
  const reply = await ask('/snapshots/us-east-1-3', headers);
  expect(reply.headers['content-type']).toBe('application/x-ndjson');
  const lines = reply.text.split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line))).toEqual(items(await ask('/snapshots/us-east-1-3')));
  expect((await ask('/inventory?processor=CPU', headers)).text).toBe('');
});

describe('of what is accepted', () => {
  const JSON_TYPE = 'application/json';
  const CSV = 'text/csv; charset=utf-8';
  const NDJSON = 'application/x-ndjson';

  test.each([
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['text/*', CSV],
    ['TEXT/CSV', CSV],
    ['text/csv;charset=utf-8;header=present', CSV],
    ['application/x-ndjson', NDJSON],
    ['text/csv, application/json', CSV],
    ['application/json, text/csv', JSON_TYPE],
    ['*/*, text/csv', CSV],
    ['application/json;q=0.5, text/csv;q=0.4', JSON_TYPE],
    ['application/json;q=0.5, text/csv ; q=0.51', CSV],
    ['application/json;q=0, */*', CSV],
    ['application/json;q=0, text/csv;q=0.1, */*;q=0.2', NDJSON],
    ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', JSON_TYPE],
    ['nonsense, text/csv', CSV],
    ['text/csv;q=2, application/json;q=0.1', JSON_TYPE],
    [',,', 406],
    ['nonsense', 406],
    ['text/html', 406],
    ['text/csv;q=0', 406],
    ['*/*;q=0', 406],
    ['text/plain;q=1, application/*;q=0', 406],
  ])('%j gets %s', async (accept, expected) => {
    const reply = await ask('/inventory', { accept });
    if (expected === 406) {
      expect(problem(reply)).toEqual([406, 'not-acceptable']);
      expect(faulty(reply)).toEqual(['Accept']);
    } else {
      expect(reply.headers['content-type']).toBe(expected);
    }
  });
});
