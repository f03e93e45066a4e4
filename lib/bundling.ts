import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

export const ROOT = join(import.meta.dirname, '..');

/**
 * How a function is bundled, in esbuild's words: one ES module, with the SDK in it and one credential source
 * (docs/decisions/006). Apart from the construct that uses it, so that what a bundle is made of can be measured
 * with the same settings.
 */
export const BUNDLING = {
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  // CommonJS packages inside an ES module ask for Node's own modules by require.
  banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  alias: {
    '@aws-sdk/credential-provider-node': join(ROOT, 'lambda', 'runtime', 'credentials.ts'),
  },
} as const;

/** Where a handler of lambda/handlers begins. */
export function entryOf(handler: string): string {
  return join(ROOT, 'lambda', 'handlers', `${handler}.ts`);
}

/** What esbuild's own API takes to bundle a handler as the stack does, for whoever makes a bundle apart from it. */
export function bundleOptions(handler: string): BuildOptions {
  const { banner, alias, mainFields, ...settings } = BUNDLING;
  return {
    ...settings,
    mainFields: [...mainFields],
    alias: { ...alias },
    banner: { js: banner },
    entryPoints: [entryOf(handler)],
    absWorkingDir: ROOT,
    bundle: true,
    logLevel: 'warning',
  };
}
