import { references } from '@countersign/core/kernel/index.ts';
import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Where a schema keeps schemas by name, in a list, or one: the only places a walk may descend into. */
const BY_NAME = ['properties', 'patternProperties', '$defs', 'dependentSchemas'] as const;
const IN_LIST = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
const ONE = ['items', 'additionalProperties', 'propertyNames', 'not', 'contains', 'if', 'then', 'else'] as const;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Calls `visit` on a schema and on each one inside it. It goes by where schemas may stand, not by key names, or a
 * property named like a keyword would be taken for one.
 */
export function eachSchema(schema: JsonSchema, visit: (schema: JsonSchema) => void): void {
  visit(schema);
  const inside = [
    ...BY_NAME.flatMap((keyword) => Object.values(schema[keyword] ?? {})),
    ...IN_LIST.flatMap((keyword) => schema[keyword] ?? []),
    ...ONE.map((keyword) => schema[keyword]),
  ];
  for (const member of inside) if (isSchema(member)) eachSchema(member, visit);
}

const HOME = '#/components/schemas/';
const SHARED = `${HOME}__shared#/$defs/`;

const overrideFor =
  (io: 'input' | 'output') =>
  ({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void => {
    const to = references.get(zodSchema)?.ref;
    if (to !== undefined) jsonSchema['x-ref'] = to;
    // zod.int() bounds what JavaScript counts exactly; for other clients that is no rule of ours.
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    // A field added later must not break a client that checks what it reads.
    if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };

/**
 * Named schemas of one direction as JSON Schemas for `#/components/schemas`, references between them kept. What zod shares
 * among them without a name of ours gets one: `Part…`, with `Input` behind it for what goes in.
 */
export function componentsOf(
  named: ReadonlyMap<string, z.ZodType>,
  io: 'input' | 'output',
): ReadonlyMap<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(registry.has(schema) ? schema.clone() : schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, uri: (id) => HOME + id, override: overrideFor(io) });

  const suffix = io === 'input' ? 'Input' : '';
  const partName = (name: string): string => `Part${name.replace(/[^A-Za-z0-9]/g, '')}${suffix}`;
  const found = new Map<string, JsonSchema>();
  const put = (name: string, schema: JsonSchema): void => {
    if (found.has(name)) throw new Error(`Two schemas are named ${name}`);
    const { $schema: _dialect, $id: _uri, id: _id, ...rest } = schema;
    eachSchema(rest, (inner) => {
      if (inner.$ref?.startsWith(SHARED)) inner.$ref = HOME + partName(inner.$ref.slice(SHARED.length));
    });
    found.set(name, rest);
  };
  for (const [name, schema] of Object.entries(schemas)) {
    if (name !== '__shared') put(name, schema);
    else
      for (const [part, shared] of Object.entries(schema.$defs ?? {}))
        if (isSchema(shared)) put(partName(part), shared);
  }
  return found;
}
