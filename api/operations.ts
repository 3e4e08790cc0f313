import { idSchema, ROLES } from '@countersign/core/kernel/index.ts';
import { TokenActs, TokenSource } from '@countersign/core/people/index.ts';
import { z } from 'zod';
import { declare, GIB, LinkOf, MIB } from './operation.ts';
import { MembershipShape, REQUIRED, RequiredShape, SIGN_IN_OPERATIONS, UserShape } from './operations/sign-in.ts';
import { ACCESS } from './operations/access.ts';
import { BINDER_OPERATIONS } from './operations/binders.ts';
import { DOCUMENT_OPERATIONS } from './operations/documents.ts';
import { EVIDENCE_OPERATIONS } from './operations/evidence.ts';
import { EXCHANGE_OPERATIONS } from './operations/exchange.ts';
import { IMPORT_OPERATIONS } from './operations/imports.ts';
import { JOBS } from './operations/jobs.ts';
import { selfCheck } from './operations/integrity.ts';
import { linesOf } from './operations/lines.ts';
import { sample } from './operations/sample.ts';

export { sample };
import { MAIL } from './operations/mail.ts';
import { PLAN_OPERATIONS } from './operations/plan.ts';
import { OUTSIDE_OPERATIONS } from './operations/outside.ts';
import { WITNESS_OPERATIONS } from './operations/witness.ts';

const Slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
const Name = z.string().min(1).max(200);
const Text = z.record(z.string().min(1).max(100), z.string().max(64 * 1024));

const base = { organisation: true } as const;

export const health = declare({
  id: 'health',
  method: 'GET',
  path: '/healthz',
  group: 'Service',
  says: 'Answers 200 when the server and its database are ready.',
  access: 'public',
  organisation: false,
  answer: { type: 'json', schema: z.object({ ready: z.boolean() }) },
  calls: { is: 'service', service: 'health' },
});

export const openapi = declare({
  id: 'openapi',
  method: 'GET',
  path: '/api/openapi.json',
  group: 'Service',
  says: 'This description, as OpenAPI 3.1.',
  access: 'public',
  organisation: false,
  answer: { type: 'json', schema: z.looseObject({ openapi: z.string() }) },
  calls: { is: 'service', service: 'openapi' },
});

export const docs = declare({
  id: 'docs',
  method: 'GET',
  path: '/api/docs',
  group: 'Service',
  says: 'The same to browse: kinds, acts, views, their fields and an example call each.',
  access: 'public',
  organisation: false,
  answer: { type: 'html', says: 'A page.' },
  calls: { is: 'service', service: 'docs' },
});

export const me = declare({
  id: 'me',
  method: 'GET',
  path: '/api/me',
  group: 'Organisation',
  says: 'Who asks: the person, job or operator, the organisation and the scope; of a browser’s session also every membership, and what is still to be done.',
  access: 'read',
  organisation: false,
  answer: {
    type: 'json',
    schema: z.object({
      actor: z.object({ id: z.string(), roles: z.array(z.enum(ROLES)) }),
      organisation: z.string().nullable(),
      scope: z.enum(['read', 'write']),
      only: z
        .object({ acts: z.array(z.string()).optional(), source: z.string().optional() })
        .nullable()
        .describe('What the token is held to.'),
      person: z.object({ id: z.string(), name: z.string() }).nullable(),
      name: z.string().nullable().describe('Of the organisation.'),
      sample: z.boolean().nullable(),
      user: UserShape.nullable().describe('Who is signed in by the browser.'),
      organisations: z.array(MembershipShape).describe('In which the user is somebody.'),
      required: z.array(z.enum(REQUIRED)).describe('What is still to be done.'),
      owed: z.array(RequiredShape).describe('The same with words, and until when.'),
    }),
  },
  calls: { is: 'service', service: 'me' },
});

export const organisations = declare({
  id: 'organisations',
  method: 'GET',
  path: '/api/organisations',
  group: 'Organisation',
  says: 'The organisations that the caller may see: a token its own, the operator all.',
  access: 'read',
  organisation: false,
  answer: {
    type: 'json',
    schema: z.object({
      organisations: z.array(
        z.object({
          slug: z.string(),
          sample: z.boolean().default(false).describe('Whether it is an invented company.'),
        }),
      ),
    }),
  },
  calls: { is: 'service', service: 'organisations' },
});

