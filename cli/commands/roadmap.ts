import { z } from 'zod';
import type { CommandSpec } from '../command.ts';
import { refuseInput } from '../refusal.ts';
import { counted, plain, table } from '../text.ts';
import { jsonOf } from './generic.ts';

const Quantiles = z.object({ p10: z.number(), p50: z.number(), p90: z.number() });
const Roadmap = z.looseObject({
  startsOn: z.string(),
  seed: z.string(),
  trials: z.int(),
  recommendation: z.looseObject({
    headline: z.string(),
    says: z.string(),
    readiness: z.array(z.object({ id: z.string(), title: z.string() })).default([]),
  }),
  reasons: z.array(z.looseObject({ says: z.string(), because: z.string(), decides: z.boolean() })),
  wouldChange: z.array(z.looseObject({ says: z.string(), becomes: z.string() })),
  warnings: z.array(z.string()),
  options: z.array(
    z.looseObject({
      title: z.string(),
      isRecommended: z.boolean(),
      cost: Quantiles,
      months: Quantiles,
      says: z.string(),
    }),
  ),
  spread: z.looseObject({ cost: z.array(z.looseObject({ title: z.string(), share: z.number() })) }).nullable(),
  plan: z
    .looseObject({
      tasks: z.array(
        z.looseObject({
          lane: z.string(),
          title: z.string(),
          from: z.string(),
          to: z.string(),
          days: z.int(),
          slackDays: z.int(),
        }),
      ),
      inHand: z.array(
        z.looseObject({
          title: z.string(),
          on: z.string(),
          earliest: z.string(),
          latest: z.string(),
          says: z.string(),
        }),
      ),
    })
    .nullable(),
  threeYears: z.looseObject({
    rows: z.array(z.looseObject({ title: z.string(), years: z.array(Quantiles), total: Quantiles })),
  }),
  figures: z.array(
    z.looseObject({
      isUsed: z.boolean(),
      source: z.looseObject({ name: z.string(), isClaim: z.boolean() }),
      notes: z.array(z.string()),
    }),
  ),
  notSaid: z.array(z.string()),
});
type Roadmap = z.infer<typeof Roadmap>;

const EXAMPLE = `{
  "persons": 30,
  "engineers": 12,
  "stage": "growth",
  "markets": { "usCa": 55, "europe": 35 },
  "asked": { "soc2": 4, "iso27001": 1, "first": "soc2" },
  "waiting": { "usCa": 300000, "europe": 120000 },
  "budget": 150000,
  "monthsAvailable": 12,
  "quotes": [{ "figure": "soc2.type2.audit.mid", "firm": "A CPA firm", "amount": 16500 }]
}
`;

const k = (dollars: number): string => `$${Math.round(dollars / 1000).toLocaleString('en')} k`;
const months = (n: number): string => (Math.round(n * 10) / 10).toFixed(1);

/** The roadmap as text: the recommendation first, and at the end what it does not say. */
function textOf(found: Roadmap): string {
  const { recommendation, plan, spread, threeYears } = found;
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines];
  const sources = [
    ...new Set(
      found.figures
        .filter(({ isUsed }) => isUsed)
        .map(({ source }) => `${source.name}${source.isClaim ? ' (claims, not verified)' : ''}`),
    ),
  ];
  return [
    plain(recommendation.headline),
    plain(recommendation.says),
    ...part(
      'WHY, strongest first',
      found.reasons.map(({ says, because, decides }) => `${decides ? '*' : '-'} ${plain(says)} ${plain(because)}`),
    ),
    ...part(
      'MEANWHILE, what costs little',
      recommendation.readiness.map(({ id, title }) => `  ${id}  ${plain(title)}`),
    ),
    ...part(
      'WHAT WOULD CHANGE IT',
      found.wouldChange.map(({ says, becomes }) => `  ${plain(says)}: ${plain(becomes)}`),
    ),
    ...part(
      'MIND',
      found.warnings.map((says) => `  ${plain(says)}`),
    ),
    '',
    table(
      ['', 'FIRST ROUND', 'P10', 'P50', 'P90', 'MONTHS P50', 'P90', ''],
      found.options.map(({ title, isRecommended, cost, months: takes, says }) => [
        isRecommended ? '*' : '',
        ...[title, k(cost.p10), k(cost.p50), k(cost.p90), months(takes.p50), months(takes.p90), says],
      ]),
    ),
    ...part(
      'WHAT THE SPREAD OF THE COST COMES FROM',
      (spread?.cost ?? [])
        .slice(0, 5)
        .map(({ title, share }) => `  ${String(Math.round(share * 100)).padStart(3)} %  ${plain(title)}`),
    ),
    ...(plan === null
      ? []
      : [
          '',
          table(
            ['', 'WORK', 'FROM', 'TO', 'DAYS', 'SLACK'],
            plan.tasks.map((task) => [
              ...[task.lane, task.title, task.from, task.to, String(task.days)],
              task.slackDays === 0 ? 'holds the date back' : counted(task.slackDays, 'day'),
            ]),
          ),
          '',
          ...plan.inHand.map(({ says }) => plain(says)),
        ]),
    '',
    table(
      ['THREE YEARS, P50', 'YEAR 1', 'YEAR 2', 'YEAR 3', 'TOTAL'],
      threeYears.rows.map(({ title, years, total }) => [title, ...years.map(({ p50 }) => k(p50)), k(total.p50)]),
    ),
    '',
    `Rests on: ${sources.map(plain).join('; ')}. ${found.trials.toLocaleString('en')} trials, seed ${found.seed}; --json has every figure with its source.`,
    ...found.notSaid.map(plain),
  ].join('\n');
}

export const roadmap: CommandSpec = {
  name: 'roadmap',
  says: 'Which framework first, what it costs and when it is in hand, from at most ten answers. No advice from an auditor.',
  options: [{ flags: '--input <json>', says: 'the answers: JSON, @FILE or - for standard input', required: true }],
  examples: [
    {
      line: 'roadmap --input @answers.json',
      says: 'the recommendation, its cost and dates',
      files: { 'answers.json': EXAMPLE },
    },
    {
      line: `roadmap --input '{"persons":30,"asked":{"iso27001":1}}' --json`,
      says: 'everything, with each figure’s source',
    },
  ],
  async run(context, given) {
    if (context.flags.programme !== undefined)
      throw refuseInput('usage', { says: 'A roadmap is about no programme: leave --programme out.' });
    const client = await context.client();
    const { answer } = await client.view('roadmap', await jsonOf(context, given.must('input')), context.clock);
    const found = Roadmap.parse(answer);
    return { json: answer, text: textOf(found) };
  },
};
