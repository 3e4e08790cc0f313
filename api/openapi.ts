import type { Product } from '@countersign/core/kernel/index.ts';
import type { z } from 'zod';
import type { JsonSchema } from './json-schema.ts';
import { componentsOf } from './json-schema.ts';
import type { Operation } from './operation.ts';
import { Problem } from './problem.ts';
import { routesOf } from './routes.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

interface Content {
  readonly [mediaType: string]: { readonly schema: JsonSchema };
}

export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security?: readonly [];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly description?: string; readonly content: Content };
  readonly responses: Readonly<
    Record<
      string,
      | { readonly description: string; readonly content?: Content; readonly headers?: object }
      | { readonly $ref: string }
    >
  >;
}

export interface OpenApi {
  readonly openapi: '3.1.1';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: object;
  };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly object[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Content }>>;
    readonly securitySchemes: object;
  };
}

/** `risk.accept` → `RiskAccept`. */
const titled = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** The name that a schema of an operation has among the components. */
const stem = (operation: Operation): string => {
  const { calls } = operation;
  if (calls.is === 'act') return `${titled(calls.act.name)}Act`;
  if (calls.is === 'view') return `${titled(calls.view.name)}View`;
  return titled(operation.id);
};

const componentRef = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

interface Named {
  readonly input: Map<string, z.ZodType>;
  readonly output: Map<string, z.ZodType>;
}

function name(into: Map<string, z.ZodType>, id: string, schema: z.ZodType): void {
  const there = into.get(id);
  if (there !== undefined && there !== schema) throw new Error(`Two schemas are named ${id}`);
  into.set(id, schema);
}

/** The name of what an operation answers; lists and histories of a kind have one of their own, a single record the kind's. */
function answerName(operation: Operation): string {
  const { calls } = operation;
  switch (calls.is) {
    case 'get':
      return titled(calls.record.kind);
    case 'list':
      return `${titled(calls.record.kind)}Page`;
    case 'history':
      return `${titled(calls.record.kind)}History`;
    case 'acts':
      return 'ActsOn';
    default:
      return `${stem(operation)}Answer`;
  }
}

function namedIn(product: Product, operations: readonly Operation[]): Named {
  const named: Named = { input: new Map(), output: new Map() };
  for (const def of product.records.values()) name(named.input, `${titled(def.kind)}Input`, def.body);
  name(named.output, 'Problem', Problem);
  for (const operation of operations) {
    if (operation.body?.type === 'json') name(named.input, `${stem(operation)}Input`, operation.body.schema);
    const { answer } = operation;
    if (answer.type === 'json') name(named.output, answerName(operation), answer.schema);
    if (answer.type === 'lines') name(named.output, answerName(operation), answer.line);
  }
  return named;
}

function parametersOf(operation: Operation): readonly Parameter[] {
  const places = [
    ['path', operation.params],
    ['query', operation.query],
    ['header', operation.headers],
  ] as const;
  return places.flatMap(([place, schema]) => {
    if (schema === undefined) return [];
    const whole = componentsOf(new Map([['Here', schema]]), 'input').get('Here');
    return Object.entries(whole?.properties ?? {}).map(([field, given]): Parameter => {
      const own: JsonSchema = typeof given === 'boolean' ? {} : given;
      const { description, ...rest } = own;
      return {
        name: field,
        in: place,
        required: place === 'path' || (whole?.required ?? []).includes(field),
        ...(description === undefined ? {} : { description }),
        schema: rest,
      };
    });
  });
}

const MEDIA = { ndjson: 'application/x-ndjson', bytes: 'application/octet-stream' } as const;

function requestOf(operation: Operation): Pick<OperationObject, 'requestBody'> {
  const { body } = operation;
  if (body === undefined) return {};
  if (body.type === 'json') {
    const schema = componentRef(`${stem(operation)}Input`);
    return { requestBody: { required: true, content: { 'application/json': { schema } } } };
  }
  const schema: JsonSchema = body.type === 'ndjson' ? { type: 'string' } : {};
  return { requestBody: { required: true, description: body.says, content: { [MEDIA[body.type]]: { schema } } } };
}

