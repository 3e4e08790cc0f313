import { z } from 'zod';
import type { Track } from '../check/coverage.ts';
import { CheckSteps, Completeness, Tracks } from '../check/feed.ts';
import { checkOver, OUTCOMES } from '../check/timeline.ts';
import { OUTCOMES_OF_WORK } from '../control/performance.ts';
import { Control } from '../control/record.ts';
import { FREQUENCIES } from '../control/schedule.ts';
import { CONTROL_STATES } from '../effectiveness/control-state.ts';
import { plural } from '../effectiveness/leg.ts';
import type { CheckHistory, ControlHistory } from '../effectiveness/reading.ts';
import {
  calendarIn,
  checkHistories,
  controlHistories,
  countQuestion,
  datasetOf,
  modeOf,
  stateTerms,
  supporting,
} from '../effectiveness/reading.ts';
import { REQUIREMENT_STATES } from '../effectiveness/requirement-state.ts';
import { controlStates } from '../effectiveness/states.ts';
import { leftOut, operationOf, statusReads } from '../effectiveness/status.ts';
import { windowOf } from '../effectiveness/view.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import type { At, Book, Instant, Stored } from '../kernel/index.ts';
import {
  ask,
  dateText,
  dayNumber,
  dayOf,
  defineView,
  Entries,
  idSchema,
  inForce,
  parseInstant,
  printInstant,
  refuse,
  SECOND,
} from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Counts } from '../population/feed.ts';
import { isComplete } from '../population/reach.ts';
import { bucketsOf } from './buckets.ts';
import { countedBuckets, eventBuckets, questionsOf } from './events.ts';
import { CollectionNotes } from './feed.ts';
import { filedFor, observedAt } from './filed.ts';
import { deliveries, DELIVERED, freshnessOf, laneOf } from './lanes.ts';
import { responsible, somebody, Somebody } from './responsible.ts';
import type { Met } from './settled.ts';
import { isDueIn, OCCURRENCE_STATES, settledAt, stateOf, tallyOf } from './settled.ts';
import { listed, spoken } from './spoken.ts';

const reads = [Person, ...statusReads] as const;
type Read = Book<typeof reads>;

const Tally = z.object({
  onTime: z.int(),
  late: z.int(),
  missed: z.int(),
  pending: z.int(),
  excused: z.int(),
  ahead: z.int().describe('Those whose period has not begun.'),
});

const Version = z.object({
  version: z.int(),
  title: z.string(),
  frequency: z.enum(FREQUENCIES),
  owner: z.string().nullable(),
  from: z.string().nullable().describe('From when it holds; null for all earlier time too.'),
  to: z.string().nullable().describe('Until when; null while nothing follows.'),
  holds: z.boolean().describe('Whether it holds at as-of.'),
  recordedAt: z.string(),
  recordedBy: Somebody,
  act: z.string().nullable(),
  logIndex: z.int().nullable(),
  changed: z.array(z.string()).describe('Fields that differ from the version before.'),
});

const Segment = z.object({
  from: z.string(),
  to: z.string(),
  outcome: z.enum(OUTCOMES),
  why: z.string().nullable(),
});

export const Lane = z.object({
  check: z.string(),
  title: z.string(),
  dataset: z.string(),
  mode: z.enum(['state', 'events']),
  segments: z.array(Segment),
  because: z.string().describe('The lane in one sentence.'),
  seconds: z
    .object({
      passSeconds: z.number(),
      failSeconds: z.number(),
      unknownSeconds: z.number(),
      notApplicableSeconds: z.number(),
      recordedLateSeconds: z.number(),
      observations: z.int(),
      longestGapSeconds: z.number(),
      episodes: z.int(),
      worstFixSeconds: z.number(),
    })
    .nullable()
    .describe('Of checks of state, up to as-of; what `effectiveness` tells of the same time.'),
  population: z
    .object({
      items: z.int(),
      deviations: z.int(),
      unknown: z.int(),
      excepted: z.int(),
      complete: z.boolean(),
      completeBy: z.enum(['collector', 'claimed', 'reconciled']),
    })
    .nullable()
    .describe('Of checks of events.'),
});

