import type { DateText } from '../kernel/index.ts';
import type { Answers } from './answers.ts';
import { contradictionsOf } from './contradictions.ts';
import type { Ground, Roadmap } from './roadmap.ts';
import { inHandOn, planOn } from './roadmap.ts';
import { titleOf } from './title.ts';
import { day, decimal, dollars, months, thousands } from './words.ts';

/** One answer otherwise, and what would then be recommended: found by planning again, on the same draws. */
export interface WouldChange {
  /** Which answer, to lead to its question. */
  readonly field: string;
  readonly says: string;
  readonly becomes: string;
  /** order: another framework first, or both, or neither; dates: the same order at other times. */
  readonly changes: 'order' | 'dates';
}

interface Otherwise {
  readonly field: string;
  readonly says: string;
  readonly answers: Answers;
}

const MOST = 7;

const orderKey = ({ decision: { branch, first, then } }: Roadmap): string => [branch, first, then].join(' ');

const inHandKey = (roadmap: Roadmap): string => roadmap.recommended.flatMap((id) => inHandOn(roadmap, id)).join(' ');

/** Which single answers would change the recommendation, and which its dates: those of the order first. */
export function wouldChange(ground: Ground, answers: Answers, startsOn: DateText): readonly WouldChange[] {
  const now = planOn(ground, answers, startsOn);
  const found = [...nearest(ground, answers, startsOn, now), ...others(answers)].flatMap(
    (one): readonly WouldChange[] => {
      if (contradictionsOf(one.answers, startsOn).length > 0) return [];
      const then = planOn(ground, one.answers, startsOn);
      const { field, says } = one;
      if (orderKey(then) !== orderKey(now)) return [{ field, says, changes: 'order', becomes: newOrder(then) }];
      if (then.recommended.length === 0 || inHandKey(then) === inHandKey(now)) return [];
      return [{ field, says, changes: 'dates', becomes: newDates(then) }];
    },
  );
  const order = found.filter(({ changes }) => changes === 'order');
  return [...order, ...found.filter(({ changes }) => changes === 'dates')].slice(0, MOST);
}

function newOrder(then: Roadmap): string {
  const [path] = then.recommended;
  const title = titleOf(then).replace(/\.$/, '');
  return path === undefined || then.recommended.length > 1
    ? title
    : `${title}, ${thousands(then.result(path).cost.p50)}`;
}

function newDates(then: Roadmap): string {
  const [path] = then.recommended;
  if (path === undefined) return '';
  const days = inHandOn(then, path);
  return then
    .result(path)
    .path.frameworks.map(
      (framework, i) => `${framework === 'soc2' ? 'report' : 'certificate'} on ${day(days[i] ?? '')}`,
    )
    .join(', ');
}

/** The nearest value of a number at which the order changes, upwards and downwards. */
function nearest(ground: Ground, answers: Answers, startsOn: DateText, now: Roadmap): readonly Otherwise[] {
  const changed = (values: readonly number[], set: (value: number) => Answers): number | undefined =>
    values.find((value) => {
      const then = set(value);
      return (
        contradictionsOf(then, startsOn).length === 0 && orderKey(planOn(ground, then, startsOn)) !== orderKey(now)
      );
    });
  const found: Otherwise[] = [];
  const { monthsAvailable, budget, engineers } = answers;
  const withMonths = (value: number): Answers => ({ ...answers, monthsAvailable: value });
  const more = changed(from((monthsAvailable ?? 60) + 1, 61, 1), withMonths);
  const fewer = changed(from(Math.ceil(monthsAvailable ?? 37) - 1, 0, -1), withMonths);
  const instead = monthsAvailable === undefined ? '' : ` instead of ${decimal(monthsAvailable)}`;
  if (more !== undefined)
    found.push({
      field: 'monthsAvailable',
      says: `${months(Math.floor(more))}${instead}`,
      answers: withMonths(Math.floor(more)),
    });
  if (fewer !== undefined)
    found.push({
      field: 'monthsAvailable',
      says: monthsAvailable === undefined ? `No more than ${months(fewer)}` : `${months(fewer)}${instead}`,
      answers: withMonths(fewer),
    });
  const withBudget = (value: number): Answers => ({ ...answers, budget: value });
  for (const value of [
    changed(from(step(budget ?? 1_000_000, 5000, Math.ceil) + 5000, 1_000_001, 5000), withBudget),
    changed(from(step(budget ?? 300_000, 5000, Math.floor) - 5000, -1, -5000), withBudget),
  ]) {
    if (value !== undefined)
      found.push({ field: 'budget', says: `A budget of ${dollars(value)}`, answers: withBudget(value) });
  }
  if (engineers !== undefined) {
    const withEngineers = (value: number): Answers => ({
      ...answers,
      engineers: value,
      persons: Math.max(answers.persons, value),
    });
    const value = changed(from(engineers + 1, 200, 1), withEngineers);
    if (value !== undefined && value <= answers.persons)
      found.push({
        field: 'engineers',
        says: `${value} engineers instead of ${engineers}`,
        answers: withEngineers(value),
      });
  }
  return found;
}

