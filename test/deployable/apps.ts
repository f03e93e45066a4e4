import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod/mini';
import { type Resource, SynthesizedStack } from '../fixtures/stacks.ts';

/**
 * The app, synthesized as `cdk synth` does it and judged by what judges it there: CloudFormation's rules and cdk-nag,
 * whose findings end the process with status 1. Without bundling, which changes no property but the code's address.
 */

const ROOT = join(import.meta.dirname, '..', '..');

export interface Judged {
  readonly status: number | null;
  readonly printed: string;
}

interface DeployableStack {
  /** As CloudFormation will call it. */
  readonly name: string;
  /** What is sent to CloudFormation. */
  readonly text: string;
  readonly resources: SynthesizedStack;
  readonly outputs: number;
  readonly parameters: number;
  readonly exports: readonly string[];
  /** Stacks that must be there first. */
  readonly after: readonly string[];
}

export interface DeployableApp extends Judged {
  readonly stacks: readonly DeployableStack[];
}

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });
const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.optional(z.array(z.string())),
      properties: z.optional(z.object({ templateFile: z.optional(z.string()) })),
    }),
  ),
});
const template = z.object({
  Outputs: z.optional(z.record(z.string(), z.object({ Export: z.optional(z.object({ Name: z.string() })) }))),
  Parameters: z.optional(z.record(z.string(), z.unknown())),
});

/**
 * Runs a CDK app with the context of cdk.json and this besides.
 *
 * @param code of an ES module that takes the place of bin/app.ts
 */
export function judge(context: Readonly<Record<string, unknown>>, outdir: string, code?: string): Judged {
  const { context: own } = cdkJson.parse(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')));
  // Other tests of a worker switch it off for themselves.
  const { CDK_VALIDATION: _off, ...environment } = process.env;
  const app = spawnSync(
    process.execPath,
    code === undefined ? [join('bin', 'app.ts')] : ['--input-type=module', '--eval', code],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        ...environment,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ ...own, 'aws:cdk:bundling-stacks': [], ...context }),
      },
    },
  );
  return { status: app.status, printed: app.stdout + app.stderr };
}

/** The app as it is synthesized with this context. */
export function deployable(context: Readonly<Record<string, unknown>>): DeployableApp {
  return inScratch((outdir) => ({ ...judge(context, outdir), stacks: stacksIn(outdir) }));
}

export function inScratch<Answer>(use: (directory: string) => Answer): Answer {
  const directory = mkdtempSync(join(tmpdir(), 'deployable-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The stacks of a cloud assembly. */
export function stacksIn(outdir: string): DeployableStack[] {
  const { artifacts } = manifest.parse(JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')));
  const files = Object.entries(artifacts).flatMap(([name, { type, dependencies = [], properties }]) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile
      ? [{ name, dependencies, file: properties.templateFile }]
      : [],
  );
  const names = files.map(({ name }) => name);
  return files.map(({ name, dependencies, file }) => {
    const text = readFileSync(join(outdir, file), 'utf8');
    const { Outputs = {}, Parameters = {} } = template.parse(JSON.parse(text));
    return {
      name,
      text,
      // Refuses circles of references within the stack, too.
      resources: new SynthesizedStack(Template.fromString(text)),
      outputs: Object.keys(Outputs).length,
      parameters: Object.keys(Parameters).length,
      exports: Object.values(Outputs).flatMap(({ Export }) => (Export ? [Export.Name] : [])),
      after: dependencies.filter((one) => names.includes(one)),
    };
  });
}

export interface PlacedResource extends Resource {
  /** Name of the stack that it is in. */
  readonly stack: string;
  readonly id: string;
}

export function resourcesOf(app: DeployableApp): PlacedResource[] {
  return app.stacks.flatMap(({ name, resources }) =>
    [...resources.resources].map(([id, resource]) => ({ ...resource, stack: name, id })),
  );
}
