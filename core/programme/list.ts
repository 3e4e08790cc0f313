import { z } from 'zod';
import { FRAMEWORK_IDS, FRAMEWORKS, CATEGORIES } from '../framework/catalog.ts';
import { MILESTONE_KINDS } from '../framework/milestone-kinds.ts';
import { monthsIn } from '../framework/months.ts';
import { Programme } from '../framework/record.ts';
import type { At, DateText, Stored } from '../kernel/index.ts';
import { dayOf, defineView, printInstant } from '../kernel/index.ts';
import { meets } from './begin.ts';
import { planned, reached } from './milestones.ts';
import { nextOf, PHASES, phaseOf } from './phase.ts';
import { lastDayOf, warningsOf } from './warnings.ts';

export const NEXT_KINDS = [
  ...MILESTONE_KINDS,
  'period-begins',
  'period-ends',
  'as-of-date',
  'certificate-ends',
] as const;

/** A programme with where it is, as a list shows it and a page begins with it. */
export const Told = z.object({
  id: z.string(),
  framework: z.enum(FRAMEWORK_IDS),
  title: z.string(),
  report: z.enum(['type-1', 'type-2']).nullable(),
  categories: z.array(z.enum(CATEGORIES)).describe('SOC 2 only.'),
  asOfDate: z.string().nullable(),
  periodFrom: z.string().nullable(),
  periodTo: z.string().nullable(),
  months: z.int().nullable().describe('Whole months of the observation period.'),
  from: z.string().nullable(),
  to: z.string().nullable(),
  inForce: z.boolean().describe('Whether a question without a programme may mean it.'),
  phase: z.enum(PHASES),
  next: z
    .object({
      what: z.enum(NEXT_KINDS),
      on: z.string(),
      inDays: z.int(),
      note: z.string().nullable(),
    })
    .nullable(),
  speaks: z
    .object({ from: z.string(), to: z.string() })
    .nullable()
    .describe('The time a report speaks of, or that a certificate holds, planned or in force.'),
  result: z
    .object({ on: z.string(), done: z.boolean() })
    .nullable()
    .describe('The report or the decision on the certificate: when it was, or is planned for.'),
  previous: z.object({ id: z.string(), title: z.string() }).nullable().describe('What it was carried on from.'),
  followedBy: z.array(z.object({ id: z.string(), title: z.string() })),
  firm: z.string().nullable(),
  counts: z.object({ of: z.int(), in: z.int(), out: z.int() }).describe('Requirements in and out of scope.'),
  warnings: z.array(z.object({ code: z.string(), says: z.string() })),
});
export type Told = z.infer<typeof Told>;

export const Programmes = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  day: z.string(),
  programmes: z.array(Told),
});

type Row = Stored<typeof Programme>;

/** @param all every programme known, for what follows what and what stands side by side */
export function toldOf(row: Row, all: readonly Row[], day: DateText): Told {
  const { framework, report, categories, asOfDate, periodFrom, periodTo, from, to, previous, firm } = row;
  const before = all.find(({ id }) => id === previous);
  const next = nextOf(row, day);
  const inForce = isInForce(row, day);
  const of = FRAMEWORKS[framework].requirements.length;
  const out = new Set(row.outOfScope.map(({ ref }) => ref)).size;
  return {
    id: row.id,
    framework,
    title: row.title,
    report: report ?? null,
    categories: framework === 'soc2' ? [...categories] : [],
    asOfDate: asOfDate ?? null,
    periodFrom: periodFrom ?? null,
    periodTo: periodTo ?? null,
    months: periodFrom === undefined || periodTo === undefined ? null : monthsIn(periodFrom, periodTo),
    from: from ?? null,
    to: to ?? null,
    inForce,
    phase: phaseOf(row, day),
    next: next === undefined ? null : { ...next, note: next.note ?? null },
    ...resultOf(row, day),
    previous: before === undefined ? null : { id: before.id, title: before.title },
    followedBy: all.filter((other) => other.previous === row.id).map(({ id, title }) => ({ id, title })),
    firm: firm ?? null,
    counts: { of, in: of - out, out },
    warnings: [...warningsOf(row, before, day), ...sideBySide(row, all)],
  };
}

function resultOf(row: Row, day: DateText): Pick<Told, 'speaks' | 'result'> {
  const { framework, milestones, asOfDate, periodFrom, periodTo } = row;
  const kind = framework === 'soc2' ? 'report' : 'decision';
  const done = reached(milestones, kind, day);
  const on = done ?? planned(milestones, kind, day);
  const [from, to] =
    framework === 'soc2'
      ? [asOfDate ?? periodFrom, asOfDate ?? periodTo]
      : [on, on === undefined ? undefined : lastDayOf(on)];
  return {
    speaks: from === undefined || to === undefined ? null : { from, to },
    result: on === undefined ? null : { on, done: done !== undefined },
  };
}

const isInForce = ({ from, to }: Row, day: DateText): boolean =>
  (from === undefined || from <= day) && (to === undefined || day <= to);

/** Two of a framework in force on one day are allowed (two systems, two reports), and every question must then name one. */
function sideBySide(row: Row, all: readonly Row[]): Told['warnings'] {
  const others = all.filter((other) => other.id !== row.id && other.framework === row.framework && meets(row, other));
  return others.length === 0
    ? []
    : [
        {
          code: 'side-by-side',
          says: `In force on the same days as ${others.map(({ title }) => `“${title}”`).join(', ')}. Questions about ${FRAMEWORKS[row.framework].title} have to name the programme they mean.`,
        },
      ];
}

export const programmesList = defineView('programmes', {
  says: 'Every programme over the years: report or certificate, dates, where it is, what comes next, what it follows.',
  input: z.strictObject({}),
  reads: [Programme],
  area: 'posture',
  output: Programmes,
  compute(book, _input, at: At) {
    const day = dayOf(at.zone, at.asOf);
    const all = book.programme.all();
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      day,
      programmes: all.map((row) => toldOf(row, all, day)).sort(byTime),
    };
  },
});

/** The youngest first; what has no dates at the top, for somebody has to set them. */
const byTime = (a: Told, b: Told): number => {
  const [x, y] = [a, b].map((one) => one.periodTo ?? one.asOfDate ?? one.from ?? '9999');
  return (x ?? '') < (y ?? '') ? 1 : (x ?? '') > (y ?? '') ? -1 : a.id < b.id ? -1 : 1;
};
