import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { answerTime } from '../../local/aws/answer-time.ts';
import { CallLog } from '../../local/aws/call-log.ts';
import { createCloudControl } from '../../local/aws/cloudcontrol/cloudcontrol.ts';
import type { Authorize } from '../../local/aws/cloudcontrol/handler-session.ts';
import { openDatabase } from '../../local/aws/database.ts';
import { createAwsEndpoint } from '../../local/aws/endpoint.ts';
import { callFaults } from '../../local/aws/fault-middleware.ts';
import { rateLimit } from '../../local/aws/rate-limit.ts';
import type { VersionStateChange } from '../../local/aws/sagemaker/context.ts';
import { createSageMaker } from '../../local/aws/sagemaker/sagemaker.ts';
import { Settling } from '../../local/aws/settling.ts';
import { Clock } from '../../local/clock.ts';
import { controlPlane } from '../../local/control-plane.ts';
import { Faults } from '../../local/faults.ts';
import { Settings } from '../../local/settings.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '000000000000';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/image-role`;

export interface LocalAws {
  readonly url: string;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly settling: Settling;
  readonly changes: VersionStateChange[];
  readonly unexpected: unknown[];
  readonly cloudControl: CloudControlClient;
  readonly sageMaker: SageMakerClient;
  /** Clients as somebody else, or for another region. */
  client(options: { region?: string; accessKeyId?: string }): CloudControlClient;
  /** Lets so many seconds pass. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Cloud Control and SageMaker behind a real address, on a clock that skips what nobody works on. */
export async function startLocalAws(
  options: { settings?: object; database?: DatabaseSync; authorize?: Authorize } = {},
): Promise<LocalAws> {
  // So slow that a busy machine's time does not count: what passes is what is skipped.
  const clock = new Clock({ skipIdle: true, speed: 0.001 });
  const settings = new Settings(options.settings);
  const faults = new Faults(randomUUID);
  const calls = new CallLog(clock);
  const settling = new Settling();
  const changes: VersionStateChange[] = [];
  const unexpected: unknown[] = [];
  const database = options.database ?? openDatabase();
  const shared = { database, clock, settings, faults, settling };
  const sagemaker = createSageMaker({ ...shared, onVersionStateChange: (change) => changes.push(change) });
  const { authorize } = options;
  const cloudControl = createCloudControl({
    ...shared,
    sagemaker,
    newId: randomUUID,
    ...(authorize && { authorize }),
  });
  const endpoint = createAwsEndpoint({
    services: [sagemaker.service, cloudControl.service],
    routes: [
      controlPlane({
        settings,
        faults,
        calls,
        clock,
        reset: () => {
          sagemaker.reset();
          cloudControl.reset();
        },
      }),
    ],
    middleware: [
      calls.middleware,
      answerTime(settings, clock),
      rateLimit(settings, clock),
      callFaults(faults, clock),
    ],
    clock,
    newId: randomUUID,
    onUnexpected: (error) => unexpected.push(error),
  });
  const { url } = await endpoint.listen(0);
  const clientOptions = (who: { region?: string; accessKeyId?: string }) => ({
    endpoint: url,
    region: who.region ?? REGION,
    credentials: { accessKeyId: who.accessKeyId ?? 'AKIALOCAL', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  const clients: { destroy(): void }[] = [];
  const client = (who: { region?: string; accessKeyId?: string }) => {
    const made = new CloudControlClient(clientOptions(who));
    clients.push(made);
    return made;
  };
  const sageMaker = new SageMakerClient(clientOptions({}));
  clients.push(sageMaker);
  return {
    url,
    clock,
    settings,
    faults,
    calls,
    settling,
    changes,
    unexpected,
    cloudControl: client({}),
    sageMaker,
    client,
    pass: (seconds) => clock.sleep(seconds * 1000),
    close: async () => {
      for (const made of clients) made.destroy();
      clock.stop();
      await endpoint.close();
      if (options.database === undefined) database.close();
    },
  };
}
