import { z } from 'zod';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import { Milestone } from '../framework/milestone.ts';
import { dateText, defineRecord, defineRefusals, ref } from '../kernel/index.ts';
import { Answers } from './answers.ts';
import type { Contradiction } from './contradictions.ts';
import { SEED } from './dice.ts';
import { PATHS } from './path.ts';
import { BRANCHES } from './rules.ts';

export const refusePlan = defineRefusals('plan', {
  contradiction: {
    family: 'invalid',
    says: ({ contradictions }: { contradictions: readonly Contradiction[] }) =>
      `${contradictions.length === 1 ? 'An answer contradicts another' : 'Answers contradict each other'}. ${contradictions.map(({ field, says }) => `${field}: ${says}`).join(' ')}`,
  },
  neither: {
    family: 'unmet',
    says: (_: object) =>
      'The plan says neither yet: it has no dates to adopt. Choose a way all the same, or answer again when something has changed.',
  },
  which: {
    family: 'invalid',
    says: (_: object) => 'The answers do not say which comes first: name the way that is to be adopted.',
  },
  comparison: {
    family: 'invalid',
    says: (_: object) => 'Both with nothing shared is there for comparison only. Adopt another way.',
  },
  stands: {
    family: 'unmet',
    says: (p: { plan: string; state: string }) =>
      `The plan “${p.plan}” is ${p.state}. Plan again: that makes a new one.`,
  },
  adopted: {
    family: 'conflict',
    says: (p: { plan: string }) => `The plan “${p.plan}” is adopted already.`,
  },
  past: {
    family: 'unmet',
    says: (p: { startsOn: string }) =>
      `The plan begins on ${p.startsOn}, more than a month ago. Plan again from today, so that its dates can be kept.`,
  },
  none: { family: 'missing', says: (_: object) => 'No plan is adopted.' },
  often: {
    family: 'unmet',
    says: (p: { most: number; lately: number }) =>
      `At most ${p.most} addresses are written to in a day, and ${p.lately} were. Wait, or download the page and send it yourself.`,
  },
});

const money = () => z.number().min(0);
const Quantiles = z.strictObject({ p10: money(), p50: money(), p90: money() });
const Operating = z.strictObject({ of: z.int().min(0), all: z.int().min(0), some: z.int().min(0) });

/** A day that the plan names, as programmes have it; `framework` says whose. */
const PlannedDay = z.strictObject({
  framework: z.enum(FRAMEWORK_IDS),
  milestone: Milestone.shape.milestone,
  title: z.string().min(1).max(100),
  on: dateText(),
});

/**
 * What an organisation answered, what follows from it, and whether that was adopted. The result is kept beside the answers, so that it stays what
 * was decided on when the figures of the catalogue change; with seed, answers and what was measured it can be computed again.
 * It holds budget and revenue: the company’s own business, which no guest sees.
 */
export const Plan = defineRecord('plan', {
  title: 'Plan',
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'operator'],
  body: z.strictObject({
    title: z.string().min(1).max(200),
    answers: Answers,
    startsOn: dateText(),
    seed: z.string().regex(SEED).describe('32 hex digits: the draws can be made again with it.'),
    measured: z.strictObject({ soc2: Operating, iso27001: Operating }).describe('What operated when it was computed.'),
    result: z.strictObject({
      branch: z.enum(BRANCHES),
      options: z.array(z.enum(PATHS)).max(2),
      headline: z.string().max(300),
      option: z.enum(PATHS).optional().describe('The way the figures and dates are of.'),
      cost: Quantiles.optional(),
      months: Quantiles.optional(),
      dates: z.array(PlannedDay).max(100).default([]),
    }),
    state: z.enum(['draft', 'adopted', 'superseded', 'retired']).default('draft'),
    adoptedBy: z.string().optional(),
    adoptedOn: dateText().optional(),
    programmes: z.array(ref('programme')).max(4).default([]).describe('What adopting it created or changed.'),
    supersededBy: z.string().optional(),
    retiredFor: z.string().max(2000).optional(),
    sent: z
      .array(
        z.strictObject({
          at: z.string(),
          by: z.string(),
          addresses: z.int().min(1).describe('To how many it was sent; the addresses are not kept.'),
          digest: z
            .string()
            .regex(/^sha256:[0-9a-f]{64}$/)
            .describe('Of the PDF that was sent.'),
        }),
      )
      .max(1000)
      .default([]),
  }),
  lifecycle: {
    field: 'state',
    starts: 'draft',
    moves: {
      adopt: { from: ['draft'], to: 'adopted' },
      supersede: { from: ['adopted'], to: 'superseded' },
      retire: { from: ['draft', 'adopted'], to: 'retired' },
    },
  },
});
