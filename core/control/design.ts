import { z } from 'zod';
import { create, dateText, defineAct, defineRecord, defineRefusals, idSchema, move, ref } from '../kernel/index.ts';
import { Control } from './record.ts';

export const refuseDesign = defineRefusals('design', {
  own: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} made this evaluation; another person approves it.`,
  },
});

/** Somebody's finding that a control, if it operates as described, does what its requirements ask; it counts once another person approved it. */
export const DesignEvaluation = defineRecord('design-evaluation', {
  title: 'Design evaluation',
  timeless: true,
  ownActsOnly: true,
  area: 'controls',
  drafted: ({ state }) => state !== 'approved',
  concerns: ({ control }) => ({ controls: [control] }),
  body: z.strictObject({
    control: ref('control'),
    evaluatedOn: dateText(),
    finding: z.string().min(3).max(5000),
    evaluatedBy: z.string(),
    decidedBy: z.string().optional(),
    state: z.enum(['proposed', 'approved', 'returned']).default('proposed'),
  }),
  lifecycle: {
    field: 'state',
    starts: 'proposed',
    moves: { approve: { from: ['proposed'], to: 'approved' }, return: { from: ['proposed'], to: 'returned' } },
  },
});

export const evaluateDesign = defineAct('design.evaluate', {
  says: 'Records that a control’s design was evaluated, for another person to approve.',
  input: z.strictObject({
    id: idSchema.optional(),
    control: ref('control'),
    evaluatedOn: dateText(),
    finding: z.string().min(3).max(5000),
  }),
  reads: [Control, DesignEvaluation],
  on: { kind: Control, field: 'control' },
  allowed: ['owner', 'lead', 'control-owner', 'adviser', 'operator'],
  answer: z.strictObject({ evaluation: z.string() }),
  decide(_book, { id, ...body }, { actor, seed }) {
    const evaluation = id ?? `d-${seed.slice(0, 12)}`;
    return {
      changes: [create(DesignEvaluation, evaluation, { ...body, evaluatedBy: actor.id })],
      answer: { evaluation },
    };
  },
});

export const approveDesign = defineAct('design.approve', {
  says: 'Approves a design evaluation that somebody else made.',
  input: z.strictObject({ evaluation: ref('design-evaluation') }),
  reads: [DesignEvaluation],
  on: { kind: DesignEvaluation, field: 'evaluation', move: 'approve' },
  allowed: ['owner', 'lead'],
  unless: ({ evaluatedBy }, { actor }) =>
    evaluatedBy === actor.id ? refuseDesign('own', { person: actor.id }) : undefined,
  // A move is a plain change: the approval holds from when it is recorded.
  decide: (book, { evaluation }, { actor }) => [
    move(DesignEvaluation, book['design-evaluation'].get(evaluation), 'approve', { decidedBy: actor.id }),
  ],
});

export const returnDesign = defineAct('design.return', {
  says: 'Sends a design evaluation back.',
  input: z.strictObject({ evaluation: ref('design-evaluation') }),
  reads: [DesignEvaluation],
  on: { kind: DesignEvaluation, field: 'evaluation', move: 'return' },
  allowed: ['owner', 'lead'],
  decide: (book, { evaluation }, { actor }) => [
    move(DesignEvaluation, book['design-evaluation'].get(evaluation), 'return', { decidedBy: actor.id }),
  ],
});
