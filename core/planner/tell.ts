import type { z } from 'zod';
import { auditDays } from '../certification/index.ts';
import { dayNumber } from '../kernel/index.ts';
import type { Answers } from './answers.ts';
import { REGIONS, sharesOf, waitingAbroad } from './answers.ts';
import { isQuotable } from './catalog.ts';
import { wouldChange } from './counterfactual.ts';
import { factorsOf, sizesOf } from './figures.ts';
import type { Placed } from './graph.ts';
import { milestonesOf } from './milestones.ts';
import type { PathId } from './path.ts';
import { PATHS } from './path.ts';
import { READINESS } from './readiness.ts';
import type { RoadmapAnswer } from './result.ts';
import type { Dated, PathResult, Roadmap } from './roadmap.ts';
import { dated, figuresUsed, recheckOn, spreadOf, TRIALS, withinBudget } from './roadmap.ts';
import type { Driver } from './spread.ts';
import { headlineOf, NO_ADVICE, pathTitle, sublineOf, titleOf } from './title.ts';
import { day, dollars, listed, months, ofTen } from './words.ts';

/** A roadmap without what only the organisation's book knows. */
export type Told = Omit<z.input<typeof RoadmapAnswer>, 'asOf' | 'sample' | 'organisation' | 'adoption'>;

const METHOD =
  'Squared rank correlation of each figure with the result, brought to a sum of one: a share of what single figures explain.';

/** What of three years is told side by side. */
const THREE_YEARS: readonly PathId[] = ['soc2', 'iso27001', 'sequence', 'parallel', 'separate'];

/** The whole answer: what is recommended and why, what it costs and when it is in hand, and what all of that rests on. */
export function tell(roadmap: Roadmap, answers: Answers): Told {
  const { ground, decision, recommended, startsOn } = roadmap;
  const [path] = recommended.length === 1 ? recommended : [];
  const isNeither = decision.branch === 'neither';
  return {
    startsOn,
    seed: ground.seed,
    trials: TRIALS,
    recommendation: {
      ...{ branch: decision.branch, first: decision.first, then: decision.then, options: [...recommended] },
      ...{
        title: titleOf(roadmap),
        headline: headlineOf(roadmap),
        says: sublineOf(roadmap),
        hasType1: roadmap.hasType1,
      },
      readiness: isNeither ? [...READINESS] : [],
      recheckOn: isNeither ? recheckOn(roadmap) : null,
    },
    reasons: decision.reasons.map((reason) => ({ ...reason })),
    wouldChange: wouldChange(ground, answers, startsOn).map((one) => ({ ...one })),
    warnings: [...warningsOf(roadmap, answers)],
    options: PATHS.map((id) => optionOf(id, roadmap, answers)),
    spread: path === undefined ? null : spreadTold(path, roadmap),
    plan: path === undefined ? null : planTold(path, roadmap, answers),
    threeYears: threeYears(roadmap),
    figures: figuresTold(roadmap),
    auditDays: daysTold(answers, roadmap),
    notSaid: [
      NO_ADVICE,
      'Prices are claims of the sources named, not verified market data, and no offer of any firm. Time of one’s own people is not among them.',
      'An auditor and a certification body decide for themselves how long they take, and what they conclude.',
      'Dates are computed from durations that may be wrong; a control that does not operate when it should moves them.',
    ],
  };
}

function optionOf(id: PathId, roadmap: Roadmap, answers: Answers): Told['options'][number] {
  const found = roadmap.result(id);
  return {
    id,
    title: pathTitle(id, found.path.first),
    says: saysOf(id, found, roadmap, answers),
    isRecommended: roadmap.recommended.includes(id),
    frameworks: [...found.path.frameworks],
    ...{ cost: found.cost, likely: found.likely, months: found.months, monthsOf: found.monthsOf },
    withinBudget: withinBudget(found, answers),
    items: found.items.map((item) => ({ ...item })),
    claims: claimsOf(id, roadmap, answers),
  };
}

function saysOf(id: PathId, { months: takes }: PathResult, roadmap: Roadmap, answers: Answers): string {
  const { asked, waiting, monthsAvailable } = answers;
  const open = (requests: number, money: number, what: string): string => {
    const parts = [
      ...(requests > 0 ? [`${requests} ${requests === 1 ? 'request' : 'requests'} for ${what}`] : []),
      ...(money > 0 ? [`${dollars(money)} a year`] : []),
    ];
    return parts.length === 0 ? `leaves out ${what}` : `leaves open ${listed(parts)}`;
  };
  switch (id) {
    case 'soc2':
      return open(asked.iso27001, waitingAbroad(answers), 'ISO 27001');
    case 'iso27001':
      return open(asked.soc2, waiting.usCa, 'SOC 2');
    case 'separate':
      return 'for comparison';
    case 'parallel':
    case 'sequence': {
      const isLate = monthsAvailable !== undefined && takes.p90 > monthsAvailable;
      const takesSaid = `in hand within ${months(takes.p90)} in nine of ten trials`;
      return isLate
        ? `${takesSaid}, not ${months(monthsAvailable)}`
        : roadmap.recommended.includes(id)
          ? `recommended; ${takesSaid}`
          : takesSaid;
    }
  }
}