export const ControlPage = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  from: z.string(),
  to: z.string(),
  control: z.object({
    id: z.string(),
    title: z.string(),
    description: z.string().nullable(),
    frequency: z.enum(FREQUENCIES),
    days: z.enum(['all', 'weekdays']),
    startsOn: z.string().nullable(),
    endsOn: z.string().nullable(),
    grace: z.string().nullable(),
    lookback: z.string().nullable(),
    evidence: z.enum(['required', 'optional']),
    domain: z.string().nullable(),
    nature: z.string().nullable(),
    ownerRole: z.string().nullable(),
    version: z.int(),
    head: z.int().describe('The last version recorded; an act is made from it.'),
  }),
  state: z.enum([...CONTROL_STATES, 'ended']),
  because: z.array(z.string()),
  legs: z.array(
    z.object({
      kind: z.enum(['check', 'schedule', 'events']),
      name: z.string(),
      says: z.enum(['speaks', 'fails', 'silent', 'aside']),
      because: z.string(),
    }),
  ),
  responsible: Somebody.nullable(),
  counts: Tally,
  summary: z.string().describe('The window in one sentence.'),
  occurrences: z.array(
    z.object({
      key: z.string(),
      from: z.string(),
      due: z.string(),
      graceEnd: z.string(),
      state: z.enum(OCCURRENCE_STATES),
      performance: z.string().nullable(),
    }),
  ),
  performances: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      recordedAt: z.string(),
      lagSeconds: z.number(),
      by: Somebody.nullable(),
      recordedBy: Somebody,
      outcome: z.enum(OUTCOMES_OF_WORK),
      note: z.string().nullable(),
      evidence: z.array(z.string()),
      met: z.string().nullable(),
      unmatched: z.string().nullable().describe('Why it met nothing.'),
      withdrawn: z.string().nullable().describe('Why it was withdrawn.'),
      logIndex: z.int().nullable(),
    }),
  ),
  lanes: z.array(Lane),
  gaps: z.array(
    z.object({
      dataset: z.string(),
      source: z.string(),
      from: z.string(),
      to: z.string(),
      delivered: z.enum(DELIVERED).exclude(['complete']),
      why: z.string(),
    }),
  ),
  exceptions: z.array(
    z.object({
      id: z.string(),
      item: z.string().nullable(),
      from: z.string(),
      to: z.string(),
      reason: z.string(),
      state: z.enum(['requested', 'approved', 'refused', 'withdrawn']),
      requestedBy: Somebody,
      decidedBy: Somebody.nullable(),
      recordedAt: z.string(),
      logIndex: z.int().nullable(),
    }),
  ),
  evidence: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      bytes: z.int(),
      digest: z.string(),
      observedAt: z.string(),
      recordedAt: z.string(),
      lagSeconds: z.number(),
      afterTheFact: z.boolean().describe('Filed later after it was observed than the control’s grace allows.'),
      validUntil: z.string().nullable(),
      for: z.array(z.string()).describe('Occurrences whose performance names it.'),
      logIndex: z.int().nullable(),
    }),
  ),
  evidenceTotal: z.int().describe('Documents filed for the control at as-of, whenever they were observed.'),
  requirements: z.array(
    z.object({
      framework: z.enum(FRAMEWORK_IDS),
      ref: z.string(),
      title: z.string(),
      state: z.enum(REQUIREMENT_STATES).nullable().describe('Null where no programme of the framework is in force.'),
      because: z.array(z.string()),
    }),
  ),
  versions: z.array(Version),
  recordedAfter: z.object({
    performances: z.int(),
    evidence: z.int(),
    versions: z.int(),
    exceptions: z.int(),
    collections: z.int(),
    total: z.int(),
    because: z.string(),
  }),
});

