import { refuseUnlessAllowed } from '@countersign/core/access/index.ts';
import type { Actor, Change, Product, RecordDef, Shelf, Stored } from '@countersign/core/kernel/index.ts';
import { isAsking, printInstant, refuse } from '@countersign/core/kernel/index.ts';
import { createHash } from 'node:crypto';
import type { ActAnswer, Organisation, Page, Runtime, Services } from '../runtime.ts';
import { actsOnThing, permissionsOf } from '../kernel/permissions.ts';
import { createMailer } from '../mail/mailer.ts';
import { firstIssue } from './request.ts';

interface Version {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly recordedAt: number;
  readonly actor: string;
  readonly retired: boolean;
  readonly body: object;
}

const NOW = Date.UTC(2026, 2, 1, 12);

/**
 * The runtime in memory: enough of its rules to try the doors with a product of a test's own. Tenants are kept apart by a
 * log each; nothing is kept beyond the process.
 */
export function memoryRuntime(product: Product): Runtime {
  const logs = new Map<number, Version[]>();
  const answers = new Map<string, ActAnswer>();
  const logOf = (org: Organisation): Version[] => {
    const log = logs.get(org.id) ?? [];
    logs.set(org.id, log);
    return log;
  };
  const historyOf = (org: Organisation, kind: string, id: string): Version[] =>
    logOf(org).filter((version) => version.kind === kind && version.id === id);
  const rowOf = (head: number, { body, retired: _, ...stamp }: Version): object => ({
    ...body,
    ...stamp,
    head,
    effectiveAt: -Infinity,
  });
  const heads = (org: Organisation, kind: string): { id: string; row: object }[] => {
    const ids = [...new Set(logOf(org).flatMap((version) => (version.kind === kind ? [version.id] : [])))].sort();
    return ids.flatMap((id) => {
      const last = historyOf(org, kind, id).at(-1);
      return last === undefined || last.retired ? [] : [{ id, row: rowOf(last.version, last) }];
    });
  };
  const book = (org: Organisation, kinds: readonly string[]): Record<string, Shelf<never>> =>
    Object.fromEntries(
      kinds.map((kind) => {
        const rows = new Map(heads(org, kind).map(({ id, row }) => [id, Object.freeze(row)]));
        const shelf = {
          find: (id: string) => rows.get(id),
          get(id: string) {
            const row = rows.get(id);
            if (row === undefined) throw refuse('missing', { kind, id });
            return row;
          },
          all: () => [...rows.values()],
          pointingAt: (field: string, to: string) =>
            [...rows.values()].filter((row) =>
              Object.entries(row).some(([key, value]) => key === field && value === to),
            ),
          history: (id: string) => (rows.has(id) ? [rows.get(id)] : []),
          governed: () => [],
          ids: () => [...rows.keys()],
        };
        // What rules read of a shelf is all here; its type says more than this test double needs.
        return [kind, shelf as unknown as Shelf<never>] as const;
      }),
    );
  const parse = (
    schema: Product['acts'] extends ReadonlyMap<string, infer A> ? (A extends { input: infer I } ? I : never) : never,
    input: unknown,
  ): unknown => {
    const read = schema.safeParse(input);
    if (read.success) return read.data;
    const { says, path } = firstIssue(read.error);
    throw refuse('invalid', { says }, path);
  };
  const settled = (given: unknown): unknown => {
    if (isAsking(given)) throw new Error('The runtime in memory answers no feeds');
    return given;
  };
  const save = (org: Organisation, actor: Actor, changes: readonly Change[]): Version[] =>
    changes.map((change) => {
      const past = historyOf(org, change.kind, change.id);
      if (change.does === 'create' && past.length > 0) throw refuse('exists', change);
      const body =
        change.does === 'retire'
          ? (past.at(-1)?.body ?? {})
          : product.records.get(change.kind)?.body.parse(change.body);
      return {
        kind: change.kind,
        id: change.id,
        version: past.length + 1,
        recordedAt: NOW,
        actor: actor.id,
        retired: change.does === 'retire',
        body: body ?? {},
      };
    });

  return {
    product,
    async act(org, actor, name, input, options = {}) {
      const def = product.acts.get(name);
      if (def === undefined) throw refuse('unknown', { what: 'act', name });
      const repeat = options.idempotencyKey === undefined ? undefined : answers.get(options.idempotencyKey);
      if (repeat !== undefined) return repeat;
      refuseUnlessAllowed(actor, def);
      const decided = settled(
        def.decide(
          book(
            org,
            def.reads.map(({ kind }) => kind),
          ),
          parse(def.input, input),
          { actor, now: NOW, seed: '0'.repeat(32), zone: 'UTC' },
        ),
      ) as readonly Change[] | { changes: readonly Change[]; answer: unknown };
      const changes = 'changes' in decided ? decided.changes : decided;
      for (const change of changes) {
        const head = historyOf(org, change.kind, change.id).length;
        if (options.ifMatch !== undefined && change.does !== 'create' && head !== options.ifMatch) {
          throw refuse('conflict', { kind: change.kind, id: change.id, from: options.ifMatch, head });
        }
      }
      const versions = save(org, actor, changes);
      if (options.dryRun !== true) logOf(org).push(...versions);
      const answer: ActAnswer = {
        index: options.dryRun === true || versions.length === 0 ? null : logOf(org).length - 1,
        recordedAt: printInstant(NOW),
        changes: versions.map(({ kind, id, version }, i) => ({ kind, id, version, did: changes[i]?.does ?? 'create' })),
        ...('changes' in decided ? { answer: decided.answer } : {}),
      };
      if (options.idempotencyKey !== undefined) answers.set(options.idempotencyKey, answer);
      return answer;
    },
    async view(org, actor, name, input, options = {}) {
      const def = product.views.get(name);
      if (def === undefined) throw refuse('unknown', { what: 'view', name });
      const position = logOf(org).length;
      const at = { asOf: NOW, knownAt: NOW, position, zone: 'UTC', actor };
      const answer = settled(
        def.compute(
          book(
            org,
            def.reads.map(({ kind }) => kind),
          ),
          parse(def.input, input),
          at,
        ),
      );
      const now = printInstant(NOW);
      return { answer, asOf: options.asOf ?? now, knownAt: options.knownAt ?? now, position };
    },
    async get(org, _actor, kind, id) {
      const found = heads(org, kind).find((head) => head.id === id);
      if (found === undefined) throw refuse('missing', { kind, id });
      return found.row;
    },
    async history(org, _actor, kind, id) {
      const versions = historyOf(org, kind, id);
      if (versions.length === 0) throw refuse('missing', { kind, id });
      return versions.map((version) => rowOf(versions.length, version));
    },
    seeing: async (_org, actor) => actor,
    allowed: async (_org, actor) => permissionsOf(product, actor),
    async actsOn(org, actor, kind, id) {
      const found = heads(org, kind).find((head) => head.id === id);
      if (found === undefined) throw refuse('missing', { kind, id });
      // What rules read of a row is all here.
      const row = found.row as Stored<RecordDef>;
      const head = historyOf(org, kind, id).length;
      return { kind, id, head, acts: actsOnThing(product, actor, kind, { row, now: NOW, zone: 'UTC' }) };
    },
    async list(org, _actor, kind, query = {}): Promise<Page> {
      const where = Object.entries(query.where ?? {});
      const found = heads(org, kind).filter(({ row }) =>
        where.every(([field, value]) =>
          Object.entries(row).some(([key, has]) => key === field && String(has) === value),
        ),
      );
      const from = query.cursor === undefined ? 0 : Number(query.cursor);
      const to = from + (query.limit ?? 50);
      return {
        items: found.slice(from, to).map(({ row }) => row),
        total: found.length,
        next: to < found.length ? String(to) : null,
      };
    },
  };
}

