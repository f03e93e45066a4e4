import type { LiveImage, LiveVersion } from '../core/catalogue.ts';
import { type HistoryEntry, isFinal, type OperationRecord } from '../core/operation/record.ts';
import type { OperationError } from '../core/operation/result.ts';
import { consoleOf, pathOf } from './links.ts';
import type { ImageShape, ImageVersionShape, OperationShape } from './shapes.ts';

/** Records and live reads as they are answered. What a caller has no use for stays behind. */

/** @param position how many operations come before it; undefined where it is not queued */
export function operationView(record: OperationRecord, position: number | undefined): OperationShape {
  const { operationId, kind, status, region, imageName, version, identifier, request, result, error } =
    record;
  const { createdAt, startedAt, finishedAt, cancelRequestedAt, executionArn } = record;
  const execution = executionArn === undefined ? undefined : consoleOf(executionArn);
  return {
    operationId,
    kind,
    status,
    region,
    ...(imageName === undefined ? {} : { imageName }),
    ...(version === undefined ? {} : { version }),
    ...(identifier === undefined ? {} : { identifier }),
    ...(typeof request === 'object' && request !== null ? { request: { ...request } } : {}),
    ...(result === undefined
      ? {}
      : { result: { ...result, properties: result.properties && listed(result.properties) } }),
    ...(error === undefined ? {} : { error: errorView(error) }),
    history: record.history.map(historyView),
    ...(position === undefined ? {} : { position }),
    createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(cancelRequestedAt === undefined ? {} : { cancelRequestedAt }),
    links: {
      self: pathOf('getOperation', { operationId }),
      ...(isFinal(status) ? {} : { cancel: pathOf('cancelOperation', { operationId }) }),
      ...(imageName === undefined || version === undefined
        ? {}
        : { imageVersion: pathOf('getImageVersion', { imageName, version }, { region }) }),
      ...(execution === undefined ? {} : { execution }),
    },
  };
}

export function imageVersionView({
  identifier,
  imageName,
  version,
  region,
  properties,
}: LiveVersion): ImageVersionShape {
  return {
    identifier,
    imageName,
    version,
    region,
    properties: listed(properties),
    links: {
      self: pathOf('getImageVersion', { imageName, version }, { region }),
      image: pathOf('listImageVersions', { imageName }, { region }),
    },
  };
}

export function imageView({ identifier, imageName, region }: LiveImage): ImageShape {
  return {
    identifier,
    imageName,
    region,
    links: {
      versions: pathOf('listImageVersions', { imageName }, { region }),
      operations: pathOf('listOperations', {}, { image: imageName, region }),
    },
  };
}

function listed(properties: LiveVersion['properties']): { Aliases: string[] } {
  return { ...properties, Aliases: [...properties.Aliases] };
}

function errorView({ name, message, faults }: OperationError): OperationShape['error'] {
  return { name, message, ...(faults ? { faults: faults.map((one) => ({ ...one })) } : {}) };
}

function historyView(entry: HistoryEntry): OperationShape['history'][number] {
  return { ...entry };
}