/** Lanes of events are told by day over a quarter, by week beyond. */
const DAILY_UP_TO_DAYS = 93;

/** A document filed within a day of being observed is filed with the work. */
const AT_ONCE_DAYS = 1;

export const controlPage = defineView('control.page', {
  says: 'One control over a window: occurrences, what was done, lanes of its checks, coverage, evidence, versions, requirements.',
  input: z.strictObject({ control: idSchema, from: dateText(), to: dateText() }),
  area: 'controls',
  reads,
  output: ControlPage,
  *compute(book, { control: id, from, to }, at) {
    const window = windowOf({ from, to }, at.zone);
    const end = Math.max(window.from, Math.min(window.to, at.asOf + 1));
    const [history] = controlHistories(book, [id]);
    const row = book.control.find(id) ?? book.control.history(id).at(-1);
    if (row === undefined || history === undefined) throw refuse('missing', { kind: Control.kind, id }, ['control']);

    const states = yield* controlStates(book, at);
    const standing = states.get(id);
    const calendar = calendarIn(book, at);
    const settled = settledAt(history, calendar, window.to, at);
    const due = settled.all.filter((one) => isDueIn(one, window.from, window.to));
    const done = performancesOf(book, history, due, settled, window, at);

    const checks = supporting(checkHistories(book), window.from, Math.max(window.from, end - 1)).get(id) ?? [];
    const { lanes, gaps, tracks } = yield* lanesOf(history, checks, { from, to }, window.from, end, at);

    const filed = filedFor(book, id, at);
    const shown = filed.filter((document) => {
      const seen = observedAt(document);
      return (seen >= window.from && seen < end) || done.some(({ evidence }) => evidence.includes(document.id));
    });
    const exceptions = book.exception
      .pointingAt('control', id)
      .filter((one) => one.from <= to && from <= one.to)
      .sort((a, b) => (a.from < b.from ? -1 : 1));
    const places = yield* ask(Entries, {
      records: [
        { kind: 'control', id },
        ...done.map((one) => ({ kind: 'performance', id: one.id })),
        ...shown.map((one) => ({ kind: 'evidence', id: one.id })),
        ...exceptions.map((one) => ({ kind: 'exception', id: one.id })),
      ],
    });
    const placeOf = (kind: string, of: string): number | null => places.get(`${kind}/${of}`)?.[0]?.index ?? null;
    const graceMs = due.reduce((longest, one) => Math.max(longest, one.graceEnd - one.due), 0);
    const counts = tallyOf(due, at.asOf);
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      from,
      to,
      control: {
        id,
        title: row.title,
        description: row.description ?? null,
        frequency: row.frequency,
        days: row.days,
        startsOn: row.startsOn ?? null,
        endsOn: row.endsOn ?? null,
        grace: row.grace ?? null,
        lookback: row.lookback ?? null,
        evidence: row.evidence,
        domain: row.domain ?? null,
        nature: row.nature ?? null,
        ownerRole: row.ownerRole ?? null,
        version: row.version,
        head: row.head,
      },
      state: standing?.state ?? ('ended' as const),
      because: standing === undefined ? ['It answers nothing at this time.'] : [...standing.because],
      legs: (standing?.legs ?? []).map((leg) => ({ ...leg })),
      responsible: row.owner === undefined ? null : responsible(book, row.owner, at),
      counts,
      summary: summaryOf(counts, lanes, gaps),
      occurrences: due.map((one) => ({
        key: one.key,
        from: printInstant(one.start),
        due: printInstant(one.due),
        graceEnd: printInstant(one.graceEnd),
        state: stateOf(one, at.asOf),
        performance: one.performance?.id ?? null,
      })),
      performances: done.map((one) => ({ ...one, logIndex: placeOf('performance', one.id) })),
      lanes,
      gaps,
      exceptions: exceptions.map((one) => ({
        id: one.id,
        item: one.item ?? null,
        from: one.from,
        to: one.to,
        reason: one.reason,
        state: one.state,
        requestedBy: somebody(book, one.requestedBy, at),
        decidedBy: one.decidedBy === undefined ? null : somebody(book, one.decidedBy, at),
        recordedAt: printInstant(one.recordedAt),
        logIndex: placeOf('exception', one.id),
      })),
      evidence: shown.map((document) => {
        const [seen, recordedAt] = [observedAt(document), document.filedAt];
        const for_ = done.flatMap(({ evidence, met }) => (evidence.includes(document.id) && met !== null ? [met] : []));
        return {
          id: document.id,
          name: document.name,
          bytes: document.bytes,
          digest: document.digest,
          observedAt: printInstant(seen),
          recordedAt: printInstant(recordedAt),
          lagSeconds: (recordedAt - seen) / SECOND,
          afterTheFact: recordedAt - seen > Math.max(graceMs, AT_ONCE_DAYS * 86_400 * SECOND),
          validUntil: document.validUntil ?? null,
          for: for_,
          logIndex: placeOf('evidence', document.id),
        };
      }),
      evidenceTotal: filed.length,
      requirements: requirementsOf(book, row, states, at),
      versions: versionsOf(book, id, places.get(`control/${id}`) ?? [], at),
      recordedAfter: recordedAfter(book, history, filed, tracks, at),
    };
  },
});

