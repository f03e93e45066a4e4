import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../contract/events.ts';
import { CallError } from '../core/ports.ts';
import { called } from './call-error.ts';
import { clientsOf } from './clients.ts';

const eventBridge = clientsOf((config) => new EventBridgeClient(config));

/** One event of ours. */
export interface BusEntry {
  readonly detailType: string;
  /** What JSON has no word for is left out. */
  readonly detail: object;
  /** ARNs that it is about. @default - none */
  readonly resources?: readonly string[];
}

export interface EventBus {
  /**
   * Puts them in order, call after call.
   *
   * @throws CallError where the bus did not answer or refused one of them. Those before it are put, and some after
   * it may be, so whoever tries again puts all of them again.
   */
  put(entries: readonly BusEntry[]): Promise<void>;
}

/** What PutEvents takes in one call: entries, and bytes of all of them together. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;

/** The stack's bus, by its name. */
export function eventBus(busName: string): EventBus {
  const client = eventBridge();
  return {
    put: async (entries) => {
      for (const batch of batchesOf(entries.map((entry) => requestEntry(busName, entry)))) {
        const { Entries = [] } = await called(() => client.send(new PutEventsCommand({ Entries: batch })));
        // PutEvents answers 200 also where it took nothing.
        const [refused] = Entries.filter(({ ErrorCode }) => ErrorCode);
        if (refused)
          throw new CallError(refused.ErrorCode ?? '', refused.ErrorMessage ?? 'Not published', true);
      }
    },
  };
}

function requestEntry(EventBusName: string, entry: BusEntry): PutEventsRequestEntry {
  const { detailType, detail, resources = [] } = entry;
  return {
    EventBusName,
    Source: EVENT_SOURCE,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
    ...(resources.length > 0 ? { Resources: [...resources] } : {}),
  };
}

function batchesOf(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const batches: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const batch = batches.at(-1);
    if (batch && batch.length < MOST_ENTRIES && bytes + size <= MOST_BYTES) {
      batch.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}

/** As EventBridge counts an entry: the bytes of its texts, in UTF-8. */
function sizeOf({
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsRequestEntry): number {
  return [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
