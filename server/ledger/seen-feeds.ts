import type { Instant, Refusal } from '@countersign/core/kernel/index.ts';
import type { Anchor, LogFacts, SeenClaim } from '@countersign/core/proof/index.ts';
import { refuseProof } from '@countersign/core/proof/index.ts';
import {
  fingerprint,
  LedgerFault,
  parseTimeRoots,
  parseWitnessKey,
  printVerifierKey,
} from '@countersign/ledger/index.ts';
import type { Clock } from '../clock.ts';
import type { FeedContext, Feeds } from '../kernel/feeds.ts';
import type { Log } from './log.ts';
import { verifySeen } from './seen-verified.ts';

/** Anchors of an organisation known up to an entry; several lists may be asked for, of the same position it is the same one. */
interface Kept {
  through: number;
  anchors: readonly Anchor[];
}

interface Row {
  readonly kind: string;
  readonly who: string;
  readonly size: number;
  readonly at: number;
  readonly root: string;
  readonly log_index: number;
}

/** What others saw, as this process knows it: thousands a year, of which a token each is left in the database. */
export class AnchorMemory {
  readonly #kept = new Map<number, Kept>();

  async of({ client, org, position, size }: FeedContext): Promise<readonly Anchor[]> {
    const kept = this.#kept.get(org) ?? { through: 0, anchors: [] };
    this.#kept.set(org, kept);
    if (kept.through < size) {
      const from = kept.through;
      const { rows } = await client.query<Row>(
        `select kind, coalesce(body ->> 'witness', body ->> 'authority') as who, (body ->> 'size')::bigint as size,
                (body ->> 'at')::timestamptz as at, body ->> 'root' as root, log_index
           from record
          where org = $1 and kind = any('{cosignature,time-stamp}') and log_index >= $2 and log_index < $3
          order by log_index`,
        [org, from, size],
      );
      // Another request may have read the same meanwhile.
      if (kept.through === from) {
        if (rows.length > 0) kept.anchors = Object.freeze([...kept.anchors, ...rows.map(anchorOf)]);
        kept.through = size;
      }
    }
    const { anchors } = kept;
    const last = anchors.at(-1);
    return last === undefined || last.index < position ? anchors : anchors.filter(({ index }) => index < position);
  }
}

const anchorOf = ({ kind, who, size, at, root, log_index: index }: Row): Anchor =>
  Object.freeze({ kind: kind === 'cosignature' ? 'witness' : 'time', id: who, size, at, root, index });

export async function factsOf({ client, org, position }: FeedContext, log: Log): Promise<LogFacts> {
  const [key] = await log.keys(client, org);
  const { rows } = await client.query<{ index: number; recorded_at: Instant }>(
    'select index, recorded_at from log_entry where org = $1 and index in (0, $2::bigint - 1)',
    [org, position],
  );
  const when = (index: number): Instant | undefined => rows.find((row) => row.index === index)?.recorded_at;
  const [firstAt, lastAt] = [when(0), when(position - 1)];
  return {
    origin: key.name,
    size: position,
    root: await log.rootAt(client, org, position),
    vkey: printVerifierKey(key),
    fingerprint: fingerprint(key.publicKey),
    ...(firstAt === undefined || position === 0 ? {} : { firstAt }),
    ...(lastAt === undefined ? {} : { lastAt }),
  };
}

export async function entriesAt(
  { client, org, position }: FeedContext,
  { indexes }: { readonly indexes: readonly number[] },
): Promise<ReadonlyMap<number, { readonly recordedAt: Instant; readonly act: string; readonly actor?: string }>> {
  const { rows } = await client.query<{
    index: number;
    recorded_at: Instant;
    act: string | null;
    actor: string | null;
  }>(
    `select index, recorded_at, said ->> 'act' as act, said ->> 'actor' as actor
       from log_entry, lateral (select convert_from(statement, 'UTF8')::jsonb -> 'predicate' as said) as read
      where org = $1 and index = any($2::bigint[]) and index < $3`,
    [org, indexes, position],
  );
  // A statement that is no act is a collection, and says so by its type.
  return new Map(
    rows.map(({ index, recorded_at: recordedAt, act, actor }) => [
      index,
      { recordedAt, act: act ?? 'collect', ...(act === null || actor === null ? {} : { actor }) },
    ]),
  );
}

export async function entriesAfter(
  { client, org, position }: FeedContext,
  { from, except }: { readonly from: number; readonly except: readonly string[] },
): Promise<{ readonly entries: number; readonly since?: Instant }> {
  if (from >= position) return { entries: 0 };
  const { rows } = await client.query<{ left_out: number; since: Instant | null }>(
    `with seen as (
       select distinct log_index from record where org = $1 and log_index >= $2 and log_index < $3 and act = any($4)
     )
     select (select count(*) from seen) as left_out,
            (select recorded_at from log_entry
              where org = $1 and index >= $2 and index < $3 and not exists (select from seen where log_index = index)
              order by index limit 1) as since`,
    [org, from, position, except],
  );
  const [row] = rows;
  const entries = position - from - (row?.left_out ?? 0);
  return entries === 0 || row?.since == null ? { entries } : { entries, since: row.since };
}

/** Feeds of what others saw of a log, by name. */
export function seenFeeds(
  log: Log,
  clock: Clock,
  memory: AnchorMemory,
): readonly (readonly [string, NonNullable<ReturnType<Feeds['get']>>])[] {
  return [
    ['anchors', (context) => memory.of(context)],
    ['log-facts', (context) => factsOf(context, log)],
    ['entries-at', entriesAt],
    ['entries-after', entriesAfter],
    ['seen-verified', (context, claim: SeenClaim) => verifySeen(context, claim, { log, clock })],
  ];
}

/** What the key of a witness and the roots of an authority must be beyond their form. */
export const outsideHolds: readonly (readonly [
  string,
  (body: Readonly<Record<string, unknown>>) => Refusal | undefined,
])[] = [
  [
    'witness',
    ({ vkey }) =>
      refusalOf(
        () => parseWitnessKey(String(vkey)),
        (why) => refuseProof('key', { why }, ['vkey']),
      ),
  ],
  [
    'time-authority',
    ({ roots }) =>
      refusalOf(
        () => parseTimeRoots(String(roots)),
        (why) => refuseProof('roots', { why }, ['roots']),
      ),
  ],
];

function refusalOf(read: () => unknown, refuse: (why: string) => Refusal): Refusal | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof LedgerFault) return refuse(error.message);
    throw error;
  }
}
