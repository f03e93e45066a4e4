import { type CallCounts, PacedReads } from '../../core/inventory/paced-reads.ts';
import { AdaptiveRate } from '../../core/inventory/rate.ts';
import type { QueryPorts } from '../ports.ts';

/**
 * Calls a second and region at most, Cloud Control's and SageMaker's together, as for snapshots: AWS publishes no quota,
 * about 30 were measured, and whoever else calls needs some too.
 */
const CALLS_PER_SECOND = 20;

type Parts = Pick<QueryPorts, 'reads' | 'versions' | 'circumstances' | 'sleep'>;

/** What one statement asks AWS of one region: every call at its turn, and counted. */
export class RegionReads extends PacedReads {
  readonly #region: string;
  readonly #rate: AdaptiveRate;
  readonly #versions: Parts['versions'];
  #more = 0;

  constructor(region: string, { reads, versions, circumstances, sleep }: Parts) {
    const clock = { now: () => circumstances.now(), sleep: (milliseconds: number) => sleep(milliseconds) };
    const rate = new AdaptiveRate(CALLS_PER_SECOND, clock);
    super(region, { reads, rate, circumstances, sleep: clock.sleep, before: { calls: 0, throttled: 0 } });
    this.#region = region;
    this.#rate = rate;
    this.#versions = versions;
  }

  override get counts(): CallCounts {
    const { calls, throttled } = super.counts;
    return { calls: calls + this.#more, throttled };
  }

  /** Every alias of one version. */
  async aliasesOf(imageName: string, version: number): Promise<readonly string[]> {
    await this.#rate.turn();
    this.#more += 1;
    return this.#versions.aliases(this.#region, imageName, version);
  }
}
