import { ROLES } from '@countersign/core/kernel/act.ts';
import { idSchema } from '@countersign/core/kernel/id.ts';
import { z } from 'zod';
import { declare, MIB } from '../operation.ts';

const base = { organisation: true, group: 'Jobs' } as const;

export const JOB_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled', 'discarded'] as const;

export const Job = z.object({
  id: z.uuid(),
  kind: z.string(),
  title: z.string(),
  subject: z.string().nullable().describe('What it is about, as the id of a source.'),
  state: z.enum(JOB_STATES),
  actor: z.string().describe('Who asked for it.'),
  attempt: z.int(),
  tries: z.int().describe('After so many attempts it is left to a person.'),
  cancelAsked: z.boolean(),
  progress: z.object({ done: z.int(), of: z.int().nullable(), says: z.string() }),
  askedAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  notBefore: z.string().nullable().describe('When it is tried again.'),
  error: z.object({ code: z.string(), says: z.string() }).nullable(),
  advice: z.string().nullable().describe('What to do about it, where it failed.'),
  result: z.unknown(),
});

const params = z.strictObject({ id: z.uuid() });

export const listJobs = declare({
  ...base,
  id: 'job.list',
  method: 'GET',
  path: '/api/jobs',
  says: 'Jobs, the newest first: all of the organisation for its leads and auditors, else those the caller asked for.',
  access: 'read',
  query: z.strictObject({
    state: z
      .enum([...JOB_STATES, 'live'])
      .optional()
      .describe('“live” is waiting or running.'),
    kind: z.string().max(100).optional(),
    subject: z.string().max(100).optional(),
    search: z.string().max(200).optional(),
    limit: z.int().min(1).max(200).optional(),
    cursor: z.string().max(100).optional(),
  }),
  answer: {
    type: 'json',
    schema: z.object({
      items: z.array(Job),
      total: z.int(),
      counts: z.record(z.enum(JOB_STATES), z.int()),
      next: z.string().nullable(),
    }),
  },
  calls: { is: 'service', service: 'listJobs' },
});

export const askJob = declare({
  ...base,
  id: 'job.ask',
  method: 'POST',
  path: '/api/jobs',
  says: 'Asks for a job, as { kind: collect, input: { source } }. If one of its kind and subject waits or runs, that is answered.',
  access: 'write',
  headers: z.strictObject({
    'idempotency-key': z
      .uuid()
      .optional()
      .describe('A UUID of the client’s: becomes the id of the job; a repeat gets the same job.'),
  }),
  body: {
    type: 'json',
    limit: MIB,
    schema: z.strictObject({
      kind: z.string().min(1).max(100),
      input: z.record(z.string().max(100), z.unknown()).default({}),
    }),
  },
  answer: { type: 'json', schema: Job },
  calls: { is: 'service', service: 'askJob' },
});

export const getJob = declare({
  ...base,
  id: 'job.get',
  method: 'GET',
  path: '/api/jobs/{id}',
  says: 'One job as it stands.',
  access: 'read',
  params,
  answer: { type: 'json', schema: Job },
  calls: { is: 'service', service: 'getJob' },
});

export const watchJob = declare({
  ...base,
  id: 'job.events',
  method: 'GET',
  path: '/api/jobs/{id}/events',
  says: 'The job now and each time it says something new, as server-sent events; the last one has it as “done”.',
  access: 'read',
  params,
  answer: {
    type: 'lines',
    events: true,
    line: z.union([
      z.object({ progress: Job }),
      z.object({ done: Job }),
      z.object({ refusal: z.object({ code: z.string(), message: z.string() }) }),
      z.object({ fault: z.object({ id: z.string(), message: z.string() }) }),
    ]),
  },
  calls: { is: 'service', service: 'watchJob' },
});

const change = <const W extends 'cancel' | 'retry' | 'discard'>(what: W, says: string) =>
  declare({
    ...base,
    id: `job.${what}` as const,
    method: 'POST',
    path: `/api/jobs/{id}/${what}` as const,
    says,
    access: 'write',
    params,
    answer: { type: 'json', schema: Job },
    calls: { is: 'service', service: `${what}Job` as const },
  });

export const cancelJob = change(
  'cancel',
  'Ends a job that waits, and asks one that runs to stop. What it has recorded stays.',
);
export const retryJob = change('retry', 'Begins a job that failed again.');
export const discardJob = change('discard', 'Puts a job that failed aside. It stays listed as discarded for a while.');

export const ConnectorField = z.object({
  name: z.string(),
  says: z.string(),
  required: z.boolean(),
  choices: z.array(z.string()).nullable(),
});

export const listConnectors = declare({
  ...base,
  id: 'connector.list',
  group: 'Sources',
  method: 'GET',
  path: '/api/connectors',
  says: 'What can be connected: each connector with its settings, the names of its secrets, its datasets and checks.',
  access: 'read',
  answer: {
    type: 'json',
    schema: z.object({
      connectors: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          says: z.string(),
          version: z.string(),
          local: z
            .enum(['always', 'path', 'never'])
            .describe('Whether it reads this machine: always, with the setting “path”, or never.'),
          settings: z.array(ConnectorField),
          secrets: z.array(z.string()),
          datasets: z.array(z.object({ name: z.string(), mode: z.enum(['state', 'events']), says: z.string() })),
          checks: z.array(z.object({ id: idSchema, title: z.string(), supports: z.array(z.string()) })),
          allowed: z.boolean().describe('Whether the caller may connect it here.'),
          because: z.string().nullable(),
        }),
      ),
      roles: z.array(z.enum(ROLES)).describe('Who may connect sources.'),
    }),
  },
  calls: { is: 'service', service: 'listConnectors' },
});

export const rotateKeys = declare({
  id: 'keys.rotate',
  method: 'POST',
  path: '/api/keys/rotate',
  group: 'Service',
  says: 'Puts a new key into the key file and seals every secret of every organisation anew under it.',
  access: 'operator',
  organisation: false,
  answer: {
    type: 'json',
    schema: z.object({
      organisations: z.int(),
      secrets: z.int(),
      kept: z.string().describe('The file with the key until now, for backups made before.'),
    }),
  },
  calls: { is: 'service', service: 'rotateKeys' },
});

export const JOBS = [
  listJobs,
  askJob,
  getJob,
  watchJob,
  cancelJob,
  retryJob,
  discardJob,
  listConnectors,
  rotateKeys,
] as const;