type Done = Omit<z.input<typeof ControlPage>['performances'][number], 'logIndex'>;

/** Performances in the window and those that meet an occurrence of it, newest first; withdrawn ones of the window too. */
function performancesOf(
  book: Read,
  { control }: ControlHistory,
  due: readonly Met[],
  { all, unmatched }: ReturnType<typeof settledAt>,
  window: { readonly from: Instant; readonly to: Instant },
  at: At,
): readonly Done[] {
  const met = new Map(
    all.flatMap(({ key, performance }) => (performance === undefined ? [] : [[performance.id, key]])),
  );
  const meets = new Set(due.flatMap(({ performance }) => performance?.id ?? []));
  const why = new Map(unmatched.map(({ performance, reason }) => [performance, reason]));
  return book.performance
    .pointingAt('control', control)
    .map((row) => ({
      row,
      first: book.performance.history(row.id)[0] ?? row,
      at: parseInstant(row.performedAt) ?? Number.NaN,
    }))
    .filter(({ at: moment, first, row }) => {
      if (moment > at.asOf || first.recordedAt > at.knownAt) return false;
      return meets.has(row.id) || (window.from <= moment && moment < window.to);
    })
    .sort((a, b) => b.at - a.at || (a.row.id < b.row.id ? -1 : 1))
    .map(({ row, first, at: moment }) => ({
      id: row.id,
      at: printInstant(moment),
      recordedAt: printInstant(first.recordedAt),
      lagSeconds: (first.recordedAt - moment) / SECOND,
      by: row.by === undefined ? null : somebody(book, row.by, at),
      recordedBy: somebody(book, first.actor, at),
      outcome: row.outcome,
      note: row.note ?? null,
      evidence: [...row.evidence],
      met: met.get(row.id) ?? null,
      unmatched: why.get(row.id) ?? null,
      withdrawn: row.withdrawn?.reason ?? null,
    }));
}

