import { heading, line, note, quantile } from '../inventory/figures.ts';
import { PRICES } from '../prices.ts';
import type { Judged } from './orders.ts';
import type { Latencies, ReadFigures } from './reader-messages.ts';
import { type Counts, KINDS, type Kind } from './tally.ts';

export interface Run {
  readonly operations: number;
  readonly images: number;
  /** Versions that stood before it. */
  readonly standing: number;
  readonly populateSeconds: number;
  readonly acceptSeconds: number;
  readonly openAtOnce: number;
  readonly endSeconds: number;
  readonly endSecondsOfCloud: number;
  readonly snapshot: { readonly versions: number; readonly seconds: number };
  readonly reads: ReadFigures;
  /** Of what accepts, runs, ends and sweeps operations. */
  readonly own: Counts;
  /** Of that, the sweeper's. */
  readonly swept: Counts;
  readonly transitions: number;
  readonly judged: Judged;
  readonly memory: {
    readonly process: number;
    readonly functions: readonly (readonly [name: string, bytes: number])[];
  };
}

/** What a run is reckoned with: 0.3 s at 0.5 GB. How long one takes here is this machine's, under this load. */
const RUN_GIGABYTE_SECONDS = 0.3 * 0.5;
const AIM = 1.1;

export function reportRun(run: Run): void {
  const { operations, images, judged, reads, memory } = run;
  heading(
    `${operations} creates over ${images} images, ${run.standing} versions standing, a snapshot and reads meanwhile`,
  );
  line('versions made beforehand within', seconds(run.populateSeconds));
  line('accepted within', seconds(run.acceptSeconds));
  line('in the queue at once', run.openAtOnce);
  line('until the last has ended', seconds(run.endSeconds));
  line("  of the local cloud's time", seconds(run.endSecondsOfCloud));
  line('SUCCEEDED', judged.succeeded);
  for (const [name, count] of Object.entries(judged.errors)) line(`  ended by ${name}`, count);
  line('versions made', judged.versions);
  line('  different ones in the records', judged.distinct);
  line('images whose versions are out of order', judged.outOfOrder);
  line('ResourceConflicts that reached Cloud Control', judged.conflicts);
  line('snapshot: versions in it', run.snapshot.versions);
  line('  from asked for to there', seconds(run.snapshot.seconds));
  const all = [...reads.whileAccepting, ...reads.afterwards];
  line('reads', all.length);
  line('  a second', (all.length / reads.seconds).toFixed(0));
  for (const [status, count] of Object.entries(reads.statuses)) line(`  answered ${status}`, count);
  reportLatencies('while operations were accepted', reads.whileAccepting);
  reportLatencies('afterwards', reads.afterwards);
  reportLatencies('all together', all);
  line('resident memory at most, functions among it', megabytes(memory.process));
  for (const [name, bytes] of memory.functions.slice(0, 4)) line(`  a worker of ${name}`, megabytes(bytes));
}

function reportLatencies(what: string, latencies: Latencies): void {
  line(`  ${what}`, latencies.length);
  line('    p50', `${quantile(latencies, 0.5).toFixed(0)} ms`);
  line('    p99', `${quantile(latencies, 0.99).toFixed(0)} ms`);
}

const NAMES: Readonly<Record<Kind, string>> = {
  readUnits: 'DynamoDB read units',
  writeUnits: 'DynamoDB write units',
  starts: 'StartExecution',
  cloudControl: 'Cloud Control calls',
  runs: 'Lambda runs',
  milliseconds: 'Lambda milliseconds, of this machine under load',
};

export function reportGrowth(few: Run, many: Run): void {
  heading('For one operation');
  line('operations at once', few.operations, many.operations, 'growth');
  for (const [kind, name] of kinds()) row(name, each(few, few.own[kind]), each(many, many.own[kind]));
  row('state transitions', each(few, few.transitions), each(many, many.transitions));
  row('dollars for 1,000', dollars(few) * 1000, dollars(many) * 1000);
  heading("Of that, the sweeper's, which looks each minute at all that is open");
  for (const [kind, name] of kinds()) {
    if (many.swept[kind] > 0) row(name, each(few, few.swept[kind]), each(many, many.swept[kind]));
  }
  const growth = dollars(many) / dollars(few);
  note('');
  note(
    `Growth of an operation's cost: ${growth.toFixed(3)} ×, aim at most ${AIM} ×: ${growth <= AIM ? 'met' : 'NOT met'}`,
  );
  note('Units are those of the tables; their indexes are written besides, alike in both runs.');
}

function kinds(): (readonly [Kind, string])[] {
  return KINDS.map((kind) => [kind, NAMES[kind]]);
}

function dollars(run: Run): number {
  const { own, transitions } = run;
  const total =
    own.readUnits * PRICES.read +
    own.writeUnits * PRICES.write +
    own.runs * (PRICES.invocation + RUN_GIGABYTE_SECONDS * PRICES.gigabyteSecond) +
    transitions * PRICES.transition;
  return total / run.operations;
}

function each(run: Run, count: number): number {
  return count / run.operations;
}

function row(name: string, few: number, many: number): void {
  line(name, few.toFixed(2), many.toFixed(2), `${(many / few).toFixed(3)} ×`);
}

function seconds(value: number): string {
  return `${value.toFixed(0)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
