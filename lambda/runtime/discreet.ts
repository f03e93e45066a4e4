/**
 * Errors as logs may have them. Where AWS or a parser finds fault with what it was given, its message quotes it, and with it
 * whatever a caller wrote; Lambda's runtime logs whatever error a function ends with, message and all.
 */

/** Names of errors whose message quotes what was given; of a signature AWS quotes the headers that it was made of. */
const QUOTING = /^(Validation|Serialization|Syntax|Malformed|Invalid|IncompleteSignature|ClientToken|\$?Zod)/;

const WITHHELD = 'The message is not logged: it quotes what was given';

/** The error under its own name, from where it was thrown, without anything of what a caller wrote. */
export function discreet(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`Thrown, and no error: ${typeof error}`);
  const message = QUOTING.test(error.name) ? WITHHELD : error.message;
  const { cause } = error;
  const safe = new Error(message, cause instanceof Error ? { cause: discreet(cause) } : {});
  safe.name = error.name;
  // The message stands before the frames, and may have lines that look like some.
  const stack = error.stack ?? '';
  const at = stack.indexOf(error.message);
  const trace = at < 0 ? stack : stack.slice(at + error.message.length);
  const frames = trace.split('\n').filter((line) => /^ +at .*:\d+:\d+\)?$/.test(line));
  safe.stack = [`${error.name}: ${message}`, ...frames].join('\n');
  return safe;
}

/** A handler whose errors Lambda's runtime may log. */
export function discreetly<Given extends readonly unknown[], Result>(
  handler: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  return async (...given) => {
    try {
      return await handler(...given);
    } catch (error) {
      throw discreet(error);
    }
  };
}
