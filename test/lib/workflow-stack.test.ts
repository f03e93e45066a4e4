import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listOf, objectOf, synthesized, textOf } from '../fixtures/stacks.ts';

const { workflow } = synthesized({ alarmEmail: 'team@example.com', logRetentionDays: 14 });

test('a second stage is named apart in what its functions and rules are told, too', () => {
  const { workflow: prod, inventory, query } = synthesized({ stage: 'prod' });
  const told = [prod, inventory, query].flatMap((stack) => [
    ...stack.ofType('AWS::Lambda::Function'),
    ...stack.ofType('AWS::Events::Rule'),
  ]);
  expect(told.length).toBeGreaterThan(8);
  for (const { Properties } of told) expect(JSON.stringify(Properties)).not.toMatch(/-test\b/);
});

test('three state machines, nine functions', () => {
  const names = (type: string, property: string) =>
    workflow
      .ofType(type)
      .map(({ Properties }) => textOf(Properties[property]))
      .sort();
  expect(names('AWS::StepFunctions::StateMachine', 'StateMachineName')).toEqual([
    'create-image-version-test',
    'delete-image-version-test',
    'update-image-version-test',
  ]);
  expect(names('AWS::Lambda::Function', 'FunctionName')).toEqual([
    'image-version-api-read-test',
    'image-version-api-write-test',
    'image-version-check-test',
    'image-version-execution-ended-test',
    'image-version-settle-test',
    'image-version-submit-create-test',
    'image-version-submit-delete-test',
    'image-version-submit-update-test',
    'image-version-sweep-test',
  ]);
});

test('every log is kept as long as configured, and goes with the stack', () => {
  const logs = workflow.ofType('AWS::Logs::LogGroup');
  // The functions', and the machines'. The access log is with the API's stage.
  expect(logs).toHaveLength(9 + 3);
  for (const log of logs)
    expect(log).toMatchObject({ Properties: { RetentionInDays: 14 }, DeletionPolicy: 'Delete' });
});

describe('the alarms', () => {
  const alarms = workflow.ofType('AWS::CloudWatch::Alarm');
  const alarmOf = (name: string) => workflow.named('AWS::CloudWatch::Alarm', 'AlarmName', name).Properties;

  /** What an alarm watches: metric and whose, without its expression. */
  function watchedBy(name: string): string[] {
    const alarm = alarmOf(name);
    const stats = listOf(alarm.Metrics)
      .map(objectOf)
      .filter(({ MetricStat }) => MetricStat !== undefined);
    const metrics = stats.map(({ MetricStat }) => objectOf(objectOf(MetricStat).Metric));
    return (alarm.MetricName === undefined ? metrics : [alarm])
      .map(({ MetricName, Dimensions }) => {
        const [dimension] = listOf(Dimensions).map(objectOf);
        const whose = workflow.resources.get(
          textOf(dimension?.Value).replace(/^\$\{(\w+)(\.QueueName)?}$/, '$1'),
        )?.Properties;
        const name = whose?.FunctionName ?? whose?.StateMachineName ?? whose?.QueueName ?? whose?.Name;
        return `${textOf(MetricName)} ${textOf(name)}`;
      })
      .sort();
  }

  test('watch every function for errors and every machine for time-outs', () => {
    expect(watchedBy('image-versions-crashing-test')).toEqual([
      'Errors image-version-api-read-test',
      'Errors image-version-api-write-test',
      'Errors image-version-check-test',
      'Errors image-version-execution-ended-test',
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

  test('watch every function, the sweeper too, for calls that Lambda refused for want of concurrency', () => {
    expect(watchedBy('image-versions-throttled-test')).toEqual([
      'Throttles image-version-api-read-test',
      'Throttles image-version-api-write-test',
      'Throttles image-version-check-test',
      'Throttles image-version-execution-ended-test',
      'Throttles image-version-settle-test',
      'Throttles image-version-submit-create-test',
      'Throttles image-version-submit-delete-test',
      'Throttles image-version-submit-update-test',
      'Throttles image-version-sweep-test',
    ]);
  });

  test('watch the API for answers with a 5xx status, of which Lambda counts no error', () => {
    expect(watchedBy('image-versions-api-failing-test')).toEqual(['5xx image-version-operations-test']);
    const [dimension] = listOf(alarmOf('image-versions-api-failing-test').Dimensions).map(objectOf);
    expect(dimension?.Name).toBe('ApiId');
    expect(alarmOf('image-versions-api-failing-test')).toMatchObject({
      Namespace: 'AWS/ApiGateway',
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('watch the dead-letter queue: one message is enough', () => {
    expect(watchedBy('image-versions-undelivered-test')).toEqual([
      'ApproximateNumberOfMessagesVisible image-version-undelivered-test',
    ]);
    expect(alarmOf('image-versions-undelivered-test')).toMatchObject({
      Namespace: 'AWS/SQS',
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  test('watch the sweeper apart: for failing again and again, and for not running at all', () => {
    expect(watchedBy('image-versions-sweep-failing-test')).toEqual(['Errors image-version-sweep-test']);
    // One failure is made up for by the next sweep.
    expect(alarmOf('image-versions-sweep-failing-test')).toMatchObject({
      Threshold: 3,
      Period: 300,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
    expect(watchedBy('image-versions-sweep-not-running-test')).toEqual([
      'Invocations image-version-sweep-test',
    ]);
    expect(alarmOf('image-versions-sweep-not-running-test')).toMatchObject({
      Threshold: 1,
      Statistic: 'Sum',
      ComparisonOperator: 'LessThanThreshold',
      // No data is what a sweeper that does not run leaves behind.
      TreatMissingData: 'breaching',
    });
  });

  test('add up plainly: CloudWatch takes a missing value for 0, and FILL would take a late one for it', () => {
    const summed = alarms.filter(({ Properties }) => Properties.Metrics !== undefined);
    expect(summed).toHaveLength(3);
    for (const { Properties } of summed) {
      const metrics = listOf(Properties.Metrics).map(objectOf);
      const [sum, ...others] = metrics.filter(({ Expression }) => Expression !== undefined);
      expect(others).toEqual([]);
      const terms = textOf(sum?.Expression).split(' + ').sort();
      const watched = metrics.filter(({ MetricStat }) => MetricStat !== undefined);
      expect(terms).toEqual(watched.map(({ Id }) => textOf(Id)).sort());
      expect(Properties).toMatchObject({
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
    }
  });

  test('name their heading in the runbook', () => {
    const runbook = readFileSync(join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
    for (const { Properties } of alarms) {
      const [, heading] = /Runbook: "(.+)"/.exec(textOf(Properties.AlarmDescription)) ?? [];
      expect(runbook).toContain(`\n## ${heading}\n`);
    }
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
    expect(quiet.ofType('AWS::CloudWatch::Alarm')).toHaveLength(7);
    expect(quiet.ofType('AWS::SNS::Topic')).toEqual([]);
    for (const { Properties } of quiet.ofType('AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toBeUndefined();
  });
});
