import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type JsonObject,
  listOf,
  objectOf,
  type SynthesizedStack,
  synthesized,
  textOf,
} from '../fixtures/stacks.ts';

/** The inventory that remembers: what is kept, what takes snapshots and when, and what rings. */

const { inventory } = synthesized({ regions: 'us-east-1,eu-west-1', alarmEmail: 'team@example.com' });
const FUNCTION = 'image-version-inventory-test';

/** The resource that a reference such as `${Name.Arn}` means. */
function meantBy(stack: SynthesizedStack, reference: string) {
  return stack.resources.get(reference.replace(/^\$\{(\w+)(\.Arn)?}$/, '$1'));
}

test('has no table: one that is kept would stand in the way of a second first deployment', () => {
  expect(inventory.ofType('AWS::DynamoDB::Table')).toEqual([]);
});

/** A rule's one target, which is the function. */
function targetOf(stack: SynthesizedStack, rule: JsonObject): JsonObject {
  const [target, ...further] = listOf(rule.Targets).map(objectOf);
  if (!target || further.length > 0) throw new Error('The rule has no target, or several');
  expect(meantBy(stack, textOf(target.Arn))?.Properties.FunctionName).toBe(FUNCTION);
  return target;
}

function ruleOf(stack: SynthesizedStack, name: string): JsonObject {
  return stack.named('AWS::Events::Rule', 'Name', name).Properties;
}

describe('the schedule', () => {
  test.each([['us-east-1'], ['eu-west-1']])(
    'calls the function each hour for %s, as the bus would',
    (region) => {
      const rule = ruleOf(inventory, `image-version-snapshot-${region}-test`);
      expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 hour)', State: 'ENABLED' });
      const { Input, RetryPolicy } = targetOf(inventory, rule);
      expect(JSON.parse(textOf(Input))).toEqual({
        source: 'image-version-automation',
        'detail-type': 'ImageInventorySnapshotRequested',
        detail: { region, trigger: 'schedule' },
      });
      // An hour later the next one comes.
      expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600 });
    },
  );

  test('is of the stack’s own region, where none is configured', () => {
    const stack = synthesized().inventory;
    const rule = ruleOf(stack, `image-version-snapshot-own-region-test`);
    expect(JSON.parse(textOf(targetOf(stack, rule).Input))).toMatchObject({
      detail: { region: `\${AWS::Region}` },
    });
    expect(stack.ofType('AWS::Events::Rule')).toHaveLength(2);
  });

  test.each([
    [5, 'rate(5 minutes)', 300],
    [90, 'rate(90 minutes)', 5400],
    [1440, 'rate(1 day)', 86_400],
  ])(
    'is every %j minutes where the context says so, and its events are worth no more',
    (minutes, rate, age) => {
      const stack = synthesized({ regions: 'us-east-1', snapshotEveryMinutes: minutes }).inventory;
      const rule = ruleOf(stack, 'image-version-snapshot-us-east-1-test');
      expect(rule.ScheduleExpression).toBe(rate);
      expect(targetOf(stack, rule).RetryPolicy).toEqual({ MaximumEventAgeInSeconds: age });
    },
  );
});

test('whoever asks for a snapshot on the bus gets one', () => {
  const rule = ruleOf(inventory, 'image-version-snapshot-requested-test');
  expect(textOf(rule.EventBusName)).toMatch(/^\$\{Workflow:ExportsOutputRefBus/);
  expect(rule.EventPattern).toEqual({
    source: ['image-version-automation'],
    'detail-type': ['ImageInventorySnapshotRequested'],
  });
  const target = targetOf(inventory, rule);
  // The event as it comes, with what an earlier run left to do.
  expect(target.Input).toBeUndefined();
  expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600 });
});

test('each rule may invoke the function, and nobody else through EventBridge', () => {
  const permitted = inventory
    .ofType('AWS::Lambda::Permission')
    .filter(({ Properties }) => Properties.Principal === 'events.amazonaws.com')
    .map(({ Properties }) => {
      expect(meantBy(inventory, textOf(Properties.FunctionName))?.Properties.FunctionName).toBe(FUNCTION);
      return textOf(meantBy(inventory, textOf(Properties.SourceArn))?.Properties.Name);
    });
  expect(permitted.sort()).toEqual([
    'image-version-snapshot-eu-west-1-test',
    'image-version-snapshot-requested-test',
    'image-version-snapshot-us-east-1-test',
  ]);
});

describe('what comes to nothing', () => {
  const queue = inventory.named('AWS::SQS::Queue', 'QueueName', 'image-version-snapshots-undelivered-test');
  const rules = inventory.ofType('AWS::Events::Rule').map(({ Properties }) => Properties);

  test('is tried again twice by Lambda, and then kept for two weeks', () => {
    const [attempts, ...others] = inventory.ofType('AWS::Lambda::EventInvokeConfig');
    expect(others).toEqual([]);
    const { DestinationConfig, FunctionName, ...bounds } = attempts?.Properties ?? {};
    expect(bounds).toEqual({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600, Qualifier: '$LATEST' });
    expect(meantBy(inventory, textOf(FunctionName))?.Properties.FunctionName).toBe(FUNCTION);
    const { OnFailure, ...successes } = objectOf(DestinationConfig);
    expect(successes).toEqual({});
    expect(meantBy(inventory, textOf(objectOf(OnFailure).Destination))).toBe(queue);
    expect(queue.Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
      SqsManagedSseEnabled: true,
    });
  });

  test('for the third attempt there is time left, if each takes all that the function has', () => {
    const { Timeout } = inventory.named('AWS::Lambda::Function', 'FunctionName', FUNCTION).Properties;
    const twoAttemptsAndTheirWaits = 2 * Number(Timeout) + 60 + 120;
    expect(twoAttemptsAndTheirWaits).toBeLessThan(3600);
  });

  test('is kept where EventBridge could not even hand it over', () => {
    expect(rules).toHaveLength(3);
    for (const rule of rules) {
      const { DeadLetterConfig } = targetOf(inventory, rule);
      expect(meantBy(inventory, textOf(objectOf(DeadLetterConfig).Arn))).toBe(queue);
    }
  });

  test('reaches the queue from these rules alone', () => {
    const statements = inventory
      .ofType('AWS::SQS::QueuePolicy')
      .flatMap(({ Properties }) => listOf(objectOf(Properties.PolicyDocument).Statement))
      .map(objectOf)
      .filter(({ Effect }) => Effect === 'Allow');
    const from = statements.map(({ Action, Principal, Condition }) => {
      expect({ Action, Principal }).toEqual({
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
      });
      return meantBy(inventory, textOf(objectOf(objectOf(Condition).ArnEquals)['aws:SourceArn']))?.Properties;
    });
    expect(new Set(from)).toEqual(new Set(rules));
  });
});

