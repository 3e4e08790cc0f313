import { z } from 'zod';
import type { Track } from '../check/coverage.ts';
import { knownAt } from '../check/coverage.ts';
import { Tracks } from '../check/feed.ts';
import { itemsQuestion, ListedItems } from '../check/items.ts';
import { Exception } from '../control/exception.ts';
import type { Control } from '../control/record.ts';
import type { Frequency } from '../control/schedule.ts';
import { plural } from '../effectiveness/leg.ts';
import type { CheckHistory } from '../effectiveness/reading.ts';
import { calendarIn, checkHistories, controlHistories, datasetOf } from '../effectiveness/reading.ts';
import type { Standing } from '../effectiveness/states.ts';
import { statusReads } from '../effectiveness/status.ts';
import type { At, Book, DateText, Instant, Stored } from '../kernel/index.ts';
import { ask, dayEnd, dayNumber, dayOf, ELAPSED_DAY, inForce, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Source } from '../connector/record.ts';
import { CollectionNotes } from '../timeline/feed.ts';
import { deliveries, freshnessOf } from '../timeline/lanes.ts';
import { settledAt } from '../timeline/settled.ts';
import { responsible, somebody, Somebody } from '../timeline/responsible.ts';
import { lasting, listed } from '../timeline/spoken.ts';

export const attentionReads = [Person, Source, Exception, ...statusReads] as const;
type Read = Book<typeof attentionReads>;

/** Why something needs somebody, the most urgent first. */
export const NEEDS = [
  'failing',
  'not-seen',
  'grace',
  'no-evidence',
  'exception-asked',
  'due-soon',
  'evidence-ending',
  'exception-ending',
] as const;
export type Need = (typeof NEEDS)[number];

export const AttentionItem = z.object({
  needs: z.enum(NEEDS),
  mark: z.enum(['failing', 'missed', 'not-observed', 'pending', 'excused', 'evidence']),
  control: z.string().nullable(),
  source: z.string().nullable(),
  check: z.string().nullable(),
  title: z.string(),
  because: z.string().describe('One sentence with its numbers.'),
  since: z.string().nullable().describe('Since when it has been so.'),
  beganUnseen: z
    .boolean()
    .describe(
      'Nothing is known of the time just before `since`, or nobody looked further back: it may have begun earlier.',
    ),
  due: z.string().nullable().describe('When it counts against the control; null for what does so already.'),
  days: z.int().nullable().describe('Whole days from the as-of day until then; 0 is today.'),
  answers: z.object({ soc2: z.array(z.string()), iso27001: z.array(z.string()) }),
  responsible: Somebody.nullable(),
  ownerRole: z.string().nullable(),
  help: z.object({
    says: z.string().describe('What would help, as a verb with its object.'),
    act: z
      .string()
      .nullable()
      .describe('An act, or the operation source.collect; null where a page has to be looked at.'),
    target: z.object({ kind: z.string(), id: z.string() }),
    for: z.string().nullable().describe('The occurrence it would be for.'),
  }),
});
export type AttentionItem = z.infer<typeof AttentionItem>;

interface Candidate extends Omit<
  AttentionItem,
  'because' | 'since' | 'beganUnseen' | 'due' | 'days' | 'responsible' | 'answers'
> {
  readonly since: Instant | undefined;
  readonly beganUnseen?: boolean;
  readonly due: Instant | undefined;
  readonly owner: string | undefined;
  readonly answers: { readonly soc2: readonly string[]; readonly iso27001: readonly string[] };
  readonly because: string;
  /** A failing check whose items are still to be counted for the sentence. */
  readonly counts?: { readonly check: CheckHistory; readonly more: string };
}

/** How long before it is due an occurrence needs somebody. */
const SOON_DAYS = {
  continuous: 0,
  'per-event': 0,
  daily: 0,
  weekly: 2,
  monthly: 7,
  quarterly: 21,
  semiannual: 30,
  annual: 45,
} as const satisfies Record<Frequency, number>;

/** How long before it ends a document or an exception needs somebody. */
const ENDING_DAYS = 30;

/** What a source did not deliver is looked for this far back; what began earlier is told as longer. */
const SINCE_DAYS = 400;

