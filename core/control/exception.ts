import { z } from 'zod';
import type { Stored } from '../kernel/index.ts';
import {
  addDays,
  create,
  dateText,
  defineAct,
  defineRecord,
  defineRefusals,
  idSchema,
  move,
  ref,
} from '../kernel/index.ts';
import { Control } from './record.ts';
import type { Excuse } from './settle.ts';

export const refuseException = defineRefusals('exception', {
  dates: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `The exception would end on ${p.to}, before it starts on ${p.from}.`,
  },
  length: {
    family: 'invalid',
    says: (p: { from: string; to: string }) => `An exception lasts at most a year; ${p.from} to ${p.to} is longer.`,
  },
  own: {
    family: 'unmet',
    says: (p: { person: string }) => `${p.person} asked for this exception; another person approves it.`,
  },
});

/** Leave, given by another person than who asked, to miss an occurrence or for one item to deviate. */
export const Exception = defineRecord('exception', {
  title: 'Exception',
  ownActsOnly: true,
  area: 'exceptions',
  // Asked for and not decided, or taken back before that.
  drafted: ({ decidedBy }) => decidedBy === undefined,
  concerns: ({ control }) => ({ controls: [control] }),
  body: z.strictObject({
    control: ref('control'),
    item: z.string().min(1).max(500).optional(),
    from: dateText(),
    to: dateText().describe('Inclusive, at most a year after `from`.'),
    reason: z.string().min(3).max(5000),
    requestedBy: z.string(),
    decidedBy: z.string().optional(),
    withdrawnFor: z.string().optional(),
    state: z.enum(['requested', 'approved', 'refused', 'withdrawn']).default('requested'),
  }),
  lifecycle: {
    field: 'state',
    starts: 'requested',
    moves: {
      approve: { from: ['requested'], to: 'approved' },
      refuse: { from: ['requested'], to: 'refused' },
      withdraw: { from: ['requested', 'approved'], to: 'withdrawn' },
    },
  },
});

/**
 * What an exception excuses, as the rules of time see it: from the moment its approval was recorded until it was withdrawn.
 * What fell due meanwhile stays excused (contract, "Nothing changes backwards").
 *
 * @param known every version known, oldest first
 */
export const excuseOf = (known: readonly Stored<typeof Exception>[]): Excuse | undefined => {
  const approved = known.find((row) => row.state === 'approved');
  if (approved?.decidedBy === undefined) return undefined;
  const ended = known.find((row) => row.version > approved.version && row.state !== 'approved');
  return {
    from: approved.from,
    to: approved.to,
    ...(approved.item === undefined ? {} : { item: approved.item }),
    requestedBy: approved.requestedBy,
    approvedBy: approved.decidedBy,
    approvedRecordedAt: approved.recordedAt,
    ...(ended === undefined ? {} : { endedAt: ended.recordedAt }),
  };
};

const LONGEST_DAYS = 366;

export const requestException = defineAct('exception.request', {
  says: 'Asks for an exception to a control, or for one item of it.',
  input: z.strictObject({
    id: idSchema.optional(),
    control: ref('control'),
    item: z.string().min(1).max(500).optional(),
    from: dateText(),
    to: dateText(),
    reason: z.string().min(3).max(5000),
  }),
  reads: [Control, Exception],
  on: { kind: Control, field: 'control' },
  allowed: ['owner', 'lead', 'control-owner', 'operator'],
  answer: z.strictObject({ exception: z.string() }),
  decide(_book, { id, ...body }, { actor, seed }) {
    const { from, to } = body;
    if (to < from) throw refuseException('dates', { from, to }, ['to']);
    if (to >= addDays(from, LONGEST_DAYS)) throw refuseException('length', { from, to }, ['to']);
    const exception = id ?? `x-${seed.slice(0, 12)}`;
    return { changes: [create(Exception, exception, { ...body, requestedBy: actor.id })], answer: { exception } };
  },
});

export const approveException = defineAct('exception.approve', {
  says: 'Grants an exception that somebody else asked for.',
  input: z.strictObject({ exception: ref('exception') }),
  reads: [Exception],
  on: { kind: Exception, field: 'exception', move: 'approve' },
  allowed: ['owner', 'lead'],
  unless: ({ requestedBy }, { actor }) =>
    requestedBy === actor.id ? refuseException('own', { person: actor.id }) : undefined,
  decide: (book, { exception }, { actor }) => [
    move(Exception, book.exception.get(exception), 'approve', { decidedBy: actor.id }),
  ],
});

export const refuseRequestedException = defineAct('exception.refuse', {
  says: 'Turns an exception down.',
  input: z.strictObject({ exception: ref('exception') }),
  reads: [Exception],
  on: { kind: Exception, field: 'exception', move: 'refuse' },
  allowed: ['owner', 'lead'],
  decide: (book, { exception }, { actor }) => [
    move(Exception, book.exception.get(exception), 'refuse', { decidedBy: actor.id }),
  ],
});

export const withdrawException = defineAct('exception.withdraw', {
  says: 'Takes an exception back, with the reason kept.',
  input: z.strictObject({ exception: ref('exception'), reason: z.string().min(3).max(5000) }),
  reads: [Exception],
  on: { kind: Exception, field: 'exception', move: 'withdraw' },
  allowed: ['owner', 'lead', 'control-owner', 'operator'],
  decide: (book, { exception, reason }) => [
    move(Exception, book.exception.get(exception), 'withdraw', { withdrawnFor: reason }),
  ],
});
