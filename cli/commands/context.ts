import { Api } from '../api.ts';
import { EXIT, type Exit, misuse } from '../failure.ts';
import type { Format, Output } from '../output.ts';
import { isExecuteApi, signer } from '../signing.ts';
import type { Surroundings } from '../surroundings.ts';

/** What a command works with. */
export interface Context {
  readonly api: Api;
  readonly output: Output;
  readonly around: Surroundings;
}

/** The options that every command has. */
export interface Everywhere {
  readonly api: string | undefined;
  readonly sign: boolean | undefined;
  readonly output: Format;
  readonly width: number | undefined;
}

/** Runs a command; how it ends is what the process ends with. */
export type Runner = (
  given: Everywhere,
  command: (context: Context) => Promise<Exit | undefined>,
) => Promise<void>;

const LOCAL = 'http://127.0.0.1:3000';

/** @throws CommandFailure where the address is none */
function contextOf(given: Everywhere, around: Surroundings): Context {
  return {
    api: apiOf(given, around),
    output: {
      format: given.output,
      width: given.width ?? around.width,
      write: around.write,
      paint: around.paint,
    },
    around,
  };
}

/**
 * The API that a command line names.
 *
 * @param longestAnswer milliseconds in which an answer must be whole
 * @throws CommandFailure where the address is none
 */
export function apiOf(
  given: Pick<Everywhere, 'api' | 'sign'>,
  around: Surroundings,
  longestAnswer?: number,
): Api {
  const url = addressOf(given, around);
  const sign = given.sign ?? isExecuteApi(url);
  return new Api(url, sign ? signer(url, around.env) : undefined, around, longestAnswer);
}

function addressOf({ api }: Pick<Everywhere, 'api'>, { env }: Surroundings): URL {
  const variable = env.IMAGE_VERSIONS_API || undefined;
  const given = api ?? variable ?? LOCAL;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username) return url;
  const option = api === undefined ? 'IMAGE_VERSIONS_API' : '--api';
  throw misuse(`${option}: given "${given}", wanted the address of the API, such as ${LOCAL}.`);
}

/** @param runs called with how the command has ended */
export function runnerOf(around: Surroundings, ended: (exit: Exit) => void): Runner {
  return async (given, command) => ended((await command(contextOf(given, around))) ?? EXIT.done);
}