/** What needs somebody at as-of, the most urgent first; `limit` of it from `offset`. */
export function* attentionAt(
  book: Read,
  states: ReadonlyMap<string, Standing>,
  { limit, offset }: { readonly limit: number; readonly offset: number },
  at: At,
) {
  const checks = checkHistories(book);
  const tracks = yield* ask(Tracks, { datasets: [...new Set(checks.map(datasetOf))] });
  const observed = { tracks, checks };
  const all = [
    ...failing(book, states, observed, at),
    ...(yield* notSeen(book, observed, at)),
    ...occurrences(book, states, at),
    ...exceptions(book, at),
    ...documents(book, states, at),
  ].sort(byUrgency);

  const items: AttentionItem[] = [];
  for (const candidate of all.slice(offset, offset + limit)) {
    const { counts, because, since, beganUnseen = false, due, owner, ...rest } = candidate;
    items.push({
      ...rest,
      answers: { soc2: [...rest.answers.soc2], iso27001: [...rest.answers.iso27001] },
      because: counts === undefined ? because : yield* countedSentence(counts, tracks, at),
      since: since === undefined ? null : printInstant(since),
      beganUnseen,
      due: due === undefined ? null : printInstant(due),
      days: due === undefined ? null : dayNumber(dayOf(at.zone, due)) - dayNumber(dayOf(at.zone, at.asOf)),
      responsible: owner === undefined ? null : responsible(book, owner, at),
    });
  }
  return { total: all.length, items };
}

const byUrgency = (a: Candidate, b: Candidate): number =>
  NEEDS.indexOf(a.needs) - NEEDS.indexOf(b.needs) ||
  (a.due ?? 0) - (b.due ?? 0) ||
  (a.since ?? 0) - (b.since ?? 0) ||
  (nameOf(a) < nameOf(b) ? -1 : 1);

const nameOf = ({ control, source, help }: Candidate): string => control ?? source ?? help.target.id;

interface Observed {
  readonly tracks: ReadonlyMap<string, readonly Track[]>;
  readonly checks: readonly CheckHistory[];
}

const ofControl = (row: Stored<typeof Control>) => ({
  control: row.id,
  source: null,
  check: null,
  title: row.title,
  answers: row.answers,
  owner: row.owner,
  ownerRole: row.ownerRole ?? null,
});

/** Controls that fail, each with the leg that has failed longest. */
function failing(
  book: Read,
  states: ReadonlyMap<string, Standing>,
  { checks }: Observed,
  at: At,
): readonly Candidate[] {
  return book.control.all().flatMap((row): readonly Candidate[] => {
    const standing = states.get(row.id);
    if (standing?.state !== 'failing') return [];
    const legs = standing.legs
      .filter(({ says }) => says === 'fails')
      .sort((a, b) => (a.since?.from ?? Infinity) - (b.since?.from ?? Infinity));
    const [leg] = legs;
    if (leg === undefined) return [];
    const { since } = leg;
    const others = legs.length - 1;
    const forHowLong = since === undefined ? '' : ` Failing for ${lastingSince(since.from, !since.isSeen, at.asOf)}.`;
    const more = `${forHowLong}${others === 0 ? '' : ` ${plural(others, 'other leg fails', 'other legs fail')} too.`}`;
    const check = leg.kind === 'schedule' ? undefined : checks.find((one) => one.check === leg.name);
    return [
      {
        ...ofControl(row),
        needs: 'failing',
        mark: leg.kind === 'schedule' ? 'missed' : 'failing',
        check: check?.check ?? null,
        because: `${leg.because}${more}`,
        ...(check === undefined || leg.kind !== 'check' ? {} : { counts: { check, more } }),
        since: since?.from,
        beganUnseen: since?.isSeen === false,
        due: undefined,
        help:
          check === undefined
            ? {
                says: 'Record the performance',
                act: 'performance.record',
                target: { kind: 'control', id: row.id },
                for: null,
              }
            : { says: 'See the items', act: null, target: { kind: 'check', id: check.check }, for: null },
      },
    ];
  });
}

/** "3 d 4 h"; "91 d or longer" where its beginning was not seen. */
const lastingSince = (since: Instant, isUnseen: boolean, until: Instant): string =>
  `${lasting(since, until)}${isUnseen ? ' or longer' : ''}`;

