import { z } from 'zod';
import { Control } from '../control/record.ts';
import { plural } from '../effectiveness/leg.ts';
import type { ControlHistory } from '../effectiveness/reading.ts';
import { calendarIn, checkHistories, controlHistories, supporting } from '../effectiveness/reading.ts';
import { controlStates } from '../effectiveness/states.ts';
import { leftOut, operationOf, statusReads } from '../effectiveness/status.ts';
import { windowOf } from '../effectiveness/view.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import type { At, Book, Instant, Stored } from '../kernel/index.ts';
import {
  ask,
  dateText,
  dayOf,
  defineView,
  Entries,
  idSchema,
  parseInstant,
  printInstant,
  refuse,
  SECOND,
} from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import type { Lane } from './check-lane.ts';
import { lanesOf } from './check-lane.ts';
import { ControlPage } from './control-answer.ts';
import { filedFor, observedAt } from './filed.ts';
import { recordedAfter } from './recorded-after.ts';
import { responsible, somebody } from './responsible.ts';
import type { Met } from './settled.ts';
import { isDueIn, settledAt, stateOf, tallyOf } from './settled.ts';
import type { Tally } from './strip.ts';
import { versionsOf } from './versions.ts';

const reads = [Person, ...statusReads] as const;
type Read = Book<typeof reads>;

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
    const { lanes, gaps, tracks } = yield* lanesOf(checks, history.excuses, { from, to }, window.from, end, at);

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
      legs: (standing?.legs ?? []).map(({ since, ...leg }) => ({
        ...leg,
        since: since === undefined ? null : printInstant(since.from),
        beganUnseen: since?.isSeen === false,
      })),
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
      versions: versionsOf(
        book,
        { all: book.control.history(id), governed: book.control.governed(id) },
        places.get(`control/${id}`) ?? [],
        at,
      ).map(({ row: { frequency, owner }, ...version }) => ({ ...version, frequency, owner: owner ?? null })),
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