/** Lanes, gaps of coverage and populations of these checks over [from, end). */
function* lanesOf(
  history: ControlHistory,
  checks: readonly CheckHistory[],
  window: { readonly from: string; readonly to: string },
  from: Instant,
  end: Instant,
  at: At,
) {
  const datasets = [...new Set(checks.map(datasetOf))];
  const tracks = yield* ask(Tracks, { datasets });
  const completeBy = yield* ask(Completeness, { datasets });
  const states = checks.filter((check) => modeOf(check) === 'state');
  const steps = yield* ask(CheckSteps, { checks: states.map(({ check }) => check) });
  const tracksOf = (check: CheckHistory) => tracks.get(datasetOf(check)) ?? [];
  const events = checks.filter((check) => modeOf(check) === 'events');
  const days = dayNumber(window.to) - dayNumber(window.from) + 1;
  const buckets = bucketsOf(window, days <= DAILY_UP_TO_DAYS ? 'day' : 'week', at.zone);
  const asked = events.map((check) => ({ check, mine: eventBuckets(check.check, tracksOf(check), buckets, at) }));
  const whole = (check: CheckHistory): string => `${check.check}\nwindow`;
  const counts = yield* ask(Counts, [
    ...asked.flatMap(({ check, mine }) => questionsOf(mine, check, history.excuses, at)),
    ...events.map((check) => countQuestion(whole(check), check, history.excuses, from, end, at)),
  ]);

  const ofState = (check: CheckHistory): z.input<typeof Lane> => {
    const terms = stateTerms(check, steps);
    const seconds = checkOver(tracksOf(check), terms, from, end, at.position, at.knownAt);
    const segments = laneOf(check, tracksOf(check), steps, from, end, at);
    return {
      ...named(check),
      segments: segments.map(printed),
      because: laneSentence(seconds, (end - from) / SECOND),
      seconds,
      population: null,
    };
  };
  const ofEvents = ({ check, mine }: (typeof asked)[number]): z.input<typeof Lane> => {
    const counted = counts.get(whole(check)) ?? { items: 0, deviations: 0, unknown: 0, excepted: 0 };
    const complete = isComplete(tracksOf(check), from, end, at.position);
    return {
      ...named(check),
      segments: countedBuckets(mine, check, tracksOf(check), counts, at.position).map(printed),
      because: populationSentence(counted, complete),
      seconds: null,
      population: {
        ...counted,
        complete,
        completeBy: completeBy.over(datasetOf(check), from, end, at.position),
      },
    };
  };
  const named = (check: CheckHistory) => ({
    check: check.check,
    title: (inForce(check.governed, end - 1) ?? check.governed.at(-1)?.terms)?.title ?? check.check,
    dataset: datasetOf(check),
    mode: modeOf(check),
  });
  const lanes = [...states.map(ofState), ...asked.map(ofEvents)];
  const gaps = yield* gapsOf(checks, datasets, tracks, from, end, at);
  return { lanes, gaps, tracks };
}

const printed = ({
  from,
  to,
  outcome,
  why,
}: {
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome: (typeof OUTCOMES)[number];
  readonly why?: string;
}): z.input<typeof Segment> => ({ from: printInstant(from), to: printInstant(to), outcome, why: why ?? null });

const hundredths = (part: number, of: number): string => `${Math.round((part / of) * 1000) / 10} %`;

