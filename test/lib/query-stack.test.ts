import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listOf, objectOf, synthesized, textOf } from '../fixtures/stacks.ts';

describe('the alarm', () => {
  const { query, workflow } = synthesized({ alarmEmail: 'team@example.com' });
  const [alarm, ...others] = query.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

  test('rings when a function of the API that no other alarm watches fails', () => {
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({
      AlarmName: 'image-versions-requests-crashing-test',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
    const metrics = listOf(alarm?.Metrics).map(objectOf);
    const watched = metrics.flatMap(({ MetricStat }) => {
      if (MetricStat === undefined) return [];
      const { MetricName, Dimensions } = objectOf(objectOf(MetricStat).Metric);
      return listOf(Dimensions).map((one) => [textOf(MetricName), textOf(objectOf(one).Value)]);
    });
    expect(watched).toEqual([
      ['Errors', expect.stringContaining('ApiQuery')],
      ['Errors', expect.stringContaining('ApiManifest')],
      ['Errors', expect.stringContaining('ApiInventory')],
    ]);
  });

  test('has its heading in the runbook', () => {
    const [, heading] = /Runbook: "(.+)"/.exec(textOf(alarm?.AlarmDescription)) ?? [];
    const runbook = readFileSync(join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
    expect(runbook).toContain(`\n## ${heading}\n`);
  });

  test('tells the topic of the others, where there is one', () => {
    const [topic] = workflow.ofType('AWS::SNS::Topic').map(({ Properties }) => textOf(Properties.TopicName));
    expect(listOf(alarm?.AlarmActions).map(textOf)).toEqual([
      `arn:\${AWS::Partition}:sns:\${AWS::Region}:\${AWS::AccountId}:${topic}`,
    ]);
    const [quiet] = synthesized().query.ofType('AWS::CloudWatch::Alarm');
    expect(quiet?.Properties.AlarmActions).toBeUndefined();
  });
});
