/** What PutEvents takes: each entry is judged by itself, but for their number and size (API reference). */
import { isJsonObject, type JsonObject, parseJson } from '../../json.ts';
import { unreadableBody } from '../protocol-errors.ts';
import { AwsError } from '../service.ts';
import type { EventDraft } from './event.ts';

export type Entry =
  | { readonly kind: 'event'; readonly bus: string; readonly draft: EventDraft }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

const MAX_ENTRIES = 10;
/** Of all entries together. Newer limits are wider; what fits here fits there. */
const MAX_BYTES = 262_144;

/** @throws AwsError ValidationException, SerializationException for a call that is refused whole */
export function readEntries(input: Readonly<Record<string, unknown>>, now: number): Entry[] {
  const { Entries } = input;
  if (Entries === undefined || Entries === null) throw invalid('null', 'Member must not be null');
  if (!Array.isArray(Entries)) throw unreadableBody('entries: a list is wanted');
  if (Entries.length < 1) throw invalid("'[]'", 'Member must have length greater than or equal to 1');
  if (Entries.length > MAX_ENTRIES) {
    throw invalid(`'[…]'`, `Member must have length less than or equal to ${MAX_ENTRIES}`);
  }
  const entries = Entries.map((entry: unknown) => {
    if (!isJsonObject(entry)) throw unreadableBody('entries: a structure is wanted');
    return entry;
  });
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return entries.map((entry) => readEntry(entry, now));
}

/** As the user guide adds it up: "Calculating PutEvents event entry size". */
function sizeOf(entry: JsonObject): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(list(entry.Resources) ?? [])];
  const bytes = texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    0,
  );
  return bytes + (entry.Time === undefined ? 0 : 14);
}

function readEntry(entry: JsonObject, now: number): Entry {
  const { Source, DetailType, Detail, Time, EventBusName } = entry;
  const required = Object.entries({ Source, DetailType, Detail });
  for (const [name, value] of required) {
    if (typeof value !== 'string' || value === '') {
      return refused(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
    }
  }
  const source = String(Source);
  if (source.startsWith('aws.')) {
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  const detail = jsonObject(String(Detail));
  if (!detail) return refused('MalformedDetail', 'Detail is malformed.');
  const resources = list(entry.Resources);
  if (!resources) return refused('InvalidArgument', 'Parameter Resources is not valid.');
  if (Time !== undefined && Time !== null && typeof Time !== 'number') {
    return refused('InvalidArgument', 'Parameter Time is not valid.');
  }
  return {
    kind: 'event',
    bus: typeof EventBusName === 'string' && EventBusName !== '' ? EventBusName : 'default',
    draft: {
      source,
      detailType: String(DetailType),
      detail,
      resources,
      time: typeof Time === 'number' ? Time * 1000 : now,
    },
  };
}

function jsonObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function list(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((entry) => typeof entry === 'string');
  return texts.length === value.length ? texts : undefined;
}

function refused(code: string, message: string): Entry {
  return { kind: 'refused', code, message };
}

function invalid(value: string, broken: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${value} at 'entries' failed to satisfy constraint: ${broken}`,
  );
}
