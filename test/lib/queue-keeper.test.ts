import { type JsonObject, listOf, objectOf, synthesized, textOf } from '../fixtures/stacks.ts';

/** What keeps the queues moving: a rule on the ends of executions, and the sweeper's minute. */

const { workflow } = synthesized();

const arnOf = (kind: string) =>
  `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${kind}-image-version-test`;

function ruleOf(name: string): JsonObject {
  return workflow.named('AWS::Events::Rule', 'Name', `image-version-${name}-test`).Properties;
}

/** A rule's one target, and the function that it is. */
function targetOf(rule: JsonObject): { readonly target: JsonObject; readonly calls: string } {
  const [target, ...further] = listOf(rule.Targets).map(objectOf);
  if (!target || further.length > 0) throw new Error('The rule has no target, or several');
  const id = textOf(target.Arn).replace(/^\$\{(\w+)\.Arn}$/, '$1');
  return { target, calls: textOf(workflow.resources.get(id)?.Properties.FunctionName) };
}

test('there are these two rules', () => {
  const names = workflow.ofType('AWS::Events::Rule').map(({ Properties }) => textOf(Properties.Name));
  expect(names.sort()).toEqual(['image-version-execution-ended-test', 'image-version-sweep-test']);
});

describe('the ends of executions', () => {
  const rule = ruleOf('execution-ended');

  test('of the three machines, in every status that is one, are heard on the default bus', () => {
    expect(rule).toMatchObject({ EventBusName: 'default', State: 'ENABLED' });
    const { detail, ...pattern } = objectOf(rule.EventPattern);
    expect(pattern).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
    });
    const { stateMachineArn, ...others } = objectOf(detail);
    expect(listOf(stateMachineArn).map(textOf).sort()).toEqual(['create', 'delete', 'update'].map(arnOf));
    expect(others).toEqual({ status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] });
  });

  test('are told to one function, again where it fails, and kept where that did not help', () => {
    const { target, calls } = targetOf(rule);
    expect(calls).toBe('image-version-execution-ended-test');
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 3 });
    const queue = workflow.resources.get(
      textOf(objectOf(target.DeadLetterConfig).Arn).replace(/^\$\{(\w+)\.Arn}$/, '$1'),
    );
    expect(queue).toMatchObject({
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'image-version-undelivered-test',
        MessageRetentionPeriod: 14 * 24 * 60 * 60,
        SqsManagedSseEnabled: true,
      },
    });
  });

  test('reach the dead-letter queue by this rule alone, and by nothing that is not encrypted', () => {
    const [policy, ...further] = workflow.ofType('AWS::SQS::QueuePolicy');
    expect(further).toEqual([]);
    const statements = listOf(objectOf(policy?.Properties.PolicyDocument).Statement).map(objectOf);
    const [allowed, ...others] = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(others).toEqual([]);
    expect(allowed).toMatchObject({
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
    });
    const from = textOf(objectOf(objectOf(allowed?.Condition).ArnEquals)['aws:SourceArn']);
    expect(workflow.resources.get(from.slice(2, -'.Arn}'.length))?.Properties).toEqual(rule);
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sqs:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });
});

test('each minute the sweeper is called, once: the next minute makes up for a failure', () => {
  const rule = ruleOf('sweep');
  expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  const { target, calls } = targetOf(rule);
  expect(calls).toBe('image-version-sweep-test');
  expect(target).toMatchObject({ Input: '{}', RetryPolicy: { MaximumRetryAttempts: 0 } });
});

describe('Lambda, which tries an event twice more within six hours unless it is bounded,', () => {
  const boundsOf = (name: string) => {
    const [config, ...others] = workflow
      .ofType('AWS::Lambda::EventInvokeConfig')
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => {
        const id = textOf(FunctionName).slice(2, -1);
        return workflow.resources.get(id)?.Properties.FunctionName === `image-version-${name}-test`;
      });
    expect(others).toEqual([]);
    return config;
  };

  test('does not sweep again for a sweep that failed, nor a minute late', () => {
    const { FunctionName: _name, ...bounds } = boundsOf('sweep') ?? {};
    expect(bounds).toEqual({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60, Qualifier: '$LATEST' });
  });

  test('keeps the end of an execution that failed three times in the dead-letter queue', () => {
    const { DestinationConfig, ...bounds } = boundsOf('execution-ended') ?? {};
    expect(bounds).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 600 });
    const { Destination } = objectOf(objectOf(DestinationConfig).OnFailure);
    const queue = workflow.resources.get(textOf(Destination).replace(/^\$\{(\w+)\.Arn}$/, '$1'));
    expect(queue?.Properties.QueueName).toBe('image-version-undelivered-test');
    // All three attempts fit in, if each takes all that the function has.
    const { Timeout } = workflow.named(
      'AWS::Lambda::Function',
      'FunctionName',
      'image-version-execution-ended-test',
    ).Properties;
    expect(bounds.MaximumEventAgeInSeconds).toBeGreaterThanOrEqual(3 * Number(Timeout) + 60 + 120);
  });
});

test('each rule may invoke its own function, and nothing else', () => {
  const permissions = workflow
    .ofType('AWS::Lambda::Permission')
    .filter(({ Properties }) => Properties.Principal === 'events.amazonaws.com')
    .map(({ Properties }) => {
      const nameOf = (reference: string) =>
        workflow.resources.get(reference.replace(/^\$\{(\w+)\.Arn}$/, '$1'))?.Properties;
      const calls = textOf(nameOf(textOf(Properties.FunctionName))?.FunctionName);
      return [textOf(nameOf(textOf(Properties.SourceArn))?.Name), calls, Properties.Action];
    });
  expect(permissions.sort()).toEqual([
    ['image-version-execution-ended-test', 'image-version-execution-ended-test', 'lambda:InvokeFunction'],
    ['image-version-sweep-test', 'image-version-sweep-test', 'lambda:InvokeFunction'],
  ]);
});

test('the bus bears the stage’s name, and its name is told', () => {
  expect(workflow.ofType('AWS::Events::EventBus').map(({ Properties }) => textOf(Properties.Name))).toEqual([
    'image-version-operations-test',
  ]);
});

/** Ids of the resources that a value mentions. */
function mentioned(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Ref' in value ? [String(value.Ref)] : [];
  const attribute = 'Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt']) ? value['Fn::GetAtt'] : [];
  const first = attribute.slice(0, 1).map(String);
  return [...own, ...first, ...Object.values(value).flatMap(mentioned)];
}

test('no resource waits for itself, by whatever way', () => {
  const needs = new Map(
    [...workflow.resources].map(([id, resource]) => [
      id,
      [
        ...mentioned(resource.Properties),
        ...('DependsOn' in resource ? [resource.DependsOn].flat().map(String) : []),
      ].filter((one) => workflow.resources.has(one)),
    ]),
  );
  const cleared = new Set<string>();
  const circleFrom = (id: string, way: readonly string[]): string[] => {
    if (way.includes(id)) return [...way, id];
    if (cleared.has(id)) return [];
    for (const next of needs.get(id) ?? []) {
      const circle = circleFrom(next, [...way, id]);
      if (circle.length > 0) return circle;
    }
    cleared.add(id);
    return [];
  };
  for (const id of needs.keys()) expect(circleFrom(id, [])).toEqual([]);
  expect(cleared.size).toBe(workflow.resources.size);
});
