import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes a cloud assembly of one stack, App, as `cdk synth` does; the answer is its directory. */
export function writeAssembly(resources: object, functions: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  for (const [name, code] of Object.entries(functions)) {
    mkdirSync(join(directory, `asset.${name}`));
    writeFileSync(join(directory, `asset.${name}`, 'index.mjs'), code);
  }
  writeFileSync(join(directory, 'App.template.json'), JSON.stringify({ Resources: resources }));
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'App.template.json' } };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts: { App: stack } }));
  return directory;
}

export const ROLE = { Type: 'AWS::IAM::Role', Properties: {} };

/** A function whose code is `functions[asset]` of `writeAssembly`; it wants a role named Role. */
export function functionNamed(name: string, asset = name, properties: object = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Metadata: { 'aws:asset:path': `asset.${asset}` },
    Properties: {
      FunctionName: name,
      Code: { S3Bucket: 'b', S3Key: `${asset}.zip` },
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Runtime: 'nodejs24.x',
      Timeout: 30,
      ...properties,
    },
  };
}

/** Lets a service of AWS invoke the function with this logical id. */
export function permission(
  functionId: string,
  service: 'apigateway' | 'events',
  SourceArn?: unknown,
): object {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] },
      Principal: `${service}.amazonaws.com`,
      ...(SourceArn === undefined ? {} : { SourceArn }),
    },
  };
}
