import { compose, defineAct, defineRecord, ref } from '@countersign/core/kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonSchema } from './json-schema.ts';
import { eachSchema } from './json-schema.ts';
import { openapiOf } from './openapi.ts';
import { routesOf } from './routes.ts';
import { kettles } from './testing/product.ts';

const product = kettles();
const written = openapiOf(product, '0.0.0');
/** As a client reads it. */
const document: unknown = JSON.parse(JSON.stringify(written));

const schemasIn = (): readonly JsonSchema[] => {
  const found: JsonSchema[] = [];
  const take = (schema: JsonSchema | undefined): void => {
    if (schema !== undefined) eachSchema(schema, (inner) => found.push(inner));
  };
  Object.values(written.components.schemas).forEach(take);
  for (const path of Object.values(written.paths)) {
    for (const operation of Object.values(path)) {
      for (const parameter of operation.parameters ?? []) take(parameter.schema);
      for (const content of Object.values(operation.requestBody?.content ?? {})) take(content.schema);
      for (const response of Object.values(operation.responses)) {
        if ('content' in response) for (const content of Object.values(response.content ?? {})) take(content.schema);
      }
    }
  }
  return found;
};

/** Every string under a key `$ref`, wherever it stands: also where `eachSchema` does not look. */
function refsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
  );
}

function resolve(pointer: string): unknown {
  let here: unknown = document;
  for (const step of pointer.slice(2).split('/')) {
    here =
      typeof here === 'object' && here !== null ? Object.entries(here).find(([key]) => key === step)?.[1] : undefined;
  }
  return here;
}

/** What OpenAPI 3.1 allows of the parts we write, closed: a slip of the pen is an unknown key. */
const Schema = z.record(z.string(), z.unknown());
const Media = z.record(z.string().regex(/^[a-z]+\/[a-z+.-]+$/), z.strictObject({ schema: Schema }));
const Ref = z.strictObject({ $ref: z.string().startsWith('#/') });
const Response = z.union([
  Ref,
  z.strictObject({
    description: z.string().min(1),
    content: Media.optional(),
    headers: z.record(z.string(), z.strictObject({ description: z.string(), schema: Schema })).optional(),
  }),
]);
const Operation = z.strictObject({
  operationId: z.string().min(1),
  tags: z.array(z.string()).min(1),
  summary: z.string().min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        in: z.enum(['path', 'query', 'header']),
        required: z.boolean(),
        description: z.string().optional(),
        schema: Schema,
      }),
    )
    .optional(),
  requestBody: z
    .strictObject({ required: z.literal(true), description: z.string().optional(), content: Media })
    .optional(),
  responses: z.record(z.string().regex(/^[2-5]\d\d$/), Response),
});
const Document = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d$/),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  tags: z.array(z.strictObject({ name: z.string() })),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'put']), Operation)),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[A-Za-z0-9._-]+$/), Schema),
    responses: z.record(z.string(), Response),
    securitySchemes: z.record(
      z.string(),
      z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
    ),
  }),
});

