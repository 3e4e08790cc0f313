import { z } from 'zod';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import { MILESTONE_KINDS } from '../framework/milestone-kinds.ts';
import { UNITS } from './catalog.ts';
import { LANES } from './graph.ts';
import { PATHS } from './path.ts';
import { BRANCHES, LEVELS } from './rules.ts';

/** P10, P50 and P90 of the trials: a tenth of them is below the first, half below the second, nine tenths below the third. */
export const QuantilesAnswer = z.object({ p10: z.number(), p50: z.number(), p90: z.number() });
const BandAnswer = z.object({ low: z.number(), likely: z.number(), high: z.number() });
const SourceAnswer = z.object({ name: z.string(), date: z.string().nullable(), isClaim: z.boolean() });
const Claimed = z.object({
  figure: z.string(),
  title: z.string(),
  unit: z.enum(UNITS),
  ...BandAnswer.shape,
  source: SourceAnswer,
});

export const OptionAnswer = z.object({
  id: z.enum(PATHS),
  title: z.string(),
  says: z.string(),
  isRecommended: z.boolean(),
  frameworks: z.array(z.enum(FRAMEWORK_IDS)),
  cost: QuantilesAnswer.describe('Of the first round, in US dollars: until in hand, with one year of tooling.'),
  likely: z.number().describe('The same with every figure at its likely value.'),
  months: QuantilesAnswer.describe('Until everything is in hand.'),
  monthsOf: z.object({ soc2: QuantilesAnswer.optional(), iso27001: QuantilesAnswer.optional() }),
  withinBudget: z.number().nullable().describe('Share of the trials that cost no more than the budget.'),
  items: z.array(
    z.object({ id: z.string(), title: z.string(), year: z.int(), isFirst: z.boolean(), likely: z.number() }),
  ),
  claims: z.array(Claimed).describe('What the articles say of it, beside what is computed.'),
});

export const TaskAnswer = z.object({
  id: z.string(),
  lane: z.enum(LANES),
  title: z.string(),
  after: z.array(z.string()),
  fromDay: z.int().describe('Days from the start, which is day 0.'),
  toDay: z.int().describe('The day after its last.'),
  days: z.int(),
  from: z.string(),
  to: z.string(),
  slackDays: z.int(),
  isCritical: z.boolean(),
  waits: z.boolean(),
});

export const MilestoneAnswer = z.object({
  framework: z.enum(FRAMEWORK_IDS),
  milestone: z.enum(MILESTONE_KINDS),
  title: z.string(),
  on: z.string(),
  day: z.int(),
});

export const PlanAnswer = z.object({
  option: z.enum(PATHS),
  startsOn: z.string(),
  tasks: z.array(TaskAnswer),
  milestones: z.array(MilestoneAnswer),
  inHand: z.array(
    z.object({
      framework: z.enum(FRAMEWORK_IDS),
      title: z.string(),
      on: z.string().describe('With every figure at its likely value.'),
      earliest: z.string().describe('With every figure at its low end.'),
      latest: z.string().describe('Later in one of ten trials only.'),
      heldBackBy: z.array(z.string()).describe('The tasks that follow on each other up to it.'),
      says: z.string(),
    }),
  ),
  gates: z.array(z.object({ task: z.string(), says: z.string() })),
  neededBy: z.string().nullable().describe('When the first deal needs a report or certificate.'),
});

export const FigureAnswer = z.object({
  id: z.string(),
  title: z.string(),
  unit: z.enum(UNITS),
  use: z.enum(['formula', 'rule', 'claim', 'measured']),
  ...BandAnswer.shape,
  before: BandAnswer.describe('Without edits and quotes.'),
  origin: z.enum(['source', 'edited', 'quoted', 'measured', 'computed']),
  source: SourceAnswer,
  notes: z.array(z.string()),
  isUsed: z.boolean().describe('Whether a figure of this plan rests on it.'),
  isQuotable: z.boolean(),
});

export const DriverAnswer = z.object({ figure: z.string(), title: z.string(), share: z.number() });

export const ProgrammeAnswer = z.object({
  framework: z.enum(FRAMEWORK_IDS),
  programme: z.string(),
  does: z.enum(['create', 'change']),
  title: z.string(),
  says: z.string(),
});

export const RoadmapAnswer = z.object({
  asOf: z.string(),
  startsOn: z.string(),
  seed: z.string(),
  trials: z.int(),
  sample: z.boolean(),
  organisation: z.string(),
  recommendation: z.object({
    branch: z.enum(BRANCHES),
    first: z.enum(FRAMEWORK_IDS).nullable(),
    then: z.enum(FRAMEWORK_IDS).nullable(),
    options: z.array(z.enum(PATHS)),
    title: z.string(),
    headline: z.string(),
    says: z.string(),
    hasType1: z.boolean(),
    readiness: z.array(z.object({ id: z.string(), title: z.string() })),
    recheckOn: z.string().nullable(),
  }),
  reasons: z.array(
    z.object({
      rule: z.string(),
      level: z.enum(LEVELS),
      speaksFor: z.enum(['soc2', 'iso27001', 'both', 'neither']),
      decides: z.boolean(),
      says: z.string(),
      because: z.string(),
    }),
  ),
  wouldChange: z.array(
    z.object({ field: z.string(), says: z.string(), becomes: z.string(), changes: z.enum(['order', 'dates']) }),
  ),
  warnings: z.array(z.string()),
  options: z.array(OptionAnswer),
  spread: z
    .object({ option: z.enum(PATHS), method: z.string(), cost: z.array(DriverAnswer), months: z.array(DriverAnswer) })
    .nullable(),
  plan: PlanAnswer.nullable(),
  threeYears: z.object({
    rows: z.array(
      z.object({
        option: z.enum(PATHS),
        title: z.string(),
        isRecommended: z.boolean(),
        years: z.array(QuantilesAnswer),
        total: QuantilesAnswer,
      }),
    ),
    saved: z.array(z.number()).describe('What shared work saves against nothing shared, by year and in all, at P50.'),
    says: z.string(),
  }),
  figures: z.array(FigureAnswer),
  auditDays: z.object({
    persons: z.int(),
    days: BandAnswer,
    stage1: BandAnswer,
    stage2: BandAnswer,
    surveillance: BandAnswer,
    recertification: BandAnswer,
    says: z.string(),
  }),
  adoption: z.array(ProgrammeAnswer).describe('What adopting it would create and change.'),
  notSaid: z.array(z.string()),
});
export type RoadmapAnswer = z.infer<typeof RoadmapAnswer>;
