import fc from 'fast-check';
import { PARSERS, parseCreate, parseUpdate } from '../../../../lambda/core/image-version/request.ts';
import { alias, aliases, creatable, mutableProperties } from '../../../fixtures/arbitraries.ts';
import { SCOPE } from '../../../fixtures/scope.ts';

/** Any JSON, with the names that the parsers look at (and JavaScript's own traps) among its keys. */
const key = fc.oneof(
  fc.constantFrom('region', 'identifier', 'imageName', 'version', 'properties', 'patch', 'aliasesToAdd'),
  fc.constantFrom('op', 'path', 'from', 'value', 'Aliases', 'ImageName', 'BaseImage', 'Version'),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'toJSON', 'length', ''),
  fc.string({ maxLength: 4 }),
);
const { anyJson } = fc.letrec<{ anyJson: unknown }>((tie) => ({
  anyJson: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 53, 'add', '/Aliases/-', 'us-east-1'),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.array(tie('anyJson'), { maxLength: 4 }),
    fc.dictionary(key, tie('anyJson'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

test('whatever JSON it is given, a parser answers a request or faults with paths', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(PARSERS)), anyJson, (parse, input) => {
      const parsed = parse(input, SCOPE);
      if (parsed.ok) return;
      expect(parsed.faults.length).toBeGreaterThan(0);
      for (const { path, message } of parsed.faults) {
        expect(path).toMatch(/^(\/|$)/);
        expect(message).not.toBe('');
      }
    }),
    { numRuns: 500 },
  );
});

test('what the schema allows is a create', () => {
  fc.assert(
    fc.property(creatable, (properties) => {
      const { Alias, Aliases = [], ...desiredState } = properties;
      expect(parseCreate({ properties }, SCOPE)).toEqual({
        ok: true,
        request: {
          kind: 'create',
          region: 'us-east-1',
          desiredState,
          aliases: [...new Set([...Aliases, ...(Alias === undefined ? [] : [Alias])])],
        },
      });
    }),
  );
});

test('what the schema allows is an update', () => {
  const wanted = fc.record({ ...mutableProperties, Alias: alias, Aliases: aliases }, { requiredKeys: [] });
  fc.assert(
    fc.property(wanted, aliases, (properties, aliasesToAdd) => {
      const input = { imageName: 'pytorch', version: 3, properties, aliasesToAdd };
      expect(parseUpdate(input, SCOPE)).toMatchObject({
        ok: true,
        request: { change: { properties }, aliasesToAdd },
      });
    }),
  );
});

test('one unknown property beside good ones is one fault', () => {
  fc.assert(
    fc.property(creatable, fc.stringMatching(/^[a-z]{1,8}$/), (properties, name) => {
      const parsed = parseCreate({ properties: { ...properties, [name]: 1 } }, SCOPE);
      expect(parsed).toMatchObject({ ok: false, faults: [{ path: `/properties/${name}` }] });
    }),
  );
});