const step = (value: number, by: number, round: (n: number) => number): number => round(value / by) * by;

/** From a value on, up to but without the last. */
const from = (first: number, end: number, by: number): readonly number[] =>
  Array.from({ length: Math.max(0, Math.ceil((end - first) / by)) }, (_, i) => first + i * by);

/** Answers of yes or no, turned; one request more; another period. */
function others(answers: Answers): readonly Otherwise[] {
  const { asked, markets } = answers;
  const alike = (field: keyof Answers & string, says: string, change: Partial<Answers>): Otherwise => ({
    ...{ field, says },
    answers: { ...answers, ...change },
  });
  const periods = [3, 6, 9, 12].filter((n) => n !== answers.windowMonths && (n === 3 || n === 12));
  const { first: _, ...anyOrder } = asked;
  return [
    alike('asked', asked.soc2 === 0 ? 'A customer asks for SOC 2' : 'One customer more asks for SOC 2', {
      asked: { ...asked, soc2: asked.soc2 + 1 },
    }),
    alike('asked', asked.iso27001 === 0 ? 'A customer asks for ISO 27001' : 'One customer more asks for ISO 27001', {
      asked: { ...asked, iso27001: asked.iso27001 + 1 },
    }),
    ...(asked.soc2 > 0 && asked.iso27001 > 0
      ? [alike('asked', 'Nobody asks for ISO 27001 any more', { asked: { ...anyOrder, iso27001: 0 } })]
      : []),
    ...(asked.soc2 + asked.iso27001 > 0 && asked.soc2 * asked.iso27001 === 0
      ? [alike('asked', 'Nobody asks any more', { asked: { soc2: 0, iso27001: 0 } })]
      : []),
    alike(
      'regulatedOutsideUs',
      answers.regulatedOutsideUs ? 'No duty outside the US' : 'A law or regulator outside the US asks for it',
      { regulatedOutsideUs: !answers.regulatedOutsideUs },
    ),
    ...(markets.usCa > 0 && markets.europe > 0 && markets.usCa !== markets.europe
      ? [
          alike('markets', 'The US and Europe change places in the pipeline', {
            markets: { ...markets, usCa: markets.europe, europe: markets.usCa },
          }),
        ]
      : []),
    ...(answers.global ? [] : [alike('global', 'Selling to Fortune 500 or worldwide', { global: true })]),
    ...(answers.wantsTightScope
      ? []
      : [alike('wantsTightScope', 'A tight scope is wanted', { wantsTightScope: true })]),
    ...(answers.plansMoreIso.length > 0
      ? []
      : [alike('plansMoreIso', 'ISO 27701 is planned', { plansMoreIso: ['iso27701'] })]),
    ...periods.map((n) =>
      alike('windowMonths', n === 3 ? 'A period of three months; many buyers want six' : 'A period of twelve months', {
        windowMonths: n,
      }),
    ),
    alike(
      'secondStarts',
      answers.secondStarts === 'operating'
        ? 'The second begins when the first is in hand'
        : 'The second begins while the period runs',
      { secondStarts: answers.secondStarts === 'operating' ? 'in-hand' : 'operating' },
    ),
  ];
}