/** "2 of 41 items fail “Every administrator has a second factor”. Failing for 3 d 4 h." */
function* countedSentence({ check, more }: NonNullable<Candidate['counts']>, tracks: Observed['tracks'], at: At) {
  const row = inForce(check.governed, at.asOf);
  const mine = tracks.get(datasetOf(check)) ?? [];
  const { fails } = yield* ask(ListedItems, itemsQuestion(check.governed, row, mine, { limit: 1 }, at));
  const items = mine.reduce((sum, track) => {
    const known = knownAt(track, at.position);
    let i = known.n - 1;
    while (i >= 0 && (known.observedAt[i] ?? 0) > at.asOf) i -= 1;
    return sum + (known.items[i] ?? 0);
  }, 0);
  const title = row?.title ?? check.check;
  return `${fails} of ${plural(items, 'item')} ${fails === 1 ? 'fails' : 'fail'} “${title}”.${more}`;
}

const WHAT_NOW = {
  partial: 'is collected only in part',
  failed: 'cannot be collected',
  silent: 'has delivered nothing fresh',
} as const;

/** Sources that do not show all they should at as-of. */
function* notSeen(book: Read, { tracks, checks }: Observed, at: At) {
  const looked = at.asOf - SINCE_DAYS * ELAPSED_DAY;
  const open = [...tracks].flatMap(([dataset, sources]) =>
    sources.flatMap((track) => {
      const last = deliveries(track, freshnessOf(checks, dataset, at.asOf), looked, at.asOf + 1, at.position).at(-1);
      return last === undefined || last.to <= at.asOf || last.delivered === 'complete'
        ? []
        : [{ source: track.source, dataset, ...last, delivered: last.delivered }];
    }),
  );
  const notes = yield* ask(CollectionNotes, { indexes: open.flatMap(({ index }) => index ?? []) });
  const controls = book.control.all();
  return [...Map.groupBy(open, ({ source }) => source)].flatMap(([source, mine]): readonly Candidate[] => {
    const [worst] = [...mine].sort((a, b) => a.from - b.from);
    if (worst === undefined) return [];
    const datasets = mine.map(({ dataset }) => dataset);
    const fed = checks.filter(
      (check) => datasets.includes(datasetOf(check)) && inForce(check.governed, at.asOf) !== undefined,
    );
    const supported = new Set<string>(fed.flatMap((check) => inForce(check.governed, at.asOf)?.supports ?? []));
    const rows = controls.filter(({ id, startsOn }) => supported.has(id) && startsOn !== undefined);
    const said = mine.flatMap(({ index }) => (index === undefined ? [] : (notes.get(index)?.why ?? [])));
    const why = said.length === 0 ? '' : `: ${listed([...new Set(said)], 2).replace(/[.]$/, '')}`;
    const rests =
      rows.length === 0 ? '' : ` ${plural(fed.length, 'check')} of ${plural(rows.length, 'control')} rest on it.`;
    const connector = book.source.find(source)?.connector;
    return [
      {
        needs: 'not-seen',
        mark: 'not-observed',
        control: null,
        source,
        check: null,
        title: listed(datasets),
        because: `${source} ${WHAT_NOW[worst.delivered]} for ${lastingSince(worst.from, worst.from <= looked, at.asOf)}${why}.${rests}`,
        since: worst.from,
        beganUnseen: worst.from <= looked,
        due: undefined,
        answers: {
          soc2: [...new Set(rows.flatMap(({ answers }) => answers.soc2))].sort(),
          iso27001: [...new Set(rows.flatMap(({ answers }) => answers.iso27001))].sort(),
        },
        owner: undefined,
        ownerRole: null,
        help:
          connector === 'push'
            ? { says: 'See what it last delivered', act: null, target: { kind: 'source', id: source }, for: null }
            : { says: 'Collect now', act: 'source.collect', target: { kind: 'source', id: source }, for: null },
      },
    ];
  });
}

