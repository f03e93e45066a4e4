import { HandlerFailure } from './errors.ts';
import type { HandlerSession } from './handler-session.ts';
import type { Model, ResourceSchema } from './resource-schema.ts';

export type Progress = 'going-on' | 'done';

/** The operations that become requests. */
export type RequestOperation = 'CREATE' | 'UPDATE' | 'DELETE';

/**
 * A resource type's handlers. create, update and remove begin the work; `check` is then asked until it is
 * done. All throw HandlerFailure.
 */
export interface ResourceType {
  readonly schema: ResourceSchema;
  /** The primary identifier of the resource with this additional identifier. */
  identifierFrom(region: string, additional: string): string;
  /** @returns the new resource's identifier. */
  create(session: HandlerSession, desired: Model, clientToken: string): string;
  read(session: HandlerSession, identifier: string): Model;
  update(session: HandlerSession, identifier: string, previous: Model, desired: Model): void;
  remove(session: HandlerSession, identifier: string): void;
  check(session: HandlerSession, identifier: string, operation: RequestOperation): Progress;
  /** @returns identifiers, in a steady order. */
  list(session: HandlerSession, model: Model): readonly string[];
}

/** As AWS's public handlers do it, once the request is accepted: the schema check does not mind. */
export function refuseReadOnly(schema: ResourceSchema, desired: Model): void {
  const set = schema.readOnly.filter((name) => Object.hasOwn(desired, name));
  if (set.length > 0) {
    const reason = `The following ReadOnly properties were set: [${set.join(',')}]`;
    throw new HandlerFailure('InvalidRequest', `Invalid request provided: ${reason}`);
  }
}

export function notFound(schema: ResourceSchema, identifier: string): HandlerFailure {
  return new HandlerFailure(
    'NotFound',
    `Resource of type '${schema.typeName}' with identifier '${identifier}' was not found.`,
  );
}

/** Names what was made, and no reason: SageMaker knows that (AWS's public handler). */
export function failedToCreate(schema: ResourceSchema, identifier: string): HandlerFailure {
  const what = `${schema.typeName} [${identifier}] failed to create.`;
  return new HandlerFailure('GeneralServiceException', `Error occurred during operation '${what}'.`);
}

export function notStabilized(schema: ResourceSchema, identifier: string): HandlerFailure {
  return new HandlerFailure(
    'NotStabilized',
    `Resource of type '${schema.typeName}' with identifier '${identifier}' did not stabilize.`,
  );
}

/** Whether a resource is too new to be seen by a read (setting `notFoundAfterCreateSeconds`). */
export function isTooNew(session: HandlerSession, creationSeconds: number): boolean {
  const age = session.now / 1000 - creationSeconds;
  return age < session.settings.current.notFoundAfterCreateSeconds;
}
