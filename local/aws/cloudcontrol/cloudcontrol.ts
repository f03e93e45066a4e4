import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import type { Settings } from '../../settings.ts';
import { transact } from '../database.ts';
import { type Checked, checkInput, type InputShape } from '../input-shape.ts';
import { unknownOperation } from '../protocol-errors.ts';
import type { SageMaker } from '../sagemaker/sagemaker.ts';
import type { AwsJsonService } from '../service.ts';
import type { Settling } from '../settling.ts';
import type { Authorize } from './handler-session.ts';
import { IMAGE_TYPE } from './image-type.ts';
import { IMAGE_VERSION_TYPE } from './image-version-type.ts';
import { type Caller, type EngineOptions, RequestEngine } from './request-engine.ts';
import { RequestOperations } from './request-operations.ts';
import { RequestStore } from './request-store.ts';
import { ResourceOperations } from './resource-operations.ts';
import { SHAPES } from './shapes.ts';

export interface CloudControlOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly faults: Faults;
  /** Shared with `sagemaker`, which must have been made first: its changes come before requests look at them. */
  readonly settling: Settling;
  readonly sagemaker: SageMaker;
  /** Makes request tokens; SageMaker takes them as its ClientToken, so at most 36 of `[a-zA-Z0-9-]`. */
  readonly newId: () => string;
  /** Asked before every action of SageMaker that a handler uses. @default everybody may everything */
  readonly authorize?: Authorize;
}

export interface CloudControl {
  readonly service: AwsJsonService;
  /** Forgets every request of every region. */
  reset(): void;
}

/** Cloud Control's eight operations for AWS::SageMaker::Image and AWS::SageMaker::ImageVersion. */
export function createCloudControl(options: CloudControlOptions): CloudControl {
  const { database, clock, settings, faults, settling, newId } = options;
  const store = new RequestStore(database);
  const types = new Map([IMAGE_TYPE, IMAGE_VERSION_TYPE].map((type) => [type.schema.typeName, type]));
  const engineOptions: EngineOptions = {
    store,
    clock,
    settings,
    faults,
    types,
    newId,
    operations: options.sagemaker.operations,
    clearAttributes: options.sagemaker.clearAttributes,
    authorize: options.authorize ?? (() => undefined),
  };
  const engine = new RequestEngine(engineOptions);
  const operations = operationsOf(
    new ResourceOperations(engineOptions, engine),
    new RequestOperations(engineOptions, engine),
  );
  settling.add(engine.settling);
  return {
    reset: () => store.clear(),
    service: {
      target: 'CloudApiService',
      contentType: 'application/x-amz-json-1.0',
      call: async ({ operation, region, accessKeyId, input }) => {
        const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
        if (!run) throw unknownOperation(operation);
        // Apart from the operation: what has fallen due stays done when the operation is refused.
        transact(database, () => settling.settle(clock.now()));
        return transact(database, () => run({ region, accessKeyId }, input));
      },
    },
  };
}

type Run = (caller: Caller, input: Readonly<Record<string, unknown>>) => object;

function operationsOf(resources: ResourceOperations, requests: RequestOperations): Record<string, Run> {
  function checked<const S extends InputShape>(
    shape: S,
    run: (caller: Caller, input: Checked<S>) => object,
  ): Run {
    return (caller, input) => run(caller, checkInput(shape, input));
  }
  return {
    CreateResource: checked(SHAPES.CreateResource, (caller, input) => resources.create(caller, input)),
    UpdateResource: checked(SHAPES.UpdateResource, (caller, input) => resources.update(caller, input)),
    DeleteResource: checked(SHAPES.DeleteResource, (caller, input) => resources.delete(caller, input)),
    GetResource: checked(SHAPES.GetResource, (caller, input) => resources.get(caller, input)),
    ListResources: checked(SHAPES.ListResources, (caller, input) => resources.list(caller, input)),
    GetResourceRequestStatus: checked(SHAPES.GetResourceRequestStatus, (caller, input) =>
      requests.status(caller, input),
    ),
    CancelResourceRequest: checked(SHAPES.CancelResourceRequest, (caller, input) =>
      requests.cancel(caller, input),
    ),
    ListResourceRequests: checked(SHAPES.ListResourceRequests, (caller, input) =>
      requests.list(caller, input),
    ),
  };
}
