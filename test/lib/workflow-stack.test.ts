import { listOf, objectOf, type SynthesizedStack, synthesized, textOf } from '../fixtures/stacks.ts';

const { workflow } = synthesized({ alarmEmail: 'team@example.com', logRetentionDays: 14 });

/** Every physical name: what would collide when a second stage is deployed beside. */
function namesOf(stack: SynthesizedStack): string[] {
  const properties = [
    'FunctionName',
    'StateMachineName',
    'LogGroupName',
    'AlarmName',
    'TableName',
    'TopicName',
    'RoleName',
  ];
  return [...stack.resources.values()].flatMap(({ Type, Properties }) =>
    properties
      .filter((name) => Properties[name] !== undefined)
      .map((name) => `${Type} ${textOf(Properties[name])}`),
  );
}

test('two stages have no physical name in common', () => {
  const [one, other] = ['test', 'prod'].map((stage) => {
    const stacks = synthesized({ stage });
    return [...namesOf(stacks.data), ...namesOf(stacks.workflow)];
  });
  expect(one?.length).toBeGreaterThan(15);
  expect(one?.filter((name) => other?.includes(name))).toEqual([]);
});

test('three state machines, five functions', () => {
  const names = namesOf(workflow);
  expect(names.filter((name) => name.startsWith('AWS::StepFunctions')).sort()).toEqual([
    'AWS::StepFunctions::StateMachine create-image-version-test',
    'AWS::StepFunctions::StateMachine delete-image-version-test',
    'AWS::StepFunctions::StateMachine update-image-version-test',
  ]);
  expect(names.filter((name) => name.startsWith('AWS::Lambda')).sort()).toEqual([
    'AWS::Lambda::Function image-version-check-test',
    'AWS::Lambda::Function image-version-settle-test',
    'AWS::Lambda::Function image-version-submit-create-test',
    'AWS::Lambda::Function image-version-submit-delete-test',
    'AWS::Lambda::Function image-version-submit-update-test',
  ]);
});

test('every log is kept as long as configured, and goes with the stack', () => {
  const logs = workflow.ofType('AWS::Logs::LogGroup');
  expect(logs).toHaveLength(5 + 3);
  for (const log of logs)
    expect(log).toMatchObject({ Properties: { RetentionInDays: 14 }, DeletionPolicy: 'Delete' });
});

describe('the alarms', () => {
  const alarms = workflow.ofType('AWS::CloudWatch::Alarm');
  const alarmOf = (name: string) => workflow.named('AWS::CloudWatch::Alarm', 'AlarmName', name).Properties;

  /** What an alarm watches: metric and whose, without its expression. */
  function watchedBy(name: string): string[] {
    const stats = listOf(alarmOf(name).Metrics)
      .map(objectOf)
      .filter(({ MetricStat }) => MetricStat !== undefined);
    return stats
      .map(({ MetricStat }) => objectOf(objectOf(MetricStat).Metric))
      .map(({ MetricName, Dimensions }) => {
        const [dimension] = listOf(Dimensions).map(objectOf);
        const whose = workflow.resources.get(textOf(dimension?.Value).slice(2, -1))?.Properties;
        return `${textOf(MetricName)} ${textOf(whose?.FunctionName ?? whose?.StateMachineName)}`;
      })
      .sort();
  }

  test('watch every function for errors and every machine for time-outs', () => {
    expect(watchedBy('image-versions-crashing-test')).toEqual([
      'Errors image-version-check-test',
      'Errors image-version-settle-test',
      'Errors image-version-submit-create-test',
      'Errors image-version-submit-delete-test',
      'Errors image-version-submit-update-test',
    ]);
    expect(watchedBy('image-versions-abandoned-test')).toEqual([
      'ExecutionsTimedOut create-image-version-test',
      'ExecutionsTimedOut delete-image-version-test',
      'ExecutionsTimedOut update-image-version-test',
    ]);
  });

  test('count what has no data as nothing, so that one function alone can raise them', () => {
    for (const { Properties } of alarms) {
      const metrics = listOf(Properties.Metrics).map(objectOf);
      const [sum, ...others] = metrics.filter(({ Expression }) => Expression !== undefined);
      expect(others).toEqual([]);
      const terms = textOf(sum?.Expression).split(' + ').sort();
      const watched = metrics.filter(({ MetricStat }) => MetricStat !== undefined);
      expect(terms).toEqual(watched.map(({ Id }) => `FILL(${textOf(Id)}, 0)`).sort());
      expect(Properties).toMatchObject({
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
    }
  });

  test('say where in the runbook they are told of', () => {
    for (const { Properties } of alarms) expect(textOf(Properties.AlarmDescription)).toMatch(/Runbook: "/);
  });

  test('are told to the address that is configured', () => {
    const [topic] = [...workflow.resources]
      .filter(([, { Type }]) => Type === 'AWS::SNS::Topic')
      .map(([id]) => ({ Ref: id }));
    expect(topic).toBeDefined();
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([topic]);
    expect(workflow.ofType('AWS::SNS::Subscription')).toMatchObject([
      { Properties: { Protocol: 'email', Endpoint: 'team@example.com', TopicArn: topic } },
    ]);
  });

  test('may publish to the topic, whose own policy replaces the default that lets them', () => {
    const statements = workflow
      .ofType('AWS::SNS::TopicPolicy')
      .flatMap(({ Properties }) => listOf(objectOf(Properties.PolicyDocument).Statement));
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  test('without an address are shown alone', () => {
    const quiet = synthesized().workflow;
    expect(quiet.ofType('AWS::CloudWatch::Alarm')).toHaveLength(2);
    expect(quiet.ofType('AWS::SNS::Topic')).toEqual([]);
    for (const { Properties } of quiet.ofType('AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toBeUndefined();
  });
});
