import { z } from 'zod';
import { Control } from '../control/record.ts';
import { Evidence } from '../evidence/record.ts';
import { create, dateText, defineAct, defineRecord, ref } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { obligationOf } from './catalog.ts';
import { DUTY_READERS, replace } from './profile.ts';
import { refuseDuty } from './refusals.ts';

const Arranged = {
  owner: ref('person').optional(),
  applies: z.enum(['yes', 'no']).optional().describe('For an obligation that holds in listed cases only.'),
  why: z.string().min(3).max(2000).optional().describe('Why it holds here, or not.'),
  arrangement: z.string().min(3).max(5000).optional().describe('How it is met here.'),
  controls: z
    .array(ref('control'))
    .max(50)
    .default([])
    .describe('Controls of one’s own that support it, beside the library’s.'),
  evidence: z.array(ref('evidence')).max(50).default([]),
  reviewOn: dateText().optional(),
};

/** What this organisation has settled about one obligation. Its id is the obligation's. */
export const Duty = defineRecord('duty', {
  title: 'Arrangement for an obligation',
  ownActsOnly: true,
  readableBy: DUTY_READERS,
  area: 'documents',
  body: z.strictObject({ ...Arranged, arrangedBy: z.string() }),
  holds: ({ applies, why }) =>
    applies === 'no' && why === undefined
      ? refuseDuty('contradiction', { says: 'Say why it does not hold here.' }, ['why'])
      : undefined,
});

export const arrangeDuty = defineAct('duty.arrange', {
  says: 'Says how an obligation is met here, by whom, with which controls and documents.',
  input: z.strictObject({ obligation: z.string().max(100), ...Arranged }),
  reads: [Duty, Person, Control, Evidence],
  allowed: ['owner', 'lead', 'control-owner', 'adviser', 'operator'],
  answer: z.strictObject({ duty: z.string() }),
  decide(book, { obligation, ...body }, { actor }) {
    if (obligationOf(obligation) === undefined) throw refuseDuty('obligation', { obligation }, ['obligation']);
    const row = book.duty.find(obligation);
    const arranged = { ...body, arrangedBy: actor.id };
    return {
      changes: [row === undefined ? create(Duty, obligation, arranged) : replace(Duty, row, arranged)],
      answer: { duty: obligation },
    };
  },
});
