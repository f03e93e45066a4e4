import { misuse } from './failure.ts';
import { FORMATS, type Format } from './output.ts';

/** Options as yargs takes them, with the checks that it does not make. */

/**
 * An option with one value, which may not be nothing.
 *
 * @param describe for the help text
 */
export function one(option: string, describe: string, more: { readonly alias?: string } = {}) {
  return {
    ...more,
    type: 'string',
    requiresArg: true,
    describe,
    coerce: (given: unknown): string => {
      if (Array.isArray(given)) throw misuse(`--${option}: given ${given.length} times, wanted once.`);
      if (typeof given !== 'string' || given === '')
        throw misuse(`--${option}: given nothing, wanted a value.`);
      return given;
    },
  } as const;
}

/** An option that may be given more than once; a value that begins with `-` is given as `--option=-value`. */
export function several(option: string, describe: string) {
  return {
    type: 'string',
    array: true,
    requiresArg: true,
    describe,
    coerce: (given: readonly unknown[]): string[] =>
      given.map((value) => {
        if (typeof value !== 'string' || value === '')
          throw misuse(`--${option}: given nothing, wanted a value.`);
        return value;
      }),
  } as const;
}

/** A time. A date alone is the start of that day in UTC; what else is no time, the API says. */
export function time(option: string, describe: string) {
  const text = one(option, describe);
  return {
    ...text,
    coerce: (given: unknown): string => {
      const told = text.coerce(given);
      return /^\d{4}-\d\d-\d\d$/.test(told) ? `${told}T00:00:00Z` : told;
    },
  } as const;
}

/** A number of at least 1. */
export function count(option: string, describe: string) {
  const text = one(option, describe);
  return {
    ...text,
    coerce: (given: unknown): number => {
      const digits = text.coerce(given);
      if (/^[1-9]\d{0,6}$/.test(digits)) return Number(digits);
      throw misuse(`--${option}: given "${digits}", wanted a number from 1 to 9999999.`);
    },
  } as const;
}

export function flag(describe: string) {
  return { type: 'boolean', describe } as const;
}

/** What every command takes. */
export const EVERYWHERE = {
  api: one('api', 'Where the API is; else IMAGE_VERSIONS_API, else the local cloud'),
  sign: flag('Sign with AWS credentials; done by itself for …execute-api… addresses'),
  output: {
    ...one('output', 'table, records, json, csv or yaml; auto is a table if it fits, else records', {
      alias: 'o',
    }),
    choices: FORMATS,
    default: 'auto' as Format,
    coerce: (given: unknown): Format => {
      const format = FORMATS.find((known) => known === given);
      if (format) return format;
      throw misuse(`--output: given ${JSON.stringify(given)}, wanted one of ${FORMATS.join(', ')}.`);
    },
  },
  width: count('width', "Columns of the tables; else the terminal's, and uncut where there is none"),
} as const;

export const region = one('region', "The region of the image; else the API's own");

/** Of what changes something. */
export const CHANGE = {
  region,
  wait: flag('Wait for the end of the operation, and end as it ends'),
  key: one('key', 'Idempotency key: the same command under the same key is done once; else a random one'),
} as const;

/** A `-` that stands alone, which means standard input. What comes of it here is nothing: yargs takes it for an option. */
export function orStandardInput(given: string): string {
  return given === '' ? '-' : given;
}
