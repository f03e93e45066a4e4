import type { Installed } from './lockfile.ts';

/** Licences under which a package may be part of what is deployed or handed on. */
const PERMISSIVE: readonly string[] = [
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
];

/** What is more than that, for tools alone: each by its name, so that the next one is decided on, too. */
const TOOLS: Readonly<Record<string, { readonly licence: string; readonly why: string }>> = {
  '@cloud-copilot/iam-policy': { licence: 'AGPL-3.0-or-later', why: 'part of iam-simulate' },
  '@cloud-copilot/iam-simulate': {
    licence: 'AGPL-3.0-or-later',
    why: 'judges policies in tests and in the local cloud; nothing of it is deployed or handed on',
  },
  '@cloud-copilot/iam-utils': { licence: 'AGPL-3.0-or-later', why: 'part of iam-simulate' },
  'caniuse-lite': { licence: 'CC-BY-4.0', why: 'data that the test runner’s tools look at' },
};

export type Judgement =
  | { readonly kind: 'permissive' }
  | { readonly kind: 'tool'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Whether a package may be here under the licence that it names. */
export function judgeLicence({ name, license, development }: Installed): Judgement {
  if (license === undefined) return { kind: 'refused', why: 'it names no licence' };
  if (isPermissive(license)) return { kind: 'permissive' };
  const tool = TOOLS[name];
  if (tool?.licence !== license) return { kind: 'refused', why: `${license} is not on the list` };
  if (!development) return { kind: 'refused', why: `${license} is for tools alone` };
  return { kind: 'tool', why: tool.why };
}

/** An SPDX expression without nesting: of `A OR B` one will do, of `A AND B` all must. */
function isPermissive(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some((one) => PERMISSIVE.includes(one));
  return bare.split(' AND ').every((one) => PERMISSIVE.includes(one));
}
