import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import validate from 'asl-validator';
import { type JsonObject, listOf, objectOf, textOf } from '../fixtures/stacks.ts';
import { assemblyDirectory } from '../synthesized.ts';
import {
  type DeployableApp,
  deployable,
  inScratch,
  judge,
  type PlacedResource,
  resourcesOf,
} from './apps.ts';
import { resourceRules } from './resource-rules.ts';
import {
  CHARACTERS,
  CODE_BYTES,
  INDEXES_OF_A_TABLE,
  METRICS_OF_AN_ALARM,
  NAMES,
  policySize,
  RATE,
  resolvedAtMost,
  STACK,
  TARGETS_OF_A_RULE,
} from './service-limits.ts';

/**
 * What `cdk deploy` would hand to CloudFormation: the app as it comes, for the one region that it is deployed to; and
 * at its largest, for five regions, with the longest stage and everything set that adds to it. Both in one account.
 */

const plain = deployable({});
const largest = deployable({
  stage: 'abcdefghijklmnop',
  regions: 'us-east-1,us-gov-west-1,ap-southeast-2,ap-northeast-1,eu-central-1',
  alarmEmail: 'team@example.com',
  snapshotEveryMinutes: 5,
  operationDeadlineMinutes: 480,
});
const APPS: [string, DeployableApp][] = [
  ['as it comes', plain],
  ['at its largest', largest],
];

function ofType(app: DeployableApp, ...types: string[]): PlacedResource[] {
  return resourcesOf(app).filter(({ Type }) => types.includes(Type));
}

/** What exceeds a limit, each with how much it is. */
function above(limit: number, sizes: Iterable<readonly [string, number]>): string[] {
  return [...sizes].flatMap(([what, size]) => (size > limit ? [`${what}: ${size} > ${limit}`] : []));
}

test('what judges the templates ends a synthesis that it finds a fault in', () => {
  const faulty = `
    import { App, aws_sqs as sqs, Stack, Validations } from 'aws-cdk-lib';
    import { AwsSolutionsChecks } from 'cdk-nag';
    const app = new App();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new sqs.CfnQueue(new Stack(app, 'Faulty'), 'Queue', { visibilityTimeout: 50_000 });
    app.synth();`;
  const { status, printed } = inScratch((outdir) => judge({}, outdir, faulty));
  // cdk-nag: neither encrypted nor with a queue for dead letters; CloudFormation's rules: longer than SQS takes.
  expect(printed).toMatch(/AwsSolutions-SQS/);
  expect(printed).toMatch(/visibilityTimeout/i);
  expect(status).toBe(1);
});

