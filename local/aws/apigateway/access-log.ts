import type { IncomingMessage } from 'node:http';
import type { IamCaller } from './caller.ts';
import { commonLogTime, hostOf, sourceIp } from './proxy-event.ts';

/** What is known of a request once it has been answered. */
export interface AccessRecord {
  readonly apiId: string;
  readonly requestId: string;
  readonly request: IncomingMessage;
  readonly path: string;
  /** Undefined where no route was found. */
  readonly routeKey: string | undefined;
  readonly caller: IamCaller | undefined;
  readonly status: number;
  readonly bytes: number;
  /** Epoch milliseconds of the clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly integrationError: string | undefined;
}

/** One line as the stage's format wants it; a variable without a value, or an unknown one, is `-`. */
export function accessLine(format: string, record: AccessRecord): string {
  const values = variables(record);
  return format.replace(/\$context\.([A-Za-z0-9_.]+)/g, (_, name: string) => {
    // A full stop after a variable's name belongs to the text around it.
    const trimmed = name.replace(/\.+$/, '');
    const value = Object.hasOwn(values, trimmed) ? values[trimmed] : undefined;
    return `${value ?? '-'}${name.slice(trimmed.length)}`;
  });
}

function variables(record: AccessRecord): Readonly<Record<string, string | number | undefined>> {
  const { request, caller, startedAt, endedAt } = record;
  const latency = endedAt - startedAt;
  return {
    accountId: caller?.accountId,
    apiId: record.apiId,
    domainName: hostOf(request),
    'error.message': record.integrationError,
    extendedRequestId: record.requestId,
    httpMethod: request.method,
    'identity.accountId': caller?.accountId,
    'identity.caller': caller?.callerId,
    'identity.sourceIp': sourceIp(request),
    'identity.user': caller?.userId,
    'identity.userAgent': request.headers['user-agent'],
    'identity.userArn': caller?.userArn,
    'integration.latency': latency,
    integrationErrorMessage: record.integrationError,
    integrationLatency: latency,
    path: record.path,
    protocol: `HTTP/${request.httpVersion}`,
    requestId: record.requestId,
    requestTime: commonLogTime(startedAt),
    requestTimeEpoch: startedAt,
    resourcePath: record.routeKey?.split(' ')[1],
    responseLatency: latency,
    responseLength: record.bytes,
    routeKey: record.routeKey,
    stage: '$default',
    status: record.status,
  };
}
