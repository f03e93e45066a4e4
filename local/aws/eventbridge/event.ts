import type { JsonObject } from '../../json.ts';
import { LOCAL_ACCOUNT } from '../service.ts';

/** An event as rules and targets see it (EventBridge user guide, "event structure"). */
export interface BusEvent extends JsonObject {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** What whoever publishes says of an event. */
export interface EventDraft {
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources: readonly string[];
  /** Epoch milliseconds. */
  readonly time: number;
}

export function busEvent(draft: EventDraft, id: string, region: string): BusEvent {
  return {
    version: '0',
    id,
    'detail-type': draft.detailType,
    source: draft.source,
    account: LOCAL_ACCOUNT,
    time: new Date(draft.time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: draft.resources,
    detail: draft.detail,
  };
}