/** Occurrences in their grace, those due soon, and work without the evidence it requires. */
function occurrences(book: Read, states: ReadonlyMap<string, Standing>, at: At): readonly Candidate[] {
  const calendar = calendarIn(book, at);
  const histories = new Map(controlHistories(book).map((history) => [history.control, history]));
  const date = (t: Instant): DateText => dayOf(at.zone, t);
  return book.control.all().flatMap((row): readonly Candidate[] => {
    const [history, standing] = [histories.get(row.id), states.get(row.id)];
    if (history === undefined || standing === undefined || row.startsOn === undefined) return [];
    const help = (key: string): AttentionItem['help'] => ({
      says: 'Record the performance',
      act: 'performance.record',
      target: { kind: 'control', id: row.id },
      for: key,
    });
    const bare = standing.legs.find(
      ({ kind, says, because }) => kind === 'schedule' && says === 'silent' && because.startsWith('Performed'),
    );
    const soon = at.asOf + SOON_DAYS[row.frequency] * ELAPSED_DAY;
    const open = settledAt(history, calendar, soon + 1, at).all.filter(
      ({ state, start, due }) => state === 'pending' && start <= at.asOf && due <= soon,
    );
    return [
      ...open.map((one): Candidate => {
        const inGrace = one.due <= at.asOf;
        return {
          ...ofControl(row),
          needs: inGrace ? 'grace' : 'due-soon',
          mark: 'pending',
          because: inGrace
            ? `${one.key} was due on ${date(one.due)}. It is in grace until ${date(one.graceEnd)}, then it counts as missed.`
            : `${one.key} is due on ${date(one.due)}; its grace ends on ${date(one.graceEnd)}.`,
          since: inGrace ? one.due + 1 : undefined,
          due: inGrace ? one.graceEnd : one.due,
          help: help(one.key),
        };
      }),
      ...(bare === undefined
        ? []
        : [
            {
              ...ofControl(row),
              needs: 'no-evidence' as const,
              mark: 'evidence' as const,
              because: bare.because,
              since: undefined,
              due: undefined,
              help: {
                says: 'Add the evidence',
                act: 'evidence.add',
                target: { kind: 'control', id: row.id },
                for: null,
              },
            },
          ]),
    ];
  });
}

function exceptions(book: Read, at: At): readonly Candidate[] {
  const today = dayOf(at.zone, at.asOf);
  return book.exception.all().flatMap((row): readonly Candidate[] => {
    const control = book.control.find(row.control);
    if (control === undefined) return [];
    const what = row.item === undefined ? 'an exception' : `an exception for ${row.item}`;
    const span = `${row.from} to ${row.to}`;
    if (row.state === 'requested') {
      const who = somebody(book, row.requestedBy, at);
      return [
        {
          ...ofControl(control),
          needs: 'exception-asked',
          mark: 'excused',
          because: `${who.name ?? who.id} asked for ${what}, ${span}. Somebody else decides.`,
          since: book.exception.history(row.id)[0]?.recordedAt,
          due: dayEnd(at.zone, row.from),
          help: {
            says: 'Decide on the exception',
            act: 'exception.approve',
            target: { kind: 'exception', id: row.id },
            for: null,
          },
        },
      ];
    }
    const left = dayNumber(row.to) - dayNumber(today);
    if (row.state !== 'approved' || left < 0 || left > ENDING_DAYS) return [];
    return [
      {
        ...ofControl(control),
        needs: 'exception-ending',
        mark: 'excused',
        because: `${what.replace('an', 'An')}, ${span}, ends in ${plural(left, 'day')}: ${row.reason.replace(/[.]$/, '')}.`,
        since: undefined,
        due: dayEnd(at.zone, row.to),
        help: {
          says: 'See the control',
          act: null,
          target: { kind: 'control', id: control.id },
          for: null,
        },
      },
    ];
  });
}

/** Documents whose validity ends soon or has ended, where a control that operates still shows them. */
function documents(book: Read, states: ReadonlyMap<string, Standing>, at: At): readonly Candidate[] {
  const today = dayOf(at.zone, at.asOf);
  return book.evidence.all().flatMap((row): readonly Candidate[] => {
    const { validUntil } = row;
    if (validUntil === undefined || row.recordedAt > at.asOf) return [];
    const left = dayNumber(validUntil) - dayNumber(today);
    if (row.erased !== undefined || left > ENDING_DAYS || book.evidence.pointingAt('replaces', row.id).length > 0)
      return [];
    const controls = row.controls.flatMap((id) => {
      const state = states.get(id)?.state;
      return state === undefined || state === 'planned' ? [] : (book.control.find(id) ?? []);
    });
    const [first] = controls;
    if (first === undefined) return [];
    const shows = `${plural(controls.length, 'control shows', 'controls show')} it`;
    return [
      {
        ...ofControl(first),
        needs: 'evidence-ending',
        mark: 'evidence',
        because:
          left < 0
            ? `“${row.name}” was valid until ${validUntil}, and nothing replaces it; ${shows}.`
            : `“${row.name}” is valid until ${validUntil}; ${shows}.`,
        since: left < 0 ? dayEnd(at.zone, validUntil) + 1 : undefined,
        due: dayEnd(at.zone, validUntil),
        help: {
          says: 'Replace the document',
          act: 'evidence.add',
          target: { kind: 'evidence', id: row.id },
          for: null,
        },
      },
    ];
  });
}
