import { addMonths } from '../framework/months.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import type { DateText } from '../kernel/index.ts';
import { addDays, dayNumber } from '../kernel/index.ts';
import type { Answers } from './answers.ts';
import type { Column, World } from './bands.ts';
import { drawnWorld, fixedWorld, sum } from './bands.ts';
import type { Measured } from './coverage.ts';
import type { Figures } from './figures.ts';
import { bandOf, figuresOf } from './figures.ts';
import type { Placed } from './graph.ts';
import { chainTo, DAYS_A_MONTH, finishes, place } from './graph.ts';
import type { Path, PathId, When } from './path.ts';
import { IN_HAND, pathOf, PATHS } from './path.ts';
import type { Decision, Thresholds } from './rules.ts';
import { decide } from './rules.ts';
import type { Driver, Quantiles } from './spread.ts';
import { driversOf, quantiles, shareUpTo } from './spread.ts';

export const TRIALS = 20_000;

/** Everything that a plan follows from: the same again gives the same plan, on every machine. */
export interface Ask {
  readonly answers: Answers;
  readonly startsOn: DateText;
  readonly measured: Measured;
  readonly seed: string;
  readonly trials?: number;
}

export interface YearCost {
  /** From the first year on, 1 to 3. */
  readonly year: number;
  readonly cost: Quantiles;
}

export interface PathResult {
  readonly path: Path;
  /** Of the first round: until in hand is what the path leads to, with one year of tooling. */
  readonly cost: Quantiles;
  readonly months: Quantiles;
  readonly monthsOf: Readonly<Partial<Record<FrameworkId, Quantiles>>>;
  /** What three years cost, and all of them together: computed when it is asked for. */
  threeYears(): { readonly years: readonly YearCost[]; readonly total: Quantiles };
  /** The cost of the first round in each trial. */
  readonly first: Column;
  /** The first round with every figure at its likely value. */
  readonly likely: number;
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly isFirst: boolean;
    readonly year: number;
    readonly likely: number;
  }[];
}

export interface Roadmap {
  readonly ground: Ground;
  readonly figures: Figures;
  readonly thresholds: Thresholds;
  readonly decision: Decision;
  /** The path recommended; two where the answers do not say which, none where neither is due yet. */
  readonly recommended: readonly PathId[];
  /** Each path is computed when it is first asked for. */
  result(id: PathId): PathResult;
  readonly hasType1: boolean;
  readonly startsOn: DateText;
}

/** What does not change while only the answers change that no figure rests on: one table of figures, one set of draws. */
export interface Ground {
  readonly figures: Figures;
  readonly seed: string;
  readonly world: World;
  readonly likely: World;
  readonly given: ReadonlySet<string>;
  /** Paths by what they depend on, each computed once. */
  readonly known: Map<string, PathResult>;
}

export function groundOf({ answers, measured, seed, trials = TRIALS }: Ask): Ground {
  const figures = figuresOf(answers, measured);
  const band = bandOf(figures);
  const replaced = [...figures.values()].filter(({ origin }) => origin === 'edited' || origin === 'quoted');
  return {
    ...{ figures, seed, world: drawnWorld(band, seed, trials), likely: fixedWorld(band, 'likely'), known: new Map() },
    given: new Set(replaced.map(({ id }) => id)),
  };
}

/** Draws once for everything that is asked of one set of answers. */
export const planFor = (ask: Ask): Roadmap => planOn(groundOf(ask), ask.answers, ask.startsOn);

/** The plan for answers that leave the figures as they are on this ground. */
export function planOn(ground: Ground, answers: Answers, startsOn: DateText): Roadmap {
  const { figures, likely } = ground;
  const band = bandOf(figures);
  const hasType1 = wantsType1(answers, startsOn, likely);
  const result = (id: PathId, first: FrameworkId): PathResult => {
    const { windowMonths, secondStarts, skipsRenewal } = answers;
    const isInOrder = id === 'sequence' || id === 'separate';
    const key = [id, isInOrder && first, hasType1, windowMonths, isInOrder && secondStarts, skipsRenewal].join(' ');
    let found = ground.known.get(key);
    if (found === undefined) {
      found = resultOf(pathOf(id, { answers, type1: hasType1, first, given: ground.given }), ground);
      ground.known.set(key, found);
    }
    return found;
  };
  const parallel = result('parallel', 'soc2');
  const thresholds: Thresholds = {
    marketShare: band('market.both').likely,
    budgetBoth: band('budget.both').likely,
    budgetLarge: band('budget.both.large').likely,
    deadlineMonths: band('deadline.months').likely,
    engineers: band('neither.engineers').likely,
    bothMonthsP90: parallel.months.p90,
  };
  const decision = decide(answers, thresholds);
  return {
    ...{ ground, figures, thresholds, decision, hasType1, startsOn },
    recommended: recommendedOf(decision),
    result: (id) => (id === 'parallel' ? parallel : result(id, decision.first ?? 'soc2')),
  };
}

