import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateImageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud.ts';
import { synthesize } from '../../local/synthesis.ts';

/**
 * Takes the statements and manifests out of a document on StackQL's image versions, as they stand, and runs each on the
 * local cloud. Exit status 0 only when there are some and all of them did what they are for.
 *
 *     npm run document -- FILE
 */

const PROJECT = join(import.meta.dirname, '..', '..');
const IMAGE = 'pytorch';
const REGION = 'us-east-1';

interface Block {
  readonly language: 'sql' | 'yaml';
  readonly text: string;
  /** Of its first line. */
  readonly line: number;
}

function blocksOf(document: string): Block[] {
  return [...document.matchAll(/^```(sql|yaml)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] === 'yaml' ? 'yaml' : 'sql',
    text: match[2] ?? '',
    line: document.slice(0, match.index).split('\n').length + 1,
  }));
}

type Json = Readonly<Record<string, unknown>>;

class Runner {
  readonly #cloud: LocalCloud;
  #asked = 0;

  constructor(cloud: LocalCloud) {
    this.#cloud = cloud;
  }

  /** An image with a version, which what is run is about. */
  async prepare(): Promise<void> {
    const { awsUrl: endpoint, credentials } = this.#cloud;
    const client = new SageMakerClient({ endpoint, credentials, region: REGION });
    const RoleArn = 'arn:aws:iam::000000000000:role/image';
    await client.send(new CreateImageCommand({ ImageName: IMAGE, RoleArn }));
    client.destroy();
    const { operationId } = await this.#ask('POST', `/images/${IMAGE}/versions`, {
      BaseImage: 'registry/image:1',
    });
    await this.#succeeded(operationId);
  }

  /** @throws Error that says what it did instead */
  async run({ language, text }: Block): Promise<string> {
    return language === 'yaml' ? this.#manifest(text) : this.#statement(text);
  }

  async #statement(sql: string): Promise<string> {
    const { rows, operation } = await this.#ask('POST', '/query', { sql, params: this.#params() });
    if (Array.isArray(rows)) {
      if (rows.length === 0) throw new Error('It found no row');
      return `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`;
    }
    const { kind, version } = await this.#succeeded(Reflect.get(Object(operation), 'operationId'));
    return `${kind} of version ${version} succeeded`;
  }

  /** Built until it is done; then it is so, and building it again changes nothing. */
  async #manifest(manifest: string): Promise<string> {
    const body = {
      manifest,
      vars: { AWS_REGION: REGION },
      params: { ...this.#params(), base_image: 'registry/image:2' },
    };
    let built = await this.#ask('POST', '/manifests/build', body);
    while (built.done !== true) {
      await this.#cloud.clock.sleep(5_000);
      built = await this.#ask('POST', '/manifests/build', body);
    }
    const { ok } = await this.#ask('POST', '/manifests/test', body);
    if (ok !== true) throw new Error(`It was built, and is not as it says: ${JSON.stringify(built)}`);
    const again = await this.#ask('POST', '/manifests/build', body);
    const actions = (again.resources as readonly Json[]).map(({ action }) => action);
    if (actions.some((action) => action !== 'none'))
      throw new Error(`Built again, it did ${actions.join(', ')}`);
    return `built and tested; again, nothing to be done`;
  }

  /** A value for each placeholder of the document; aliases that no version has yet. */
  #params(): Json {
    this.#asked += 1;
    return {
      image_name: IMAGE,
      base_image: 'registry/image:1',
      alias: `alias-${this.#asked}`,
      aliases: [`alias-${this.#asked}`, `also-${this.#asked}`],
      vendor_guidance: 'STABLE',
      job_type: 'TRAINING',
      ml_framework: 'PyTorch 2.6',
      programming_lang: 'Python 3.12',
      processor: 'CPU',
      horovod: false,
      release_notes: "The document's own",
      region: REGION,
      image_version_arn: `arn:aws:sagemaker:${REGION}:000000000000:image-version/${IMAGE}/1`,
    };
  }

  async #succeeded(operationId: unknown): Promise<Json> {
    for (;;) {
      const operation = await this.#ask('GET', `/operations/${operationId}`);
      if (operation.status === 'SUCCEEDED') return operation;
      if (operation.finishedAt !== undefined)
        throw new Error(`Its operation ended: ${JSON.stringify(operation)}`);
      await this.#cloud.clock.sleep(2_000);
    }
  }

  async #ask(method: string, path: string, body?: object): Promise<Json> {
    const response = await fetch(`${this.#cloud.apiUrl}${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}

async function main(file: string): Promise<boolean> {
  const blocks = blocksOf(readFileSync(file, 'utf8'));
  const assembly = mkdtempSync(join(tmpdir(), 'document-'));
  let passed = 0;
  try {
    await synthesize({ project: PROJECT, outdir: assembly });
    const cloud = await startLocalCloud({ assembly, clock: { skipIdle: true } });
    try {
      const runner = new Runner(cloud);
      await runner.prepare();
      for (const block of blocks) {
        const name = `${block.language} of line ${block.line}`.padEnd(18);
        try {
          console.log(`passed  ${name}  ${await runner.run(block)}`);
          passed += 1;
        } catch (error) {
          console.log(`FAILED  ${name}  ${error instanceof Error ? error.message : error}`);
        }
      }
    } finally {
      await cloud.stop();
    }
  } finally {
    rmSync(assembly, { recursive: true });
  }
  console.log(`${blocks.length} blocks run, ${passed} passed`);
  return blocks.length > 0 && passed === blocks.length;
}

const [file, ...others] = process.argv.slice(2);
if (file === undefined || others.length > 0) {
  console.error('Wanted one file: npm run document -- FILE');
  process.exitCode = 2;
} else if (!(await main(file))) {
  process.exitCode = 1;
}
