import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, listOf, objectOf, synthesized, textOf } from '../fixtures/stacks.ts';

describe('the alarms', () => {
  const { query, inventory, workflow } = synthesized({ alarmEmail: 'team@example.com' });
  const alarms = query.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  const FUNCTIONS = ['query', 'query-read', 'manifest', 'manifest-read', 'inventory'];

  function watchedBy(alarm: JsonObject): string[][] {
    return listOf(alarm.Metrics)
      .map(objectOf)
      .flatMap(({ MetricStat }) => {
        if (MetricStat === undefined) return [];
        const { MetricName, Dimensions } = objectOf(objectOf(MetricStat).Metric);
        return listOf(Dimensions).map((one) => [textOf(MetricName), functionOf(textOf(objectOf(one).Value))]);
      });
  }

  /** The name of a function of this stack, or of the inventory's that it imports. */
  function functionOf(reference: string): string {
    const [, id = ''] =
      /(?:^\$\{|ExportsOutputRef)(ApiInventoryFunction[0-9A-F]{8}|\w+})/.exec(reference) ?? [];
    const stack = id.startsWith('ApiInventory') ? inventory : query;
    return textOf(stack.resources.get(id.replace('}', ''))?.Properties.FunctionName);
  }

  test.each([
    ['image-versions-requests-crashing-test', 'Errors'],
    ['image-versions-requests-throttled-test', 'Throttles'],
  ])('%s goes off at %s of a function of the API that no other alarm watches', (name, metric) => {
    const [alarm, ...others] = alarms.filter(({ AlarmName }) => AlarmName === name);
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ Threshold: 1, TreatMissingData: 'notBreaching' });
    expect(watchedBy(alarm ?? {})).toEqual(FUNCTIONS.map((one) => [metric, `image-version-api-${one}-test`]));
  });

  test('have their headings in the runbook', () => {
    const runbook = readFileSync(join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
    expect(alarms).toHaveLength(2);
    for (const { AlarmDescription } of alarms) {
      const [, heading] = /Runbook: "(.+)"/.exec(textOf(AlarmDescription)) ?? [];
      expect(runbook).toContain(`\n## ${heading}\n`);
    }
  });

  test('tell the topic of the others, where there is one', () => {
    const [topic] = workflow.ofType('AWS::SNS::Topic').map(({ Properties }) => textOf(Properties.TopicName));
    for (const { AlarmActions } of alarms) {
      expect(listOf(AlarmActions).map(textOf)).toEqual([
        `arn:\${AWS::Partition}:sns:\${AWS::Region}:\${AWS::AccountId}:${topic}`,
      ]);
    }
    for (const { Properties } of synthesized().query.ofType('AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toBeUndefined();
  });
});
