import type { RouteNameOf } from '../contract/routes.ts';
import { type Fault, schemaFaults, shown, told } from '../core/fault.ts';
import { textFaults } from '../core/text.ts';
import { type Manifest, parseManifest } from '../manifest/manifest.ts';
import { type ManifestPorts, type ManifestReadPorts, ManifestTooLong } from '../manifest/ports.ts';
import { readYaml } from '../manifest/read-yaml.ts';
import { build, plan, teardown, test } from '../manifest/run.ts';
import type { Given } from '../manifest/scope.ts';
import type { ManifestState } from '../manifest/state.ts';
import { faultsOf } from '../manifest/survey.ts';
import type { Action, Call } from './action.ts';
import { json } from './answer.ts';
import { LONGEST_STATEMENT, readBody } from './body.ts';
import { STATEMENT_TYPES } from './inputs.ts';
import { MANIFEST_BODIES, type ManifestStateShape } from './manifest-shapes.ts';
import { outline } from './outline.ts';
import { Problem } from './problem.ts';

/** Seconds after which it is worth asking again. */
const ASK_AGAIN = '5';

type ManifestRoute = RouteNameOf<'manifest' | 'manifestRead'>;
type Run<Ports> = (manifest: Manifest, given: Given, ports: Ports) => Promise<ManifestState>;

/** The routes that bring about what manifests say. Each is checked whole before anything is read. */
export function manifestActions(ports: ManifestPorts): Readonly<Record<RouteNameOf<'manifest'>, Action>> {
  const worked = (route: ManifestRoute, run: Run<ManifestPorts>): Action => {
    return async (call) => {
      const state = await stateOf(route, call, run, ports);
      return state.done ? json(200, shape(state)) : json(202, shape(state), { 'retry-after': ASK_AGAIN });
    };
  };
  return {
    buildManifest: worked('buildManifest', build),
    teardownManifest: worked('teardownManifest', teardown),
  };
}

/** The routes that say what a manifest would do, and whether it is done. They are given nothing by which to change anything. */
export function manifestReadActions(
  ports: ManifestReadPorts,
): Readonly<Record<RouteNameOf<'manifestRead'>, Action>> {
  const answered = (route: ManifestRoute, run: Run<ManifestReadPorts>): Action => {
    return async (call) => json(200, shape(await stateOf(route, call, run, ports)));
  };
  return { planManifest: answered('planManifest', plan), testManifest: answered('testManifest', test) };
}

async function stateOf<Ports extends ManifestReadPorts>(
  route: ManifestRoute,
  call: Call,
  run: Run<Ports>,
  ports: Ports,
): Promise<ManifestState> {
  outline(route, call, ports.scope);
  const { manifest, given } = readManifest(call, ports);
  try {
    return await run(manifest, given, ports);
  } catch (error) {
    if (!(error instanceof ManifestTooLong)) throw error;
    const detail = `${error.message}: try again, or divide it into several`;
    throw new Problem('out-of-time', { detail, headers: { 'retry-after': ASK_AGAIN } });
  }
}

/** @throws Problem with every fault at once */
function readManifest({ request }: Call, { scope }: ManifestReadPorts): { manifest: Manifest; given: Given } {
  const { value } = readBody(request, STATEMENT_TYPES, LONGEST_STATEMENT);
  const body = MANIFEST_BODIES.ManifestBody.safeParse(value);
  const shapes = body.success ? [] : schemaFaults(body.error, value, WANTED, unrecognised);
  const texts = textFaults(value);
  if (!body.success || texts.length > 0) throw invalid(told([...shapes, ...texts]), '');
  const { manifest: text, vars = {}, params = {} } = body.data;
  const said = typeof text === 'string' ? readYaml(text) : { ok: true as const, value: text };
  if (!said.ok) throw invalid(said.faults, IN_BODY);
  // An escape of YAML may mean what the body's text is not.
  const meant = textFaults(said.value);
  if (meant.length > 0) throw invalid(told(meant), IN_BODY);
  const parsed = parseManifest(said.value);
  if (!parsed.ok) throw invalid(parsed.faults, IN_BODY);
  const { manifest } = parsed;
  const given = { vars, params };
  const faults = faultsOf(manifest, given, scope);
  if (faults.length > 0) throw invalid(faults, IN_BODY);
  return { manifest, given };
}

/** Where a manifest stands in a body, be it YAML there or JSON. */
const IN_BODY = '/manifest';

const WANTED: Readonly<Record<string, string>> = {
  '': 'a JSON object with manifest, and vars and params where it has placeholders for them',
  manifest: 'a manifest: YAML as a text, or the same as an object',
  vars: 'an object: values of {{ vars.NAME }} by name',
  params: 'an object: values of {{ name }} by name',
};

function unrecognised(path: readonly PropertyKey[], given: unknown): Fault {
  const message = `given ${shown(given)}, wanted nothing: the fields here are manifest, vars and params`;
  return { path: `/${path.map(String).join('/')}`, message };
}

function invalid(faults: readonly Fault[], place: string): Problem {
  const detail =
    faults.length === 1
      ? 'One thing is wrong with the body'
      : `${faults.length} things are wrong with the body`;
  const errors = faults.map(({ path, message }) => ({ pointer: `${place}${path}`, detail: message }));
  return new Problem('invalid-body', { detail, errors });
}

/** As the contract has it. */
function shape({ name, done, ok, resources }: ManifestState): ManifestStateShape {
  return {
    name,
    done,
    ...(ok === undefined ? {} : { ok }),
    resources: resources.map((one) => ({
      ...one,
      changes: one.changes.map((change) => ({ ...change })),
      exports: { ...one.exports },
    })),
  };
}