export const init = declare({
  id: 'init',
  method: 'POST',
  path: '/api/organisations',
  group: 'Organisation',
  says: 'Creates an organisation, adopts frameworks and the control library as planned.',
  access: 'operator',
  organisation: false,
  body: {
    type: 'json',
    limit: MIB,
    schema: z.strictObject({
      name: Name,
      slug: Slug,
      timeZone: z.string().max(100).optional().describe('An IANA name; default UTC.'),
      frameworks: z.array(z.string().max(100)).max(20).optional(),
      categories: z.array(z.string().max(100)).max(20).optional().describe('Of SOC 2; default security only.'),
      demo: z.boolean().optional().describe('Fills it with a sample year.'),
    }),
  },
  answer: {
    type: 'json',
    schema: z.object({
      organisation: z.string(),
      controls: z.int(),
      requirements: z.record(z.string(), z.int()),
    }),
  },
  calls: { is: 'service', service: 'init' },
});

export const createToken = declare({
  ...base,
  id: 'token.create',
  method: 'POST',
  path: '/api/tokens',
  group: 'Organisation',
  says: 'Makes an API token. It is answered once and kept nowhere.',
  access: 'write',
  body: {
    type: 'json',
    limit: MIB,
    schema: z.strictObject({
      name: Name,
      for: idSchema.optional().describe('The person it speaks for.'),
      scope: z.enum(['read', 'write']).optional(),
      acts: TokenActs.optional(),
      source: TokenSource.optional(),
      expires: z.string().max(40).optional().describe('An RFC 3339 instant, or a date: the end of that day.'),
    }),
  },
  answer: {
    type: 'json',
    schema: z.object({ token: z.string(), id: z.string(), expires: z.string().nullable() }),
  },
  calls: { is: 'service', service: 'createToken' },
});

export const connect = declare({
  ...base,
  id: 'source.connect',
  method: 'POST',
  path: '/api/sources',
  group: 'Sources',
  says: 'Adds a source after probing it. “push” is the connector for facts that are pushed.',
  access: 'write',
  body: {
    type: 'json',
    limit: MIB,
    schema: z.strictObject({
      connector: z.string().min(1).max(100),
      id: idSchema,
      as: z.string().min(1).max(100).optional().describe('The NAME of the datasets NAME/dataset; default the id.'),
      settings: Text.default({}),
      secrets: Text.default({}),
    }),
  },
  answer: {
    type: 'json',
    schema: z.object({ source: z.string(), says: z.string(), checks: z.array(z.string()) }),
  },
  calls: { is: 'service', service: 'connect' },
});

export const CollectionReport = z.object({
  source: z.string(),
  dataset: z.string(),
  status: z.enum(['complete', 'partial', 'failed']),
  why: z.array(z.string()),
  items: z.int(),
  changed: z.int().describe('Items new, changed or gone against what was known.'),
  index: z.int().describe('Place in the log.'),
  observedAt: z.string(),
});

export const collect = declare({
  ...base,
  id: 'source.collect',
  method: 'POST',
  path: '/api/collect',
  group: 'Sources',
  says: 'Collects from the sources named, or from all: judges, appends. Closing the connection stops it; a finished collection stays.',
  access: 'write',
  body: { type: 'json', limit: MIB, schema: z.strictObject({ sources: z.array(idSchema).max(1000).default([]) }) },
  answer: { type: 'lines', line: linesOf(z.object({ collections: z.array(CollectionReport) })) },
  calls: { is: 'service', service: 'collect' },
});

export const pushFacts = declare({
  ...base,
  id: 'source.push',
  method: 'POST',
  path: '/api/sources/{id}/facts',
  group: 'Sources',
  says: 'Pushes one collection: a header line, then one item a line. All of it is kept, or nothing.',
  access: 'write',
  params: z.strictObject({ id: idSchema }),
  body: { type: 'ndjson', limit: GIB, says: 'The collection; at most 1 GiB, 256 KiB an item.' },
  answer: { type: 'json', schema: CollectionReport },
  calls: { is: 'service', service: 'push' },
});

export const putBlob = declare({
  ...base,
  id: 'blob.put',
  method: 'PUT',
  path: '/api/blobs',
  group: 'Evidence',
  says: 'Keeps bytes and answers their digest, which acts then name.',
  access: 'write',
  query: z.strictObject({
    name: z.string().min(1).max(255).optional().describe('What the file is called: compared with what its bytes are.'),
  }),
  body: { type: 'bytes', limit: 2 * GIB, says: 'The bytes; at most 2 GiB.' },
  answer: {
    type: 'json',
    schema: z.object({
      digest: z.string(),
      bytes: z.int(),
      media: z.string().describe('What the first bytes say they are.'),
      says: z.string().optional().describe('Where that is not what the name says.'),
    }),
  },
  calls: { is: 'service', service: 'putBlob' },
});

