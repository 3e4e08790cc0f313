import type { FrameworkId } from '../framework/catalog.ts';
import type { Answers, Region } from './answers.ts';
import { marketAbroad, REGION_NAMES, REGIONS, waitingAbroad } from './answers.ts';
import { day, dollars, months as inMonths, times } from './words.ts';

/** How strong a reason is: an earlier one outweighs all later ones (planner rules, precedence); wishes of one’s own come last. */
export const LEVELS = ['request', 'duty', 'market', 'deadline', 'budget', 'wish'] as const;
export type Level = (typeof LEVELS)[number];

/** What a reason speaks for. */
export type For = FrameworkId | 'both' | 'neither';

export interface Reason {
  readonly rule: string;
  readonly level: Level;
  readonly speaksFor: For;
  /** Whether the recommendation rests on it; a weaker one, or one outweighed, does not. */
  readonly decides: boolean;
  readonly says: string;
  readonly because: string;
}

export const BRANCHES = ['neither', 'both', 'soc2', 'iso27001', 'tie'] as const;
export type Branch = (typeof BRANCHES)[number];

export interface Decision {
  readonly branch: Branch;
  /** Which comes first; null where neither does yet, both at once do, or the answers do not say. */
  readonly first: FrameworkId | null;
  /** Which comes after it, where both are wanted. */
  readonly then: FrameworkId | null;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly string[];
}

/** What the rules ask of the figures: thresholds, and when both at once would be in hand in nine of ten trials. */
export interface Thresholds {
  readonly marketShare: number;
  readonly budgetBoth: number;
  readonly budgetLarge: number;
  readonly deadlineMonths: number;
  readonly engineers: number;
  readonly bothMonthsP90: number;
}

export const NAMES: Readonly<Record<FrameworkId, string>> = { soc2: 'SOC 2', iso27001: 'ISO 27001' };
const OTHER: Readonly<Record<FrameworkId, FrameworkId>> = { soc2: 'iso27001', iso27001: 'soc2' };

type Claim = Omit<Reason, 'decides'>;

/**
 * Which framework first (the four branches of the buyer’s guide). Each rule that fires is a claim of one level; the strongest level whose claims
 * agree decides. Where both are wanted and money or time do not allow it, they are put in sequence, the one asked for first in front.
 */
export function decide(answers: Answers, given: Thresholds): Decision {
  const early = neitherYet(answers, given);
  if (early !== undefined) {
    return { branch: 'neither', first: null, then: null, reasons: [{ ...early, decides: true }], warnings: [] };
  }
  const claims = claimsOf(answers, given);
  const wantsBoth = claims.filter(({ speaksFor }) => speaksFor === 'both');
  const lead = leadOf(claims);
  const limits = limitsToBoth(answers, given);
  const warnings = warningsOf(answers, given);

  if (lead === undefined) return { branch: 'tie', first: null, then: null, reasons: told(claims, []), warnings };
  if (lead.speaksFor === 'both' && limits.length === 0) {
    const fits = fitsBoth(answers, given);
    return {
      branch: 'both',
      first: null,
      then: null,
      reasons: told([...claims, ...fits], [...lead.claims, ...fits]),
      warnings,
    };
  }
  if (lead.speaksFor === 'both') {
    const order = orderOf(answers, claims);
    const reasons = told([...claims, ...limits, ...order.claims], [...lead.claims, ...limits, ...order.claims]);
    if (order.first === undefined) return { branch: 'tie', first: null, then: null, reasons, warnings };
    return { branch: order.first, first: order.first, then: OTHER[order.first], reasons, warnings };
  }
  const first = lead.speaksFor;
  const other = OTHER[first];
  const wantsOther = wantsBoth.length > 0 || claims.some(({ speaksFor }) => speaksFor === other);
  return { branch: first, first, then: wantsOther ? other : null, reasons: told(claims, lead.claims), warnings };
}