function successOf(operation: Operation): OperationObject['responses'][string] {
  const { answer } = operation;
  switch (answer.type) {
    case 'json': {
      const headers = Object.entries(answer.headers ?? {}).map(([header, description]) => [
        header,
        { description, schema: { type: 'string' } },
      ]);
      return {
        description: operation.says,
        ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
        content: { 'application/json': { schema: componentRef(answerName(operation)) } },
      };
    }
    case 'lines':
      return {
        description:
          answer.events === true
            ? 'Server-sent events, each with one JSON value as its data; the last says how it ended.'
            : 'One JSON value a line; the last says how it ended.',
        content: {
          [answer.events === true ? 'text/event-stream' : 'application/x-ndjson']: {
            schema: componentRef(answerName(operation)),
          },
        },
      };
    case 'bytes':
      return { description: answer.says, content: { 'application/octet-stream': { schema: {} } } };
    case 'text':
    case 'html':
      return {
        description: answer.says,
        content: { [`text/${answer.type === 'text' ? 'plain' : 'html'}`]: { schema: { type: 'string' } } },
      };
  }
}

const PROBLEMS = {
  Unauthorised: 'No token, or one that is not known, is revoked or has expired.',
  Refused: 'Refused: the code says why, the detail says it in a sentence.',
  Missing: 'There is no such thing, or not in this organisation.',
  Unavailable: 'The database restarts; Retry-After says when to repeat.',
  Fault: 'A fault of the server: quote the id.',
} as const;

function errorsOf(operation: Operation): OperationObject['responses'] {
  const answers: [string, keyof typeof PROBLEMS][] = [];
  if (operation.access !== 'public') answers.push(['401', 'Unauthorised'], ['403', 'Refused']);
  if (operation.params !== undefined) answers.push(['404', 'Missing']);
  if (operation.body !== undefined) answers.push(['400', 'Refused'], ['409', 'Refused'], ['413', 'Refused']);
  if (operation.body !== undefined || operation.query !== undefined) answers.push(['422', 'Refused']);
  answers.push(['500', 'Fault'], ['503', 'Unavailable']);
  return Object.fromEntries(
    answers.map(([status, response]) => [status, { $ref: `#/components/responses/${response}` }]),
  );
}

function operationObject(operation: Operation): OperationObject {
  const parameters = parametersOf(operation);
  return {
    operationId: operation.id,
    tags: [operation.group],
    summary: operation.says,
    ...(operation.access === 'public' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestOf(operation),
    responses: { '200': successOf(operation), ...errorsOf(operation) },
  };
}

/** The OpenAPI 3.1 description of a product. Throws if two of its schemas would have one name. */
export function openapiOf(product: Product, version: string): OpenApi {
  const operations = routesOf(product);
  const named = namedIn(product, operations);
  const schemas = new Map(componentsOf(named.output, 'output'));
  for (const [id, schema] of componentsOf(named.input, 'input')) {
    if (schemas.has(id)) throw new Error(`Two schemas are named ${id}`);
    schemas.set(id, schema);
  }

  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const operation of operations) {
    const there = (paths[operation.path] ??= {});
    there[operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Countersign',
      version,
      description:
        'Records are what is kept, acts change them, views answer questions. An error is a problem document (RFC 9457) whose code scripts may match.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...new Set(operations.map((operation) => operation.group))].map((group) => ({ name: group })),
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      responses: Object.fromEntries(
        Object.entries(PROBLEMS).map(([id, description]) => [
          id,
          { description, content: { 'application/problem+json': { schema: componentRef('Problem') } } },
        ]),
      ),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'From “countersign token create”.' } },
    },
  };
}