function recommendedOf({ branch, then }: Decision): readonly PathId[] {
  switch (branch) {
    case 'neither':
      return [];
    case 'both':
      return ['parallel'];
    case 'tie':
      return ['soc2', 'iso27001'];
    case 'soc2':
    case 'iso27001':
      return [then === null ? branch : 'sequence'];
  }
}

/** A Type 1 is left out if nobody needs a report before the observation period ends (buyer’s guide: default Type 1, then Type 2). */
function wantsType1(
  { type1, asked, monthsAvailable, windowMonths }: Answers,
  startsOn: DateText,
  likely: World,
): boolean {
  if (type1 !== 'auto') return type1 === 'yes';
  const at = (figure: string): number => likely.of(figure)[0] ?? 0;
  const report = at('soc2.readiness.months') * (1 - at('done.soc2')) + windowMonths + at('soc2.reporting.months');
  if (monthsAvailable !== undefined && monthsAvailable < report) return true;
  return asked.by !== undefined && asked.soc2 > 0 && dayNumber(asked.by) - dayNumber(startsOn) < report * DAYS_A_MONTH;
}

/** Computed when it is first asked for, and once: of most paths that are looked at, one figure is wanted. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function resultOf(path: Path, { world, likely }: Ground): PathResult {
  const done = once(() => finishes(path.tasks, world));
  const costs = once(() => {
    const paid = whenPaid(path, likely);
    return path.items.map((item) => ({ item, year: paid.get(item.id) ?? 0, column: once(() => item.cost(world)) }));
  });
  const sumOf = (wanted: (cost: ReturnType<typeof costs>[number]) => boolean): Column =>
    sum(
      costs()
        .filter(wanted)
        .map(({ column }) => column()),
      world.trials,
    );
  const first = once(() => sumOf(({ item }) => item.isFirst));
  const cost = once(() => quantiles(first()));
  const months = once(() => quantiles(allInHand(path, done(), world.trials)));
  const monthsOf = once((): PathResult['monthsOf'] =>
    Object.fromEntries(path.frameworks.map((id) => [id, quantiles(done().get(path.inHand[id] ?? '') ?? first())])),
  );
  return {
    path,
    get first() {
      return first();
    },
    get cost() {
      return cost();
    },
    get months() {
      return months();
    },
    get monthsOf() {
      return monthsOf();
    },
    threeYears() {
      const years = [1, 2, 3].map((year) => ({ year, cost: sumOf((one) => one.year === year) }));
      const total = sum(
        years.map((year) => year.cost),
        world.trials,
      );
      return {
        years: years.map(({ year, cost: column }) => ({ year, cost: quantiles(column) })),
        total: quantiles(total),
      };
    },
    get likely() {
      return path.items.reduce((total, item) => total + (item.isFirst ? (item.cost(likely)[0] ?? 0) : 0), 0);
    },
    get items() {
      return costs().map(({ item, year }) => ({
        ...{ id: item.id, title: item.title, isFirst: item.isFirst, year },
        likely: item.cost(likely)[0] ?? 0,
      }));
    },
  };
}

/** In how many of the trials the first round costs no more than the budget; null without one. */
export const withinBudget = ({ first }: PathResult, { budget }: Answers): number | null =>
  budget === undefined ? null : shareUpTo(first, budget);

/** When everything that the path leads to is in hand, in each trial. */
function allInHand(path: Path, done: ReadonlyMap<string, Column>, trials: number): Column {
  const all = new Float64Array(trials);
  for (const framework of path.frameworks) {
    done.get(path.inHand[framework] ?? '')?.forEach((months, i) => (all[i] = Math.max(all[i] ?? 0, months)));
  }
  return all;
}

