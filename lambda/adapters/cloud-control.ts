import {
  CancelResourceRequestCommand,
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  type ProgressEvent as SdkProgressEvent,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { ERRORS } from '../contract/errors.ts';
import type { ReadableModel } from '../core/image-version/properties.ts';
import { CallError, type ImageVersionRequests, type ProgressEvent } from '../core/ports.ts';
import { called, calledUnless } from './call-error.ts';
import { type Attempts, clientsOf } from './clients.ts';

const TypeName = 'AWS::SageMaker::ImageVersion';
export const NOT_FOUND: readonly string[] = ['ResourceNotFoundException'];

/** The process's clients of Cloud Control. */
export const cloudControlClient = clientsOf((config) => new CloudControlClient(config));

/** Cloud Control, one method for each call. `ClientToken` is always given: the SDK would make up a random one. */
export function cloudControl(attempts: Attempts = {}): ImageVersionRequests {
  const client = (region: string) => cloudControlClient(region, attempts);
  // A creation is not sent again by the SDK: one whose answer is lost is looked for first (core/operation/search.ts).
  const creating = (region: string) => cloudControlClient(region, { maxAttempts: 1 });
  return {
    create: (region, desiredState, ClientToken) =>
      called(async () => {
        const DesiredState = JSON.stringify(desiredState);
        const command = new CreateResourceCommand({ TypeName, DesiredState, ClientToken });
        return progressOf((await creating(region).send(command)).ProgressEvent);
      }),

    update: (region, Identifier, patch, ClientToken) =>
      called(async () => {
        const PatchDocument = JSON.stringify(patch);
        const command = new UpdateResourceCommand({ TypeName, Identifier, PatchDocument, ClientToken });
        return progressOf((await client(region).send(command)).ProgressEvent);
      }),

    delete: (region, Identifier, ClientToken) =>
      called(async () => {
        const command = new DeleteResourceCommand({ TypeName, Identifier, ClientToken });
        return progressOf((await client(region).send(command)).ProgressEvent);
      }),

    status: (region, RequestToken) =>
      called(async () => {
        const command = new GetResourceRequestStatusCommand({ RequestToken });
        return progressOf((await client(region).send(command)).ProgressEvent);
      }),

    cancel: (region, RequestToken) =>
      called(async () => {
        const command = new CancelResourceRequestCommand({ RequestToken });
        return progressOf((await client(region).send(command)).ProgressEvent);
      }),

    read: async (region, Identifier) => {
      const command = new GetResourceCommand({ TypeName, Identifier });
      const answer = await calledUnless(NOT_FOUND, () => client(region).send(command));
      return answer && modelOf(answer.ResourceDescription?.Properties);
    },
  };
}

function progressOf(event: SdkProgressEvent | undefined): ProgressEvent {
  if (!event?.RequestToken || !event.OperationStatus) {
    throw new CallError(ERRORS.unexpectedAnswer, 'Cloud Control sent no request token or no status', false);
  }
  return {
    requestToken: event.RequestToken,
    status: event.OperationStatus,
    ...(event.Identifier ? { identifier: event.Identifier } : {}),
    ...(event.ErrorCode ? { errorCode: event.ErrorCode } : {}),
    ...(event.StatusMessage ? { statusMessage: event.StatusMessage } : {}),
    ...(event.RetryAfter ? { retryAfter: event.RetryAfter.getTime() } : {}),
  };
}

/** `Properties` is a JSON string on the wire. */
function modelOf(properties: string | undefined): ReadableModel {
  const model = parsed(properties ?? 'null');
  if (typeof model !== 'object' || model === null || Array.isArray(model)) {
    throw new CallError(ERRORS.unexpectedAnswer, 'Cloud Control sent a resource without properties', false);
  }
  return { ...model };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
