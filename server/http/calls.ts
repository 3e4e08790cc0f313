import type { Operation } from '@countersign/api/operation.ts';
import * as declared from '@countersign/api/operations.ts';
import * as importing from '@countersign/api/operations/imports.ts';
import type { ServiceName } from '@countersign/api/operations.ts';
import * as integrity from '@countersign/api/operations/integrity.ts';
import * as jobOperations from '@countersign/api/operations/jobs.ts';
import * as mailOperations from '@countersign/api/operations/mail.ts';
import * as planOperations from '@countersign/api/operations/plan.ts';
import * as witnessOperations from '@countersign/api/operations/witness.ts';
import type { RecordDef } from '@countersign/core/kernel/index.ts';
import { refusalToGuest } from '@countersign/core/access/index.ts';
import { idSchema, isGuest, refuse } from '@countersign/core/kernel/index.ts';
import type { Readable } from 'node:stream';

import type {
  ActAllowed,
  ActOptions,
  ListQuery,
  Organisation,
  Runtime,
  Services,
  Shown,
  ViewOptions,
} from '../runtime.ts';
import type { Caller } from './identity.ts';
import * as exchanging from './exchange.ts';
import { binderContent, evidenceBag, madeBinder, previewedBinder } from './binders.ts';
import { effectivenessDocument, planDocument, postureDocument, recordsTable, viewTable } from './documents.ts';
import { evidenceContent, evidenceFile } from './evidence.ts';
import { organisationOf, refuseOtherSources } from './identity.ts';
import type { Line } from './lines.ts';
import { reporting } from './lines.ts';
import { archived } from './log-archive.ts';
import { refuseRequest } from './request.ts';
import { rowToTell } from './row.ts';
import type { From, SignIn } from '../signin/index.ts';
import { fillSample } from '../sample/door.ts';
import { meOf, SIGN_IN_SERVICES } from '../signin/calls.ts';

