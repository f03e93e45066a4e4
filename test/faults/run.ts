import type { CallWitness } from './call-witness.ts';
import { Callers } from './callers.ts';
import type { Region } from './configuration.ts';
import type { Deployment } from './deployment.ts';
import type { LastAsked, Observed, ObservedOperation, Outage, WantedSnapshot } from './observed.ts';
import { isFinal } from './observed.ts';
import { PastReads } from './past-reads.ts';
import type { Step, Stock, Turn } from './schedule.ts';
import { SeenSoFar } from './seen-so-far.ts';
import type { StoreWitness } from './store-witness.ts';
import { SystemView, type UsedImage } from './system-view.ts';
import { backUp, restore, type TableBackup } from './table-backup.ts';

export interface RunParts {
  readonly deployment: Deployment;
  readonly witness: StoreWitness;
  readonly calls: CallWitness;
  readonly images: readonly UsedImage[];
  readonly stock: Stock | undefined;
}

const MINUTE_MS = 60_000;
/** What Lambda takes for all its runs of one event, and a schedule for the next ring, with time to spare. */
const SNAPSHOT_MS = 20 * MINUTE_MS;
/** To restore a table takes DynamoDB minutes at least. */
const RESTORE_MS = 20 * MINUTE_MS;
/** Beyond its deadline, an operation is cancelled and settled. */
const GRACE_MS = 5 * MINUTE_MS;

/** One run of one schedule: the callers, what happens to the whole system, and what is seen of it. */
export class Run {
  readonly #parts: RunParts;
  readonly #view: SystemView;
  readonly #seen = new SeenSoFar();
  readonly #callers: Callers;
  readonly #past: PastReads;
  readonly #began: number;
  readonly #outages: Outage[] = [];
  readonly #wanted: WantedSnapshot[] = [];
  #longestDeadlineMinutes = 0;
  #backup: TableBackup = new Map();

  constructor(parts: RunParts) {
    const { deployment, images, calls } = parts;
    this.#parts = parts;
    this.#began = deployment.cloud.clock.now();
    this.#view = new SystemView(deployment, images);
    this.#past = new PastReads(deployment);
    this.#callers = new Callers({ deployment, images, calls, seen: this.#seen });
    this.#noteDeadline();
  }

  /** Before anything is asked for: a first snapshot, so that there is a past, and a backup. */
  async begin(steps: readonly Step[]): Promise<void> {
    await this.#takeSnapshots();
    if (steps.some((step) => step.do === 'restore-tables')) {
      this.#backup = await backUp(this.#parts.deployment.cloud);
    }
  }

  /** Callers come one after another, and none waits until another is answered. */
  async play(steps: readonly Step[]): Promise<void> {
    const going: Promise<void>[] = [];
    for (const step of steps) {
      if (step.after > 0) await this.#sleep(step.after * 1000);
      if (isTurn(step)) {
        // A caller's connection does not outlive the address that it goes to.
        await Promise.all(going.splice(0));
        await this.#turn(step);
        continue;
      }
      const doing = step.do === 'snapshot' ? this.#snapshot(step.by) : this.#callers.do(step);
      going.push(doing);
      // What refers to an operation needs to know it, so the caller of one is answered first.
      if (step.after > 0) await doing;
    }
    await Promise.all(going);
  }

  /**
   * Waits until every operation is final and done with, or the time for that is up; then heals the world, takes two
   * more snapshots, asks for one more operation of each image, and looks at everything.
   */
  async settled(heal: () => void): Promise<Observed> {
    const { deployment, witness, calls } = this.#parts;
    await this.#quiet();
    await this.#past.read(deployment.cloud.clock.now(), this.#view.regions);
    heal();
    // Two minutes, so that the sweeper comes by, and what was given up for now is tried again.
    await this.#sleep(130_000);
    await deployment.cloud.events.settled();
    const lastAsked = await this.#askLast();
    await this.#takeSnapshots();
    await this.#takeSnapshots();
    await deployment.cloud.events.settled();
    await this.#past.again();
    await this.#look();
    return {
      operations: this.#seen.operations,
      accepted: this.#seen.accepted,
      store: new Map(witness.history),
      snapshots: await this.#view.snapshots(this.#began),
      past: this.#past.reads,
      events: this.#seen.events,
      deadlineSeconds: this.#longestDeadlineMinutes * 60,
      regions: this.#view.regions,
      outages: this.#outages,
      lastAsked,
      snapshotsWanted: this.#wanted,
      sentAfterCancellation: calls.sentAfterCancellation,
    };
  }

