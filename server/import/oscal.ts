import type { Catalog, LoadProblem, OscalDocument, Profile } from '@countersign/core/exchange/index.ts';
import catalogSchema from '@countersign/catalogs/oscal-1.2.1/oscal_catalog_schema.json' with { type: 'json' };
import mappingSchema from '@countersign/catalogs/oscal-1.2.1/oscal_mapping_schema.json' with { type: 'json' };
import profileSchema from '@countersign/catalogs/oscal-1.2.1/oscal_profile_schema.json' with { type: 'json' };
import { Validator } from './schema.ts';

/** NIST's models that are read and written, by the field that a document of them has. */
const SCHEMAS = { catalog: catalogSchema, profile: profileSchema, 'mapping-collection': mappingSchema } as const;
export type Model = keyof typeof SCHEMAS;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A schema as it is held against a document: NIST's, but for the combination rule of a profile. Its metaschema has `merge/combine/method`; in the JSON
 * schema of 1.2.1 that field is missing, and every profile that names a rule would be refused.
 */
export function mended(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(mended);
  if (!isObject(schema)) return schema;
  const made = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, mended(value)]));
  if (made['title'] === 'Combination Rule' && made['properties'] === undefined) {
    made['properties'] = { method: { type: 'string', enum: ['use-first', 'merge', 'keep'] } };
  }
  return made;
}

const validators = new Map<Model, Validator>();

function validatorOf(model: Model): Validator {
  const known = validators.get(model);
  if (known !== undefined) return known;
  const made = new Validator(mended(SCHEMAS[model]) as Readonly<Record<string, unknown>>);
  validators.set(model, made);
  return made;
}

const MOST_PROBLEMS = 100;

/** Why a document is none of its model: by JSON pointer. */
export const schemaProblems = (model: Model, document: unknown): readonly LoadProblem[] =>
  validatorOf(model)
    .flaws(document)
    .slice(0, MOST_PROBLEMS)
    .map(({ pointer, says }) => ({ pointer, code: 'schema', says }));

/** A document whose schema it holds, as the rules for it take it. */
export const documentOf = (
  name: string,
  model: 'catalog' | 'profile',
  value: Readonly<Record<string, unknown>>,
): OscalDocument =>
  // The schema was held against it: it has what these types say.
  model === 'catalog' ? { name, catalog: value['catalog'] as Catalog } : { name, profile: value['profile'] as Profile };