/** What the sources claim of a path. */
function claimsOf(id: PathId, { figures, hasType1 }: Roadmap, answers: Answers): Told['options'][number]['claims'] {
  const { type1, type2 } = sizesOf(answers);
  const ids: Readonly<Record<PathId, readonly string[]>> = {
    soc2: [
      ...(hasType1 ? [type1.replace('.audit.', '.allIn.'), 'soc2.type1.months'] : []),
      ...[type2.replace('.audit.', '.allIn.'), 'soc2.type2.months'],
    ],
    iso27001: ['iso.threeYears', 'iso.months', 'iso.audit'],
    parallel: ['both.cost', 'both.months', 'both.reduction'],
    sequence: ['both.cost', 'both.months', 'second.faster'],
    separate: [],
  };
  return ids[id].flatMap((figure) => {
    const found = figures.get(figure);
    if (found === undefined) return [];
    const { title, unit, before, source } = found;
    return [{ figure, title, unit, ...before, source: { ...source } }];
  });
}

function warningsOf(roadmap: Roadmap, answers: Answers): readonly string[] {
  const { decision, recommended } = roadmap;
  const [path] = recommended.length === 1 ? recommended : [];
  const found = path === undefined ? undefined : roadmap.result(path);
  const within = found === undefined ? null : withinBudget(found, answers);
  const budget = answers.budget === undefined ? '' : dollars(answers.budget);
  const total = sharesOf(answers);
  const missing = REGIONS.every((region) => answers.markets[region] === 0);
  return [
    ...decision.warnings,
    ...(within !== null && within < 0.9 ? [`${budget} covers the plan in ${ofTen(within)}.`] : []),
    ...(answers.windowMonths < 6 && recommended.some((id) => id !== 'iso27001')
      ? [
          `The AICPA sets no minimum for the period, and many buyers do not accept fewer than six months. Three months hold one quarter, and no run of what is done once a year.`,
        ]
      : []),
    ...(answers.skipsRenewal
      ? ['Without a report a year readers treat the last one as stale after twelve months.']
      : []),
    ...(!missing && total < 99.5 ? [`${Math.round(100 - total)} % of the pipeline is in no region named.`] : []),
    ...(missing && decision.branch !== 'neither' ? ['No market was given, so none speaks for either.'] : []),
    ...lateWarning(roadmap, answers),
  ];
}

/** When the first deal needs it before anything is in hand. */
function lateWarning(roadmap: Roadmap, { asked }: Answers): readonly string[] {
  const [path] = roadmap.recommended.length === 1 ? roadmap.recommended : [];
  if (path === undefined || asked.by === undefined) return [];
  const { inHand, tasks } = dated(roadmap, path);
  const type1 = tasks.find(({ id }) => id === 'soc2.type1')?.to;
  const first = [...inHand.map(({ on }) => on), ...(type1 === undefined ? [] : [type1])].sort()[0];
  if (first === undefined || first <= asked.by) return [];
  return [`The first deal needs it by ${day(asked.by)}; the first thing in hand comes on ${day(first)}.`];
}

function spreadTold(path: PathId, roadmap: Roadmap): Told['spread'] {
  const { cost, months: takes } = spreadOf(roadmap, path);
  const named = (drivers: readonly Driver[]) =>
    drivers.map(({ figure, share }) => ({ figure, title: driverTitle(figure, roadmap), share }));
  return { option: path, method: METHOD, cost: named(cost), months: named(takes) };
}

function driverTitle(figure: string, { figures }: Roadmap): string {
  const days = figures.get('iso.audit.days')?.likely;
  if (figure === 'iso.audit.rate' && days !== undefined) return `Day rate of the certification audit, ${days} days`;
  if (figure.startsWith('reuse.')) return 'Measured reuse';
  return figures.get(figure)?.title ?? figure;
}

const IN_HAND_TITLES = { soc2: 'Type 2 report', iso27001: 'Certificate' } as const;