/** The year in which each item is paid for, where every task takes as long as is likely; what is later than the third has none. */
function whenPaid(path: Path, likely: World): ReadonlyMap<string, number> {
  const done = finishes(path.tasks, likely);
  const doneAt = (id: string): number => done.get(id)?.[0] ?? 0;
  const after = new Map(path.tasks.map((task) => [task.id, task.after]));
  const when: When = { done: doneAt, began: (id) => Math.max(0, ...(after.get(id) ?? []).map(doneAt)) };
  return new Map(
    path.items.map((item) => {
      const year = Math.floor(item.paidAfter(when) / 12) + 1;
      return [item.id, year];
    }),
  );
}

/** What the spread of a path’s cost, or of its months, comes from. */
export function spreadOf(
  { ground: { world }, result }: Roadmap,
  id: PathId,
): { readonly cost: readonly Driver[]; readonly months: readonly Driver[] } {
  const { path, first } = result(id);
  const columns = (ids: Iterable<string>) => new Map([...ids].map((one) => [one, world.of(one)]));
  const costFigures = new Set(path.items.flatMap((item) => (item.isFirst ? item.figures : [])));
  const months = allInHand(path, finishes(path.tasks, world), world.trials);
  return { cost: driversOf(first, columns(costFigures)), months: driversOf(months, columns(timeFigures(path))) };
}

const timeFigures = (path: Path): readonly string[] => [
  ...(path.frameworks.includes('soc2') ? ['soc2.readiness.months', 'soc2.reporting.months'] : []),
  ...(path.frameworks.includes('iso27001')
    ? [
        'iso.months',
        'iso.records.months',
        'iso.internalAudit.months',
        'iso.managementReview.months',
        'iso.stage1.months',
        'iso.stageGap.months',
        'iso.stage2.months',
        'iso.decision.months',
      ]
    : []),
  ...(path.id === 'sequence' ? [`reuse.${path.first === 'soc2' ? 'iso27001' : 'soc2'}`] : []),
];

/** Figures that the cost or the months of some path rest on. */
export function figuresUsed({ result }: Roadmap): ReadonlySet<string> {
  const found = new Set<string>();
  for (const id of PATHS) {
    const { path } = result(id);
    for (const item of path.items) for (const figure of item.figures) found.add(figure);
    for (const figure of timeFigures(path)) found.add(figure);
  }
  for (const framework of FRAMEWORK_IDS) found.add(`done.${framework}`);
  return found;
}

export interface Dated {
  readonly tasks: readonly Placed[];
  /** When each framework is in hand: as planned, at the earliest, and what holds it back. */
  readonly inHand: readonly {
    readonly framework: FrameworkId;
    readonly on: DateText;
    readonly earliest: DateText;
    readonly latest: DateText;
    readonly chain: readonly Placed[];
  }[];
}

/** A path with dates: every figure at its likely value; at the earliest with every one at its low end; late as in one of ten trials. */
export function dated({ figures, result, startsOn }: Roadmap, id: PathId): Dated {
  const { path, monthsOf } = result(id);
  const band = bandOf(figures);
  const tasks = place(path.tasks, fixedWorld(band, 'likely'), startsOn);
  const early = place(path.tasks, fixedWorld(band, 'low'), startsOn);
  const lastDay = (placed: readonly Placed[], task: string): DateText =>
    placed.find((one) => one.id === task)?.to ?? startsOn;
  return {
    tasks,
    inHand: path.frameworks.map((framework) => {
      const task = IN_HAND[framework];
      const [on, earliest] = [lastDay(tasks, task), lastDay(early, task)];
      const late = addDays(startsOn, Math.round((monthsOf[framework]?.p90 ?? 0) * DAYS_A_MONTH));
      // The low end of a part may make the rest longer: what is left of a whole that is drawn by itself.
      return {
        framework,
        on,
        earliest: earliest < on ? earliest : on,
        latest: late > on ? late : on,
        chain: chainTo(tasks, task),
      };
    }),
  };
}

/** The days on which a path's frameworks are in hand, where every figure is at its likely value. */
export function inHandOn({ figures, result, startsOn }: Roadmap, id: PathId): readonly DateText[] {
  const { path } = result(id);
  const tasks = place(path.tasks, fixedWorld(bandOf(figures), 'likely'), startsOn);
  return path.frameworks.map((framework) => tasks.find((task) => task.id === IN_HAND[framework])?.to ?? startsOn);
}

/** When it is worth asking again, where neither is due yet. */
export const recheckOn = ({ figures, startsOn }: Roadmap): DateText =>
  addMonths(startsOn, Math.round(bandOf(figures)('neither.recheck').likely));