/** A request once it is known who asks and its parts are read by the schemas of its operation. */
export interface Asked {
  readonly operation: Operation;
  /** Absent at public doors. */
  readonly caller: Caller | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** JSON as its schema parsed it; for acts and views, whose input the runtime parses, as it came. */
  readonly body: unknown;
  readonly bytes: Readable;
  readonly from: From & { readonly host: string | undefined };
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

/** What to answer, before it is parsed by the operation's schema. */
export type Told =
  | { readonly json: unknown; readonly headers?: Readonly<Record<string, string | string[]>> }
  | { readonly lines: AsyncGenerator<Line> }
  | { readonly text: string }
  | { readonly bytes: Readable; readonly status?: number; readonly headers: Readonly<Record<string, string>> };

export interface Standing {
  readonly runtime: Runtime;
  readonly services: Services;
  /** Absent where nobody signs in, as in tests of the doors alone. */
  readonly signIn: SignIn | undefined;
  readonly ready: () => Promise<boolean>;
  readonly openapi: () => object;
  readonly page: () => string;
}

const callerOf = (asked: Asked): Caller => {
  if (asked.caller === undefined) throw new TypeError(`${asked.operation.id} was called by nobody`);
  return asked.caller;
};

const limitsOf = ({ only }: Caller): string =>
  only?.source === undefined ? `the acts ${only?.acts?.join(', ') ?? ''}` : `the source ${only.source}`;

/** What a token may not do, though its bearer might. */
function inScope(caller: Caller, act: ActAllowed): ActAllowed {
  if (!act.allowed) return act;
  const { only } = caller;
  const isBeyond = only?.source !== undefined || only?.acts?.includes(act.name) === false;
  if (caller.scope === 'write' && !isBeyond) return act;
  const { code, message } = isBeyond ? refuseRequest('limits', { to: limitsOf(caller) }) : refuseRequest('scope', {});
  return { ...act, allowed: false, code, because: message };
}

const shownText = ({ grants, until, drafts }: Shown): string =>
  `grants=${grants.join(',')}; until=${until}; drafts=${drafts ? 'shown' : 'left-out'}`;

/** Only the fields that are there: an absent option and one that is undefined are not the same to the runtime. */
const present = <T extends object>(given: { readonly [K in keyof T]: T[K] | undefined }): T =>
  // Every entry left has its type in T.
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const clocks = (query: Asked['query']): ViewOptions =>
  present<ViewOptions>({ asOf: text(query['asOf']), knownAt: text(query['knownAt']) });

function listQuery(query: Asked['query']): ListQuery {
  const where = Object.entries(query).flatMap(([key, value]) =>
    key.startsWith('where.') && typeof value === 'string' ? [[key.slice('where.'.length), value] as const] : [],
  );
  return present<ListQuery>({
    asOf: text(query['asOf']),
    knownAt: text(query['knownAt']),
    where: where.length === 0 ? undefined : Object.fromEntries(where),
    search: text(query['search']),
    sort: text(query['sort']),
    cursor: text(query['cursor']),
    limit: typeof query['limit'] === 'number' ? query['limit'] : undefined,
    retired: typeof query['retired'] === 'boolean' ? query['retired'] : undefined,
    heads: typeof query['heads'] === 'boolean' ? query['heads'] : undefined,
  });
}

function actOptions(asked: Asked): ActOptions {
  const ifMatch = asked.headers['if-match']?.replaceAll('"', '');
  return present<ActOptions>({
    idempotencyKey: asked.headers['idempotency-key']?.toLowerCase(),
    ifMatch: ifMatch === undefined ? undefined : Number(ifMatch),
    dryRun: asked.query['dryRun'] === true ? true : undefined,
  });
}

const idIn = (asked: Asked, def: RecordDef): string => {
  const id = idSchema.safeParse(asked.params['id']);
  if (!id.success) throw refuse('missing', { kind: def.kind, id: String(asked.params['id']) });
  return id.data;
};

/** Answers one request by the runtime or a service. Refusals and faults come through as they are. */
export async function answer(asked: Asked, standing: Standing): Promise<Told> {
  const { runtime, services } = standing;
  const { calls } = asked.operation;
  if (calls.is === 'service') return serve(asked, standing, calls.service);

  const caller = callerOf(asked);
  const org = await organisationOf(caller, services);
  switch (calls.is) {
    case 'list': {
      const page = await runtime.list(org, caller.actor, calls.record.kind, listQuery(asked.query));
      return { json: { ...page, items: page.items.map((row) => rowToTell(calls.record.kind, row)) } };
    }
    case 'get': {
      const id = idIn(asked, calls.record);
      const row = await runtime.get(org, caller.actor, calls.record.kind, id, clocks(asked.query));
      return { json: rowToTell(calls.record.kind, row) };
    }
    case 'history': {
      const id = idIn(asked, calls.record);
      const rows = await runtime.history(org, caller.actor, calls.record.kind, id, clocks(asked.query));
      return { json: { versions: rows.map((row) => rowToTell(calls.record.kind, row)) } };
    }
    case 'acts': {
      const told = await runtime.actsOn(org, caller.actor, calls.record.kind, idIn(asked, calls.record));
      return { json: { ...told, acts: told.acts.map((act) => inScope(caller, act)) } };
    }
    case 'act':
      return { json: await runtime.act(org, caller.actor, calls.act.name, asked.body, actOptions(asked)) };
    case 'view': {
      const isGet = asked.operation.method === 'GET';
      const input = isGet
        ? Object.fromEntries(Object.entries(asked.query).filter(([field]) => field in calls.view.input.shape))
        : asked.body;
      const seen = await runtime.view(org, caller.actor, calls.view.name, input, clocks(asked.query));
      const headers = {
        'x-countersign-as-of': seen.asOf,
        'x-countersign-known-at': seen.knownAt,
        'x-countersign-position': String(seen.position),
        ...(seen.shown === undefined ? {} : { 'x-countersign-shown': shownText(seen.shown) }),
      };
      return { json: seen.answer, headers };
    }
  }
}

const isService = (name: string): name is ServiceName => name in SERVICES;

function serve(asked: Asked, standing: Standing, name: string): Promise<Told> {
  if (!isService(name)) throw new TypeError(`${name} is no service`);
  return SERVICES[name](asked, standing);
}

type Serve = (asked: Asked, standing: Standing) => Promise<Told>;

/** For services of one organisation. */
const within =
  (work: (asked: Asked, services: Services, caller: Caller, org: Organisation) => Promise<Told>): Serve =>
  async (asked, { runtime, services }) => {
    const caller = callerOf(asked);
    const org = await organisationOf(caller, services);
    if (isGuest(caller.actor)) {
      const { sight } = await runtime.seeing(org, caller.actor);
      const refusal = refusalToGuest(sight, asked.operation.id, asked.operation.guests);
      if (refusal !== undefined) throw refusal;
    }
    return work(asked, services, caller, org);
  };

/** For those that read records too. */
const reading =
  (
    work: (asked: Asked, runtime: Runtime, services: Services, caller: Caller, org: Organisation) => Promise<Told>,
  ): Serve =>
  async (asked, { runtime, services }) => {
    const caller = callerOf(asked);
    return work(asked, runtime, services, caller, await organisationOf(caller, services));
  };

const operatorOf = (caller: Caller) => caller.operator ?? caller.actor;

const SERVICES: { readonly [name in ServiceName]: Serve } = {
  health: async (_, { ready }) => ({ json: { ready: await ready() } }),
  openapi: async (_, { openapi }) => ({ json: openapi() }),
  docs: async (_, { page }) => ({ text: page() }),
  me: async (asked, { signIn }) => ({ json: await meOf(callerOf(asked), signIn) }),
  organisations: async (asked, { services, signIn }) => {
    const { organisation, operator, session } = callerOf(asked);
    if (session !== undefined && signIn !== undefined) {
      const mine = await signIn.members.all(session);
      return { json: { organisations: mine.map(({ organisation: { slug }, sample }) => ({ slug, sample })) } };
    }
    const all = operator === undefined && organisation !== undefined ? [organisation] : await services.organisations();
    return { json: { organisations: all } };
  },
  init: async (asked, { services }) => {
    const input = declared.init.body.schema.parse(asked.body);
    return { json: await services.init(operatorOf(callerOf(asked)), present(input)) };
  },
  sample: async (asked, { services, signIn }) => {
    const input = declared.sample.body.schema.parse(asked.body);
    return { lines: reporting(await fillSample(callerOf(asked), signIn, services, input, asked.signal)) };
  },
  createToken: within(async (asked, services, caller, org) => {
    const input = declared.createToken.body.schema.parse(asked.body);
    return { json: await services.createToken(org, caller.actor, present(input)) };
  }),
  connect: within(async (asked, services, caller, org) => {
    const { as, ...input } = declared.connect.body.schema.parse(asked.body);
    return { json: await services.connect(org, caller.actor, as === undefined ? input : { ...input, as }) };
  }),
  collect: within(async (asked, services, caller, org) => {
    const { sources } = declared.collect.body.schema.parse(asked.body);
    refuseOtherSources(caller, sources);
    return {
      lines: reporting(async (progress) => ({
        collections: await services.collect(org, caller.actor, sources, progress, asked.signal),
      })),
    };
  }),
  push: within(async (asked, services, caller, org) => {
    const source = idSchema.parse(asked.params['id']);
    refuseOtherSources(caller, [source]);
    return { json: await services.push(org, caller.actor, source, asked.bytes) };
  }),
  putBlob: within(async (asked, services, caller, org) => ({
    json: await services.putBlob(org, caller.actor, asked.bytes, text(asked.query['name'])),
  })),
  postureDocument: within((asked, services, { actor }, org) => postureDocument(asked, services, actor, org)),
  effectivenessDocument: within((asked, services, { actor }, org) =>
    effectivenessDocument(asked, services, actor, org),
  ),
  recordsTable: within((asked, services, { actor }, org) => recordsTable(asked, services, actor, org)),
  viewTable: within((asked, services, { actor }, org) => viewTable(asked, services, actor, org)),
  previewImport: within(async (asked, services, caller, org) => ({
    json: await services.imports.preview(org, caller.actor, importing.previewImport.body.schema.parse(asked.body)),
  })),
  applyImport: within(async (asked, services, caller, org) => ({
    json: await services.imports.apply(org, caller.actor, importing.applyImport.body.schema.parse(asked.body)),
  })),
  previewExchange: within((asked, services, { actor }, org) => exchanging.previewExchange(asked, services, actor, org)),
  applyExchange: within((asked, services, { actor }, org) => exchanging.applyExchange(asked, services, actor, org)),
  frameworkDocument: within((asked, services, { actor }, org) =>
    exchanging.frameworkDocument(asked, services, actor, org),
  ),
  mappingsDocument: within((asked, services, { actor }, org) =>
    exchanging.mappingsDocument(asked, services, actor, org),
  ),
  previewBinder: within((asked, services, { actor }, org) => previewedBinder(asked, services, actor, org)),
  makeBinder: within((asked, services, { actor }, org) => madeBinder(asked, services, actor, org)),
  binderFile: within((asked, services, { actor }, org) => binderContent(asked, services, actor, org)),
  evidenceProof: within((asked, services, { actor }, org) => evidenceBag(asked, services, actor, org)),
  evidenceFile: reading(evidenceFile),
  evidenceContent: reading(evidenceContent),
  storage: within(async (_asked, services, _caller, org) => ({ json: await services.storage(org) })),
  checkpoint: within(async (_asked, services, _caller, org) => ({ json: await services.checkpoint(org) })),
  proof: within(async (asked, services, _caller, org) => {
    const { index } = declared.proof.params.parse(asked.params);
    return { text: await services.proof(org, index) };
  }),
  exportLog: within(async (asked, services, _caller, org) => ({
    lines: exported(services, org, declared.exportLog.query.parse(asked.query).at),
  })),
  stampLog: within(async ({ signal }, services, { actor }, org) => ({
    json: { asked: await services.stampLog(org, actor, signal) },
  })),
  askWitnesses: within(async ({ signal }, services, { actor }, org) => ({
    json: { asked: await services.askWitnesses(org, actor, signal) },
  })),
  rotateLogKey: within(async (_asked, services, { actor }, org) => ({
    json: await services.rotateLogKey(org, actor),
  })),
  exportArchive: within(async (_asked, services, _caller, org) => archived(services, org)),
  rebuild: within(async (_asked, services, _caller, org) => ({
    lines: reporting((progress) => services.rebuild(org, progress)),
  })),
  selfCheck: within(async (asked, services, _caller, org) => {
    const { kind } = integrity.selfCheck.body.schema.parse(asked.body);
    return {
      lines: reporting((progress) =>
        services.selfCheck(org, {
          kind,
          progress: (done, of, says) => progress({ source: 'self-check', dataset: says, done, of: Math.max(done, of) }),
          signal: asked.signal,
        }),
      ),
    };
  }),
  allowed: async (asked, { runtime, services }) => {
    const caller = callerOf(asked);
    const told = await runtime.allowed(await organisationOf(caller, services), caller.actor);
    return { json: { ...told, acts: told.acts.map((act) => inScope(caller, act)) } };
  },
  listJobs: within(async (asked, { jobs }, { actor }, org) => ({
    json: await jobs.list(org, actor, present(jobOperations.listJobs.query.parse(asked.query))),
  })),
  askJob: within(async (asked, { jobs }, { actor }, org) => {
    const id = asked.headers['idempotency-key']?.toLowerCase();
    return {
      json: await jobs.ask(org, actor, {
        ...jobOperations.askJob.body.schema.parse(asked.body),
        ...(id === undefined ? {} : { id }),
      }),
    };
  }),
  getJob: within(async (asked, { jobs }, { actor }, org) => ({ json: await jobs.get(org, actor, jobIn(asked)) })),
  watchJob: within(async (asked, { jobs }, { actor }, org) => ({
    lines: watched(jobs.watch(org, actor, jobIn(asked), asked.signal)),
  })),
  cancelJob: within(async (asked, { jobs }, { actor }, org) => ({ json: await jobs.cancel(org, actor, jobIn(asked)) })),
  retryJob: within(async (asked, { jobs }, { actor }, org) => ({ json: await jobs.retry(org, actor, jobIn(asked)) })),
  discardJob: within(async (asked, { jobs }, { actor }, org) => ({
    json: await jobs.discard(org, actor, jobIn(asked)),
  })),
  listNotices: within(async (asked, { mail }, { actor }, org) => ({
    json: await mail.inbox(org, actor, present(mailOperations.listNotices.query.parse(asked.query))),
  })),
  readNotices: within(async (asked, { mail }, { actor }, org) => {
    const { ids } = mailOperations.readNotices.body.schema.parse(asked.body);
    return { json: { read: await mail.read(org, actor, ids) } };
  }),
  mailState: within(async (_, { mail }, { actor }, org) => {
    const { isSet, from, url } = mail.mailer;
    return {
      json: {
        isSet,
        from: isSet ? (from ?? null) : null,
        links: url !== undefined,
        choice: await mail.choice(org, actor),
      },
    };
  }),
  chooseMail: within(async (asked, { mail }, { actor }, org) => ({
    json: await mail.choose(org, actor, mailOperations.chooseMail.body.schema.parse(asked.body)),
  })),
  planDocument: within((asked, services, { actor }, org) => planDocument(asked, services, actor, org)),
  sendPlan: within(async (asked, { sendPlan }, { actor }, org) => {
    const { plan } = planOperations.sendPlan.params.parse(asked.params);
    const { to, note } = planOperations.sendPlan.body.schema.parse(asked.body);
    return { json: await sendPlan(org, actor, { plan, to, ...(note === undefined ? {} : { note }) }) };
  }),
  requestWitness: within(async (asked, { witnessMail }, { actor }, org) => {
    const { id } = witnessOperations.requestWitness.params.parse(asked.params);
    const { from } = witnessOperations.requestWitness.body.schema.parse(asked.body);
    return { json: await witnessMail.request(org, actor, id, from) };
  }),
  recordWitnessAnswer: within(async (asked, { witnessMail }, _caller, org) => {
    const { file, witness } = witnessOperations.recordAnswer.body.schema.parse(asked.body);
    return { json: await witnessMail.record(org, file, witness) };
  }),
  answerWitnessRequest: within(async (asked, { witnessMail }, _caller, org) => {
    const { file } = witnessOperations.answerByMail.body.schema.parse(asked.body);
    return { json: await witnessMail.answer(org, file) };
  }),
  tryMail: within(async (_, { mail }, { actor }, org) => ({ json: await mail.tryOut(org, actor) })),
  rotateKeys: async (_, { services }) => ({ json: await services.rotateKeys() }),
  listConnectors: within(async (_, services, { actor }) => ({ json: await services.connectors(actor) })),
  doctor: async (_, { services }) => ({ json: { findings: await services.doctor() } }),
  ...SIGN_IN_SERVICES,
};

const jobIn = (asked: Asked): string => jobOperations.getJob.params.parse(asked.params).id.toLowerCase();

async function* watched(jobs: ReturnType<Services['jobs']['watch']>): AsyncGenerator<Line> {
  for await (const job of jobs) yield job.endedAt === null ? { progress: job } : { done: job };
}

async function* exported(services: Services, org: Organisation, at?: 'head' | 'seen'): AsyncGenerator<Line> {
  let pieces = 0;
  for await (const { path, bytes, append } of services.exportLog(org, at)) {
    pieces += 1;
    yield { file: { path, bytes: Buffer.from(bytes).toString('base64'), append } };
  }
  yield { done: { pieces } };
}
