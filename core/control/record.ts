import { z } from 'zod';
import { EARLIER_EDITIONS, FRAMEWORK_IDS, isRequirement, SHIPPED } from '../framework/catalog.ts';
import { dateText, defineRecord, defineRefusals, ELAPSED_DAY, elapsed, parseDuration, ref } from '../kernel/index.ts';
import { FREQUENCIES, graceDays } from './schedule.ts';

export const refuseControl = defineRefusals('control', {
  weekdays: { family: 'invalid', says: (_: object) => 'days: weekdays is for daily controls.' },
  grace: {
    family: 'invalid',
    says: (p: { grace: string }) =>
      `grace ${p.grace} must be whole days or weeks, such as P7D or P2W, and at most a year.`,
  },
  lookback: {
    family: 'invalid',
    says: (p: { lookback: string }) =>
      `lookback ${p.lookback} is no duration in weeks, days, hours or minutes of at most ten years.`,
  },
  ends: {
    family: 'invalid',
    says: (p: { startsOn: string; endsOn: string }) =>
      `The control would end on ${p.endsOn}, before it starts on ${p.startsOn}.`,
  },
  answers: {
    family: 'invalid',
    says: (p: { framework: string; ref: string }) => `${p.framework} has no requirement ${p.ref} that can be answered.`,
  },
});

const LONGEST_GRACE_DAYS = 366;
const LONGEST_LOOKBACK_DAYS = 3653;

const isGrace = (text: string): boolean => (graceDays(text) ?? Infinity) <= LONGEST_GRACE_DAYS;

function isLookback(text: string): boolean {
  const lookback = parseDuration(text);
  return lookback !== undefined && elapsed(lookback) <= LONGEST_LOOKBACK_DAYS * ELAPSED_DAY;
}

const someRefs = z.array(z.string().min(1).max(20)).max(200);
const refs = someRefs.default([]);

/** What this company does. It answers requirements; checks and performances speak of controls only. */
export const Control = defineRecord('control', {
  title: 'Control',
  timeless: true,
  area: 'controls',
  concerns: ({ answers }) => ({ frameworks: FRAMEWORK_IDS.filter((framework) => answers[framework].length > 0) }),
  effective: 'effectiveFrom',
  // A planned control had nothing due: starting it may say from when it has been run.
  reachesBack: ({ startsOn }) => startsOn === undefined,
  body: z.strictObject({
    title: z.string().min(1).max(300),
    description: z.string().max(5000).optional(),
    frequency: z.enum(FREQUENCIES),
    startsOn: dateText().optional().describe('Without it the control is planned.'),
    endsOn: dateText().optional(),
    endsFor: z.string().max(2000).optional().describe('Why it ends.'),
    days: z.enum(['all', 'weekdays']).default('all'),
    grace: z.string().max(20).optional().describe('Whole days or weeks, ISO 8601: P7D.'),
    lookback: z.string().max(20).optional().describe('How far back a check of events looks; P90D without it.'),
    evidence: z.enum(['required', 'optional']).default('optional'),
    owner: ref('person').optional(),
    effectiveFrom: z.iso
      .date()
      .optional()
      .describe(
        'From when this version governs; without it, from when it is recorded. A date in the past counts only where the control was planned before.',
      ),
    implementedOn: dateText().optional(),
    domain: z.string().max(100).optional(),
    nature: z.enum(['manual', 'hybrid', 'automated']).optional(),
    ownerRole: z.string().max(100).optional(),
    answers: z
      .strictObject({
        soc2: refs,
        iso27001: refs,
        'iso27001-2013': someRefs
          .optional()
          .describe('What it answered in the withdrawn edition, until transition.apply moves it to that of 2022.'),
      })
      .prefault({}),
  }),
  holds(body) {
    if (body.days === 'weekdays' && body.frequency !== 'daily') return refuseControl('weekdays', {}, ['days']);
    if (body.grace !== undefined && !isGrace(body.grace))
      return refuseControl('grace', { grace: body.grace }, ['grace']);
    if (body.lookback !== undefined && !isLookback(body.lookback)) {
      return refuseControl('lookback', { lookback: body.lookback }, ['lookback']);
    }
    if (body.startsOn !== undefined && body.endsOn !== undefined && body.endsOn < body.startsOn) {
      return refuseControl('ends', { startsOn: body.startsOn, endsOn: body.endsOn }, ['endsOn']);
    }
    for (const framework of FRAMEWORK_IDS) {
      for (const [i, requirement] of body.answers[framework].entries()) {
        if (!isRequirement(framework, requirement)) {
          return refuseControl('answers', { framework, ref: requirement }, ['answers', framework, i]);
        }
      }
    }
    for (const framework of EARLIER_EDITIONS) {
      for (const [i, requirement] of (body.answers[framework] ?? []).entries()) {
        if (SHIPPED.get(framework)?.requirements.some(({ ref: known }) => known === requirement) !== true) {
          return refuseControl('answers', { framework, ref: requirement }, ['answers', framework, i]);
        }
      }
    }
    return undefined;
  },
});
