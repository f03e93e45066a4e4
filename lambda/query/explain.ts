import type { OperationKind } from '../contract/workflow.ts';
import type { Scope } from '../core/image-version/request.ts';
import type { Answer, NeededRead } from './engine.ts';
import { orderOf } from './orders.ts';
import type { QueryPorts } from './ports.ts';
import { neededReads } from './run.ts';
import { livePlan } from './sources/live-plan.ts';
import { NEWEST_OPERATIONS } from './sources/operations.ts';
import { NEWEST_SNAPSHOTS } from './sources/snapshots.ts';
import type { PlainStatement } from './statement.ts';
import { isHeld, isLive } from './tables.ts';

/** Which calls a statement would make, told without making one. */

interface Step {
  readonly service: 'Cloud Control' | 'SageMaker' | 'DynamoDB' | 'Step Functions';
  readonly operation: string;
  /** A number, or in words where that depends on what there is. */
  readonly times: string;
  readonly why: string;
}

export async function explain(
  statement: PlainStatement,
  ports: Pick<QueryPorts, 'engine' | 'scope' | 'inventory'>,
): Promise<Answer> {
  const steps =
    statement.kind === 'select'
      ? (await neededReads(statement, ports)).flatMap((read) => stepsOfRead(read, ports.scope))
      : stepsOfChange(orderOf(statement).kind);
  return {
    columns: [
      { name: 'step', type: 'integer' },
      ...(['service', 'operation', 'times', 'why'] as const).map(
        (name) => ({ name, type: 'string' }) as const,
      ),
    ],
    rows: steps.map((step, index) => ({ step: index + 1, ...step })),
  };
}

function stepsOfRead(read: NeededRead, scope: Scope): Step[] {
  if (isLive(read.table)) {
    return (read.regions ?? []).flatMap((region) => stepsOfRegion(read, region, scope));
  }
  const all = isHeld(read.table) ? 'every region that the inventory has' : scope.regions.join(', ');
  const query = (times: string, why: string): Step => ({
    service: 'DynamoDB',
    operation: 'Query',
    times,
    why: `${read.table} in ${read.regions?.join(', ') ?? all}: ${why}`,
  });
  if (read.regions?.length === 0) return [];
  switch (read.table) {
    case 'inventory.image_versions':
      return [
        query('2 for each region and time', 'which snapshot tells of it'),
        query('1 for each MB of rows', 'the rows that hold in that snapshot, and those that have ended'),
      ];
    case 'inventory.snapshots':
      return [query('1 for each MB', `the newest ${NEWEST_SNAPSHOTS} snapshots of each region`)];
    case 'inventory.changes':
      return [
        query(
          '1 for each MB of rows',
          `what changed in the newest ${NEWEST_SNAPSHOTS} snapshots of each region`,
        ),
      ];
    default:
      return [
        query(
          '1 for each MB',
          `the newest ${NEWEST_OPERATIONS} operations of each region, or of each image that is named`,
        ),
      ];
  }
}

function stepsOfRegion(read: NeededRead, region: string, scope: Scope): Step[] {
  const plan = livePlan(read, region, scope);
  const { details, aliases } = plan;
  if (plan.kind === 'get') {
    const times = String(plan.targets.length);
    if (plan.targets.length === 0) return [];
    const step = (service: Step['service'], operation: string, why: string): Step => ({
      service,
      operation,
      times,
      why,
    });
    return [
      step('Cloud Control', 'GetResource', `each version that is named, in ${region}`),
      ...(aliases ? [step('SageMaker', 'ListAliases', 'its aliases, which GetResource does not tell')] : []),
    ];
  }
  const { imageNames } = plan;
  const each = imageNames === undefined ? '1 for each image' : String(imageNames.length);
  const images: Step[] =
    imageNames === undefined
      ? [
          {
            service: 'Cloud Control',
            operation: 'ListResources',
            times: '1 for each page',
            why: `the images of ${region}`,
          },
        ]
      : [];
  if (imageNames?.length === 0) return [];
  if (!details && !aliases) {
    return [
      ...images,
      {
        service: 'Cloud Control',
        operation: 'ListResources',
        times: each,
        why: `the versions of each image: their identifiers are all that is wanted`,
      },
    ];
  }
  return [
    ...images,
    {
      service: 'DynamoDB',
      operation: 'Query',
      times: '1 for each MB of rows',
      why: `what the newest snapshot has of ${region}`,
    },
    {
      service: 'SageMaker',
      operation: 'ListImageVersions',
      times: `${each}, and for each further 100 versions`,
      why: 'which versions there are, and which of them changed since',
    },
    ...(aliases
      ? ([
          { service: 'SageMaker', operation: 'ListAliases', times: each, why: 'the aliases of each image' },
          {
            service: 'SageMaker',
            operation: 'DescribeImageVersion',
            times: '1 for each alias of an image that changed since',
            why: 'which version has it',
          },
        ] as const)
      : []),
    ...(details
      ? ([
          {
            service: 'Cloud Control',
            operation: 'GetResource',
            times: '1 for each version that changed since',
            why: 'its properties',
          },
        ] as const)
      : []),
  ];
}

/** What an operation's workflow sends; what is done for its record and its place in the queue is not told. */
function stepsOfChange(kind: OperationKind): Step[] {
  const follow: Step = {
    service: 'Cloud Control',
    operation: 'GetResourceRequestStatus',
    times: 'until each request has ended',
    why: 'how far it has come',
  };
  const start: Step = {
    service: 'Step Functions',
    operation: 'StartExecution',
    times: '1',
    why: `its workflow, once no other operation of the image comes before it`,
  };
  const read: Step[] = [
    {
      service: 'Cloud Control',
      operation: 'GetResource',
      times: '1',
      why: 'the properties that it has in the end',
    },
    { service: 'SageMaker', operation: 'ListAliases', times: '1', why: 'its aliases in the end' },
  ];
  switch (kind) {
    case 'create':
      return [
        start,
        {
          service: 'Cloud Control',
          operation: 'CreateResource',
          times: '1',
          why: 'the version, without its aliases',
        },
        {
          service: 'Cloud Control',
          operation: 'UpdateResource',
          times: '1 if aliases are given',
          why: 'the aliases, once the version stands',
        },
        follow,
        ...read,
      ];
    case 'update':
      return [
        start,
        { service: 'Cloud Control', operation: 'GetResource', times: '1', why: 'what there is' },
        {
          service: 'SageMaker',
          operation: 'ListAliases',
          times: '1',
          why: 'the aliases that the patch has to repeat',
        },
        {
          service: 'Cloud Control',
          operation: 'UpdateResource',
          times: '1 if anything differs',
          why: 'the smallest patch',
        },
        follow,
        ...read,
      ];
    case 'delete':
      return [
        start,
        { service: 'Cloud Control', operation: 'DeleteResource', times: '1', why: 'the version' },
        follow,
      ];
    default:
      return kind satisfies never;
  }
}
