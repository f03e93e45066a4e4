import { CommandLineError, parseCommandLine, USAGE } from '../../local/command-line.ts';

test('defaults are the ports where tools for local AWS look first', () => {
  expect(parseCommandLine([])).toEqual({
    awsPort: 4566,
    apiPort: 3000,
    dataDir: undefined,
    speed: 1,
    region: 'us-east-1',
    regions: undefined,
    durations: {},
    assembly: undefined,
    example: false,
    verbose: false,
  });
});

test('takes every option', () => {
  const line =
    '--aws-port 0 --api-port 0 --data d --speed 20 --durations create=95,delete=0.5 --region eu-west-1 --regions eu-west-1,us-east-1 --assembly out --example --verbose';
  expect(parseCommandLine(line.split(' '))).toEqual({
    awsPort: 0,
    apiPort: 0,
    dataDir: 'd',
    speed: 20,
    region: 'eu-west-1',
    regions: ['eu-west-1', 'us-east-1'],
    durations: { create: 95, delete: 0.5 },
    assembly: 'out',
    example: true,
    verbose: true,
  });
});

test('help is not a command', () => {
  expect(parseCommandLine(['--help'])).toBeUndefined();
  expect(USAGE).toContain('--speed X');
});

test.each([
  ['--aws-port', '70000', '--aws-port: given "70000", wanted a port from 0 to 65535 (0 takes a free one).'],
  ['--api-port', 'x', '--api-port: given "x", wanted a port from 0 to 65535 (0 takes a free one).'],
  ['--speed', '0', '--speed: given "0", wanted a number above 0 and at most 10000.'],
  ['--speed', 'fast', '--speed: given "fast", wanted a number above 0 and at most 10000.'],
  ['--region', 'Europe', '--region: given "Europe", wanted a region\'s name, such as us-east-1.'],
  ['--regions', 'us-east-1,', '--regions: given "", wanted a region\'s name, such as us-east-1.'],
  [
    '--durations',
    'create=-1',
    '--durations: given "create=-1", wanted create, update, delete, refuse with seconds, such as create=95,delete=80.',
  ],
])('%s %s is refused in one sentence', (option, value, message) => {
  expect(() => parseCommandLine([option, value])).toThrow(new CommandLineError(message));
});

test('one port for both addresses is refused', () => {
  const message =
    '--api-port: given 4566, the port of the AWS address; wanted another one (0 takes a free one).';
  expect(() => parseCommandLine(['--api-port', '4566'])).toThrow(new CommandLineError(message));
  expect(parseCommandLine(['--aws-port', '0', '--api-port', '0'])).toMatchObject({ awsPort: 0, apiPort: 0 });
});

test.each([['--ports'], ['data']])('what it does not know (%s) is told with the usage', (argument) => {
  expect(() => parseCommandLine([argument])).toThrow(/^Un[\s\S]*npm start -- \[options\]/);
});

test('the help fits a terminal of 80 columns', () => {
  expect(USAGE.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