  async #turn(turn: Turn): Promise<void> {
    const { deployment } = this.#parts;
    switch (turn.do) {
      case 'wait': {
        await this.#quiet();
        const from = deployment.cloud.clock.now();
        await deployment.wait(turn.days);
        this.#outages.push({ from, to: deployment.cloud.clock.now() });
        return this.#recordsWent();
      }
      case 'upgrade':
      case 'deploy-anew': {
        const configuration = { ...deployment.configuration, ...turn.change };
        const shrinks = this.#view.regions.some((region) => !configuration.regions.includes(region));
        // What runs in a region cannot end once nothing of it may be touched any more.
        if (shrinks) await this.#quiet();
        await this.#past.read(deployment.cloud.clock.now(), this.#view.regions);
        await this.#look();
        const from = deployment.cloud.clock.now();
        if (turn.do === 'upgrade') await deployment.upgrade(configuration);
        else await deployment.deployAnew(configuration, turn.daysGone);
        this.#outages.push({ from, to: deployment.cloud.clock.now() });
        this.#noteDeadline();
        return this.#recordsWent();
      }
      case 'restore-tables':
        await this.#quiet();
        await this.#sleep(RESTORE_MS);
        await restore(deployment.cloud, this.#backup);
        return this.#recordsWent();
      default:
        return turn satisfies never;
    }
  }

  async #snapshot(by: 'schedule' | 'api'): Promise<void> {
    const { cloud, doors } = this.#parts.deployment;
    await this.#past.read(cloud.clock.now(), this.#view.regions);
    for (const region of this.#view.regions) {
      if (by === 'schedule') this.#view.ring(region);
      else await doors.persist('POST', '/snapshots', { region });
    }
  }

  /** Rings the schedule of each region and waits until each has another snapshot, or the time for that is up. */
  async #takeSnapshots(): Promise<void> {
    await Promise.all(this.#view.regions.map((region) => this.#takeSnapshot(region)));
  }

  async #takeSnapshot(region: Region): Promise<void> {
    // Where one did not come, another wait shows nothing more.
    if (this.#wanted.some((one) => one.region === region && !one.taken)) return;
    const { clock } = this.#parts.deployment.cloud;
    const before = await this.#view.newestSnapshot(region);
    this.#view.ring(region);
    const until = clock.now() + this.#snapshotMs();
    let taken = false;
    while (!taken && clock.now() < until) {
      await clock.sleep(1000);
      taken = (await this.#view.newestSnapshot(region)) !== before;
    }
    this.#wanted.push({ region, taken });
  }

  /** All that is in the store may be read anew, call by call; twice, for one run may be under way already. */
  #snapshotMs(): number {
    const { images = 0, versions = 0, aliases = 0 } = this.#parts.stock ?? {};
    const calls = images * (2 + versions * (2 + aliases));
    return SNAPSHOT_MS + (2 * 1000 * calls) / this.#parts.deployment.configuration.snapshotCallsPerSecond;
  }

  /** Waits until every operation is final, or the time for that is up. */
  async #quiet(): Promise<void> {
    const limitOfOne = this.#longestDeadlineMinutes * MINUTE_MS + GRACE_MS;
    const until = this.#parts.deployment.cloud.clock.now() + limitOfOne * (this.#callers.asked + 1);
    for (;;) {
      const operations = await this.#look();
      if (operations.every(isFinal) || this.#parts.deployment.cloud.clock.now() >= until) break;
      await this.#sleep(MINUTE_MS);
    }
    await this.#parts.deployment.cloud.events.settled();
  }

  async #askLast(): Promise<LastAsked[]> {
    const asked = await Promise.all(this.#view.images.map((image) => this.#callers.askLast(image)));
    await this.#quiet();
    return asked;
  }

  async #look(): Promise<readonly ObservedOperation[]> {
    this.#seen.sawEvents(this.#parts.calls.takeEvents());
    const operations = await this.#operations();
    this.#seen.sawOperations(operations);
    return operations;
  }

  async #recordsWent(): Promise<void> {
    this.#parts.calls.forgetCancelled();
    this.#seen.recordsWent(await this.#operations());
  }

  async #operations(): Promise<ObservedOperation[]> {
    const operations = await this.#view.operations();
    return operations.map((one) => ({ ...one, queued: this.#callers.isQueued(one.operationId) }));
  }

  #noteDeadline(): void {
    const { operationDeadlineMinutes } = this.#parts.deployment.configuration;
    this.#longestDeadlineMinutes = Math.max(this.#longestDeadlineMinutes, operationDeadlineMinutes);
  }

  #sleep(ms: number): Promise<void> {
    return this.#parts.deployment.cloud.clock.sleep(ms);
  }
}

const TURNS: ReadonlySet<string> = new Set<Turn['do']>(['wait', 'upgrade', 'deploy-anew', 'restore-tables']);

function isTurn(step: Step): step is Step & Turn {
  return TURNS.has(step.do);
}
