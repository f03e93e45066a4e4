import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as z from 'zod/mini';
import { linesOf } from '../../fixtures/csv.ts';
import { type Content, type Document, type Operation, operationOf, operationsOf } from './document.ts';
import type { FuzzRequest } from './request.ts';

/** An answer as it came. */
export interface FuzzAnswer {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Something that may not be. */
export interface Violation {
  /** What kind of thing: the same wherever the same is wrong. */
  readonly kind: string;
  readonly detail: string;
}

/** What API Gateway answers in its own name, by status, in the local cloud's words for it. */
const GATEWAY: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
};

const Problem = z.looseObject({ type: z.string(), status: z.int(), requestId: z.string() });
const Gateway = z.strictObject({ message: z.string() });

const PROBLEM_TYPE = 'application/problem+json';
const NDJSON_TYPE = 'application/x-ndjson';

/** Holds answers to the document that the API itself serves. */
export class Contract {
  readonly operations: readonly Operation[];
  readonly #problems: Document['x-problems'];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false, formats: { 'date-time': true, uri: true } });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.operations = operationsOf(document);
    this.#problems = document['x-problems'];
    this.#ajv.addSchema(document, 'api');
  }

  operationOf({ method, path }: FuzzRequest): Operation | undefined {
    return operationOf(this.operations, method, path);
  }

  /** What is wrong with an answer; nothing where it is as the document says. */
  check(request: FuzzRequest, answer: FuzzAnswer): Violation[] {
    const operation = this.operationOf(request);
    const found = operation ? this.#ofOperation(operation, answer) : ofNoRoute(request, answer);
    const name = operation?.id ?? 'no route';
    return [...generalFaults(answer), ...found].map(({ kind, detail }) => ({
      kind: `${name}: ${kind}`,
      detail,
    }));
  }

  #ofOperation({ responses }: Operation, answer: FuzzAnswer): Violation[] {
    const { status, headers, text } = answer;
    const mediaType = headers['content-type'] ?? '';
    if (isGateway(answer)) return gatewayFaults(answer);
    const response = responses[String(status)];
    if (!response) return [{ kind: `status ${status} is not documented`, detail: cut(text) }];
    const content = response.content[essenceOf(mediaType)];
    if (!content) {
      return [{ kind: `${status} as ${mediaType || 'no type'} is not documented`, detail: cut(text) }];
    }
    const shape = this.#shapeFaults(content, mediaType, status, text);
    const problem = essenceOf(mediaType) === PROBLEM_TYPE;
    return [...shape, ...(problem ? this.#problemFaults(response.description, answer) : [])];
  }

  #shapeFaults(content: Content, mediaType: string, status: number, text: string): Violation[] {
    const faulty = (detail: string) => [
      { kind: `the shape of ${status} as ${essenceOf(mediaType)}`, detail },
    ];
    const columns = content['x-columns'];
    const item = content['x-item-schema'];
    try {
      if (columns) {
        const [names = [], ...lines] = linesOf(text);
        if (names.join() !== columns.join()) return faulty(`columns ${names.join()}`);
        const uneven = lines.find((line) => line.length !== columns.length);
        return uneven ? faulty(`a line with ${uneven.length} cells: ${cut(uneven.join())}`) : [];
      }
      if (essenceOf(mediaType) === NDJSON_TYPE) {
        if (text !== '' && !text.endsWith('\n')) return faulty('the last line has no end');
        const lines = text
          .split('\n')
          .slice(0, -1)
          .map((line): unknown => JSON.parse(line));
        return item ? lines.flatMap((line) => this.#schemaFaults(item, line)).flatMap(faulty) : [];
      }
      if (content.schema.type === 'string') return [];
      return this.#schemaFaults(content.schema, JSON.parse(text)).flatMap(faulty);
    } catch (error) {
      return faulty(error instanceof Error ? error.message : String(error));
    }
  }

  #schemaFaults(schema: Content['schema'], value: unknown): string[] {
    const key = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
    const validate = this.#validators.get(key) ?? this.#ajv.compile(JSON.parse(key));
    this.#validators.set(key, validate);
    return validate(value) ? [] : [cut(JSON.stringify(validate.errors))];
  }

  /** A problem is one that the operation may have, and says so throughout. */
  #problemFaults(description: string, { status, headers, text }: FuzzAnswer): Violation[] {
    const parsed = Problem.safeParse(JSON.parse(text));
    if (!parsed.success) return [{ kind: 'a problem without its members', detail: cut(text) }];
    const { type, status: told, requestId } = parsed.data;
    const name = type.replace('/openapi.json#/x-problems/', '');
    const faults: Violation[] = [];
    if (this.#problems[name]?.status !== status || told !== status) {
      faults.push({ kind: `the problem ${name} under status ${status}`, detail: cut(text) });
    }
    if (!description.includes(`\`${name}\``)) {
      faults.push({ kind: `the problem ${name} is not documented`, detail: cut(text) });
    }
    if (requestId !== headers['apigw-requestid']) {
      faults.push({ kind: 'a problem of another requestId', detail: requestId });
    }
    if ((status === 429 || status === 503) && !/^[1-9]\d*$/.test(headers['retry-after'] ?? '')) {
      faults.push({ kind: `${status} without Retry-After`, detail: cut(text) });
    }
    return faults;
  }
}

/** Whatever was asked for. */
function generalFaults({ status, headers, text }: FuzzAnswer): Violation[] {
  const faults: Violation[] = [];
  if (status >= 500) faults.push({ kind: `status ${status}`, detail: cut(text) });
  if (!headers['apigw-requestid']) faults.push({ kind: 'no request id', detail: `status ${status}` });
  const trace = /^\s*at .+:\d+:\d+\)?$|node_modules\/|\/index\.m?js:\d+/m.exec(text.replaceAll('\\n', '\n'));
  if (trace) faults.push({ kind: 'a stack trace', detail: cut(trace[0]) });
  return faults;
}

function ofNoRoute({ method, path }: FuzzRequest, answer: FuzzAnswer): Violation[] {
  const { status, text } = answer;
  // The local cloud's own page, which says where what is.
  if (method === 'GET' && path === '/' && status === 200) return [];
  // A path with an escape that is not complete is refused before it is matched.
  if ((status === 404 || status === 400) && (method === 'HEAD' || isGateway(answer))) return [];
  return [{ kind: `status ${status} where there is no route`, detail: cut(text) }];
}

function gatewayFaults({ status, text }: FuzzAnswer): Violation[] {
  if (text === JSON.stringify({ message: GATEWAY[status] }) && status !== 404) return [];
  return [{ kind: `API Gateway's own ${status}`, detail: cut(text) }];
}

/** Known by its shape: nothing of the API answers so. */
function isGateway({ headers, text }: FuzzAnswer): boolean {
  if (headers['content-type'] !== 'application/json' || !text.startsWith('{"message":')) return false;
  return Gateway.safeParse(JSON.parse(text)).success;
}

function essenceOf(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase();
}

const MOST_SHOWN = 400;

function cut(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
