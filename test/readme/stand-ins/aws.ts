import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { SageMakerClient, waitUntilImageCreated } from '@aws-sdk/client-sagemaker';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/**
 * Stands in for the AWS CLI, which needs Python: makes the same call through the SDK, from the same arguments and the
 * same variables. It knows the commands that README has. The region comes from `AWS_DEFAULT_REGION`, since version 1 of
 * the CLI reads no other.
 */

const [service = '', operation = '', ...rest] = process.argv.slice(2);
const words = operation === 'wait' ? rest.slice(1) : rest;
const options = new Map<string, string>();
for (let nth = 0; nth < words.length; nth += 2) options.set(words[nth] ?? '', words[nth + 1] ?? '');

function option(name: string): string {
  const value = options.get(name);
  if (value === undefined) throw new Error(`aws ${service} ${operation}: ${name} is missing`);
  return value;
}

const { AWS_DEFAULT_REGION: region, AWS_ENDPOINT_URL: endpoint } = process.env;
if (!region || !endpoint) throw new Error('AWS_DEFAULT_REGION and AWS_ENDPOINT_URL must be set');
const client = { region, endpoint };

async function answered(): Promise<unknown> {
  switch (`${service} ${operation}`) {
    case 'cloudcontrol create-resource':
      return new CloudControlClient(client).send(
        new CreateResourceCommand({
          TypeName: option('--type-name'),
          DesiredState: option('--desired-state'),
        }),
      );
    case 'sagemaker wait':
      return waitUntilImageCreated(
        { client: new SageMakerClient(client), minDelay: 1, maxDelay: 1, maxWaitTime: 60 },
        { ImageName: option('--image-name') },
      );
    case 'stepfunctions start-execution':
      return new SFNClient(client).send(
        new StartExecutionCommand({
          stateMachineArn: option('--state-machine-arn'),
          name: options.get('--name'),
          input: option('--input'),
        }),
      );
    default:
      throw new Error(`This stand-in for the AWS CLI does not know: aws ${service} ${operation}`);
  }
}

console.log(JSON.stringify(await answered()));