/** "Passing 93.1 % of the time seen; failed twice, at worst for 4 d 6 h; unknown for 8 d." */
export function laneSentence(
  seconds: Pick<
    ReturnType<typeof checkOver>,
    'passSeconds' | 'failSeconds' | 'unknownSeconds' | 'episodes' | 'worstFixSeconds'
  >,
  of: number,
): string {
  const { passSeconds, failSeconds, unknownSeconds, episodes, worstFixSeconds } = seconds;
  const seen = passSeconds + failSeconds;
  const parts = [
    seen > 0 ? `Passing ${hundredths(passSeconds, seen)} of the time it spoke` : 'It spoke at no time',
    failSeconds > 0 ? `${plural(episodes, 'failing episode')}, at worst ${spoken(worstFixSeconds * SECOND)}` : '',
    unknownSeconds >= 1 ? `unknown for ${spoken(unknownSeconds * SECOND)} of ${spoken(of * SECOND)}` : '',
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}

export function populationSentence(
  { items, deviations, unknown, excepted }: { items: number; deviations: number; unknown: number; excepted: number },
  complete: boolean,
): string {
  const parts = [
    items === 0
      ? 'No items'
      : `${plural(items, 'item')}, ${deviations === 0 ? 'none deviates' : `${deviations} ${deviations === 1 ? 'deviates' : 'deviate'}`}`,
    unknown > 0 ? `${unknown} not judged` : '',
    excepted > 0 ? `${excepted} under an exception` : '',
    complete ? '' : 'not every moment is covered by complete collections',
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}

const WHAT = {
  partial: 'Collected only in part',
  failed: 'Could not be collected',
  silent: 'Nothing delivered',
} as const;

/** When the sources of these datasets did not show all they should. */
export function* gapsOf(
  checks: readonly CheckHistory[],
  datasets: readonly string[],
  tracks: ReadonlyMap<string, readonly Track[]>,
  from: Instant,
  end: Instant,
  at: At,
) {
  const gaps = datasets.flatMap((dataset) => {
    const freshness = freshnessOf(checks, dataset, end - 1);
    return (tracks.get(dataset) ?? []).flatMap((track) =>
      deliveries(track, freshness, from, end, at.position).flatMap(({ delivered, ...span }) =>
        delivered === 'complete' ? [] : [{ dataset, source: track.source, delivered, ...span }],
      ),
    );
  });
  const notes = yield* ask(CollectionNotes, { indexes: gaps.flatMap(({ index }) => index ?? []) });
  return gaps.map(({ dataset, source, delivered, index, ...span }) => {
    const said = index === undefined ? [] : (notes.get(index)?.why ?? []);
    const because = said.length === 0 ? '' : `: ${listed(said, 2).replace(/[.]$/, '')}`;
    return {
      dataset,
      source,
      from: printInstant(span.from),
      to: printInstant(span.to),
      delivered,
      why: `${WHAT[delivered]} for ${spoken(span.to - span.from)}${because}.`,
    };
  });
}

function summaryOf(
  counts: z.input<typeof Tally>,
  lanes: readonly z.input<typeof Lane>[],
  gaps: readonly { readonly from: string }[],
): string {
  const { onTime, late, missed, excused, pending } = counts;
  const due = onTime + late + missed + excused + pending;
  const work =
    due === 0
      ? ''
      : [
          `${onTime} of ${plural(due, 'occurrence')} on time`,
          late > 0 ? `${late} late` : '',
          missed > 0 ? `${missed} missed` : '',
          excused > 0 ? `${excused} excused` : '',
          pending > 0 ? `${pending} pending` : '',
        ]
          .filter((part) => part !== '')
          .join(', ');
  const failed = lanes.filter(({ seconds, population }) => (seconds?.failSeconds ?? population?.deviations ?? 0) > 0);
  const checks =
    lanes.length === 0
      ? ''
      : failed.length === 0
        ? `${plural(lanes.length, 'check')}, none failed`
        : `${failed.length} of ${plural(lanes.length, 'check')} failed at some time`;
  const seen = gaps.length === 0 ? '' : `${plural(gaps.length, 'gap')} of coverage`;
  const parts = [work, checks, seen].filter((part) => part !== '');
  return parts.length === 0 ? 'Nothing was due, and no check speaks for it.' : `${parts.join('; ')}.`;
}

/** The requirements that the control answers, in both frameworks, each as it stands where a programme is in force. */
function requirementsOf(
  book: Read,
  row: Stored<typeof Control>,
  states: Parameters<typeof operationOf>[3],
  at: At,
): z.input<typeof ControlPage>['requirements'] {
  const today = dayOf(at.zone, at.asOf);
  const programmeIn = (framework: FrameworkId) =>
    book.programme
      .all()
      .find(
        (one) =>
          one.framework === framework &&
          (one.from === undefined || one.from <= today) &&
          (one.to === undefined || today <= one.to),
      );
  return FRAMEWORK_IDS.flatMap((framework) => {
    const refs: readonly string[] = row.answers[framework];
    const programme = programmeIn(framework);
    const standing =
      programme === undefined
        ? []
        : operationOf(book.control.all(), framework, leftOut(programme), states).filter(({ ref }) =>
            refs.includes(ref),
          );
    return FRAMEWORKS[framework].requirements
      .filter(({ ref }) => refs.includes(ref))
      .map(({ ref, title }) => {
        const stands = standing.find((one) => one.ref === ref);
        return { framework, ref, title, state: stands?.state ?? null, because: [...(stands?.because ?? [])] };
      });
  });
}

const STAMP: readonly string[] = ['id', 'version', 'head', 'recordedAt', 'effectiveAt', 'actor'];

/** Fields in which two versions differ. */
export function changedFields(before: object | undefined, after: object): readonly string[] {
  const [a, b] = [Object.entries(before ?? {}), Object.entries(after)];
  const [was, is] = [new Map(a), new Map(b)];
  return [...new Set([...was.keys(), ...is.keys()])].filter(
    (field) => !STAMP.includes(field) && JSON.stringify(was.get(field)) !== JSON.stringify(is.get(field)),
  );
}

function versionsOf(
  book: Read,
  id: string,
  made: readonly { readonly version: number; readonly index: number; readonly act: string }[],
  at: At,
): z.input<typeof Version>[] {
  const governed = book.control.governed(id);
  const inUse = inForce(governed, at.asOf)?.version;
  const all = book.control.history(id);
  return all
    .map((row, i) => {
      const span = governed.find(({ terms }) => terms.version === row.version);
      const entry = made.find(({ version }) => version === row.version);
      return {
        version: row.version,
        title: row.title,
        frequency: row.frequency,
        owner: row.owner ?? null,
        from: Number.isFinite(row.effectiveAt) ? printInstant(row.effectiveAt) : null,
        to: span === undefined || !Number.isFinite(span.to) ? null : printInstant(span.to),
        holds: row.version === inUse,
        recordedAt: printInstant(row.recordedAt),
        recordedBy: somebody(book, row.actor, at),
        act: entry?.act ?? null,
        logIndex: entry?.index ?? null,
        changed: [...changedFields(all[i - 1], row)],
      };
    })
    .reverse();
}

/** What of the time up to as-of was recorded only after it: it is in the answer unless known-at leaves it out. */
function recordedAfter(
  book: Read,
  { control, performed }: ControlHistory,
  filed: ReturnType<typeof filedFor>,
  tracks: ReadonlyMap<string, readonly Track[]>,
  at: At,
): z.input<typeof ControlPage>['recordedAfter'] {
  const after = (recordedAt: Instant): boolean => recordedAt > at.asOf && recordedAt <= at.knownAt;
  const performances = performed.filter((one) => one.at <= at.asOf && after(one.recordedAt)).length;
  const evidence = filed.filter((one) => after(one.filedAt)).length;
  const versions = book.control
    .history(control)
    .filter((one) => one.effectiveAt <= at.asOf && after(one.recordedAt)).length;
  const exceptions = book.exception
    .ids()
    .flatMap((id) => book.exception.history(id))
    .filter((one) => one.control === control && one.from <= dayOf(at.zone, at.asOf) && after(one.recordedAt)).length;
  let collections = 0;
  for (const track of [...tracks.values()].flat())
    for (let i = 0; i < track.n; i += 1)
      if (
        (track.index[i] ?? Infinity) < at.position &&
        (track.observedAt[i] ?? Infinity) <= at.asOf &&
        after(track.recordedAt[i] ?? 0)
      )
        collections += 1;
  const total = performances + evidence + versions + exceptions + collections;
  const parts = [
    performances > 0 ? plural(performances, 'performance') : '',
    evidence > 0 ? plural(evidence, 'document') : '',
    versions > 0 ? plural(versions, 'version') : '',
    exceptions > 0 ? plural(exceptions, 'word on exceptions', 'words on exceptions') : '',
    collections > 0 ? plural(collections, 'collection') : '',
  ].filter((part) => part !== '');
  const because =
    total === 0
      ? 'Nothing about the time until then was recorded later.'
      : `${listed(parts, 5)} about the time until then ${total === 1 ? 'was' : 'were'} recorded later.`;
  return { performances, evidence, versions, exceptions, collections, total, because };
}
