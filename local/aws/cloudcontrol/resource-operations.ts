import { createHash } from 'node:crypto';
import type { FaultSubject, HandlerName } from '../../faults.ts';
import type { Checked } from '../input-shape.ts';
import { paginate } from '../paging.ts';
import {
  HandlerFailure,
  handlerFailed,
  listModelInvalid,
  modelInvalid,
  typeNotFound,
  validation,
} from './errors.ts';
import { imageNameIn, openSession } from './handler-session.ts';
import { isModel, missingKeys, modelViolations, propertyViolations } from './model-validation.ts';
import { parsePatch, patchModel, refuseFixedProperties } from './patch.ts';
import { progressEvent } from './progress-event.ts';
import type { Caller, EngineOptions, RequestEngine } from './request-engine.ts';
import type { ResourceRequest } from './request-store.ts';
import { primaryIdentifier } from './resource-identifier.ts';
import type { Model, ResourceSchema } from './resource-schema.ts';
import type { ResourceType } from './resource-type.ts';
import type { SHAPES } from './shapes.ts';

type Input<Operation extends keyof typeof SHAPES> = Checked<(typeof SHAPES)[Operation]>;

/** Create, read, update, delete and list: the operations that name a type. */
export class ResourceOperations {
  readonly #options: EngineOptions;
  readonly #engine: RequestEngine;

  constructor(options: EngineOptions, engine: RequestEngine) {
    this.#options = options;
    this.#engine = engine;
  }

