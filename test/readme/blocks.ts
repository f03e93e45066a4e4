import { spawnSync } from 'node:child_process';

/** The shell blocks of a Markdown text, and the commands in them. */

export interface Block {
  readonly text: string;
  /** Its first line says that it needs an AWS account: the local cloud cannot take its place. */
  readonly needsAws: boolean;
}

export function shellBlocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => ({
    text,
    needsAws: text.startsWith('# needs AWS'),
  }));
}

/** What the shell says against a text, which it does not run. Empty if nothing. */
export function syntaxFault(text: string): string {
  const { status, stderr } = spawnSync('sh', ['-n', '-c', text], { encoding: 'utf8' });
  return status === 0 ? '' : stderr || 'refused';
}

/** The commands of a block, each with all of its lines. Comments are left out. */
export function commandsOf({ text }: Block): string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    if (open === '' && /^(#|\s*$)/.test(line)) continue;
    open += open === '' ? line : `\n${line}`;
    if (open.endsWith('\\') || syntaxFault(open) !== '') continue;
    commands.push(open);
    open = '';
  }
  if (open !== '') throw new Error(`This command does not end: ${open}`);
  return commands;
}
