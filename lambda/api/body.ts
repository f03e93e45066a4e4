import { told } from '../core/fault.ts';
import { textFaults } from '../core/text.ts';
import { Problem, type ProblemFault } from './problem.ts';
import type { ApiRequest } from './request.ts';

/** From the bytes of a body to JSON, or to the problem that it is. */

/** Bytes. The input of a workflow has the same limit. */
const LONGEST_BODY = 64 * 1024;
/** Of a body that carries a statement or a manifest. */
export const LONGEST_STATEMENT = 256 * 1024;
/** The deepest body that is wanted, a JSON Patch that sets aliases, has 3. */
const DEEPEST = 16;

/**
 * The JSON of a body.
 *
 * @param types media types that the route takes
 * @param longest bytes that it may have. @default 64 KiB
 * @returns the type that it came as, and the value
 * @throws Problem
 */
export function readBody<Type extends string>(
  request: ApiRequest,
  types: readonly Type[],
  longest = LONGEST_BODY,
): { readonly type: Type; readonly value: unknown } {
  const type = mediaTypeOf(request, types);
  const { body = '' } = request;
  if (Buffer.byteLength(body) > longest) {
    const detail = `given ${Buffer.byteLength(body)} bytes, wanted at most ${longest}`;
    throw new Problem('body-too-large', { detail });
  }
  const text = textOf(body);
  if (depthOf(text) > DEEPEST) {
    throw new Problem('malformed-body', { detail: `The body is nested more than ${DEEPEST} levels deep` });
  }
  try {
    return { type, value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem('malformed-body', { detail: 'given a body that is not JSON, wanted JSON' });
  }
}

/** What is no text in the JSON of a body. */
export function bodyTextFaults(value: unknown): ProblemFault[] {
  return told(textFaults(value)).map(({ path: pointer, message: detail }) => ({ pointer, detail }));
}

/**
 * A route that takes no body is not given one; `{}` says as little as none.
 *
 * @throws Problem
 */
export function refuseBody({ body }: ApiRequest): void {
  if (body === undefined) return;
  if (Buffer.byteLength(body) <= 2 && textOf(body) === '{}') return;
  throw new Problem('malformed-body', { detail: 'given a body, wanted none' });
}

function mediaTypeOf<Type extends string>(request: ApiRequest, types: readonly Type[]): Type {
  const given = request.headers['content-type'] ?? '';
  const [essence = '', ...parameters] = given.split(';').map((part) => part.trim().toLowerCase());
  const type = types.find((one) => one === essence);
  const utf8 = parameters.every((one) => one === '' || /^charset\s*=\s*"?utf-8"?$/.test(one));
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (type && utf8 && encoding === 'identity') return type;
  const wrong = type && utf8 ? `Content-Encoding ${encoding}` : `Content-Type ${given || 'none'}`;
  throw new Problem('unsupported-media-type', {
    detail: `given ${wrong.slice(0, LONGEST_SHOWN).toWellFormed()}, wanted ${types.join(' or ')} in UTF-8, not compressed`,
    headers: { [request.method === 'PATCH' ? 'accept-patch' : 'accept-post']: types.join(', ') },
  });
}

const LONGEST_SHOWN = 100;

/** API Gateway hands JSON on as text: a byte that is not UTF-8 has become this character by then, as one that is meant. */
const REPLACEMENT = '\ufffd';

function textOf(body: string | Uint8Array): string {
  if (typeof body === 'string') {
    if (!body.includes(REPLACEMENT)) return body;
    throw new Problem('malformed-body', {
      detail:
        'given a body with U+FFFD in it, which stands in the place of what is not UTF-8; wanted JSON in UTF-8, with \\ufffd where that character is meant',
    });
  }
  const bytes = Buffer.from(body);
  const text = bytes.toString('utf8');
  // What is no UTF-8 is replaced by the decoder, and does not come back the same.
  if (Buffer.from(text).equals(bytes)) return text;
  throw new Problem('malformed-body', { detail: 'given a body that is not UTF-8, wanted JSON in UTF-8' });
}

/** How deep a JSON text is nested. Counted before it is parsed, and true of any text that is JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  // Strings are passed over whole: what stands in them nests nothing.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
