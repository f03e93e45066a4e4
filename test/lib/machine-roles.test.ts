import { grantsOf } from '../fixtures/grants.ts';
import { synthesized, textOf } from '../fixtures/stacks.ts';

/** What the state machines may do; what the functions may: roles.test.ts. */

const { workflow } = synthesized();

/** Log delivery and traces of a state machine take no resource. */
const DELIVERY =
  /^(logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)|xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets))$/;

test.each([['create'], ['update'], ['delete']])(
  'the machine of %s may invoke its three functions, and nothing else',
  (kind) => {
    const machine = workflow.named(
      'AWS::StepFunctions::StateMachine',
      'StateMachineName',
      `${kind}-image-version-test`,
    );
    const grants = grantsOf(workflow, machine);
    const invoked = grants
      .filter(({ action }) => action === 'lambda:InvokeFunction')
      .map(({ resource }) => resource);
    const names = invoked.map(
      (resource) => workflow.resources.get(resource.slice(2, -'.Arn}'.length))?.Properties.FunctionName,
    );
    expect(names.map((name) => textOf(name)).sort()).toEqual([
      'image-version-check-test',
      'image-version-settle-test',
      `image-version-submit-${kind}-test`,
    ]);
    expect(
      grants.filter(({ action }) => action !== 'lambda:InvokeFunction' && !DELIVERY.test(action)),
    ).toEqual([]);
  },
);
