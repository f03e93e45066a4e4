import type { Argv } from 'yargs';
import type { Everywhere } from './commands/context.ts';

/** What the commands take, read from the definitions that yargs reads: for completion, and for what is misspelt. */

export interface OptionDefinition {
  readonly type?: string;
  readonly describe?: string;
  readonly alias?: string;
  readonly array?: boolean;
}

export interface Positional {
  readonly name: string;
  readonly describe: string;
}

/** A command, with its subcommands. It takes the calls that define a yargs command, and keeps what they say. */
export class CommandTree {
  readonly describe: string;
  readonly subcommands = new Map<string, CommandTree>();
  readonly optionsByName: Map<string, OptionDefinition>;
  readonly positionals: Positional[] = [];

  private constructor(describe: string, inherited: Iterable<readonly [string, OptionDefinition]>) {
    this.describe = describe;
    this.optionsByName = new Map(inherited);
  }

  /** @param define calls yargs' methods `command`, `options`, `positional` and `demandCommand`, and no others */
  static of(define: (yargs: Argv<Everywhere>) => void): CommandTree {
    const root = new CommandTree('', []);
    // The definitions are typed for yargs. The methods that they call are below.
    define(root as unknown as Argv<Everywhere>);
    return root;
  }

  command(usage: string, describe: string, build: (tree: CommandTree) => unknown): this {
    const [name = ''] = usage.split(' ');
    const command = new CommandTree(describe, this.optionsByName);
    build(command);
    this.subcommands.set(name, command);
    return this;
  }

  positional(name: string, { describe = '' }: { readonly describe?: string }): this {
    this.positionals.push({ name, describe });
    return this;
  }

  options(definitions: Readonly<Record<string, OptionDefinition>>): this {
    for (const [name, definition] of Object.entries(definitions)) this.optionsByName.set(name, definition);
    return this;
  }

  demandCommand(): this {
    return this;
  }

  /** The option that a word names, such as `--output`, `--output=json`, `-o` or `--no-horovod`. */
  option(word: string): { readonly name: string; readonly definition: OptionDefinition } | undefined {
    const [given = ''] = word.replace(/^--?/, '').split('=');
    for (const [name, definition] of this.optionsByName) {
      const isNegation = definition.type === 'boolean' && given === `no-${name}`;
      if (given === name || given === definition.alias || isNegation) return { name, definition };
    }
    return undefined;
  }

  /** The command that words lead to, and the words that are left as its positionals. */
  reach(words: readonly string[]): { readonly command: CommandTree; readonly given: readonly string[] } {
    const given: string[] = [];
    let command: CommandTree = this;
    for (let nth = 0; nth < words.length; nth += 1) {
      const word = words[nth] ?? '';
      const next = given.length === 0 ? command.subcommands.get(word) : undefined;
      if (next) command = next;
      else if (!/^-./.test(word)) given.push(word);
      else if (!word.includes('=') && takesValue(command.option(word)?.definition)) nth += 1;
    }
    return { command, given };
  }
}

export function takesValue(definition: OptionDefinition | undefined): boolean {
  return definition !== undefined && definition.type !== 'boolean';
}