export const checkpoint = declare({
  ...base,
  id: 'log.checkpoint',
  method: 'GET',
  path: '/api/log/checkpoint',
  group: 'Log',
  says: 'The signed checkpoint of the log, and the key that verifies it.',
  access: 'read',
  guests: 'log',
  answer: { type: 'json', schema: z.object({ checkpoint: z.string(), key: z.string() }) },
  calls: { is: 'service', service: 'checkpoint' },
});

export const proof = declare({
  ...base,
  id: 'log.proof',
  method: 'GET',
  path: '/api/log/proofs/{index}',
  group: 'Log',
  says: 'Proof that the entry at an index is in the log.',
  access: 'read',
  guests: 'log',
  params: z.strictObject({ index: z.int().min(0) }),
  answer: { type: 'text', says: 'The proof.' },
  calls: { is: 'service', service: 'proof' },
});

/** Whose business the whole of the log and its payloads is: drafts and every programme are in it. Who audits is handed an export by one of them. */
const KEEPERS = ['owner', 'lead'] as const;

export const exportLog = declare({
  ...base,
  id: 'log.export',
  method: 'GET',
  path: '/api/log/export',
  group: 'Log',
  says: 'The log in C2SP form: a line for each piece of a file, its bytes in base64, in an order that can be written as it comes.',
  access: 'read',
  roles: KEEPERS,
  query: z.strictObject({
    at: z
      .enum(['head', 'seen'])
      .optional()
      .describe('`seen`: up to the last entry that somebody outside has seen; else all that is recorded.'),
  }),
  answer: {
    type: 'lines',
    line: z.union([
      z.object({
        file: z.object({
          path: z.string(),
          bytes: z.base64(),
          append: z.boolean().describe('Goes to the end of what came of this file before.'),
        }),
      }),
      ...linesOf(z.object({ pieces: z.int() })).options,
    ]),
  },
  calls: { is: 'service', service: 'exportLog' },
});

export const exportArchive = declare({
  ...base,
  id: 'log.archive',
  method: 'GET',
  path: '/api/log/export.zip',
  group: 'Log',
  says: 'The same export as one ZIP, to be saved by a browser and verified as it is.',
  access: 'read',
  roles: KEEPERS,
  query: z.strictObject(LinkOf),
  answer: { type: 'bytes', says: 'The archive.' },
  calls: { is: 'service', service: 'exportArchive' },
});

export const rebuild = declare({
  ...base,
  id: 'rebuild',
  method: 'POST',
  path: '/api/rebuild',
  group: 'Service',
  says: 'Makes the tables anew from log and payloads, beside the present ones, and compares.',
  access: 'write',
  roles: ['owner', 'lead'],
  answer: {
    type: 'lines',
    line: linesOf(
      z.object({
        differences: z.array(z.object({ table: z.string(), what: z.string() })),
        checked: z.record(z.string(), z.int()),
      }),
    ),
  },
  calls: { is: 'service', service: 'rebuild' },
});

export const doctor = declare({
  id: 'doctor',
  method: 'GET',
  path: '/api/doctor',
  group: 'Service',
  says: 'What is wrong with this installation, with the organisations of all tenants, and what to do about it.',
  access: 'operator',
  organisation: false,
  answer: {
    type: 'json',
    schema: z.object({
      findings: z.array(z.object({ ok: z.boolean(), says: z.string(), advice: z.string().optional() })),
    }),
  },
  calls: { is: 'service', service: 'doctor' },
});

/** Everything that is neither record, act nor view. */
export const OPERATIONS = [
  health,
  openapi,
  docs,
  me,
  organisations,
  init,
  sample,
  createToken,
  connect,
  collect,
  pushFacts,
  putBlob,
  ...EVIDENCE_OPERATIONS,
  ...BINDER_OPERATIONS,
  ...DOCUMENT_OPERATIONS,
  ...IMPORT_OPERATIONS,
  ...EXCHANGE_OPERATIONS,
  checkpoint,
  proof,
  exportLog,
  exportArchive,
  rebuild,
  selfCheck,
  doctor,
  ...ACCESS,
  ...JOBS,
  ...SIGN_IN_OPERATIONS,
  ...MAIL,
  ...PLAN_OPERATIONS,
  ...WITNESS_OPERATIONS,
  ...OUTSIDE_OPERATIONS,
] as const;

export type ServiceName = (typeof OPERATIONS)[number]['calls']['service'];
