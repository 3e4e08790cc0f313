import { z } from 'zod';
import type { Facts, Refusal, Stored } from '../kernel/index.ts';
import { change, create, dateText, defineAct, defineRecord, idSchema, move, ref } from '../kernel/index.ts';
import { LAW_IDS } from './catalog.ts';
import { ProcessingActivity, WRITERS } from './processing.ts';
import { DUTY_READERS } from './profile.ts';
import { refuseDuty } from './refusals.ts';

export const LEVELS = ['low', 'medium', 'high'] as const;
export const OUTCOMES = ['proceed', 'proceed-with-measures', 'ask-authority', 'stop'] as const;

const Risk = z.strictObject({
  risk: z.string().min(3).max(1000),
  likelihood: z.enum(LEVELS),
  severity: z.enum(LEVELS),
  measure: z.string().max(2000).optional(),
  left: z.enum(LEVELS).describe('What is left of it once the measure is there.'),
});

const Written = {
  title: z.string().min(1).max(200),
  activity: ref('processing-activity'),
  laws: z.array(z.enum(LAW_IDS)).min(1).max(LAW_IDS.length),
  necessity: z.string().min(3).max(5000).describe('Why it is needed, and why no less would do.'),
  consulted: z.string().max(2000).optional().describe('Who was asked: the officer, people concerned.'),
  risks: z.array(Risk).max(100).default([]),
};

/** An assessment of what processing may do to people, before it begins. */
export const ImpactAssessment = defineRecord('impact-assessment', {
  title: 'Impact assessment',
  ownActsOnly: true,
  readableBy: DUTY_READERS,
  area: 'documents',
  drafted: ({ state }) => state !== 'decided',
  internal: ['returnedFor'],
  body: z.strictObject({
    ...Written,
    state: z.enum(['draft', 'submitted', 'decided']).default('draft'),
    writtenBy: z.array(z.string()).max(100).default([]),
    submittedBy: z.string().optional(),
    decidedBy: z.string().optional(),
    decidedAs: z.enum(OUTCOMES).optional(),
    reason: z.string().max(2000).optional(),
    reviewOn: dateText().optional(),
    returnedFor: z.string().max(2000).optional(),
  }),
  lifecycle: {
    field: 'state',
    starts: 'draft',
    moves: {
      submit: { from: ['draft'], to: 'submitted' },
      return: { from: ['submitted'], to: 'draft' },
      decide: { from: ['submitted'], to: 'decided' },
      revise: { from: ['decided'], to: 'draft' },
    },
  },
});

const reads = [ImpactAssessment, ProcessingActivity] as const;

const ownWork = ({ submittedBy, writtenBy }: Stored<typeof ImpactAssessment>, { actor }: Facts): Refusal | undefined =>
  submittedBy === actor.id || writtenBy.includes(actor.id) ? refuseDuty('own', { person: actor.id }) : undefined;

export const draftAssessment = defineAct('assessment.draft', {
  says: 'Begins an impact assessment of a processing activity.',
  input: z.strictObject({ id: idSchema.optional(), ...Written }),
  reads,
  allowed: WRITERS,
  answer: z.strictObject({ assessment: z.string() }),
  decide(book, { id, ...body }, { actor, seed }) {
    book['processing-activity'].get(body.activity);
    const assessment = id ?? `ia-${seed.slice(0, 12)}`;
    return {
      changes: [create(ImpactAssessment, assessment, { ...body, writtenBy: [actor.id] })],
      answer: { assessment },
    };
  },
});

export const editAssessment = defineAct('assessment.edit', {
  says: 'Writes on a draft. On a decided assessment it begins the next one; what was decided stays in its history.',
  input: z.strictObject({
    assessment: ref('impact-assessment'),
    title: Written.title.optional(),
    laws: Written.laws.optional(),
    necessity: Written.necessity.optional(),
    consulted: Written.consulted,
    risks: z.array(Risk).max(100).optional(),
  }),
  reads,
  on: { kind: ImpactAssessment, field: 'assessment' },
  allowed: WRITERS,
  unless: ({ id, state }) =>
    state === 'submitted'
      ? refuseDuty('contradiction', { says: `${id} waits for a decision: what is decided is what was submitted.` })
      : undefined,
  decide(book, { assessment, ...given }, { actor }) {
    const row = book['impact-assessment'].get(assessment);
    const written = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    if (row.state === 'draft') {
      return [change(ImpactAssessment, row, { ...written, writtenBy: [...new Set([...row.writtenBy, actor.id])] })];
    }
    const fresh = {
      writtenBy: [actor.id],
      submittedBy: undefined,
      decidedBy: undefined,
      decidedAs: undefined,
      reason: undefined,
      returnedFor: undefined,
    };
    return [move(ImpactAssessment, row, 'revise', { ...written, ...fresh })];
  },
});

export const submitAssessment = defineAct('assessment.submit', {
  says: 'Submits an impact assessment for somebody else to decide on.',
  input: z.strictObject({ assessment: ref('impact-assessment') }),
  reads,
  on: { kind: ImpactAssessment, field: 'assessment', move: 'submit' },
  allowed: WRITERS,
  unless: ({ risks }) => (risks.length === 0 ? refuseDuty('empty', {}) : undefined),
  decide: (book, { assessment }, { actor }) => [
    move(ImpactAssessment, book['impact-assessment'].get(assessment), 'submit', {
      submittedBy: actor.id,
      returnedFor: undefined,
    }),
  ],
});

export const returnAssessment = defineAct('assessment.return', {
  says: 'Sends an impact assessment back to who wrote it, with the reason.',
  input: z.strictObject({ assessment: ref('impact-assessment'), reason: z.string().min(3).max(2000) }),
  reads,
  on: { kind: ImpactAssessment, field: 'assessment', move: 'return' },
  allowed: ['owner', 'lead'],
  unless: ownWork,
  decide: (book, { assessment, reason }, { actor }) => [
    move(ImpactAssessment, book['impact-assessment'].get(assessment), 'return', {
      decidedBy: actor.id,
      returnedFor: reason,
    }),
  ],
});

export const decideAssessment = defineAct('assessment.decide', {
  says: 'Decides on an impact assessment that others wrote: go on, go on with the measures, ask the authority first, or stop.',
  input: z.strictObject({
    assessment: ref('impact-assessment'),
    as: z.enum(OUTCOMES),
    reason: z.string().min(3).max(2000),
    reviewOn: dateText().optional(),
  }),
  reads,
  on: { kind: ImpactAssessment, field: 'assessment', move: 'decide' },
  allowed: ['owner', 'lead'],
  unless: ownWork,
  decide(book, { assessment, as, reason, reviewOn }, { actor }) {
    const row = book['impact-assessment'].get(assessment);
    const high = row.risks.find(({ left }) => left === 'high');
    const goesOn = as === 'proceed' || as === 'proceed-with-measures';
    if (high !== undefined && goesOn) throw refuseDuty('stay', { risk: high.risk }, ['as']);
    return [move(ImpactAssessment, row, 'decide', { decidedBy: actor.id, decidedAs: as, reason, reviewOn })];
  },
});
