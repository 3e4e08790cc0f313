import { openingsOf, refuseUnlessAsked, refuseUnlessRead } from '@countersign/core/access/index.ts';
import type { Actor, Instant, RecordDef, ViewDef } from '@countersign/core/kernel/index.ts';
import {
  dayOf,
  defineRefusals,
  illFormed,
  isAsking,
  isGuest,
  parseT,
  printInstant,
  refuse,
} from '@countersign/core/kernel/index.ts';
import type pg from 'pg';
import type {
  ActAnswer,
  ActOptions,
  ListQuery,
  Organisation,
  Page,
  Runtime,
  ViewAnswer,
  ViewOptions,
} from '../runtime.ts';
import { answerAll } from './feeds.ts';
import { page } from './list.ts';
import { logHead, positionAt } from './organisation.ts';
import { actsOnThing, permissionsOf } from './permissions.ts';
import { invalid } from './prepare.ts';
import { ActQueue, zoneOf } from './queue.ts';
import type { QueueParts } from './queue.ts';
import { bookOf, knownOf, retiredOf, shelfOf } from './shelf.ts';
import type { Point } from './shelf.ts';
import type { Sift } from './sift.ts';
import { kindsToSee, seeing, siftFor } from './sift.ts';
import type { Row, Snapshot } from './snapshot.ts';

export const refuseTime = defineRefusals('time', {
  invalid: {
    family: 'invalid',
    says: (p: { field: string; value: string }) =>
      `${p.field} “${p.value}” is neither a date nor an RFC 3339 instant with its offset.`,
  },
  heads: {
    family: 'invalid',
    says: (_: object) => 'heads are the last versions recorded, whenever they hold: they take no as-of.',
  },
  window: { family: 'invalid', says: (p: { view: string }) => `${p.view} takes no as-of: its window says the time.` },
});

/** What is said of the future is refused, less a little for clocks that differ. */
const AHEAD_MS = 5 * 60_000;

interface Asked {
  readonly client: pg.ClientBase;
  readonly snapshot: Snapshot;
  readonly asOf: Instant;
  readonly knownAt: Instant;
  readonly position: number;
  readonly size: number;
  readonly zone: string;
}

/** A read of one kind by somebody. */
interface Seen extends Asked {
  readonly def: RecordDef;
  readonly actor: Actor;
  readonly sift: Sift | undefined;
}

export interface Runner extends Runtime {
  /** A read at one point, for services that need more than one view. */
  reading<T>(
    org: Organisation,
    options: ViewOptions,
    kinds: readonly RecordDef[],
    work: (asked: Asked) => Promise<T>,
  ): Promise<T>;
}

