import validate from 'asl-validator';
import { DEFAULT_POLICY } from '../../lambda/contract/policy.ts';
import { type Json, type JsonObject, listOf, objectOf, synthesized, textOf } from '../fixtures/stacks.ts';

const { workflow } = synthesized({ regions: 'us-east-1', operationDeadlineMinutes: 10 });

/** The definition as Step Functions gets it, every function by an ARN. */
function definitionOf(kind: string): JsonObject {
  const { Properties } = workflow.named(
    'AWS::StepFunctions::StateMachine',
    'StateMachineName',
    `${kind}-image-version-test`,
  );
  const arn = (_reference: string, id: string) => {
    const name = textOf(workflow.resources.get(id)?.Properties.FunctionName);
    return `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
  };
  return objectOf(
    JSON.parse(textOf(Properties.DefinitionString).replaceAll(/\$\{(\w+)\.Arn}/g, arn)) as Json,
  );
}

/** Where a state may go. */
function nextOf(state: JsonObject): string[] {
  const choices = listOf(state.Choices).map((choice) => objectOf(choice).Next);
  const catches = listOf(state.Catch).map((one) => objectOf(one).Next);
  return [state.Next, state.Default, ...choices, ...catches].filter((next) => typeof next === 'string');
}

describe.each([['create'], ['update'], ['delete']])('the machine of %s', (kind) => {
  const definition = definitionOf(kind);
  const states = new Map(
    Object.entries(objectOf(definition.States)).map(([name, state]) => [name, objectOf(state)]),
  );
  const stateOf = (name: string) => objectOf(states.get(name));
  const tasks = [...states].filter(([, state]) => state.Type === 'Task');

  test('is valid ASL', () => {
    // A copy, because the validator writes into what it is given.
    const { isValid, errorsText } = validate(JSON.parse(JSON.stringify(definition)) as object);
    expect(isValid ? '' : errorsText()).toBe('');
  });

  test('is a Standard one with traces, and with a log that is free of what callers wrote', () => {
    const { Properties } = workflow.named(
      'AWS::StepFunctions::StateMachine',
      'StateMachineName',
      `${kind}-image-version-test`,
    );
    expect(Properties).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' },
    });
  });

  test('goes these ways and no others', () => {
    expect(definition.StartAt).toBe('Begin');
    expect(Object.fromEntries([...states].map(([name, state]) => [name, nextOf(state).sort()]))).toEqual({
      Begin: ['Submit'],
      Submit: ['Choose', 'Settle'],
      Choose: ['BackOff', 'Settle', 'Submit', 'Wait'],
      Wait: ['Check'],
      BackOff: ['Submit'],
      Check: ['Choose', 'Settle'],
      Settle: ['Ended', 'RecordNotClosed'],
      RecordNotClosed: [],
      Ended: ['Failed', 'Succeeded'],
      Succeeded: [],
      Failed: [],
    });
  });

  test('comes back to where it was only through a wait, or to send a further request', () => {
    const waits = [...states].filter(([, state]) => state.Type === 'Wait').map(([name]) => name);
    const ways = [...states].flatMap(([from, state]) => nextOf(state).map((to) => [from, to] as const));
    const direct = ways.filter(
      ([from, to]) => !waits.includes(from) && !(from === 'Choose' && to === 'Submit'),
    );
    const reached = (from: string, seen: readonly string[]): string[] =>
      direct
        .filter(([one]) => one === from)
        .flatMap(([, to]) => (seen.includes(to) ? [to] : [to, ...reached(to, [...seen, to])]));
    for (const name of states.keys()) expect(reached(name, [])).not.toContain(name);
  });

  test('chooses by what the Lambda decided, and waits as long as it said', () => {
    const choices = listOf(stateOf('Choose').Choices).map(objectOf);
    expect(choices.map(({ Variable, StringEquals, Next }) => [Variable, StringEquals, Next])).toEqual([
      ['$.next.action', 'poll', 'Wait'],
      ['$.next.action', 'submit', 'Submit'],
      ['$.next.action', 'back-off', 'BackOff'],
      ['$.next.action', 'settle', 'Settle'],
    ]);
    for (const name of ['Wait', 'BackOff']) expect(stateOf(name).SecondsPath).toBe('$.next.seconds');
  });

  test('invokes the functions by their ARNs', () => {
    const arn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:image-version-${name}-test`;
    expect(Object.fromEntries(tasks.map(([name, { Resource }]) => [name, Resource]))).toEqual({
      Submit: arn(`submit-${kind}`),
      Check: arn('check'),
      Settle: arn('settle'),
    });
  });

  test('every task has a time-out above its function’s, and retries what may pass', () => {
    expect(tasks).toHaveLength(3);
    for (const [, state] of tasks) {
      expect(state.TimeoutSeconds).toBe(130);
      const [retry, ...further] = listOf(state.Retry).map(objectOf);
      expect(further).toEqual([]);
      expect(listOf(retry?.ErrorEquals)).toEqual(
        expect.arrayContaining([
          'Lambda.TooManyRequestsException',
          'Runtime.ExitError',
          'States.Timeout',
          'RecordsUnavailable',
        ]),
      );
      expect(listOf(retry?.ErrorEquals)).not.toContain('States.ALL');
      expect(retry?.MaxAttempts).toBeGreaterThanOrEqual(3);
      expect(retry?.BackoffRate).toBeGreaterThan(1);
    }
  });

  test('a Lambda that gave up is settled, with the payload that it was given', () => {
    for (const name of ['Submit', 'Check']) {
      expect(stateOf(name).Catch).toEqual([
        { ErrorEquals: ['States.ALL'], ResultPath: '$.crash', Next: 'Settle' },
      ]);
    }
    // Of a record that cannot be written nothing can be told but that, and not under AWS's word on the table.
    expect(stateOf('Settle').Catch).toEqual([{ ErrorEquals: ['States.ALL'], Next: 'RecordNotClosed' }]);
    expect(stateOf('RecordNotClosed')).toMatchObject({ Type: 'Fail', Error: 'RecordNotClosed' });
  });

  test('wraps the input, beside which execution it is', () => {
    expect(stateOf('Begin').Parameters).toEqual({
      execution: { 'arn.$': '$$.Execution.Id', 'name.$': '$$.Execution.Name' },
      'input.$': '$',
    });
  });

  test('answers the result, or fails under the name and message of the error', () => {
    expect(stateOf('Ended')).toMatchObject({
      Choices: [{ Variable: '$.status', StringEquals: 'SUCCEEDED', Next: 'Succeeded' }],
      Default: 'Failed',
    });
    expect(stateOf('Succeeded')).toMatchObject({ Type: 'Succeed', OutputPath: '$.result' });
    expect(stateOf('Failed')).toMatchObject({
      Type: 'Fail',
      ErrorPath: '$.error.name',
      CausePath: '$.error.message',
    });
  });

  test('times out by itself only when the Lambdas must have ended the operation', () => {
    const { graceSeconds } = DEFAULT_POLICY;
    expect(definition.TimeoutSeconds).toBeGreaterThan(10 * 60 + 3 * graceSeconds);
  });
});
