import { isJsonObject, type Json } from '../../json.ts';
import { evaluate, type Frame } from './data-flow.ts';
import type { StateOf } from './definition.ts';
import { StatesError } from './states-error.ts';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
/** Seconds that a Wait may take at most (Step Functions quotas: a year, as of an execution). */
const LONGEST = 99_999_999;

/** Epoch milliseconds at which a Wait that is entered at `now` ends. */
export async function waitEnd(state: StateOf<'Wait'>, frame: Frame, now: number): Promise<number> {
  if (state.Seconds !== undefined) return now + state.Seconds * 1000;
  if (state.Timestamp !== undefined) return instant(state.Timestamp);
  if (state.SecondsPath !== undefined) {
    const seconds = await evaluate(state.SecondsPath, frame);
    if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST) {
      throw wrong('SecondsPath', 'an integer from 0 to 99999999', seconds);
    }
    return now + seconds * 1000;
  }
  return instant(await evaluate(state.TimestampPath ?? '$', frame));
}

function instant(value: Json): number {
  if (typeof value !== 'string' || !RFC3339.test(value))
    throw wrong('TimestampPath', 'an ISO 8601 timestamp', value);
  return Date.parse(value);
}

function wrong(field: string, wanted: string, value: Json): StatesError {
  const given = isJsonObject(value) ? 'an object' : JSON.stringify(value);
  return new StatesError('States.Runtime', `The ${field} parameter must be ${wanted}; it is ${given}`);
}
