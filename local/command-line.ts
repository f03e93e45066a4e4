import { parseArgs, types } from 'node:util';

/** What `npm start -- …` was asked for. */
export interface Command {
  readonly awsPort: number;
  readonly apiPort: number;
  readonly dataDir: string | undefined;
  readonly speed: number;
  readonly region: string;
  /** Regions whose images the stack may touch. */
  readonly regions: readonly string[] | undefined;
  /** Seconds, by what takes them; what is not named keeps its default. */
  readonly durations: Readonly<Record<string, number>>;
  /** An assembly to run as it stands. @default - the app is synthesized to cdk.out */
  readonly assembly: string | undefined;
  /** Images, versions and a snapshot to begin with: examples/seed.ts makes them. */
  readonly example: boolean;
  readonly verbose: boolean;
}

/** A command line that cannot be used; the message says what was given and what is wanted. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
}

export const USAGE = `npm start -- [options]

  --aws-port N           port of the AWS address; 0 takes a free one (4566)
  --api-port N           port of the HTTP API; 0 takes a free one (3000)
  --data DIR             keep everything across restarts (memory)
  --speed X              run the local cloud's time X times as fast (1)
  --durations K=S,…      seconds that SageMaker takes for create, update,
                         delete, refuse (create=3,update=1,delete=2,refuse=1)
  --region NAME          the region that the stack is in (us-east-1)
  --regions A,B          regions whose images it may touch (its own)
  --assembly DIR         run this cloud assembly as it stands (synthesize
                         to cdk.out)
  --example              register the images of examples/images.json, with
                         versions and a snapshot of them (an empty account)
  --verbose              show what the functions log
  --help                 this text`;

/**
 * @returns undefined when help was asked for
 * @throws CommandLineError
 */
export function parseCommandLine(args: readonly string[]): Command | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const awsPort = port('--aws-port', values['aws-port'] ?? '4566');
  const apiPort = port('--api-port', values['api-port'] ?? '3000');
  if (apiPort !== 0 && apiPort === awsPort) {
    throw new CommandLineError(
      `--api-port: given ${apiPort}, the port of the AWS address; wanted another one (0 takes a free one).`,
    );
  }
  return {
    awsPort,
    apiPort,
    dataDir: values.data,
    speed: speed(values.speed ?? '1'),
    region: region('--region', values.region ?? 'us-east-1'),
    regions: values.regions?.split(',').map((name) => region('--regions', name)),
    durations: durations(values.durations),
    assembly: values.assembly,
    example: values.example ?? false,
    verbose: values.verbose ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'aws-port': { type: 'string' },
        'api-port': { type: 'string' },
        data: { type: 'string' },
        speed: { type: 'string' },
        durations: { type: 'string' },
        region: { type: 'string' },
        regions: { type: 'string' },
        assembly: { type: 'string' },
        example: { type: 'boolean' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    const misused =
      types.isNativeError(error) && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    throw misused ? new CommandLineError(`${error.message}\n\n${USAGE}`) : error;
  }
}

function port(option: string, given: string): number {
  const number = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (number <= 65_535) return number;
  throw new CommandLineError(
    `${option}: given "${given}", wanted a port from 0 to 65535 (0 takes a free one).`,
  );
}

function speed(given: string): number {
  const number = Number(given);
  if (given.trim() !== '' && number > 0 && number <= 10_000) return number;
  throw new CommandLineError(`--speed: given "${given}", wanted a number above 0 and at most 10000.`);
}

function region(option: string, given: string): string {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(given)) return given;
  throw new CommandLineError(`${option}: given "${given}", wanted a region's name, such as us-east-1.`);
}

const TAKERS: readonly string[] = ['create', 'update', 'delete', 'refuse'];

function durations(given: string | undefined): Record<string, number> {
  if (given === undefined) return {};
  const entries = given.split(',').map((part) => {
    const [name = '', seconds = ''] = part.split('=');
    if (!TAKERS.includes(name) || !/^\d+(\.\d+)?$/.test(seconds)) {
      const wanted = `${TAKERS.join(', ')} with seconds, such as create=95,delete=80`;
      throw new CommandLineError(`--durations: given "${part}", wanted ${wanted}.`);
    }
    return [name, Number(seconds)] as const;
  });
  return Object.fromEntries(entries);
}
