import { z } from 'zod';
import type { Book } from '../kernel/index.ts';
import { ask, defineView, printInstant } from '../kernel/index.ts';
import { SEEN_ACTS } from './acts.ts';
import { claimsOf } from './claims.ts';
import type { Anchor } from './feed.ts';
import { Anchors, EntriesAfter, Facts } from './feed.ts';
import { namesOf } from './names.ts';
import { ALARMS, OutsideTrouble, TimeAuthority, troubleId, Witness } from './record.ts';

/** How many of what others saw are listed. */
const NEWEST = 50;

const reads = [Witness, TimeAuthority, OutsideTrouble] as const;

const Outside = {
  id: z.string(),
  name: z.string(),
  last: z.object({ size: z.int(), at: z.string() }).optional().describe('The last that it saw.'),
  trouble: z.object({ at: z.string(), code: z.string(), says: z.string() }).optional().describe('What keeps it since.'),
};
const ClaimList = z.array(z.object({ code: z.string(), says: z.string() }));

/** What `ledger.page` answers. */
export const LedgerPage = z.object({
  origin: z.string().describe('What the log is called where others see it; it names no company.'),
  size: z.int(),
  root: z.string().describe('In base64.'),
  vkey: z.string(),
  fingerprint: z.string().describe('SHA-256 of the public key, in hex.'),
  firstAt: z.string().optional(),
  lastAt: z.string().optional(),
  witnesses: z.array(
    z.object({ ...Outside, how: z.enum(['http', 'mail']), url: z.string().optional(), vkey: z.string() }),
  ),
  authorities: z.array(z.object({ ...Outside, url: z.string() })),
  seen: z.array(
    z.object({
      kind: z.enum(['witness', 'time']),
      id: z.string(),
      name: z.string(),
      size: z.int(),
      at: z.string(),
      root: z.string(),
    }),
  ),
  seenTotal: z.int(),
  after: z
    .object({ entries: z.int(), since: z.string().optional() })
    .describe('What lies after the last outside time; entries that only say what others saw are not counted.'),
  claims: z.object({ proven: ClaimList, notProven: ClaimList, never: ClaimList }),
});

function troubleOf(book: Book<typeof reads>, kind: Anchor['kind'], id: string) {
  const held = book['outside-trouble'].find(troubleId(kind, id));
  if (held === undefined || held.over) return {};
  return { trouble: { at: printInstant(held.recordedAt), code: held.code, says: held.says } };
}

const largest = (anchors: readonly Anchor[]): number => anchors.reduce((most, { size }) => Math.max(most, size), 0);

export const ledgerPage = defineView('ledger.page', {
  says: 'The log: its size, root and key, who outside saw it and when, what lies after that, and in plain words what it proves and what not.',
  input: z.strictObject({}),
  reads,
  output: LedgerPage,
  area: 'log',
  *compute(book) {
    const { firstAt, lastAt, ...facts } = yield* ask(Facts, {});
    const anchors = yield* ask(Anchors, {});
    const of = (kind: Anchor['kind']): readonly Anchor[] => anchors.filter((anchor) => anchor.kind === kind);
    const [byWitness, byAuthority] = [of('witness'), of('time')];
    const covered = largest(anchors);
    const after = yield* ask(EntriesAfter, { from: covered, except: SEEN_ACTS });

    const lastOf = (among: readonly Anchor[], id: string) => {
      const last = among.findLast((anchor) => anchor.id === id);
      return last === undefined ? {} : { last: { size: last.size, at: printInstant(last.at) } };
    };
    const witnesses = book.witness.all().map(({ id, name, how, url, vkey }) => ({
      ...{ id, name, how, vkey },
      ...(url === undefined ? {} : { url }),
      ...lastOf(byWitness, id),
      ...troubleOf(book, 'witness', id),
    }));
    const authorities = book['time-authority'].all().map(({ id, name, url }) => ({
      ...{ id, name, url },
      ...lastOf(byAuthority, id),
      ...troubleOf(book, 'time', id),
    }));
    const name = namesOf(book);
    const claims = claimsOf({
      entries: facts.size,
      witnessed: largest(byWitness),
      stamped: largest(byAuthority),
      witnesses: witnesses.length,
      authorities: authorities.length,
      after: after.entries,
      isDisputed: witnesses.some(({ trouble }) => trouble !== undefined && ALARMS.includes(trouble.code)),
    });
    return {
      ...facts,
      ...(firstAt === undefined ? {} : { firstAt: printInstant(firstAt) }),
      ...(lastAt === undefined ? {} : { lastAt: printInstant(lastAt) }),
      witnesses,
      authorities,
      seen: anchors
        .slice(-NEWEST)
        .toReversed()
        .map((one) => {
          const { kind, id, size, root } = one;
          return { kind, id, name: name(one), size, at: printInstant(one.at), root };
        }),
      seenTotal: anchors.length,
      after: {
        entries: after.entries,
        ...(after.since === undefined ? {} : { since: printInstant(after.since) }),
      },
      claims: { proven: [...claims.proven], notProven: [...claims.notProven], never: [...claims.never] },
    };
  },
});
