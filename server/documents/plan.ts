import type { PlanPage, RoadmapAnswer } from '@countersign/core/planner/index.ts';
import type { z } from 'zod';
import type { Head } from './head.ts';

type Answer = z.output<typeof PlanPage>;

/** A plan on one page, as it is printed for a board. Everything is cut to what a page holds. */
export interface BoardPage {
  readonly head: Head;
  readonly standing: string;
  readonly sentence: string;
  readonly says: string;
  readonly reasons: readonly { readonly says: string; readonly because: string }[];
  readonly ways: readonly {
    readonly title: string;
    readonly says: string;
    readonly isRecommended: boolean;
    /** Places on the axis, from 0 to 1. */
    readonly from: number;
    readonly middle: number;
    readonly to: number;
    readonly cost: string;
    readonly range: string;
    readonly months: string;
  }[];
  readonly axis: readonly { readonly at: number; readonly says: string }[];
  readonly budget: { readonly at: number; readonly says: string } | null;
  readonly years: readonly {
    readonly title: string;
    readonly isRecommended: boolean;
    readonly cells: readonly string[];
  }[];
  readonly dates: readonly { readonly on: string; readonly title: string; readonly framework: string }[];
  readonly holds: readonly string[];
  readonly change: readonly { readonly says: string; readonly becomes: string }[];
  readonly mind: readonly string[];
  readonly rests: readonly string[];
  readonly notSaid: readonly string[];
}

const MOST = { reasons: 5, dates: 12, change: 3, mind: 3 } as const;

/** Days that a board does not need to know. */
const LEFT_OUT: readonly string[] = ['Next period begins', 'Next period ends', 'Fieldwork', 'Management system stands'];

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
const grouped = (n: number): string => String(Math.round(n)).replace(/\B(?=(?:\d{3})+$)/g, ',');
const k = (dollars: number): string => `$${grouped(dollars / 1000)} k`;
const decimal = (n: number): string => String(Math.round(n * 10) / 10);

const FRAMEWORK = { soc2: 'SOC 2', iso27001: 'ISO 27001' } as const;

/** The page for the board, of what the view `plan` answers. */
export function boardPageOf(
  { plan, answers, kept }: Answer,
  roadmap: RoadmapAnswer,
  head: Head,
  day: (date: string) => string,
): BoardPage {
  const { options, threeYears, wouldChange, warnings, recommendation } = roadmap;
  const most = Math.max(...options.map(({ cost }) => cost.p90));
  const budget = answers?.budget;
  const shown = budget !== undefined && budget < most * 1.6 ? budget : undefined;
  const step = stepFor(Math.max(most, shown ?? 0));
  const end = Math.ceil((Math.max(most, shown ?? 0) * 1.02) / step) * step;
  const recommended = options.filter(({ isRecommended }) => isRecommended);
  return {
    head: { ...head, organisation: cut(head.organisation, 90), printedBy: cut(head.printedBy, 60) },
    standing: standingOf(plan, day),
    sentence: cut(recommendation.headline, 120),
    says: cut([recommendation.says, kept.says].filter((text) => text !== '').join(' '), 300),
    reasons: [...roadmap.reasons]
      .sort((a, b) => Number(b.decides) - Number(a.decides))
      .slice(0, MOST.reasons)
      .map(({ says, because, decides }) => ({
        says: cut(says, 150),
        because: cut(decides ? because : `${because} Did not decide.`, 190),
      })),
    ways: [...options]
      .sort((a, b) => Number(b.isRecommended) - Number(a.isRecommended))
      .map(({ title, says, isRecommended, cost, months }) => ({
        ...{ title, isRecommended, says: cut(says, 80) },
        ...{ from: cost.p10 / end, middle: cost.p50 / end, to: cost.p90 / end },
        cost: k(cost.p50),
        range: `${k(cost.p10)} – ${k(cost.p90)}`,
        months: `${decimal(months.p50)} (${decimal(months.p90)})`,
      })),
    axis: Array.from({ length: Math.round(end / step) + 1 }, (_, i) => ({ at: (i * step) / end, says: k(i * step) })),
    budget: shown === undefined ? null : { at: shown / end, says: budgetSays(shown, recommended[0]) },
    years: threeYears.rows.map(({ title, isRecommended, years, total }) => ({
      ...{ title, isRecommended },
      cells: [...years.map(({ p50 }) => k(p50)), k(total.p50)],
    })),
    dates: (roadmap.plan?.milestones ?? [])
      .filter(({ title }) => !LEFT_OUT.includes(title))
      .slice(0, MOST.dates)
      .map(({ on, title, framework }) => ({ on: day(on), title, framework: FRAMEWORK[framework] })),
    holds: (roadmap.plan?.inHand ?? []).map(({ says }) => cut(says, 330)),
    change: wouldChange
      .slice(0, MOST.change)
      .map(({ says, becomes }) => ({ says: cut(says, 90), becomes: cut(becomes, 80) })),
    mind: warnings.slice(0, MOST.mind).map((says) => cut(says, 220)),
    rests: restsOn(roadmap),
    notSaid: roadmap.notSaid.slice(0, 3),
  };
}

function standingOf(plan: Answer['plan'], day: (date: string) => string): string {
  if (plan === null) return '';
  const made = `Plan of ${day(plan.madeOn)}`;
  switch (plan.state) {
    case 'draft':
      return `${made}, not adopted`;
    case 'adopted':
      return `${made}, adopted on ${day(plan.adoptedOn ?? plan.madeOn)} by ${cut(plan.adoptedBy?.name ?? '', 60)}`;
    case 'superseded':
      return `${made}, superseded by a later one`;
    case 'retired':
      return `${made}, laid aside`;
  }
}

const budgetSays = (budget: number, way: RoadmapAnswer['options'][number] | undefined): string =>
  way?.withinBudget === null || way === undefined
    ? `Budget ${k(budget)}.`
    : `Budget ${k(budget)}: enough in ${Math.round(way.withinBudget * 100)} of 100 trials of the recommended way.`;

const stepFor = (most: number): number => {
  const steps = [5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 50_000, 200_000];
  return 1000 * (steps.find((step) => most / (step * 1000) <= 6) ?? 1_000_000);
};

/** What the figures rest on, each source once, and what was taken for want of better. */
function restsOn({ figures, auditDays, trials, seed }: RoadmapAnswer): readonly string[] {
  const used = figures.filter(({ isUsed, use }) => isUsed && use !== 'rule');
  const counts = new Map<string, number>();
  for (const { source } of used) {
    const name = source.isClaim ? `${source.name} (claims, not verified)` : source.name;
    counts.set(cut(name, 110), (counts.get(cut(name, 110)) ?? 0) + 1);
  }
  const sources = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 6);
  const bands = used.flatMap(({ notes }) => notes.filter((note) => note.startsWith('No band')));
  const reuse = used.find(({ id }) => id.startsWith('reuse.'));
  return [
    `Figures by source: ${sources.map(([name, n]) => `${name}, ${n}`).join('; ')}.`,
    `Audit days: ${auditDays.says}`,
    ...(reuse === undefined ? [] : [`Reuse: ${cut(reuse.source.name, 80)}. ${cut(reuse.notes[0] ?? '', 160)}`]),
    ...[...new Set(bands)].slice(0, 2),
    `${grouped(trials)} trials with triangular bands, seed ${seed}: the same again gives the same.`,
  ];
}
