import { admit, type SnapshotOrder } from './admission.ts';
import { attempt, type SnapshotContext } from './attempt.ts';
import { complete } from './completion.ts';
import { handOn } from './hand-on.ts';
import type { Snapshot } from './snapshot.ts';

export type SnapshotOutcome =
  | { readonly outcome: 'taken'; readonly snapshot: Snapshot }
  /** An event is on its way that goes on from here. */
  | { readonly outcome: 'handed-on' }
  /** Another run is at it, or has done it. */
  | { readonly outcome: 'left'; readonly why: 'satisfied' | 'under-way' | 'superseded' };

/** Between two looks whether another run has ended. */
const LOOK_EVERY = 3_000;

/**
 * Takes a snapshot of a region, or as much of it as there is time for. Whatever an earlier run left half done is done
 * first. Any number may run at once: only one of them gets the snapshot's number.
 *
 * @throws CallError where AWS refused or did not answer: then there is no snapshot, and nothing has changed for readers
 */
export async function takeSnapshot(order: SnapshotOrder, context: SnapshotContext): Promise<SnapshotOutcome> {
  const { ports, allotment } = context;
  const { store } = ports;
  for (let current = order; ; ) {
    const newest = await store.newest(order.region);
    const base = newest && (await complete(newest, ports, allotment.outOfTime));
    if (newest && !base) return handOn(current, ports);
    const admission = await admit(current, base, allotment, ports);
    if (admission.outcome === 'left') return admission;
    if (admission.outcome === 'wait') {
      if (allotment.outOfTime()) return handOn(current, ports);
      await ports.sleep(LOOK_EVERY);
      continue;
    }
    if (admission.outcome === 'admitted') {
      const taken = await attempt(current, base, admission, context);
      if (taken !== 'superseded') return taken;
    }
    // Another run was faster. The schedule is content with that, once it stands; of what was asked for after that run had
    // begun, the next look tells.
    if (current.trigger === 'schedule') {
      const winner = await store.newest(order.region);
      if (winner) await complete(winner, ports, allotment.outOfTime);
      return { outcome: 'left', why: 'superseded' };
    }
    current = { ...current, continuation: undefined };
  }
}
