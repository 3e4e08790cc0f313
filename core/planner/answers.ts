import { z } from 'zod';
import { SCORES } from '../certification/index.ts';
import { CATEGORIES } from '../framework/catalog.ts';
import { dateText } from '../kernel/index.ts';

export const REGIONS = ['usCa', 'europe', 'apac', 'middleEast', 'latam'] as const;
export type Region = (typeof REGIONS)[number];

export const REGION_NAMES: Readonly<Record<Region, string>> = {
  usCa: 'the US and Canada',
  europe: 'Europe',
  apac: 'Asia-Pacific',
  middleEast: 'the Middle East',
  latam: 'Latin America',
};

/** Outside the US and Canada: where ISO 27001 is what is asked for. */
export const ABROAD = REGIONS.filter((region) => region !== 'usCa');

export const STAGES = ['pre-revenue', 'early', 'growth'] as const;
export const INDUSTRIES = [
  'software',
  'finance',
  'health',
  'public-sector',
  'education',
  'retail',
  'manufacturing',
  'telecom',
  'other',
] as const;
export type Industry = (typeof INDUSTRIES)[number];

const MOST_MONEY = 1_000_000_000;
const money = () => z.number().min(0).max(MOST_MONEY);
const share = () => z.number().min(0).max(100);
const regions = <S extends z.ZodType>(one: () => S) =>
  z.strictObject({ usCa: one(), europe: one(), apac: one(), middleEast: one(), latam: one() });

const score = z.literal([...SCORES]);
const scores = () => z.tuple([score, score, score]);

/** What a figure of ours is replaced with. Low, likely and high may be one number. */
export const Edit = z.strictObject({
  figure: z.string().min(1).max(60),
  low: money(),
  likely: money(),
  high: money(),
  why: z.string().max(300).optional().describe('Where it is from.'),
});
export type Edit = z.infer<typeof Edit>;

/** A firm’s offer for one item: quotes replace the band of that item. */
export const Quote = z.strictObject({
  figure: z.string().min(1).max(60).describe('The item it is for, such as soc2.type2.audit.mid.'),
  firm: z.string().min(1).max(120),
  amount: money(),
  on: dateText().optional(),
});
export type Quote = z.infer<typeof Quote>;

/** What an organisation answers. Everything but the number of persons may be left out; what is not known is not guessed. */
export const Answers = z.strictObject({
  markets: regions(() => share().default(0))
    .default({ usCa: 0, europe: 0, apac: 0, middleEast: 0, latam: 0 })
    .describe('Where the pipeline is, in per cent of it: 55, not 0.55.'),
  asked: z
    .strictObject({
      soc2: z.int().min(0).max(100_000).default(0),
      iso27001: z.int().min(0).max(100_000).default(0),
      first: z.enum(['soc2', 'iso27001']).optional().describe('Which was asked for first.'),
      by: dateText().optional().describe('When the first deal needs it.'),
    })
    .default({ soc2: 0, iso27001: 0 })
    .describe('How many customers asked for which.'),
  waiting: regions(() => money().default(0))
    .default({ usCa: 0, europe: 0, apac: 0, middleEast: 0, latam: 0 })
    .describe('Revenue that waits for a report or certificate, a year, in US dollars.'),
  stage: z.enum(STAGES).default('early'),
  enterprise: z.boolean().default(false).describe('Whether large companies are among the prospects.'),
  global: z.boolean().default(false).describe('Whether it sells to Fortune 500 or worldwide.'),
  persons: z.int().min(1).max(1_000_000).describe('Who works under its control: employees, contractors.'),
  engineers: z.int().min(0).max(1_000_000).optional(),
  budget: money().optional().describe('For the first round, in US dollars.'),
  budgetIsHard: z.boolean().default(false),
  monthsAvailable: z.number().min(1).max(120).optional().describe('Until all that is wanted must be in hand.'),
  industry: z.enum(INDUSTRIES).default('software'),
  regulatedOutsideUs: z.boolean().default(false).describe('A law or a regulator outside the US asks for it.'),
  plansMoreIso: z
    .array(z.enum(['iso27701', 'iso22301']))
    .max(2)
    .default([]),
  wantsManagementSystem: z.boolean().default(false),
  wantsTightScope: z.boolean().default(false),
  hasDoneBefore: z.boolean().default(false).describe('Whether the team has been through one of the two.'),
  categories: z.array(z.enum(CATEGORIES)).max(5).default(['security']),
  windowMonths: z
    .int()
    .min(3)
    .max(12)
    .default(6)
    .describe('Observation period of the first Type 2. The AICPA sets no minimum.'),
  type1: z
    .enum(['auto', 'yes', 'no'])
    .default('auto')
    .describe('auto: where somebody needs a report before the period ends.'),
  secondStarts: z
    .enum(['in-hand', 'operating'])
    .default('in-hand')
    .describe('In sequence: when the first is in hand, or as soon as its controls operate.'),
  skipsRenewal: z.boolean().default(false).describe('Leaves out the Type 2 reports of later years.'),
  startsOn: dateText().optional().describe('Without it the day the question is asked.'),
  factors: z
    .strictObject({ business: scores(), it: scores() })
    .optional()
    .describe('Scores of 1 to 3 for the days of the certification audit; without them by industry and in the middle.'),
  quotes: z.array(Quote).max(50).default([]),
  edits: z.array(Edit).max(100).default([]),
});
export type Answers = z.infer<typeof Answers>;

export const sharesOf = ({ markets }: Pick<Answers, 'markets'>): number =>
  REGIONS.reduce((total, region) => total + markets[region], 0);
export const waitingAbroad = ({ waiting }: Pick<Answers, 'waiting'>): number =>
  ABROAD.reduce((total, region) => total + waiting[region], 0);
export const marketAbroad = ({ markets }: Pick<Answers, 'markets'>): number =>
  ABROAD.reduce((total, region) => total + markets[region], 0);