export interface Known {
  readonly organisation: Organisation;
  readonly actor: Actor;
  readonly scope: 'read' | 'write';
}

export const ALPHA: Organisation = { id: 1, slug: 'alpha' };
export const BETA: Organisation = { id: 2, slug: 'beta' };

const lead: Actor = { id: 'ada', roles: ['lead'] };

/** Tokens by their text. */
export const TOKENS: Readonly<Record<string, Known>> = {
  'alpha-write': { organisation: ALPHA, actor: lead, scope: 'write' },
  'alpha-read': { organisation: ALPHA, actor: lead, scope: 'read' },
  'alpha-employee': { organisation: ALPHA, actor: { id: 'eve', roles: ['employee'] }, scope: 'write' },
  'beta-write': { organisation: BETA, actor: { id: 'bob', roles: ['owner'] }, scope: 'write' },
};

/** Services that remember what was asked of them; a test replaces those it is about. */
export function memoryServices(instead: Partial<Services> = {}): Services {
  const no = (name: string) => async (): Promise<never> => {
    throw new Error(`${name} is not tried here`);
  };
  return {
    organisations: async () => [ALPHA, BETA],
    authenticate: async (token) => TOKENS[token],
    init: no('init'),
    sample: no('sample'),
    connect: no('connect'),
    collect: no('collect'),
    push: no('push'),
    createToken: no('createToken'),
    async putBlob(_org, _actor, bytes) {
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of bytes) {
        hash.update(chunk);
        size += chunk.length;
      }
      return { digest: hash.digest('hex'), bytes: size, media: 'application/octet-stream' };
    },
    storage: no('storage'),
    documents: {
      posture: no('posture'),
      plan: no('plan'),
      effectiveness: no('effectiveness'),
      records: no('records'),
      view: no('view'),
    },
    imports: { preview: no('preview'), apply: no('apply') },
    binders: {
      ...{ preview: no('preview'), make: no('make'), find: no('find'), read: no('read') },
      ...{ expire: no('expire'), one: no('one') },
    },
    exchange: { preview: no('preview'), apply: no('apply') },
    exchangeOut: { framework: no('framework'), mappings: no('mappings') },
    findBlob: no('findBlob'),
    readBlob: no('readBlob'),
    checkpoint: async () => ({ checkpoint: 'c', key: 'k' }),
    proof: async (_org, index) => `proof of ${index}\n`,
    rotateLogKey: no('rotateLogKey'),
    stampLog: no('stampLog'),
    askWitnesses: no('askWitnesses'),
    async *exportLog() {
      yield { path: 'checkpoint', bytes: new TextEncoder().encode('c'), append: false };
    },
    publicLog: { read: async () => undefined },
    witness: { find: async () => undefined, answer: no('witness.answer') },
    witnessMail: {
      request: no('witnessMail.request'),
      record: no('witnessMail.record'),
      answer: no('witnessMail.answer'),
    },
    rebuild: no('rebuild'),
    selfCheck: no('selfCheck'),
    connectors: no('connectors'),
    rotateKeys: no('rotateKeys'),
    sendPlan: no('sendPlan'),
    mail: {
      mailer: createMailer({ smtpUrl: undefined, mailFrom: undefined, url: undefined }),
      inbox: no('mail.inbox'),
      read: no('mail.read'),
      choice: no('mail.choice'),
      choose: no('mail.choose'),
      tryOut: no('mail.tryOut'),
    },
    jobs: {
      ask: no('jobs.ask'),
      list: no('jobs.list'),
      get: no('jobs.get'),
      watch: () => {
        throw new Error('jobs.watch is not tried here');
      },
      cancel: no('jobs.cancel'),
      retry: no('jobs.retry'),
      discard: no('jobs.discard'),
    },
    doctor: async () => [{ ok: true, says: 'All is well.' }],
    ...instead,
  };
}