describe.each(APPS)('the app %s', (_name, app) => {
  test('is found free of faults by CloudFormation’s rules and by cdk-nag', () => {
    expect(app).toMatchObject({ status: 0, printed: '' });
    expect(app.stacks).toHaveLength(4);
  });

  test('keeps to what a stack may have', () => {
    const per = (count: (stack: DeployableApp['stacks'][number]) => number) =>
      app.stacks.map((stack) => [stack.name, count(stack)] as const);
    expect(
      above(
        STACK.resources,
        per(({ resources }) => resources.resources.size),
      ),
    ).toEqual([]);
    expect(
      above(
        STACK.templateBytes,
        per(({ text }) => Buffer.byteLength(text)),
      ),
    ).toEqual([]);
    expect(
      above(
        STACK.outputs,
        per(({ outputs }) => outputs),
      ),
    ).toEqual([]);
    expect(
      above(
        STACK.parameters,
        per(({ parameters }) => parameters),
      ),
    ).toEqual([]);
    expect(
      above(
        STACK.nameLength,
        per(({ name }) => name.length),
      ),
    ).toEqual([]);
    const exported = app.stacks.flatMap(({ exports }) => exports);
    expect(
      above(
        CHARACTERS.exportName,
        exported.map((name) => [name, name.length] as const),
      ),
    ).toEqual([]);
  });

  test('names everything as its service takes it', () => {
    const named = resourcesOf(app).flatMap(({ Type, Properties }) => {
      const rule = NAMES[Type];
      return rule && Properties[rule.property] !== undefined
        ? [{ Type, shape: rule.shape, name: String(resolvedAtMost(Properties[rule.property])) }]
        : [];
    });
    expect(named.length).toBeGreaterThan(45);
    expect(named.filter(({ name, shape }) => !shape.test(name))).toEqual([]);
  });

  test('has no type with a name of ours that is not looked at here', () => {
    const all = resourcesOf(app).filter(({ Type }) => Type !== 'AWS::CDK::Metadata');
    const rules = resourceRules(all.map(({ Type }) => Type));
    const strange = all.flatMap(({ Type, Properties }) =>
      Object.keys(Properties)
        .filter(
          (property) => /(^|[a-z])Name$/.test(property) && rules.get(Type)?.replacing.includes(property),
        )
        .filter((property) => NAMES[Type]?.property !== property)
        .map((property) => `${Type} ${property}`),
    );
    // Whose they are, and no names of their own.
    expect(new Set(strange)).toEqual(
      new Set([
        'AWS::ApiGatewayV2::Stage StageName',
        'AWS::Events::Rule EventBusName',
        'AWS::Lambda::EventInvokeConfig FunctionName',
        'AWS::Lambda::Permission FunctionName',
      ]),
    );
  });

  test('has machines whose resolved definitions are valid ASL, and of a size that is taken', () => {
    const machines = ofType(app, 'AWS::StepFunctions::StateMachine');
    expect(machines).toHaveLength(3);
    for (const { Properties } of machines) {
      const text = String(resolvedAtMost(Properties.DefinitionString));
      expect(above(CHARACTERS.definition, [[textOf(Properties.StateMachineName), text.length]])).toEqual([]);
      const { isValid, errorsText } = validate(JSON.parse(text) as object);
      expect(isValid ? '' : errorsText()).toBe('');
    }
  });

  test('gives its functions no more environment than they may have', () => {
    const functions = ofType(app, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(15);
    const sizes = functions.map(({ Properties }) => {
      const { Variables } = objectOf(Properties.Environment);
      return [textOf(Properties.FunctionName), JSON.stringify(resolvedAtMost(Variables)).length] as const;
    });
    expect(above(CHARACTERS.environment, sizes)).toEqual([]);
  });

  test('has policies of a size that IAM and Lambda take', () => {
    const inline = new Map<string, number>();
    for (const { stack, Properties } of ofType(app, 'AWS::IAM::Policy')) {
      for (const role of listOf(Properties.Roles).map(textOf)) {
        const id = `${stack} ${role}`;
        inline.set(id, (inline.get(id) ?? 0) + policySize(Properties.PolicyDocument));
      }
    }
    expect(inline.size).toBe(15 + 3);
    expect(above(CHARACTERS.inlinePolicies, inline)).toEqual([]);

    const managed = ofType(app, 'AWS::IAM::ManagedPolicy');
    expect(managed).toHaveLength(2);
    const sizes = managed.map(({ id, Properties }) => [id, policySize(Properties.PolicyDocument)] as const);
    expect(above(CHARACTERS.managedPolicy, sizes)).toEqual([]);

    const permitted = Map.groupBy(ofType(app, 'AWS::Lambda::Permission'), ({ Properties }) =>
      textOf(Properties.FunctionName),
    );
    const allowed = [...permitted].map(
      // A statement has an id of its own and says what it is besides its properties.
      ([id, all]) => [id, all.reduce((sum, one) => sum + policySize(one.Properties) + 200, 0)] as const,
    );
    expect(above(CHARACTERS.functionPolicy, allowed)).toEqual([]);
  });

  test('has rules that EventBridge takes', () => {
    const rules = ofType(app, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    const sizes = (property: string) =>
      rules
        .filter((rule) => rule[property] !== undefined)
        .map((rule) => [textOf(rule.Name), textLength(rule[property])] as const);
    const textLength = (value: JsonObject[string] | undefined) => {
      const resolved = resolvedAtMost(value);
      return (typeof resolved === 'string' ? resolved : JSON.stringify(resolved)).length;
    };
    expect(above(CHARACTERS.eventPattern, sizes('EventPattern'))).toEqual([]);
    expect(above(CHARACTERS.scheduleExpression, sizes('ScheduleExpression'))).toEqual([]);
    const scheduled = rules.flatMap((rule) => listOf(rule.ScheduleExpression)).map(textOf);
    expect(scheduled.length).toBeGreaterThan(1);
    expect(scheduled.filter((expression) => !RATE.test(expression))).toEqual([]);
    for (const rule of rules) {
      const targets = listOf(rule.Targets).map(objectOf);
      expect(targets.length).toBeLessThanOrEqual(TARGETS_OF_A_RULE);
      for (const { Input } of targets) expect(textLength(Input)).toBeLessThanOrEqual(CHARACTERS.targetInput);
    }
  });

  test('has alarms and tables within their bounds', () => {
    for (const { id, Properties } of ofType(app, 'AWS::CloudWatch::Alarm')) {
      const metrics = listOf(Properties.Metrics).filter((one) => objectOf(one).MetricStat !== undefined);
      expect(above(METRICS_OF_AN_ALARM, [[id, metrics.length]])).toEqual([]);
    }
    for (const { id, Properties } of ofType(app, 'AWS::DynamoDB::Table')) {
      const indexes = listOf(Properties.GlobalSecondaryIndexes).length;
      expect(above(INDEXES_OF_A_TABLE, [[id, indexes]])).toEqual([]);
    }
  });

  test('has stacks that need each other in one direction, and what one imports another exports', () => {
    const done = new Set<string>();
    for (const _round of app.stacks) {
      for (const { name, after } of app.stacks) if (after.every((one) => done.has(one))) done.add(name);
    }
    expect([...done].sort()).toEqual(app.stacks.map(({ name }) => name).sort());

    const exporter = new Map(app.stacks.flatMap(({ name, exports }) => exports.map((one) => [one, name])));
    expect(exporter.size).toBeGreaterThan(5);
    for (const { name, text, after } of app.stacks) {
      for (const [, imported = ''] of text.matchAll(/"Fn::ImportValue":\s*"([^"]+)"/g)) {
        expect({ name, imported, needs: after }).toMatchObject({
          needs: expect.arrayContaining([exporter.get(imported)]),
        });
      }
    }
  });

  test('names no account and no partition, and no region but those that are configured', () => {
    for (const { text } of app.stacks) {
      expect(text).not.toMatch(/arn:aws[a-z-]*:/);
      expect(text).not.toMatch(/amazonaws\.com\.cn|amazonaws\.eu/);
      expect(text).not.toMatch(/\b\d{12}\b/);
      const regions = text.match(/\b(us|eu|ap|ca|sa|me|af|il|mx|cn)(-(gov|iso[a-z]?))?-[a-z]+-\d\b/g) ?? [];
      const configured = ['us-east-1', 'us-gov-west-1', 'ap-southeast-2', 'ap-northeast-1', 'eu-central-1'];
      expect(regions.filter((one) => app === plain || !configured.includes(one))).toEqual([]);
    }
  });
});

test('a function’s code is far below what Lambda takes', () => {
  const assets = readdirSync(assemblyDirectory()).filter((name) => name.startsWith('asset.'));
  expect(assets.length).toBeGreaterThanOrEqual(15);
  const sizes = assets.map((name) => {
    const files = readdirSync(join(assemblyDirectory(), name), { recursive: true, encoding: 'utf8' });
    const bytes = files.map((file) => statSync(join(assemblyDirectory(), name, file)).size);
    return [name, bytes.reduce((sum, size) => sum + size, 0)] as const;
  });
  expect(above(CODE_BYTES / 100, sizes)).toEqual([]);
});

describe('two stages in one account and region', () => {
  test('have no physical name in common, no stack and no export', () => {
    const namesOf = (app: DeployableApp) => [
      ...resourcesOf(app).flatMap(({ Type, Properties }) => {
        const property = NAMES[Type]?.property;
        const name = property === undefined ? undefined : Properties[property];
        return name === undefined ? [] : [`${Type} ${textOf(name)}`];
      }),
      ...app.stacks.flatMap(({ name, exports }) => [name, ...exports]),
    ];
    const [one, other] = [namesOf(plain), new Set(namesOf(largest))];
    expect(one.length).toBeGreaterThan(60);
    expect(one.filter((name) => other.has(name))).toEqual([]);
  });

  test('no name but the stage’s own has the stage of the other in it', () => {
    for (const { text } of largest.stacks) expect(text).not.toMatch(/[-/]dev\b/);
  });
});
