import type { Clock } from '../../clock.ts';
import type { Settings } from '../../settings.ts';
import { imageNameOfArn } from '../fault-middleware.ts';
import { sagemakerResource } from '../iam/needed-actions.ts';
import type { SageMaker, SageMakerOperation, SageMakerOperations } from '../sagemaker/sagemaker.ts';
import { AwsError } from '../service.ts';
import { HandlerFailure } from './errors.ts';

/** One use of one of SageMaker's actions by a resource handler, on behalf of whoever called Cloud Control. */
interface ActionUse {
  readonly accessKeyId: string;
  readonly region: string;
  readonly action: `sagemaker:${SageMakerOperation}` | 'iam:PassRole';
  /** The ARN that a policy is judged by; `*` for lists of all images. */
  readonly resource: string;
}

/** @throws AwsError AccessDeniedException when the caller may not. */
export type Authorize = (use: ActionUse) => void;

/** What a resource handler works with: the only way to SageMaker, so that every action used is named. */
export interface HandlerSession {
  readonly region: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly settings: Settings;
  /**
   * Asks for an action that SageMaker checks although no call of its own shows it.
   * @throws AwsError AccessDeniedException
   */
  uses(action: ActionUse['action'], resource: string): void;
  /** @throws AwsError as SageMaker answers it, or as the caller's permissions have it. */
  call<O extends SageMakerOperation>(
    operation: O,
    input: Readonly<Record<string, unknown>>,
  ): ReturnType<SageMakerOperations[O]>;
  /** Unsets attributes of a version: part of an update, asked for after UpdateImageVersion. */
  clear(at: { ImageName: string; Version: number }, names: readonly string[]): void;
}

export interface SessionMaker {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly operations: SageMakerOperations;
  readonly clearAttributes: SageMaker['clearAttributes'];
  readonly authorize: Authorize;
}

/** A session for one caller. */
export function openSession(
  maker: SessionMaker,
  caller: { readonly region: string; readonly accessKeyId: string },
): HandlerSession {
  const { clock, settings, operations, clearAttributes, authorize } = maker;
  const { region, accessKeyId } = caller;
  const uses: HandlerSession['uses'] = (action, resource) =>
    authorize({ accessKeyId, region, action, resource });
  return {
    region,
    now: clock.now(),
    settings,
    uses,
    clear: (at, names) => clearAttributes(region, at, names),
    call: (operation, input) => {
      uses(`sagemaker:${operation}`, sagemakerResource(operation, { region, input }));
      // The map's type ties each operation to its own answer; a generic call of it loses that tie.
      return operations[operation](region, input) as ReturnType<SageMakerOperations[typeof operation]>;
    },
  };
}

/** What a handler was doing when SageMaker refused. */
export interface Doing {
  readonly action: 'CREATE' | 'READ' | 'UPDATE' | 'DELETE' | 'LIST';
  readonly typeName: string;
  readonly identifier: string;
}

/**
 * Does a handler's work and turns what SageMaker answers into what the handler fails with. The pairs and the
 * wording follow AWS's public handlers, of which an older state is known.
 * @throws HandlerFailure
 */
export function asHandler<T>(doing: Doing, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof AwsError ? failureOf(error, doing) : error;
  }
}

/** What a handler fails with when SageMaker answers `error`. */
export function failureOf(error: AwsError, doing: Doing): HandlerFailure {
  const resource = `Resource of type '${doing.typeName}' with identifier '${doing.identifier}'`;
  switch (error.name) {
    case 'ResourceNotFound':
      return new HandlerFailure('NotFound', `${resource} was not found.`);
    case 'ResourceInUse':
      return new HandlerFailure('ResourceConflict', `${resource} has a conflict. Reason: ${error.message}.`);
    case 'ResourceLimitExceeded':
      return new HandlerFailure(
        'ServiceLimitExceeded',
        `Limit exceeded for resource of type '${doing.typeName}'. Reason: ${error.message}`,
      );
    case 'ValidationException':
      return new HandlerFailure('InvalidRequest', `Invalid request provided: ${error.message}`);
    case 'AccessDeniedException':
      return new HandlerFailure('AccessDenied', error.message);
    case 'ThrottlingException':
      return new HandlerFailure('Throttling', `Rate exceeded for operation '${doing.action}'.`);
    default:
      return new HandlerFailure(
        'GeneralServiceException',
        `Error occurred during operation '${doing.action}'.`,
      );
  }
}

/** The name of the image that an identifier means. */
export function imageNameIn(identifier: string): string {
  return imageNameOfArn(identifier) ?? identifier;
}
