import { z } from 'zod';
import { defineRecord, idSchema } from '../kernel/index.ts';

/** Something that may be erased: a document's bytes and words, who a person is, or what a source said of an item. */
export const Erasable = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('evidence'), id: idSchema }),
  z.strictObject({ kind: z.literal('person'), id: idSchema }),
  z.strictObject({
    kind: z.literal('item'),
    dataset: z.string().min(1).max(200).describe('In full, as hr/people.'),
    source: idSchema,
    item: z.string().min(1).max(1000),
  }),
]);
export type Erasable = z.infer<typeof Erasable>;

export const ERASURE_STATES = ['asked', 'refused', 'done'] as const;

/**
 * That something was to be erased, on what ground, who asked and who decided. Approving and erasing are one entry of the log, so there is no
 * state in between. It stays when what it speaks of is gone, so it must hold nothing of it: ids only, and reasons that name nobody.
 */
export const Erasure = defineRecord('erasure', {
  title: 'Erasure',
  ownActsOnly: true,
  area: 'any',
  readableBy: ['owner', 'lead', 'control-owner', 'adviser', 'auditor', 'operator'],
  fixed: ['what', 'askedBy', 'basis', 'why'],
  body: z.strictObject({
    what: Erasable,
    why: z.string().min(3).max(2000).describe('The reason, without a name or what is to go: it stays.'),
    basis: z.string().min(3).max(200).describe('The legal ground, as GDPR Art. 17(1)(a).'),
    askedBy: z.string(),
    decidedBy: z.string().optional(),
    refusedFor: z.string().min(3).max(2000).optional(),
    state: z.enum(ERASURE_STATES).default('asked'),
  }),
  lifecycle: {
    field: 'state',
    starts: 'asked',
    moves: {
      approve: { from: ['asked'], to: 'done' },
      refuse: { from: ['asked'], to: 'refused' },
    },
  },
});

export const isSameThing = (a: Erasable, b: Erasable): boolean =>
  a.kind === 'item'
    ? b.kind === 'item' && a.dataset === b.dataset && a.source === b.source && a.item === b.item
    : a.kind === b.kind && 'id' in b && a.id === b.id;

/** What a thing is called in a sentence. */
export const saidOf = (what: Erasable): string =>
  what.kind === 'item'
    ? `item “${what.item}” of ${what.source} in ${what.dataset}`
    : `${what.kind === 'evidence' ? 'evidence' : 'person'} “${what.id}”`;