/** Strongest first; of one level, what decides before what does not. */
function told(claims: readonly Claim[], deciding: readonly Claim[]): readonly Reason[] {
  return [...new Set(claims)]
    .map((claim) => ({ ...claim, decides: deciding.includes(claim) }))
    .sort((a, b) => Number(b.decides) - Number(a.decides) || LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** Branch 1: nobody asked, and it is early or the team small. A request overrides it. */
function neitherYet({ asked, stage, enterprise, engineers }: Answers, given: Thresholds): Claim | undefined {
  if (asked.soc2 + asked.iso27001 > 0) return undefined;
  const isEarly = stage === 'pre-revenue' || (stage === 'early' && !enterprise);
  const isSmall = engineers !== undefined && engineers < given.engineers;
  if (!isEarly && !isSmall) return undefined;
  const why = [
    ...(stage === 'pre-revenue'
      ? ['there is no revenue yet']
      : isEarly
        ? ['it is early, and no large company is among the prospects']
        : []),
    ...(isSmall
      ? [`${engineers === 1 ? 'one engineer is' : `${engineers} engineers are`} fewer than ${given.engineers}`]
      : []),
  ];
  return {
    ...{ rule: 'neither', level: 'request', speaksFor: 'neither' },
    says: 'Nobody asked for either.',
    because: `And ${why.join(', and ')}. Either of the two would cost more than it brings now. A request changes that.`,
  };
}

/** The strongest level that speaks with one voice: for one framework, or for both. */
function leadOf(claims: readonly Claim[]): { speaksFor: FrameworkId | 'both'; claims: readonly Claim[] } | undefined {
  for (const level of LEVELS) {
    const here = claims.filter((claim) => claim.level === level && claim.speaksFor !== 'neither');
    const both = here.filter(({ speaksFor }) => speaksFor === 'both');
    if (both.length > 0) return { speaksFor: 'both', claims: both };
    for (const framework of ['soc2', 'iso27001'] as const) {
      const own = here.filter(({ speaksFor }) => speaksFor === framework);
      if (own.length > 0 && own.length === here.length) return { speaksFor: framework, claims: own };
    }
  }
  return undefined;
}

/** Which of two comes first: the one asked for first, or more often, or for more revenue; else what the other reasons speak for. */
function orderOf(
  answers: Answers,
  claims: readonly Claim[],
): { readonly first: FrameworkId | undefined; readonly claims: readonly Claim[] } {
  const { asked } = answers;
  const order = (first: FrameworkId, says: string): { first: FrameworkId; claims: readonly Claim[] } => ({
    first,
    claims: [{ rule: 'order', level: 'request', speaksFor: first, says, because: `So ${NAMES[first]} comes first.` }],
  });
  if (asked.first !== undefined) return order(asked.first, `${NAMES[asked.first]} was asked for first.`);
  if (asked.soc2 !== asked.iso27001) {
    const first = asked.soc2 > asked.iso27001 ? 'soc2' : 'iso27001';
    return order(first, `${NAMES[first]} was asked for more often: ${asked[first]} against ${asked[OTHER[first]]}.`);
  }
  const [home, abroad] = [answers.waiting.usCa, waitingAbroad(answers)];
  if (home !== abroad) {
    const first = home > abroad ? 'soc2' : 'iso27001';
    return order(
      first,
      `More revenue waits for ${NAMES[first]}: ${dollars(Math.max(home, abroad))} against ${dollars(Math.min(home, abroad))}.`,
    );
  }
  const lead = leadOf(claims.filter(({ speaksFor }) => speaksFor !== 'both'));
  return lead === undefined || lead.speaksFor === 'both'
    ? { first: undefined, claims: [] }
    : { first: lead.speaksFor, claims: lead.claims };
}

/** Every rule that fires, but for those on whether both fit. */
function claimsOf(answers: Answers, given: Thresholds): readonly Claim[] {
  return [
    ...requests(answers),
    ...duties(answers),
    ...markets(answers, given),
    ...pressure(answers, given),
    ...wishes(answers),
  ];
}

function requests({ asked }: Answers): readonly Claim[] {
  const by = asked.by === undefined ? '' : ` The first deal needs it by ${day(asked.by)}.`;
  const weighs = `A request outweighs everything else.${by}`;
  if (asked.soc2 > 0 && asked.iso27001 > 0) {
    const says = `${count(asked.soc2)} asked for SOC 2, ${small(asked.iso27001)} for ISO 27001.`;
    return [{ rule: 'asked-both', level: 'request', speaksFor: 'both', says, because: weighs }];
  }
  for (const framework of ['soc2', 'iso27001'] as const) {
    if (asked[framework] > 0) {
      const says = `${count(asked[framework])} asked for ${NAMES[framework]}, and none for ${NAMES[OTHER[framework]]}.`;
      return [{ rule: `asked-${framework}`, level: 'request', speaksFor: framework, says, because: weighs }];
    }
  }
  return [];
}

function duties({ regulatedOutsideUs }: Answers): readonly Claim[] {
  if (!regulatedOutsideUs) return [];
  const because = 'A duty outweighs the market. ISO 27001 alone does not meet a law such as the GDPR; it supports it.';
  return [
    {
      rule: 'duty',
      level: 'duty',
      speaksFor: 'iso27001',
      says: 'A law or a regulator outside the US asks for it.',
      because,
    },
  ];
}

function markets(answers: Answers, given: Thresholds): readonly Claim[] {
  const { markets: shares, global } = answers;
  const found: Claim[] = [];
  const abroad = marketAbroad(answers);
  const least = given.marketShare * 100;
  if (global) {
    const because = 'Such customers ask for either, and often for both.';
    found.push({
      rule: 'global',
      level: 'market',
      speaksFor: 'both',
      says: 'It sells to Fortune 500 or worldwide.',
      because,
    });
  }
  if (shares.usCa >= least && abroad >= least) {
    found.push({
      ...{ rule: 'markets-both', level: 'market', speaksFor: 'both' },
      says: `${percent(shares.usCa)} of the pipeline is in the US and Canada, ${percent(abroad)} elsewhere.`,
      because: `Both are at least ${percent(least)}, so both frameworks will be asked for.`,
    });
  }
  const largest = largestOf(answers);
  if (largest !== undefined) {
    const first: FrameworkId = largest === 'usCa' ? 'soc2' : 'iso27001';
    const because =
      largest === 'latam'
        ? 'There either is accepted; ISO 27001 is the default.'
        : `There ${NAMES[first]} is what buyers know.`;
    const says = `The largest market is ${REGION_NAMES[largest]}, with ${percent(shares[largest])} of the pipeline.`;
    found.push({ rule: 'largest-market', level: 'market', speaksFor: first, says, because });
  }
  return found;
}

/** The region with the largest share; of equal ones that with more revenue waiting. None where that is equal too and they disagree. */
function largestOf({ markets: shares, waiting }: Answers): Region | undefined {
  const most = Math.max(...REGIONS.map((region) => shares[region]));
  if (most === 0) return undefined;
  const first = REGIONS.filter((region) => shares[region] === most);
  const richest = Math.max(...first.map((region) => waiting[region]));
  const left = first.filter((region) => waiting[region] === richest);
  return left.includes('usCa') && left.length > 1 ? undefined : left[0];
}

function pressure({ monthsAvailable, budget, budgetIsHard }: Answers, given: Thresholds): readonly Claim[] {
  const found: Claim[] = [];
  if (monthsAvailable !== undefined && monthsAvailable < given.deadlineMonths) {
    found.push({
      ...{ rule: 'deadline', level: 'deadline', speaksFor: 'soc2' },
      says: `There are ${inMonths(monthsAvailable)}, fewer than ${given.deadlineMonths}.`,
      because: 'A Type 1 report of SOC 2 is the one thing that can be in hand by then.',
    });
  }
  if (budgetIsHard && budget !== undefined) {
    const because = 'SOC 2 of Security only is where the least can be spent.';
    found.push({
      rule: 'budget',
      level: 'budget',
      speaksFor: 'soc2',
      says: `${dollars(budget)} is a hard limit.`,
      because,
    });
  }
  return found;
}

function wishes({ wantsTightScope, plansMoreIso, wantsManagementSystem }: Answers): readonly Claim[] {
  const more = plansMoreIso.map((one) => `ISO ${one.slice(3)}`).join(' and ');
  return [
    ...(wantsTightScope
      ? [
          {
            ...{ rule: 'tight-scope', level: 'wish' as const, speaksFor: 'soc2' as const },
            ...{ says: 'A tight scope is wanted.', because: 'SOC 2 may be about one service and Security only.' },
          },
        ]
      : []),
    ...(more === ''
      ? []
      : [
          {
            ...{ rule: 'more-iso', level: 'wish' as const, speaksFor: 'iso27001' as const },
            ...{ says: `${more} is planned.`, because: 'It builds on the management system of ISO 27001.' },
          },
        ]),
    ...(wantsManagementSystem
      ? [
          {
            ...{ rule: 'management-system', level: 'wish' as const, speaksFor: 'iso27001' as const },
            ...{ says: 'A management system to grow with is wanted.', because: 'That is what ISO 27001 asks for.' },
          },
        ]
      : []),
  ];
}

/** Why both at once cannot be: too little money, or not in hand in time in nine of ten trials. */
function limitsToBoth({ budget, monthsAvailable }: Answers, given: Thresholds): readonly Claim[] {
  const found: Claim[] = [];
  if (monthsAvailable !== undefined && given.bothMonthsP90 > monthsAvailable) {
    found.push({
      ...{ rule: 'both-too-late', level: 'deadline', speaksFor: 'neither' },
      says: `There are ${inMonths(monthsAvailable)}. Both at once take up to ${inMonths(given.bothMonthsP90)} in nine of ten trials.`,
      because: 'So the two are put in sequence.',
    });
  }
  if (budget !== undefined && budget < given.budgetBoth) {
    const says = `${dollars(budget)} is less than the ${dollars(given.budgetBoth)} that both at once take at least.`;
    found.push({
      rule: 'both-too-dear',
      level: 'budget',
      speaksFor: 'neither',
      says,
      because: 'So the two are put in sequence.',
    });
  }
  return found;
}

function fitsBoth({ monthsAvailable }: Answers, given: Thresholds): readonly Claim[] {
  const takes = `Both at once are in hand within ${inMonths(given.bothMonthsP90)} in nine of ten trials`;
  const says =
    monthsAvailable === undefined
      ? `${takes}, and no date was given.`
      : `There are ${inMonths(monthsAvailable)}. ${takes}.`;
  return [
    { rule: 'both-fits', level: 'deadline', speaksFor: 'both', says, because: 'So there is time for both at once.' },
  ];
}

function warningsOf({ budget, persons }: Answers, given: Thresholds): readonly string[] {
  return budget !== undefined && budget < given.budgetLarge && persons > 100
    ? [
        `${dollars(budget)} is less than ${dollars(given.budgetLarge)}, which the guide gives as the upper end for both; with more than 100 persons expect that end.`,
      ]
    : [];
}

const percent = (n: number): string => `${Math.round(n)} %`;
const count = (n: number): string => `${times(n)} ${n === 1 ? 'customer' : 'customers'}`;
const small = (n: number): string => times(n).toLowerCase();
