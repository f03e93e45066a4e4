import type { InvocationFault, InvocationFaults } from '../../local/aws/lambda/invocation-faults.ts';
import { BASE_IMAGE, TestCloud } from './cloud.ts';

/**
 * And if we die here? Each function is killed after its work, run twice, or refused, at each of its
 * invocations in turn: the outcome is the same as of a run in which nothing goes wrong.
 */

/** Makes one invocation of one function go wrong, counted from when it was armed. */
class OneFault implements InvocationFaults {
  #armed: { functionName: string; countdown: number; fault: InvocationFault } | undefined;

  arm(functionName: string, nth: number, fault: InvocationFault): void {
    this.#armed = { functionName, countdown: nth, fault };
  }

  /** Whether the fault has struck. */
  get struck(): boolean {
    return this.#armed === undefined;
  }

  faultOf(functionName: string): InvocationFault {
    const armed = this.#armed;
    if (armed?.functionName !== functionName) return { kind: 'none' };
    armed.countdown -= 1;
    if (armed.countdown > 0) return { kind: 'none' };
    this.#armed = undefined;
    return armed.fault;
  }
}

const faults = new OneFault();
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start({ invocationFaults: faults });
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});

const FAULTS: readonly InvocationFault[] = [
  { kind: 'kill', when: 'after' },
  { kind: 'run-twice' },
  { kind: 'refuse', error: 'TooManyRequestsException' },
];

/** Runs `work` once for each fault at each invocation of the function, until it is invoked no more. */
async function withEachFault(functionName: string, work: () => Promise<void>): Promise<number> {
  let runs = 0;
  for (const fault of FAULTS) {
    for (let nth = 1; ; nth += 1) {
      await cloud.reset();
      await cloud.image('demo');
      faults.arm(`image-version-${functionName}-dev`, nth, fault);
      await work();
      if (!faults.struck) break;
      runs += 1;
    }
  }
  return runs;
}

test.each(['submit-create', 'check', 'settle'])('a create survives the death of %s', async (functionName) => {
  const runs = await withEachFault(functionName, async () => {
    const { status, result, name } = await cloud.run('create', {
      properties: { ImageName: 'demo', BaseImage: BASE_IMAGE, Aliases: ['stable'] },
    });
    expect({ status, ...result }).toMatchObject({
      status: 'SUCCEEDED',
      effect: 'created',
      version: 1,
      // A creation that is found by what it made, and not by its token, is a request that nobody knows of.
      requests: functionName === 'submit-create' ? expect.any(Number) : 2,
    });
    expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
    expect(await cloud.aliases('demo', 1)).toEqual(['stable']);
    expect(await cloud.record(name)).toMatchObject({ status: 'SUCCEEDED', result: { version: 1 } });
  });
  expect(runs).toBeGreaterThanOrEqual(FAULTS.length);
});

test.each(['submit-update', 'check', 'settle'])(
  'an update survives the death of %s',
  async (functionName) => {
    await withEachFault(functionName, async () => {
      await cloud.version('demo', { Aliases: ['stable'], ReleaseNotes: 'old' });
      const { status, result } = await cloud.run('update', {
        imageName: 'demo',
        version: 1,
        properties: { ReleaseNotes: 'new' },
        aliasesToAdd: ['gpu'],
      });
      // Never `unchanged`: a run that comes after a lost answer still waits for the request that was sent.
      expect({ status, ...result }).toMatchObject({ status: 'SUCCEEDED', effect: 'updated', requests: 1 });
      expect(result.properties).toMatchObject({ ReleaseNotes: 'new' });
      expect(await cloud.aliases('demo', 1)).toEqual(['gpu', 'stable']);
    });
  },
);

test.each(['submit-delete', 'check', 'settle'])('a delete survives the death of %s', async (functionName) => {
  await withEachFault(functionName, async () => {
    await cloud.version('demo');
    const { status, result } = await cloud.run('delete', { imageName: 'demo', version: 1 });
    expect({ status, ...result }).toMatchObject({ status: 'SUCCEEDED', effect: 'deleted', requests: 1 });
    expect(await cloud.versions('demo')).toEqual([]);
  });
});

test.each(['submit-create', 'check'])('removing an orphan survives the death of %s', async (functionName) => {
  await withEachFault(functionName, async () => {
    cloud.fault({ effect: { kind: 'create-failed', reason: 'CannotPull' } });
    const { error, cause } = await cloud.run('create', {
      properties: { ImageName: 'demo', BaseImage: BASE_IMAGE },
    });
    expect(error).toBe('GeneralServiceException');
    expect(cause).toContain('CannotPull');
    expect(await cloud.versions('demo')).toEqual([]);
  });
});