/** The one server side of every record, act and view. */
export function createRunner(
  parts: QueueParts & {
    /** Makes ready what views read, and says up to which size of the log it is. */
    readonly beforeReading?: (org: Organisation) => Promise<number>;
  },
): Runner {
  const { product, tenants, memory, clock, feeds } = parts;
  const queues = new Map<number, ActQueue>();
  const queueOf = (org: number): ActQueue => {
    const queue = queues.get(org) ?? new ActQueue(org, parts);
    queues.set(org, queue);
    return queue;
  };

  const reading: Runner['reading'] = (org, options, kinds, work) => readingBelow(undefined, org, options, kinds, work);

  const readingBelow = <T>(
    below: number | undefined,
    org: Organisation,
    options: ViewOptions,
    kinds: readonly RecordDef[],
    work: (asked: Asked) => Promise<T>,
  ): Promise<T> =>
    tenants.tenant(org.id, 'read', async (client) => {
      const head = await logHead(client, org.id, false);
      const size = Math.min(head.size, below ?? head.size);
      const snapshot = await memory.reach(client, org.id, ['organisation', ...kinds.map((def) => def.kind)], head.size);
      const zone = zoneOf(snapshot);
      // No earlier than the last entry: what another process, or a clock set back since, has recorded is seen at once.
      const now = Math.max(clock.now(), head.recordedAt);
      const asOf = instantOf('as-of', options.asOf, zone, now);
      const knownAt = instantOf('known-at', options.knownAt, zone, now);
      const known = options.knownAt === undefined ? size : await positionAt(client, org.id, head, knownAt);
      return work({ client, snapshot, asOf, knownAt, position: Math.min(known, size), size, zone });
    });

  const kindOf = (kind: string): RecordDef => {
    const def = product.records.get(kind);
    if (def === undefined) throw refuse('unknown', { what: 'kind', name: kind });
    return def;
  };

  const seeingIn = async (org: Organisation, actor: Actor): Promise<Actor> => {
    const kinds = kindsToSee(product, actor);
    if (kinds.length === 0) return actor;
    return reading(org, {}, kinds, async ({ snapshot, asOf: now, size, zone }) =>
      seeing(product, snapshot, actor, now, size, zone),
    );
  };

  /** A read of one kind, sifted for who asks. */
  const readingKind = async <T>(
    org: Organisation,
    asker: Actor,
    kind: string,
    options: ViewOptions,
    work: (seen: Seen) => T,
  ): Promise<T> => {
    const def = kindOf(kind);
    const actor = await seeingIn(org, asker);
    refuseUnlessRead(actor, def);
    const kinds = [def, ...kindsToSee(product, actor)];
    return reading(org, options, kinds, async (asked) =>
      work({ ...asked, def, actor, sift: siftFor(asked.snapshot, actor, def.area ?? 'any') }),
    );
  };

  return {
    product,
    reading,
    async act(org, actor, name, input, options: ActOptions = {}): Promise<ActAnswer> {
      const act = product.acts.get(name);
      if (act === undefined) throw refuse('unknown', { what: 'act', name });
      refuseIllFormed(input);
      return queueOf(org.id).run(act, actor, input, { ...options, ...keyIn(options) });
    },
    async view(org, asker, name, input, options = {}): Promise<ViewAnswer> {
      const view = product.views.get(name);
      if (view === undefined) throw refuse('unknown', { what: 'view', name });
      const actor = await seeingIn(org, asker);
      refuseUnlessAsked(actor, view);
      if (!view.asOf && options.asOf !== undefined) throw refuseTime('window', { view: name });
      refuseIllFormed(input);
      const parsed = view.input.safeParse(input);
      if (!parsed.success) throw invalid(name, parsed.error);
      // What is recorded from here on is not judged yet: the answer stays below it, as one a moment ago.
      const ready = await parts.beforeReading?.(org);
      return readingBelow(
        ready,
        org,
        options,
        [...view.reads, ...kindsToSee(product, actor)],
        async ({ client, snapshot, asOf, knownAt, position, size, zone }) => {
          const book = bookOf(snapshot, view.reads, {
            asOf,
            position,
            sift: siftFor(snapshot, actor, view.area ?? 'any'),
          });
          const computed = view.compute(book, parsed.data, { asOf, knownAt, position, zone, actor });
          const answer = isAsking(computed)
            ? await answerAll(computed, feeds, { client, org: org.id, position, size })
            : computed;
          return {
            answer: view.output.parse(answer),
            asOf: printInstant(asOf),
            knownAt: printInstant(knownAt),
            position,
            ...shownTo(actor, view),
          };
        },
      );
    },
    get: (org, asker, kind, id, options = {}) =>
      readingKind(org, asker, kind, options, ({ snapshot, def, asOf, position, sift }) =>
        printed(kind, shelfOf(snapshot, def, { asOf, position, sift }).get(id)),
      ),
    history: (org, asker, kind, id, options = {}) =>
      readingKind(org, asker, kind, options, ({ snapshot, def, asOf, position, sift }) => {
        const rows = knownOf(snapshot, def, { asOf, position, sift }, id);
        const last = rows.at(-1);
        if (last === undefined) throw refuse('missing', { kind, id });
        return rows.map((row) => ({
          ...printed(kind, row.stored),
          head: last.version,
          retired: row.retired,
          act: row.act,
          logIndex: row.logIndex,
        }));
      }),
    async list(org, asker, kind, query: ListQuery = {}): Promise<Page> {
      if (query.heads === true && query.asOf !== undefined) throw refuseTime('heads', {});
      return readingKind(org, asker, kind, query, ({ snapshot, def, asOf, position, sift }) => {
        const at = { asOf, position, sift };
        const rows = query.heads === true ? headsOf(snapshot, def, at) : shelfOf(snapshot, def, at).all();
        const gone = query.retired === true ? retiredOf(snapshot, def, at) : [];
        return page(
          def,
          [...rows.map((row) => printed(kind, row)), ...gone.map((row) => ({ ...printed(kind, row), retired: true }))],
          query,
        );
      });
    },
    seeing: seeingIn,
    allowed: async (org, asker) => permissionsOf(product, await seeingIn(org, asker)),
    actsOn: (org, asker, kind, id) =>
      readingKind(org, asker, kind, {}, ({ snapshot, def, actor, asOf: now, position, zone, sift }) => {
        const row = shelfOf(snapshot, def, { asOf: now, position, sift }).get(id);
        return { kind, id, head: row.head, acts: actsOnThing(product, actor, kind, { row, now, zone }) };
      }),
  };

  function instantOf(field: string, text: string | undefined, zone: string, now: Instant): Instant {
    if (text === undefined) return now;
    const instant = parseT(zone, text);
    if (instant === undefined) throw refuseTime('invalid', { field, value: text });
    // A date is the end of its day, which for today is still to come: it means all of today that there is.
    if (instant > now + AHEAD_MS) {
      if (text === dayOf(zone, now)) return now;
      throw refuse('future', { field, value: text });
    }
    return instant;
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The key as the database prints it: a UUID in small letters. */
function keyIn({ idempotencyKey }: ActOptions): Pick<ActOptions, 'idempotencyKey'> {
  const key = idempotencyKey?.toLowerCase();
  if (key === undefined) return {};
  if (!UUID.test(key)) throw refuse('invalid', { says: 'Idempotency-Key must be a UUID.' });
  return { idempotencyKey: key };
}

function refuseIllFormed(input: unknown): void {
  const why = illFormed(input);
  if (why !== undefined) throw refuse('text', { why });
}

/** The last version known of each record that is not retired, whether it holds already or not. */
function headsOf(snapshot: Snapshot, def: RecordDef, at: Point): readonly Row['stored'][] {
  return [...(snapshot.kinds.get(def.kind)?.byId.keys() ?? [])].flatMap((id) => {
    const last = knownOf(snapshot, def, at, id).at(-1);
    return last === undefined || last.retired ? [] : [last.stored];
  });
}

/** What a view tells a guest of itself. */
function shownTo(actor: Actor, view: ViewDef): Pick<ViewAnswer, 'shown'> {
  if (actor.sight === undefined || !isGuest(actor)) return {};
  const openings = openingsOf(actor.sight, view.area ?? 'any');
  const [until = ''] = openings.map(({ to }) => to).sort();
  return { shown: { grants: openings.map(({ grant }) => grant), until, drafts: actor.sight.drafts } };
}

/** A row as answers show it: instants as text, no infinity. */
export function printed(kind: string, row: { readonly recordedAt: number; readonly effectiveAt: number }): object {
  const { recordedAt, effectiveAt, ...rest } = row;
  return {
    kind,
    ...rest,
    recordedAt: printInstant(recordedAt),
    effectiveAt: Number.isFinite(effectiveAt) ? printInstant(effectiveAt) : null,
  };
}
