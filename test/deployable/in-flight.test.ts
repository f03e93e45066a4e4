import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision, Phase, Work } from '../../lambda/core/operation/operation.ts';
import { endingOf } from '../../lambda/core/operation/result.ts';
import { arnOf } from '../fixtures/scope.ts';
import { event, goOn, version, World } from '../fixtures/world.ts';

/**
 * Operations that were under way when a stage was deployed anew: their payloads were written by the functions of before
 * and are read by those of now. in-flight.jsonl has payloads as deployed versions wrote them, one a line, with what the
 * operation ended as. A line stays for as long as executions last (operationDeadlineMinutes and 40 minutes); what a
 * payload may have more is added as a further line.
 */

interface UnderWay {
  /** The effect of a success, or the name of an error. */
  readonly ends: string;
  readonly payload: Decision;
}

const underWay = readFileSync(join(__dirname, 'in-flight.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): UnderWay => JSON.parse(line));

/** Where an operation stands, in a word: its kind, the step's work, the phase, and what the machine does next. */
function whereItStands({ operation, next }: Decision): string {
  return [operation.kind, operation.step.work.name, operation.phase.name, next.action].join(' ');
}

/** A world in which all goes well from now on; what is cancelled is cancelled. */
function obliging({ operation }: Decision): World {
  const made = { identifier: arnOf(3) };
  const request = event('IN_PROGRESS', made);
  const world: World = new World({
    create: [request],
    update: [request],
    delete: [request],
    cancel: [event('CANCEL_COMPLETE')],
    status: [() => event(world.callsOf('cancel').length > 0 ? 'CANCEL_COMPLETE' : 'SUCCESS', made)],
    read: [{ ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6', Version: 3 }],
    describe: [version(3, 'CREATED')],
    describeAlias: [undefined],
    madeFrom: [[version(3, 'CREATED')]],
    aliases: [['a']],
  });
  world.now = operation.step.startedAt;
  return world;
}

test.each(underWay.map(({ ends, payload }) => [whereItStands(payload), ends, payload] as const))(
  'an operation that stood at "%s" goes on and ends as %s',
  async (_where, ends, payload) => {
    const { settlement } = endingOf(await goOn(payload, obliging(payload)));
    expect(settlement.status === 'SUCCEEDED' ? settlement.result.effect : settlement.error.name).toBe(ends);
  },
);

function known(): Decision {
  const [first] = underWay;
  if (!first) throw new Error('in-flight.jsonl is empty');
  return first.payload;
}

describe('of a later version that was taken back', () => {
  const unknown = { name: 'of-a-later-version' };

  test.each(['submit', 'poll'])(
    'a phase that is not known ends the function (%s) with nothing sent',
    async (action) => {
      const payload = known();
      const later: Decision = JSON.parse(
        JSON.stringify({
          operation: { ...payload.operation, phase: unknown },
          next: { action, seconds: 0 },
        }),
      );
      const world = obliging(later);
      await expect(goOn(later, world)).rejects.toThrow();
      expect(world.calls).toEqual([]);
    },
  );

  test('and so does a step that is not known', async () => {
    const payload = known();
    const step = { ...payload.operation.step, work: unknown };
    const later: Decision = JSON.parse(
      JSON.stringify({
        operation: { ...payload.operation, step, phase: { name: 'send' } },
        next: payload.next,
      }),
    );
    const world = obliging(later);
    await expect(goOn(later, world)).rejects.toThrow();
    expect(world.calls).toEqual([]);
  });
});

test('there is a payload of every phase and of every step', () => {
  const phases: Readonly<Record<Exclude<Phase['name'], 'ended'>, true>> = {
    plan: true,
    send: true,
    await: true,
    cancel: true,
    examine: true,
    search: true,
    'confirm-gone': true,
    'find-holders': true,
    read: true,
  };
  const works: Readonly<Record<Work['name'], true>> = {
    create: true,
    'add-aliases': true,
    update: true,
    'release-aliases': true,
    delete: true,
    'remove-orphan': true,
  };
  const operations = underWay.map(({ payload }) => payload.operation);
  expect(new Set(operations.map(({ phase }) => phase.name))).toEqual(new Set(Object.keys(phases)));
  expect(new Set(operations.map(({ step }) => step.work.name))).toEqual(new Set(Object.keys(works)));
});
