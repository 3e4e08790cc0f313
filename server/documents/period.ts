import type { Effectiveness } from '@countersign/core/effectiveness/index.ts';
import type { z } from 'zod';
import type { Head } from './head.ts';
import { NOT_SAID } from './head.ts';

type Answer = z.output<typeof Effectiveness>;
export type OperatedControl = Answer['controls'][number];

export interface PeriodRow {
  readonly control: string;
  readonly title: string;
  readonly frequency: string;
  readonly operated: string;
  readonly counts: OperatedControl['counts'];
  readonly metOutside: number;
  readonly longestGapDays: string;
  /** Its occurrences in order: key, state, and the day it was due. */
  readonly cells: readonly { readonly key: string; readonly state: OperatedControl['occurrences'][number]['state'] }[];
  /** What needs saying of it, each a sentence. */
  readonly notes: readonly string[];
}

/** How controls operated over a period, as all its forms print it. */
export interface Period {
  readonly head: Head;
  readonly from: string;
  readonly to: string;
  readonly sentence: string;
  readonly reason: string;
  readonly rows: readonly PeriodRow[];
  /** Controls of which nothing was due, filed or observed in the period. */
  readonly silent: readonly { readonly control: string; readonly title: string }[];
  readonly notSaid: readonly string[];
  /** The answer itself, for forms that hold every figure. */
  readonly answer: Answer;
  readonly titles: Readonly<Record<string, string>>;
}

const words = (text: string): string => text.replaceAll('-', ' ');
const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Elapsed time for people, in its two largest units. */
export function elapsed(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0 s';
  let rest = Math.floor(seconds);
  return units
    .slice(first, first + 2)
    .flatMap(([unit, size]) => {
      const n = Math.floor(rest / size);
      rest -= n * size;
      return n === 0 ? [] : [`${n} ${unit}`];
    })
    .join(' ');
}

const isSilent = (control: OperatedControl): boolean =>
  control.counts.expected === 0 &&
  control.performedInWindow === 0 &&
  control.unmatched.length === 0 &&
  control.checks.every(({ observations, failSeconds }) => observations === 0 && failSeconds === 0) &&
  control.populations.every(({ items }) => items === 0);

/** The answer of `effectiveness` as a document: what needs explaining first. */
export function periodOf(
  answer: Answer,
  titles: Readonly<Record<string, string>>,
  head: Omit<Head, 'title'>,
  day: (instant: string) => string,
): Period {
  const told = answer.controls.filter((control) => !isSilent(control));
  const sum = (of: (control: OperatedControl) => number): number =>
    answer.controls.reduce((all, control) => all + of(control), 0);
  const operated = answer.controls.filter((control) => control.operated === 'yes').length;
  const misses = sum(({ counts }) => counts.missed);
  return {
    head: { ...head, title: `How controls operated, ${answer.from} to ${answer.to}` },
    from: answer.from,
    to: answer.to,
    sentence: `${operated} of ${plural(answer.controls.length, 'control')} operated in the period.`,
    reason: `${plural(
      sum(({ counts }) => counts.expected),
      'occurrence',
    )} due: ${sum(({ counts }) => counts.onTime)} on time, ${sum(({ counts }) => counts.late)} late, ${misses} missed, ${sum(({ counts }) => counts.pending)} pending, ${sum(({ counts }) => counts.excused)} excused. ${plural(answer.controls.length - told.length, 'control')} had nothing due and nothing observed.`,
    rows: told.map((control) => rowOf(control, titles[control.control] ?? '', day)).sort(byNeed),
    silent: answer.controls.filter(isSilent).map(({ control }) => ({ control, title: titles[control] ?? '' })),
    notSaid: [
      ...NOT_SAID,
      '“Operated” is a fact about records: something was performed, or a check or an item was good. Whether that is enough is for whoever tests it.',
      'A population that is not marked complete may lack items, and a claimed one was pushed by the company.',
    ],
    answer,
    titles,
  };
}

const NEED = ['no', 'not-observed', 'yes', 'no-occasion'];
const need = ({ operated, counts }: PeriodRow): number =>
  counts.missed > 0 ? -1 : NEED.indexOf(operated.replaceAll(' ', '-'));
const byNeed = (a: PeriodRow, b: PeriodRow): number => need(a) - need(b) || (a.control < b.control ? -1 : 1);

function rowOf(control: OperatedControl, title: string, day: (instant: string) => string): PeriodRow {
  const { occurrences, unmatched, checks, populations } = control;
  const late = occurrences.filter(({ state }) => state === 'late');
  const missed = occurrences.filter(({ state }) => state === 'missed');
  const lag = Math.max(0, ...occurrences.map(({ lagSeconds }) => lagSeconds ?? 0));
  return {
    control: control.control,
    title,
    frequency: words(control.frequency),
    operated: words(control.operated),
    counts: control.counts,
    metOutside: control.metOutside,
    longestGapDays: control.longestGapDays === null ? '' : `${control.longestGapDays} d`,
    cells: occurrences.map(({ key, state }) => ({ key, state })),
    notes: [
      ...missed.map(({ key, due }) => `Missed: ${key}, due ${day(due)}.`),
      ...late.map(({ key, due, performedAt }) =>
        performedAt === undefined
          ? `Late: ${key}, due ${day(due)}.`
          : `Late: ${key}, due ${day(due)}, performed ${day(performedAt)}.`,
      ),
      ...(lag >= 7 * 86_400 ? [`Recorded up to ${elapsed(lag)} after it was performed.`] : []),
      ...unmatched.map(({ performance, reason }) => `${performance} meets no occurrence: ${reason}`),
      ...checks.map(
        (check) =>
          `Check ${check.check}: passing ${elapsed(check.passSeconds)}, failing ${elapsed(check.failSeconds)}, unknown ${elapsed(check.unknownSeconds)}; ${plural(check.episodes, 'episode')}, ${plural(check.observations, 'observation')}.`,
      ),
      ...populations.map(
        (of) =>
          `Population ${of.dataset} (${of.complete ? `complete, ${words(of.completeBy)}` : 'not complete'}): ${plural(of.items, 'item')}, ${plural(of.deviations, 'deviation')}, ${of.unknown} unknown, ${of.excepted} excepted.`,
      ),
    ],
  };
}
