import { isUtf8 } from 'node:buffer';
import { misuse } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

/** What is given with a command line: names with values, and files. */

/**
 * `K=V` is a text, whatever it looks like; `K:=V` is what V says as JSON, such as `5`, `true`, `null`, `["a"]`.
 *
 * @throws CommandFailure where one is neither, or a name is given twice
 */
export function namedValues(option: string, given: readonly string[]): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const one of given) {
    const [, name = '', operator = '', value = ''] = /^([^=:]+)(:?=)(.*)$/s.exec(one) ?? [];
    if (!name)
      throw misuse(`${option}: given "${one}", wanted NAME=TEXT, or NAME:=JSON for what is no text.`);
    if (values.has(name)) throw misuse(`${option}: ${name} is given more than once, wanted once.`);
    values.set(name, operator === '=' ? value : json(option, name, value));
  }
  return Object.fromEntries(values);
}

function json(option: string, name: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw misuse(
      `${option}: given "${name}:=${value}", wanted JSON behind :=, such as ${name}:=5 or ${name}:=true.`,
      [`for a text write ${name}=${value}`],
    );
  }
}

/**
 * The text of a file.
 *
 * @param file `-` is standard input
 * @throws CommandFailure where it cannot be read, or is not UTF-8
 */
export async function readText(file: string, { read }: Surroundings): Promise<string> {
  const bytes = await read(file).catch((error: unknown) => {
    // Node's message repeats the call and the path behind the reason.
    const reason = (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*')?$/s, '');
    throw misuse(`${file} cannot be read: ${reason}.`);
  });
  // A byte that is not UTF-8 would become U+FFFD, and be stored so.
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  throw misuse(`${file === '-' ? 'Standard input' : file} is not UTF-8.`, ['save it as UTF-8']);
}