describe('the alarms', () => {
  const alarmOf = (stack: SynthesizedStack, name: string) =>
    stack.named('AWS::CloudWatch::Alarm', 'AlarmName', name).Properties;

  test('are these, and name their headings in the runbook', () => {
    const alarms = inventory.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    const headings = alarms.map(
      ({ AlarmDescription }) => /Runbook: "(.*)"\.$/.exec(textOf(AlarmDescription))?.[1],
    );
    expect(headings).toEqual([
      'Snapshot failing',
      'Snapshot not running',
      'Snapshot not running',
      'Functions throttled',
      'Events undelivered',
    ]);
    const runbook = readFileSync(join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
    for (const heading of headings) expect(runbook).toContain(`\n## ${heading}\n`);
  });

  test.each([
    ['failing', 'Errors'],
    ['throttled', 'Throttles'],
  ])('watch the function (%s: %s)', (what, metric) => {
    const { MetricName, Dimensions } = alarmOf(inventory, `image-versions-snapshot-${what}-test`);
    expect(MetricName).toBe(metric);
    const [dimension] = listOf(Dimensions).map(objectOf);
    expect(dimension?.Name).toBe('FunctionName');
    expect(meantBy(inventory, textOf(dimension?.Value))?.Properties.FunctionName).toBe(FUNCTION);
  });

  test('watch the dead-letter queue: one message is enough', () => {
    const alarm = alarmOf(inventory, 'image-versions-snapshot-undelivered-test');
    expect(alarm).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
    const [dimension] = listOf(alarm.Dimensions).map(objectOf);
    const queue = textOf(dimension?.Value).replace(/^\$\{(\w+)\.QueueName}$/, '$1');
    expect(inventory.resources.get(queue)?.Properties.QueueName).toBe(
      'image-version-snapshots-undelivered-test',
    );
  });

  test('ring when a snapshot fails for good, and not for what the next attempt made up for', () => {
    const failing = alarmOf(inventory, 'image-versions-snapshot-failing-test');
    expect(failing).toMatchObject({
      MetricName: 'Errors',
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
    const [attempts] = inventory.ofType('AWS::Lambda::EventInvokeConfig');
    expect(failing.Threshold).toBe(1 + Number(attempts?.Properties.MaximumRetryAttempts));
    // All attempts of one event lie within what it adds up.
    const { Timeout } = inventory.named('AWS::Lambda::Function', 'FunctionName', FUNCTION).Properties;
    expect(failing.Period).toBeGreaterThanOrEqual(3 * Number(Timeout) + 60 + 120);
  });

  test.each([
    [undefined, 3600],
    [5, 300],
    // Two days are within what CloudWatch looks back: seven days, for periods of an hour and more.
    [1440, 86_400],
  ])('ring when no snapshot is begun in two periods of the schedule (%j minutes)', (minutes, period) => {
    const context = minutes === undefined ? {} : { snapshotEveryMinutes: minutes };
    const stack = synthesized(context).inventory;
    expect(alarmOf(stack, 'image-versions-snapshot-not-running-own-region-test')).toMatchObject({
      Namespace: 'AWS/Events',
      MetricName: 'Invocations',
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      Period: period,
      EvaluationPeriods: 2,
      // No data is what a function that is not called leaves behind.
      TreatMissingData: 'breaching',
    });
  });

  test('ring for each region by itself: a rule that is dead is not hidden by the others', () => {
    for (const region of ['us-east-1', 'eu-west-1']) {
      const { Dimensions } = alarmOf(inventory, `image-versions-snapshot-not-running-${region}-test`);
      const [rule, ...others] = listOf(Dimensions).map(objectOf);
      expect(others).toEqual([]);
      expect(rule?.Name).toBe('RuleName');
      expect(meantBy(inventory, textOf(rule?.Value))?.Properties).toBe(
        ruleOf(inventory, `image-version-snapshot-${region}-test`),
      );
    }
  });

  test('tell the topic of the other alarms, without keeping CloudFormation from deleting it', () => {
    const { workflow } = synthesized({ alarmEmail: 'team@example.com' });
    const [topic] = workflow.ofType('AWS::SNS::Topic').map(({ Properties }) => textOf(Properties.TopicName));
    const arn = `arn:\${AWS::Partition}:sns:\${AWS::Region}:\${AWS::AccountId}:${topic}`;
    for (const { Properties } of inventory.ofType('AWS::CloudWatch::Alarm'))
      expect(listOf(Properties.AlarmActions).map(textOf)).toEqual([arn]);
    expect(topic).toBe('image-version-alarms-test');
  });

  test('without an address are shown alone', () => {
    for (const { Properties } of synthesized().inventory.ofType('AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toBeUndefined();
  });
});
