import fc from 'fast-check';
import type { FuzzClient } from './client.ts';
import type { Contract, FuzzAnswer, Violation } from './contract.ts';
import { type Mutation, mutated, mutations } from './mutations.ts';
import type { FuzzRequest } from './request.ts';
import { shortest } from './shrink.ts';
import type { ValidRequests } from './valid.ts';
import type { FuzzWorld } from './world.ts';
import type { WriteLog } from './writes.ts';

/** A kind of violation: how often it came, and the shortest request that shows it. */
export interface Finding {
  readonly violation: Violation;
  readonly shortest: FuzzRequest;
  readonly answer: FuzzAnswer | undefined;
  count: number;
}

export interface FuzzResult {
  readonly requests: number;
  /** By operation, which may be `no route`; by status. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly findings: readonly Finding[];
  /** Operations that never succeeded: their answers were hardly looked at. */
  readonly neverSucceeded: readonly string[];
}

export interface FuzzParts {
  readonly client: Pick<FuzzClient, 'send'>;
  readonly contract: Contract;
  readonly valid: ValidRequests;
  readonly world: FuzzWorld;
  readonly writes: WriteLog;
  /** Waits as `Retry-After` asks for. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

interface Plan {
  readonly operation: number;
  readonly seed: number;
  readonly mutations: readonly Mutation[];
}

/** Requests are planned so many at a time, each time under the next seed. */
const CHUNK = 500;

const plans: fc.Arbitrary<Plan> = fc.record({
  operation: fc.noBias(fc.nat({ max: 10_000 })),
  seed: fc.noBias(fc.nat()),
  mutations,
});

/** One request after the other, so that what is written while one is answered was written for it. */
export async function fuzz(parts: FuzzParts, requests: number, seed: number): Promise<FuzzResult> {
  const { contract, valid, world } = parts;
  const { operations } = contract;
  const counts = new Map<string, Map<number, number>>();
  const findings = new Map<string, Finding>();
  for (let done = 0; done < requests; done += CHUNK) {
    const numRuns = Math.min(CHUNK, requests - done);
    for (const plan of fc.sample(plans, { numRuns, seed: seed + done / CHUNK })) {
      const operation = operations[plan.operation % operations.length];
      if (!operation) throw new Error('The document has no operations');
      const request = plan.mutations.reduce(mutated, valid.make(operation, plan.seed));
      const { answer, violations } = await judged(parts, request);
      const meant = contract.operationOf(request);
      const name = meant?.id ?? 'no route';
      const byStatus = counts.get(name) ?? new Map<number, number>();
      counts.set(name, byStatus.set(answer?.status ?? 0, (byStatus.get(answer?.status ?? 0) ?? 0) + 1));
      if (answer) world.learn(request, meant, answer);
      for (const violation of violations) await note(parts, findings, violation, request);
    }
  }
  const neverSucceeded = operations
    .map(({ id }) => id)
    .filter((id) => ![...(counts.get(id)?.keys() ?? [])].some((status) => status >= 200 && status < 300));
  return { requests, counts, findings: [...findings.values()], neverSucceeded };
}

/** Counts a violation; of a kind that is new, the shortest request is looked for. */
async function note(
  parts: FuzzParts,
  findings: Map<string, Finding>,
  violation: Violation,
  request: FuzzRequest,
): Promise<void> {
  const known = findings.get(violation.kind);
  if (known) {
    known.count += 1;
    return;
  }
  const shows = async (one: FuzzRequest) =>
    (await judged(parts, one)).violations.some(({ kind }) => kind === violation.kind);
  const found = await shortest(request, shows);
  const { answer } = await judged(parts, found);
  findings.set(violation.kind, { violation, shortest: found, answer, count: 1 });
}

interface Judged {
  /** undefined where there was none. */
  readonly answer: FuzzAnswer | undefined;
  readonly violations: readonly Violation[];
}

/** Sends a request, and says what is wrong with what came of it. */
export async function judged(
  { client, contract, writes, sleep }: Pick<FuzzParts, 'client' | 'contract' | 'writes' | 'sleep'>,
  request: FuzzRequest,
): Promise<Judged> {
  const operation = contract.operationOf(request)?.id ?? 'no route';
  const strayed = writes.take();
  let answer: FuzzAnswer;
  try {
    answer = await answered(client, request, sleep);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { answer: undefined, violations: [{ kind: `${operation}: no answer`, detail }] };
  }
  const written = writes.take();
  const mayWrite = answer.status < 400 && request.method !== 'GET';
  return {
    answer,
    violations: [
      ...contract.check(request, answer),
      ...(mayWrite || written.length === 0
        ? []
        : [{ kind: `${operation}: written by ${answer.status}`, detail: written.join(', ') }]),
      ...(strayed.length === 0 ? [] : [{ kind: 'written after an answer', detail: strayed.join(', ') }]),
    ],
  };
}

/** Asks again where it is told that a time of the inventory is about to be settled: that is no failure. */
async function answered(
  client: Pick<FuzzClient, 'send'>,
  request: FuzzRequest,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<FuzzAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await client.send(request);
    const pending = answer.status === 503 && answer.text.includes('/x-problems/snapshot-pending"');
    if (!pending || tries === 10) return answer;
    await sleep(Number(answer.headers['retry-after'] ?? 5) * 1_000);
  }
}
