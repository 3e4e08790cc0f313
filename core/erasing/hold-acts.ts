import { z } from 'zod';
import { Covers, LegalHold, refuseHold } from '../erasure/hold.ts';
import type { Facts, Refusal, Stored } from '../kernel/index.ts';
import { create, dateText, dayOf, defineAct, idSchema, move, ref } from '../kernel/index.ts';

export const placeHold = defineAct('hold.place', {
  says: 'Places a legal hold: nothing that it covers is erased until two people have released it.',
  input: z.strictObject({
    id: idSchema.optional(),
    name: z.string().min(1).max(200),
    why: z.string().min(3).max(2000),
    covers: Covers,
    from: dateText().optional().describe('The first day; today without it.'),
    until: dateText().optional(),
  }),
  reads: [LegalHold],
  allowed: ['owner', 'lead', 'operator'],
  answer: z.strictObject({ hold: z.string() }),
  decide(_book, { id, from, ...body }, { actor, now, seed, zone }) {
    const hold = id ?? `lh-${seed.slice(0, 12)}`;
    return {
      changes: [create(LegalHold, hold, { ...body, from: from ?? dayOf(zone, now), placedBy: actor.id })],
      answer: { hold },
    };
  },
});

export const askRelease = defineAct('hold.ask-release', {
  says: 'Asks for a legal hold to be released. It holds until another person agrees.',
  input: z.strictObject({ hold: ref('legal-hold'), why: z.string().min(3).max(2000) }),
  reads: [LegalHold],
  on: { kind: LegalHold, field: 'hold', move: 'ask' },
  allowed: ['owner', 'lead'],
  decide: (book, { hold, why }, { actor }) => [
    move(LegalHold, book['legal-hold'].get(hold), 'ask', { releaseAskedBy: actor.id, releaseWhy: why }),
  ],
});

const ownRelease = ({ releaseAskedBy }: Stored<typeof LegalHold>, { actor }: Facts): Refusal | undefined =>
  releaseAskedBy === actor.id ? refuseHold('own', { person: actor.id }) : undefined;

export const releaseHold = defineAct('hold.release', {
  says: 'Releases a legal hold that another person asked to be released.',
  input: z.strictObject({ hold: ref('legal-hold') }),
  reads: [LegalHold],
  on: { kind: LegalHold, field: 'hold', move: 'release' },
  allowed: ['owner', 'lead'],
  unless: ownRelease,
  decide: (book, { hold }, { actor }) => [
    move(LegalHold, book['legal-hold'].get(hold), 'release', { releasedBy: actor.id }),
  ],
});

export const keepHold = defineAct('hold.keep', {
  says: 'Decides that a legal hold stays. Who asked for its release may take that back this way.',
  input: z.strictObject({ hold: ref('legal-hold') }),
  reads: [LegalHold],
  on: { kind: LegalHold, field: 'hold', move: 'keep' },
  allowed: ['owner', 'lead'],
  decide: (book, { hold }) => [
    move(LegalHold, book['legal-hold'].get(hold), 'keep', { releaseAskedBy: undefined, releaseWhy: undefined }),
  ],
});
