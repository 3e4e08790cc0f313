import type { Answers } from '@countersign/core/planner/answers.ts';

/** The answers as a form holds them: texts, `yes` for a tick. */
export const REGIONS = ['usCa', 'europe', 'apac', 'middleEast', 'latam'] as const;
export const CATEGORIES = ['availability', 'confidentiality', 'processing_integrity', 'privacy'] as const;
export const MORE = ['iso27701', 'iso22301'] as const;

export type Typed = Readonly<Record<string, string>>;

const tick = (is: boolean): string => (is ? 'yes' : '');
const number = (n: number | undefined): string => (n === undefined || n === 0 ? '' : String(n));

export function typed(answers: Answers, isNew: boolean): Typed {
  return {
    ...Object.fromEntries(REGIONS.map((region) => [`markets.${region}`, number(answers.markets[region])])),
    ...Object.fromEntries(REGIONS.map((region) => [`waiting.${region}`, number(answers.waiting[region])])),
    'asked.soc2': number(answers.asked.soc2),
    'asked.iso27001': number(answers.asked.iso27001),
    'asked.first': answers.asked.first ?? '',
    'asked.by': answers.asked.by ?? '',
    stage: answers.stage,
    enterprise: tick(answers.enterprise),
    global: tick(answers.global),
    persons: String(answers.persons),
    engineers: answers.engineers === undefined ? '' : String(answers.engineers),
    budget: answers.budget === undefined ? '' : String(answers.budget),
    budgetIsHard: tick(answers.budgetIsHard),
    monthsAvailable: answers.monthsAvailable === undefined ? '' : String(answers.monthsAvailable),
    startsOn: isNew ? '' : (answers.startsOn ?? ''),
    industry: answers.industry,
    regulatedOutsideUs: tick(answers.regulatedOutsideUs),
    ...Object.fromEntries(
      CATEGORIES.map((category) => [`categories.${category}`, tick(answers.categories.includes(category))]),
    ),
    wantsTightScope: tick(answers.wantsTightScope),
    ...Object.fromEntries(MORE.map((iso) => [`plansMoreIso.${iso}`, tick(answers.plansMoreIso.includes(iso))])),
    wantsManagementSystem: tick(answers.wantsManagementSystem),
    hasDoneBefore: tick(answers.hasDoneBefore),
    windowMonths: String(answers.windowMonths),
    type1: answers.type1,
    secondStarts: answers.secondStarts,
    skipsRenewal: tick(answers.skipsRenewal),
  };
}

/** Back to answers, as the act takes them: the schema there says what is wrong. */
export function answersOf(values: Typed, before: Answers): object {
  const at = (name: string): string => (values[name] ?? '').trim();
  const is = (name: string): boolean => at(name) === 'yes';
  const given = (name: string): number | undefined =>
    at(name) === '' ? undefined : Number(at(name).replaceAll(',', ''));
  const five = (what: string) => Object.fromEntries(REGIONS.map((region) => [region, given(`${what}.${region}`) ?? 0]));
  const some = <K extends string, V>(name: K, value: V | undefined) =>
    value === undefined || value === '' ? {} : { [name]: value };
  return {
    markets: five('markets'),
    waiting: five('waiting'),
    asked: {
      soc2: given('asked.soc2') ?? 0,
      iso27001: given('asked.iso27001') ?? 0,
      ...some('first', at('asked.first')),
      ...some('by', at('asked.by')),
    },
    stage: at('stage'),
    ...{ enterprise: is('enterprise'), global: is('global'), budgetIsHard: is('budgetIsHard') },
    persons: given('persons'),
    ...some('engineers', given('engineers')),
    ...some('budget', given('budget')),
    ...some('monthsAvailable', given('monthsAvailable')),
    ...some('startsOn', at('startsOn')),
    industry: at('industry'),
    regulatedOutsideUs: is('regulatedOutsideUs'),
    categories: ['security', ...CATEGORIES.filter((category) => is(`categories.${category}`))],
    plansMoreIso: MORE.filter((iso) => is(`plansMoreIso.${iso}`)),
    ...{ wantsTightScope: is('wantsTightScope'), wantsManagementSystem: is('wantsManagementSystem') },
    ...{ hasDoneBefore: is('hasDoneBefore'), skipsRenewal: is('skipsRenewal') },
    windowMonths: given('windowMonths') ?? 6,
    type1: at('type1'),
    secondStarts: at('secondStarts'),
    // Not asked here: figures have a page of their own.
    ...some('factors', before.factors),
    ...{ quotes: before.quotes, edits: before.edits },
  };
}

/** Fields that take a number, with the most they take. */
export const NUMBERS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    REGIONS.flatMap((region) => [[`markets.${region}`, 100] as const, [`waiting.${region}`, 1e9] as const]),
  ),
  ...{ 'asked.soc2': 100_000, 'asked.iso27001': 100_000, persons: 1_000_000, engineers: 1_000_000 },
  ...{ budget: 1e9, monthsAvailable: 120 },
};
