import { aliasesPointRight } from './invariants/aliases-point-right.ts';
import { cancelledSendsNothing } from './invariants/cancelled-sends-nothing.ts';
import { eventsTold } from './invariants/events-told.ts';
import { finalInTime } from './invariants/final-in-time.ts';
import { imagesFree } from './invariants/images-free.ts';
import { inOrder } from './invariants/in-order.ts';
import { nothingTwice } from './invariants/nothing-twice.ts';
import { orphansNamed } from './invariants/orphans-named.ts';
import { recordsTrue } from './invariants/records-true.ts';
import { snapshotsGoOn } from './invariants/snapshots-go-on.ts';
import { snapshotsTrue } from './invariants/snapshots-true.ts';
import type { Observed } from './observed.ts';

/** What must hold after every schedule. Each answers with a sentence for everything that is not so. */
export const INVARIANTS = {
  'every accepted operation is final in time': finalInTime,
  'what the record says happened is what the image store says': recordsTrue,
  'no request makes two versions': nothingTwice,
  'versions follow the order of acceptance': inOrder,
  'an alias points where the last successful operation put it': aliasesPointRight,
  'no orphan stays behind unnamed': orphansNamed,
  'each snapshot is what the store was, and the past stays as it was': snapshotsTrue,
  'no image is held for ever': imagesFree,
  "every region's snapshots go on": snapshotsGoOn,
  'a cancelled operation sends no more creations': cancelledSendsNothing,
  'each end is told of, and repeats say the same': eventsTold,
} satisfies Record<string, (observed: Observed) => string[]>;

export type Invariant = keyof typeof INVARIANTS;

export interface Breach {
  readonly invariant: Invariant;
  readonly what: string;
}

export function breaches(observed: Observed): Breach[] {
  const names = Object.keys(INVARIANTS) as Invariant[];
  return names.flatMap((invariant) => INVARIANTS[invariant](observed).map((what) => ({ invariant, what })));
}