function planTold(path: PathId, roadmap: Roadmap, answers: Answers): Told['plan'] {
  const plan = dated(roadmap, path);
  return {
    option: path,
    startsOn: roadmap.startsOn,
    tasks: plan.tasks.map((task) => ({ ...task, after: [...task.after] })),
    milestones: milestonesOf(plan, answers).map((one) => ({
      ...one,
      day: dayNumber(one.on) - dayNumber(roadmap.startsOn),
    })),
    inHand: plan.inHand.map(({ framework, on, earliest, latest, chain }) => ({
      ...{ framework, on, earliest, latest, title: IN_HAND_TITLES[framework] },
      heldBackBy: chain.map(({ id }) => id),
      says: heldBack(framework, on, earliest, chain, answers),
    })),
    gates: gatesOf(plan),
    neededBy: answers.asked.by ?? null,
  };
}

/** What a date is made of, and before when it cannot come. */
function heldBack(
  framework: 'soc2' | 'iso27001',
  on: string,
  earliest: string,
  chain: readonly Placed[],
  { windowMonths }: Answers,
): string {
  const parts = chain.map(({ id, title, days }) => {
    // Words that are names keep their capitals.
    const name =
      /^[A-Z][a-z]/.test(title) && !/^(?:Type|Stage)/.test(title)
        ? `${title.charAt(0).toLowerCase()}${title.slice(1)}`
        : title;
    return `${name} ${months(id === 'soc2.period' ? windowMonths : days / 30.4375)}`;
  });
  const what = framework === 'soc2' ? 'The report' : 'The certificate';
  const sooner = earliest < on ? ` With every part at its shortest it comes on ${day(earliest)}, and not before.` : '';
  return `${what} comes on ${day(on)}: ${listed(parts)}.${sooner}`;
}

function gatesOf({ tasks }: Dated): { readonly task: string; readonly says: string }[] {
  const has = (id: string): boolean => tasks.some((task) => task.id === id);
  return [
    ...(has('soc2.period')
      ? [{ task: 'soc2.period', says: 'The observation period begins once all controls in scope operate.' }]
      : []),
    ...(has('iso.stage2')
      ? [
          {
            task: 'iso.records',
            says: 'About three months of records before stage 2 (custom of certification bodies).',
          },
          { task: 'iso.internalAudit', says: 'An internal audit of all clauses before stage 2 (9.2).' },
          { task: 'iso.managementReview', says: 'A management review before stage 2 (9.3).' },
          {
            task: 'iso.stageGap',
            says: 'Concerns of stage 1 are resolved before stage 2: two to eight weeks (ISO/IEC 17021-1, 9.3.1.2; custom).',
          },
        ]
      : []),
  ];
}

function threeYears(roadmap: Roadmap): Told['threeYears'] {
  const shown = roadmap.decision.branch === 'both' ? 'parallel' : 'sequence';
  const rows = THREE_YEARS.map((id) => {
    const { path, threeYears: costs } = roadmap.result(id);
    const { years, total } = costs();
    return {
      option: id,
      title: pathTitle(id, path.first),
      isRecommended: roadmap.recommended.includes(id),
      years: years.map(({ cost }) => cost),
      total,
    };
  });
  const [shared, apart] = [roadmap.result(shown).threeYears(), roadmap.result('separate').threeYears()];
  return {
    rows,
    saved: [
      ...shared.years.map(({ cost }, i) => (apart.years[i]?.cost.p50 ?? 0) - cost.p50),
      apart.total.p50 - shared.total.p50,
    ],
    says: `Years count from the start. SOC 2: a Type 2 audit for each period, and tooling. ISO 27001: gap analysis, help, certification audit, two surveillance audits, and tooling. Saved: ${pathTitle(shown, roadmap.result(shown).path.first).toLowerCase().replace('soc', 'SOC').replace('iso', 'ISO')} against nothing shared, at P50.`,
  };
}

function figuresTold(roadmap: Roadmap): Told['figures'] {
  const used = figuresUsed(roadmap);
  return [...roadmap.figures.values()].map((figure) => ({
    ...figure,
    before: { ...figure.before },
    source: { ...figure.source },
    notes: [...figure.notes],
    isUsed: used.has(figure.id) || figure.use === 'rule',
    isQuotable: isQuotable(figure.id),
  }));
}

function daysTold(answers: Answers, { figures }: Roadmap): Told['auditDays'] {
  const { days, stage1, stage2, surveillance, recertification } = auditDays(answers.persons, factorsOf(answers));
  return {
    ...{ persons: answers.persons, days, stage1, stage2, surveillance, recertification },
    says: figures.get('iso.audit.days')?.notes[0] ?? '',
  };
}