  create(caller: Caller, input: Input<'CreateResource'>) {
    const type = this.#type(input.TypeName);
    const desired = parseModel(input.DesiredState, 'DesiredState');
    const imageName = typeof desired.ImageName === 'string' ? desired.ImageName : '';
    const subject = this.#subject(caller, type, 'CREATE', imageName);
    const fingerprint = fingerprintOf('CREATE', input.TypeName, input.DesiredState);
    const earlier = this.#engine.earlier(caller, input.ClientToken, fingerprint, subject);
    if (earlier) return this.#answer(earlier);
    const violations = modelViolations(type.schema, desired);
    if (violations.length > 0) throw modelInvalid(violations);
    const accepted = this.#engine.accept(
      caller,
      {
        type,
        operation: 'CREATE',
        identifier: undefined,
        clientToken: input.ClientToken,
        fingerprint,
        // SageMaker gets the request's own token, so that a handler that begins twice makes one version.
        begin: (session, token) => type.create(session, desired, token),
      },
      subject,
    );
    return this.#answer(accepted);
  }

  update(caller: Caller, input: Input<'UpdateResource'>) {
    const type = this.#type(input.TypeName);
    const identifier = primaryIdentifier(type, caller.region, input.Identifier);
    const imageName = imageNameIn(identifier);
    const subject = this.#subject(caller, type, 'UPDATE', imageName);
    const fingerprint = fingerprintOf('UPDATE', input.TypeName, identifier, input.PatchDocument);
    const earlier = this.#engine.earlier(caller, input.ClientToken, fingerprint, subject);
    if (earlier) return this.#answer(earlier);
    const patch = parsePatch(input.PatchDocument);
    refuseFixedProperties(type.schema, patch);
    this.#engine.refuseConcurrent(caller, type, identifier);
    const previous = this.#read(caller, type, identifier);
    const desired = patchModel(previous, patch);
    const violations = modelViolations(type.schema, desired);
    if (violations.length > 0) throw modelInvalid(violations);
    const accepted = this.#engine.accept(
      caller,
      {
        type,
        operation: 'UPDATE',
        identifier,
        clientToken: input.ClientToken,
        fingerprint,
        begin: (session) => {
          type.update(session, identifier, previous, desired);
          return identifier;
        },
      },
      subject,
    );
    const { ProgressEvent } = this.#answer(accepted);
    return {
      ProgressEvent: { ...ProgressEvent, ResourceModel: JSON.stringify(writable(type.schema, desired)) },
    };
  }

  /** What is not there is accepted too, and fails later (recorded). */
  delete(caller: Caller, input: Input<'DeleteResource'>) {
    const type = this.#type(input.TypeName);
    const identifier = primaryIdentifier(type, caller.region, input.Identifier);
    const imageName = imageNameIn(identifier);
    const subject = this.#subject(caller, type, 'DELETE', imageName);
    const fingerprint = fingerprintOf('DELETE', input.TypeName, identifier);
    const earlier = this.#engine.earlier(caller, input.ClientToken, fingerprint, subject);
    if (earlier) return this.#answer(earlier);
    this.#engine.refuseConcurrent(caller, type, identifier);
    const accepted = this.#engine.accept(
      caller,
      {
        type,
        operation: 'DELETE',
        identifier,
        clientToken: input.ClientToken,
        fingerprint,
        begin: (session) => {
          type.remove(session, identifier);
          return identifier;
        },
      },
      subject,
    );
    return this.#answer(accepted);
  }

  get(caller: Caller, input: Input<'GetResource'>) {
    const type = this.#type(input.TypeName);
    const identifier = primaryIdentifier(type, caller.region, input.Identifier);
    const model = this.#read(caller, type, identifier);
    const description = {
      Identifier: String(model[type.schema.primaryIdentifier]),
      Properties: JSON.stringify(model),
    };
    return { TypeName: input.TypeName, ResourceDescription: description };
  }

  /** MaxResults has no effect, as in AWS: the setting `pageSize` decides. */
  list(caller: Caller, input: Input<'ListResources'>) {
    const type = this.#type(input.TypeName);
    const { schema } = type;
    const model = input.ResourceModel === undefined ? {} : parseModel(input.ResourceModel, 'ResourceModel');
    const violations = [
      ...missingKeys(schema.listRequires, model),
      ...Object.entries(model).flatMap(([name, value]) => propertyViolations(schema, name, value)),
    ];
    if (violations.length > 0) throw listModelInvalid(schema.typeName, violations);
    const imageName = typeof model.ImageName === 'string' ? model.ImageName : '';
    const subject = this.#subject(caller, type, 'LIST', imageName);
    const identifiers = this.#handled(type, subject, () =>
      type.list(openSession(this.#options, caller), model),
    );
    const { pageSize } = this.#options.settings.current;
    const page = paginate(identifiers, (identifier) => identifier, pageSize, input.NextToken);
    return {
      TypeName: schema.typeName,
      // AWS's list handlers fill in the identifier alone.
      ResourceDescriptions: page.items.map((identifier) => ({
        Identifier: identifier,
        Properties: JSON.stringify({ [schema.primaryIdentifier]: identifier }),
      })),
      ...(page.nextToken && { NextToken: page.nextToken }),
    };
  }

  #type(typeName: string): ResourceType {
    const type = this.#options.types.get(typeName);
    if (!type) throw typeNotFound(typeName);
    return type;
  }

  #read(caller: Caller, type: ResourceType, identifier: string): Model {
    const subject = this.#subject(caller, type, 'READ', imageNameIn(identifier));
    return this.#handled(type, subject, () => type.read(openSession(this.#options, caller), identifier));
  }

  /** Runs a handler whose failure is the answer to the call. */
  #handled<T>(type: ResourceType, subject: FaultSubject, work: () => T): T {
    try {
      const fault = this.#options.faults.take(['fail-request'], subject);
      if (fault) throw new HandlerFailure(fault.errorCode, fault.message);
      return work();
    } catch (error) {
      if (!(error instanceof HandlerFailure)) throw error;
      throw handlerFailed(type.schema.typeName, error, this.#options.newId());
    }
  }

  #subject(caller: Caller, type: ResourceType, handler: HandlerName, imageName: string): FaultSubject {
    const { typeName } = type.schema;
    const operation = OPERATIONS[handler];
    return { service: 'CloudApiService', operation, handler, typeName, imageName, region: caller.region };
  }

  #answer(request: ResourceRequest) {
    const { settings } = this.#options;
    // The first answer is as of the acceptance, however long the handler took to begin.
    return { ProgressEvent: progressEvent(request, settings.current, request.acceptedAt) };
  }
}

const OPERATIONS = {
  CREATE: 'CreateResource',
  READ: 'GetResource',
  UPDATE: 'UpdateResource',
  DELETE: 'DeleteResource',
  LIST: 'ListResources',
} as const satisfies Record<HandlerName, string>;

/** What an update's first answer shows of the wanted model: recorded without read-only properties. */
function writable(schema: ResourceSchema, model: Model): Model {
  return Object.fromEntries(Object.entries(model).filter(([name]) => !schema.readOnly.includes(name)));
}

/** @throws AwsError ValidationException (message unverified). */
function parseModel(json: string, member: string): Model {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw validation(`${member} is not valid JSON`);
  }
  if (!isModel(value)) throw validation(`${member} is not a JSON object`);
  return value;
}

function fingerprintOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