const Inner = z.union([z.boolean(), Schema]);
const Type = z.enum(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
const Count = z.int().min(0);
/** The keywords of JSON Schema 2020-12 that we may write, and what each may hold. */
const Dialect = z.strictObject({
  type: z.union([Type, z.array(Type).min(2)]).optional(),
  properties: z.record(z.string(), Inner).optional(),
  required: z.array(z.string()).min(1).optional(),
  additionalProperties: Inner.optional(),
  propertyNames: Schema.optional(),
  items: Inner.optional(),
  prefixItems: z.array(Schema).min(1).optional(),
  minItems: Count.optional(),
  maxItems: Count.optional(),
  anyOf: z.array(Schema).min(1).optional(),
  oneOf: z.array(Schema).min(1).optional(),
  allOf: z.array(Schema).min(1).optional(),
  not: Schema.optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  const: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  minLength: Count.optional(),
  maxLength: Count.optional(),
  pattern: z
    .string()
    .refine((text) => new RegExp(text, 'u') instanceof RegExp)
    .optional(),
  format: z.string().optional(),
  contentEncoding: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  $ref: z.string().startsWith('#/components/').optional(),
  'x-ref': z.string().optional(),
});

describe('the OpenAPI document', () => {
  it('has the structure that OpenAPI 3.1 asks', () => {
    expect(Document.safeParse(document).error).toBeUndefined();
  });

  it('holds only schemas of the 2020-12 dialect, with no keyword of an older one', () => {
    const schemas = schemasIn();

    expect(schemas.length).toBeGreaterThan(100);
    for (const schema of schemas) expect(Dialect.safeParse(schema).error, JSON.stringify(schema)).toBeUndefined();
  });

  it('resolves every $ref', () => {
    const refs = refsIn(document);

    expect(refs.length).toBeGreaterThan(50);
    for (const ref of refs) expect(resolve(ref), ref).toBeDefined();
  });

  it('declares every parameter of every path, and no other', () => {
    for (const [path, operations] of Object.entries(written.paths)) {
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(operations)) {
        const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
        expect(
          declared.map((parameter) => parameter.name),
          path,
        ).toEqual(inPath);
        expect(declared.every((parameter) => parameter.required)).toBe(true);
      }
    }
  });

  it('gives every operation an id of its own', () => {
    const ids = routesOf(product).map((operation) => operation.id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it('holds every field of every body, act and view', () => {
    const properties = (name: string): readonly string[] =>
      Object.keys(written.components.schemas[name]?.properties ?? {});

    expect(properties('KettleInput')).toEqual(Object.keys(product.records.get('kettle')?.body.shape ?? {}));
    expect(properties('Kettle')).toEqual(expect.arrayContaining(['id', 'kind', 'version', 'head', 'title', 'parts']));
    expect(properties('KettleBoilActInput')).toEqual(['kettle', 'quietly', 'minutes']);
    expect(properties('KettleCountViewInput')).toEqual(['state', 'atLeast', 'full']);
    expect(properties('KettleCountViewAnswer')).toEqual(['kettles', 'boiling']);
  });

  it('says which kind a field refers to, at any depth', () => {
    const kettle = written.components.schemas['KettleInput'];

    expect(kettle).toMatchObject({
      properties: {
        keeper: { 'x-ref': 'keeper' },
        parts: { additionalProperties: { properties: { keeper: { 'x-ref': 'keeper' } } } },
      },
    });
  });

  it('closes inputs and leaves answers open, and defaults are required only in answers', () => {
    const { KettleInput, Kettle } = written.components.schemas;

    expect(KettleInput?.additionalProperties).toBe(false);
    expect(KettleInput?.required).toEqual(['title']);
    expect(Kettle?.additionalProperties).not.toBe(false);
    expect(Kettle?.required).toContain('litres');
  });

  it('carries no bound that only JavaScript has', () => {
    expect(JSON.stringify(document)).not.toContain('9007199254740991');
  });

  it('keeps a property that is named like a keyword', () => {
    const Odd = defineRecord('odd', {
      title: 'Odd',
      body: z.strictObject({
        $ref: z.string().optional(),
        $id: z.string(),
        minimum: z.int(),
        properties: ref('odd').optional(),
      }),
    });

    const found = openapiOf(compose([{ Odd }]), '0').components.schemas['OddInput'];

    expect(Object.keys(found?.properties ?? {})).toEqual(['$ref', '$id', 'minimum', 'properties']);
    expect(found?.properties?.['minimum']).toEqual({ type: 'integer' });
  });

  it('gives schemas that are shared or call themselves a component of their own', () => {
    const deep = defineAct('odd.do', {
      says: 'Does.',
      input: z.strictObject({ value: z.json(), again: z.json() }),
      reads: [],
      allowed: ['owner'],
      answer: z.object({ value: z.json() }),
      decide: () => ({ changes: [], answer: { value: null } }),
    });

    const found = JSON.stringify(openapiOf(compose([{ deep }]), '0'));

    expect(found).not.toContain('__shared');
    for (const pointer of refsIn(JSON.parse(found))) {
      expect(found).toContain(`"${pointer.split('/').at(-1)}":{`);
    }
  });

  it('asks for a token everywhere but at the public doors', () => {
    const open = Object.entries(written.paths)
      .filter(([, operations]) => Object.values(operations).some((operation) => operation.security !== undefined))
      .map(([path]) => path);

    expect(open).toEqual([
      '/healthz',
      '/api/openapi.json',
      '/api/docs',
      '/api/sign-in',
      '/api/sign-in/link',
      '/api/sign-in/redeem',
      '/api/sign-in/sso',
    ]);
    expect(written.security).toEqual([{ token: [] }]);
  });

  it('answers errors as problem documents', () => {
    const get = written.paths['/api/records/kettle/{id}']?.['get'];

    expect(get?.responses['404']).toEqual({ $ref: '#/components/responses/Missing' });
    expect(Object.keys(written.components.responses['Missing']?.content ?? {})).toEqual(['application/problem+json']);
  });

  it('is made of a kind that a test defines, with no further code', () => {
    const Teapot = defineRecord('teapot', { title: 'Teapots', body: z.strictObject({ glaze: z.string() }) });

    const grown = openapiOf(kettles({ Teapot }), '0');

    expect(Object.keys(grown.paths)).toContain('/api/records/teapot/{id}/history');
    expect(Object.keys(grown.components.schemas)).toEqual(
      expect.arrayContaining(['Teapot', 'TeapotInput', 'TeapotPage']),
    );
  });
});
