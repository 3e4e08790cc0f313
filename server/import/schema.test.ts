import { createRequire } from 'node:module';
import catalogSchema from '@countersign/catalogs/oscal-1.2.1/oscal_catalog_schema.json' with { type: 'json' };
import basicCatalog from '@countersign/catalogs/oscal-1.2.1/published/basic_catalog.json' with { type: 'json' };
import basicProfile from '@countersign/catalogs/oscal-1.2.1/published/basic_profile.json' with { type: 'json' };
import basicResolved from '@countersign/catalogs/oscal-1.2.1/published/basic-resolved-profile_catalog.json' with { type: 'json' };
import low from '@countersign/catalogs/oscal-1.2.1/published/NIST_SP-800-53_rev5_LOW-baseline_profile-min.json' with { type: 'json' };
import privacy from '@countersign/catalogs/oscal-1.2.1/published/NIST_SP-800-53_rev5_PRIVACY-baseline_profile-min.json' with { type: 'json' };
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mended, schemaProblems } from './oscal.ts';

/** Another reading of JSON Schema: the validator that Fastify brings along. */
interface OtherValidator {
  compile(schema: object): (value: unknown) => boolean;
}
const require = createRequire(createRequire(import.meta.url).resolve('@fastify/ajv-compiler'));
const Ajv = require('ajv') as new (options: object) => OtherValidator;
const other = new Ajv({ strict: false, validateFormats: false });
/** Definitions name themselves by what is no URI of theirs; it would not read them. */
const withoutNames = (schema: unknown): unknown =>
  Array.isArray(schema)
    ? schema.map(withoutNames)
    : typeof schema === 'object' && schema !== null
      ? Object.fromEntries(
          Object.entries(schema).flatMap(([key, value]) =>
            key === '$id' && typeof value === 'string' ? [] : [[key, withoutNames(value)]],
          ),
        )
      : schema;
const isCatalog = other.compile(withoutNames(mended(catalogSchema)) as object);

/** Sets, or without a value takes away, what a path leads to. */
function put(value: unknown, path: readonly (string | number)[], to: unknown): void {
  const holder = path.slice(0, -1).reduce((at, step) => (at as Record<string, unknown>)[step], value);
  const last = path.at(-1) ?? '';
  if (to === undefined) delete (holder as Record<string, unknown>)[last];
  else (holder as Record<string, unknown>)[last] = to;
}

describe('NIST’s schemas', () => {
  test.each([
    ['catalog', basicCatalog],
    ['catalog', basicResolved],
    ['profile', basicProfile],
    ['profile', low],
    ['profile', privacy],
  ] as const)('hold a %s that NIST publishes (%#)', (model, document) => {
    expect(schemaProblems(model, document)).toEqual([]);
  });

  test('hold a rule for combining, which the schema of 1.2.1 leaves out', () => {
    const merge = (method: string) => ({
      profile: { ...privacy.profile, merge: { combine: { method }, 'as-is': true } },
    });

    expect(schemaProblems('profile', merge('use-first'))).toEqual([]);
    expect(schemaProblems('profile', merge('other'))).toMatchObject([{ pointer: '/profile/merge/combine/method' }]);
  });

  test.each<[string, string, unknown, readonly string[]]>([
    ['no title', 'metadata/title', undefined, ['/catalog/metadata']],
    ['a field more', 'metadata/extra', 1, ['/catalog/metadata/extra']],
    ['a uuid that is none', 'uuid', 'x', ['/catalog/uuid']],
    ['a control without id', 'groups/0/groups/0/controls/1/id', undefined, ['/catalog/groups/0/groups/0/controls/1']],
    ['an empty list', 'groups/0/groups/0/controls/0/props', [], ['/catalog/groups/0/groups/0/controls/0/props']],
    ['a blank at the end of an id', 'groups/0/id', 'a ', ['/catalog/groups/0/id']],
    [
      'a date that is none',
      'metadata/last-modified',
      'yesterday',
      ['/catalog/metadata/last-modified', '/catalog/metadata/last-modified'],
    ],
    ['groups beside controls', 'groups/0/controls', [], ['/catalog/groups/0/controls']],
  ])('say where a catalogue has %s', (_, path, value, pointers) => {
    const copy: unknown = structuredClone(basicCatalog);
    put(copy, ['catalog', ...path.split('/')], value);

    expect(schemaProblems('catalog', copy).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('are read as another validator reads them, whatever is broken', () => {
    const paths: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]): void => {
      paths.push(path);
      if (Array.isArray(value)) value.forEach((one, i) => walk(one, [...path, i]));
      else if (typeof value === 'object' && value !== null)
        for (const [key, one] of Object.entries(value)) walk(one, [...path, key]);
    };
    walk(basicCatalog, []);
    const wrong = fc.constantFrom<unknown>(
      '',
      ' x',
      'x',
      1,
      null,
      true,
      [],
      {},
      { id: 'x' },
      [{ name: 'x' }],
      undefined,
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths.slice(1)), wrong, fc.constantFrom('', 'more'), (path, value, more) => {
        const copy: unknown = structuredClone(basicCatalog);
        const holder = path.slice(0, -1).reduce((at, step) => (at as Record<string, unknown>)[step], copy) as Record<
          string,
          unknown
        >;
        const last = path.at(-1) ?? '';
        if (more !== '' && !Array.isArray(holder)) holder[more] = value ?? 'x';
        else if (value === undefined && !Array.isArray(holder)) delete holder[last];
        else holder[last] = value ?? 'x';

        expect(schemaProblems('catalog', copy).length === 0).toBe(isCatalog(copy));
      }),
      { numRuns: 600 },
    );
  });
});
