import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallLog } from './aws/call-log.ts';
import type { HttpRoute } from './aws/endpoint.ts';
import type { EventBridge } from './aws/eventbridge/event-bridge.ts';
import type { RecordedEvent } from './aws/eventbridge/event-store.ts';
import { parseJsonText, readBody, writeJson } from './aws/json-protocol.ts';
import { AwsError } from './aws/service.ts';
import type { QueueStore } from './aws/sqs/queue-store.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { InvalidInputError } from './invalid-input.ts';
import type { Settings } from './settings.ts';

export interface ControlPlaneOptions {
  readonly settings: Settings;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly clock: Clock;
  /** @default - no pages about events */
  readonly events?: EventBridge;
  /** @default - no page about queues */
  readonly queues?: QueueStore;
  /** Empties the stores of every service. */
  readonly reset: () => void | Promise<void>;
}

const PREFIX = '/_local/';
const MAX_BODY_BYTES = 2 ** 20;

/** A request that cannot be answered: the sentence says what was given and what is wanted. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Asked {
  readonly rest: string | undefined;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

type Answer = (asked: Asked) => object | Promise<object>;

/** Settings, faults and the record of calls of a running local cloud, as JSON under `/_local/`. */
export function controlPlane(options: ControlPlaneOptions): HttpRoute {
  const pages = pagesOf(options);
  return {
    matches: (request) => request.url === '/_local' || (request.url?.startsWith(PREFIX) ?? false),
    handle: async (request, response) => {
      try {
        writeJson(response, 200, await answer(pages, request), 'application/json');
      } catch (error) {
        refuse(response, error);
      }
    },
  };
}

type Pages = Readonly<Record<string, Readonly<Record<string, Answer>>>>;

function pagesOf({ settings, faults, calls, clock, events, queues, reset }: ControlPlaneOptions): Pages {
  return {
    ...(events && eventPages(events)),
    ...(queues && queuePages(queues)),
    '': {
      GET: () => ({ time: new Date(clock.now()).toISOString(), offers: OFFERS }),
    },
    settings: {
      GET: () => settings.current,
      PATCH: ({ body }) => settings.change(body),
    },
    faults: {
      GET: () => ({ faults: faults.list() }),
      POST: ({ body }) => ({ faults: faults.add(body) }),
      DELETE: ({ rest }) => {
        const removed = faults.remove(rest);
        if (rest !== undefined && removed === 0) throw new Refusal(404, `There is no fault rule "${rest}".`);
        return { removed };
      },
    },
    calls: {
      GET: ({ query }) => {
        const recent = query.get('recent');
        if (recent === null) return { counts: calls.counts() };
        return { counts: calls.counts(), recent: calls.recent(wholeNumber(recent)) };
      },
      DELETE: () => {
        calls.clear();
        return { counts: calls.counts() };
      },
    },
    reset: {
      POST: async () => {
        await reset();
        return { reset: true };
      },
    },
  };
}

function eventPages(events: EventBridge): Pages {
  return {
    events: {
      GET: ({ query }) => {
        const bus = query.get('bus');
        if (bus !== null && !events.bus(bus)) throw new Refusal(404, `There is no event bus "${bus}".`);
        const limit = wholeNumber(query.get('recent') ?? '100');
        return { events: events.recent({ limit, ...(bus !== null && { bus }) }).map(eventShown) };
      },
    },
    schedules: {
      GET: () => ({
        schedules: events.schedules().map(({ next, ...schedule }) => ({
          ...schedule,
          next: next === undefined ? null : new Date(next).toISOString(),
        })),
      }),
      POST: ({ rest = '' }) => {
        if (!events.runSchedule(rest)) throw new Refusal(404, `There is no rule "${rest}" with a schedule.`);
        return { rule: rest, run: true };
      },
    },
  };
}

function eventShown({ bus, at, rules, event }: RecordedEvent): object {
  return { bus, at: new Date(at).toISOString(), rules, event };
}

function queuePages(store: QueueStore): Pages {
  return {
    queues: {
      GET: ({ rest }) => {
        if (rest === undefined) {
          const counted = store.queues.map((one) => [one.name, store.messages(one).length] as const);
          return { queues: Object.fromEntries(counted) };
        }
        const queue = store.queues.find(({ name }) => name === rest);
        if (!queue) throw new Refusal(404, `There is no queue "${rest}".`);
        return {
          messages: store.messages(queue).map(({ id, body, attributes, sentAt, receives }) => ({
            id,
            sentAt: new Date(sentAt).toISOString(),
            receives,
            attributes,
            body,
          })),
        };
      },
    },
  };
}

const OFFERS = {
  'GET /_local/settings': 'how the emulators behave',
  'PATCH /_local/settings': 'change some settings, leave the rest',
  'GET /_local/faults': 'the fault rules, with how often each has struck',
  'POST /_local/faults': 'add one rule or a list: {match, times, effect: {kind, …}}',
  'DELETE /_local/faults[/<id>]': 'remove one rule, or all',
  'GET /_local/calls[?recent=<n>]': 'calls counted by operation and outcome, and the latest ones',
  'DELETE /_local/calls': 'count from nothing again',
  'GET /_local/events[?bus=<name>&recent=<n>]':
    'what was published, newest first, with the rules that it matched',
  'GET /_local/schedules': 'the rules with a schedule, and when each rings next',
  'POST /_local/schedules/<rule>': 'ring a schedule now',
  'GET /_local/queues[/<name>]': 'how many messages each queue holds, or the messages of one',
  'POST /_local/reset': 'empty every store; settings and fault rules stay',
};

async function answer(pages: Pages, request: IncomingMessage): Promise<object> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
  const body = await readBody(request, MAX_BODY_BYTES);
  const [name = '', ...rest] = pathname.slice(PREFIX.length).split('/').map(decodeURIComponent);
  const page = Object.hasOwn(pages, name) ? pages[name] : undefined;
  if (!page) throw new Refusal(404, `There is nothing at ${pathname}; GET ${PREFIX} lists what there is.`);
  const method = request.method ?? 'GET';
  const reply = Object.hasOwn(page, method) ? page[method] : undefined;
  if (!reply) {
    throw new Refusal(405, `${pathname} takes ${Object.keys(page).join(', ')}, not ${method}.`);
  }
  const json = body.length === 0 ? undefined : parseJsonText(body);
  return reply({ rest: rest.join('/') || undefined, query: searchParams, body: json });
}

function refuse(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal || error instanceof AwsError) {
    writeJson(response, error.status, { message }, 'application/json');
  } else if (error instanceof InvalidInputError) {
    writeJson(response, 400, { message }, 'application/json');
  } else {
    throw error;
  }
}

function wholeNumber(given: string): number {
  if (!/^[1-9]\d{0,3}$/.test(given)) {
    throw new Refusal(400, `recent is a whole number from 1 to 9999; given "${given}".`);
  }
  return Number(given);
}
