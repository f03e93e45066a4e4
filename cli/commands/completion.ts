import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { COMPLETION_SCRIPTS, type Shell } from '../completion-scripts.ts';
import { EXIT, misuse } from '../failure.ts';
import type { Everywhere, Runner } from './context.ts';

/** completion: the script that makes a shell complete commands, options and values. */

export function completionCommand<T extends Everywhere>(yargs: Argv<T>, run: Runner): Argv<T> {
  return yargs.command(
    'completion [shell]',
    'Print the script that makes bash, zsh or fish complete words',
    (command) =>
      command.positional('shell', { type: 'string', describe: 'bash, zsh or fish; else the one of SHELL' }),
    (given) =>
      run(given, async ({ output, around }) => {
        output.write(COMPLETION_SCRIPTS[shellOf(given.shell ?? basename(around.env.SHELL ?? ''))]);
        return EXIT.done;
      }),
  );
}

function shellOf(given: string): Shell {
  if (given === 'bash' || given === 'zsh' || given === 'fish') return given;
  throw misuse(`Given shell "${given}", wanted bash, zsh or fish.`, ['image-versions completion bash']);
}
