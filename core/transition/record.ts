import { z } from 'zod';
import { defineRecord, defineRefusals, idSchema } from '../kernel/index.ts';

export const refuseTransition = defineRefusals('transition', {
  same: {
    family: 'invalid',
    says: (p: { id: string }) => `“${p.id}” is both editions: a transition leads from one to another.`,
  },
  none: {
    family: 'missing',
    says: (p: { from: string; to: string }) =>
      `Nothing says what the items of ${p.from} became in ${p.to}: editions of an own framework are related by a mapping set.`,
  },
  item: {
    family: 'invalid',
    says: (p: { framework: string; ref: string }) => `${p.framework} has no item ${p.ref}.`,
  },
  mandatory: {
    family: 'invalid',
    says: (p: { ref: string }) => `${p.ref} is a clause and cannot have been out of scope.`,
  },
  twice: { family: 'invalid', says: (p: { what: string }) => `${p.what} is given twice.` },
  control: {
    family: 'invalid',
    says: (p: { control: string; from: string }) => `${p.control} answers nothing of ${p.from}.`,
  },
  choice: {
    family: 'invalid',
    says: (p: { control: string; ref: string; to: string; allowed: string }) =>
      `${p.ref} of ${p.control} cannot go to ${p.to}: ${p.allowed === '' ? 'it has no successor' : `it became ${p.allowed}`}.`,
  },
  answers: {
    family: 'invalid',
    says: (p: { control: string; ref: string; from: string }) => `${p.control} does not answer ${p.ref} of ${p.from}.`,
  },
  nothing: {
    family: 'unmet',
    says: (p: { from: string }) =>
      `Nothing is to be moved: no control answers an item of ${p.from} that became another.`,
  },
  programme: {
    family: 'invalid',
    says: (p: { programme: string; to: string }) => `“${p.programme}” is no programme of ${p.to}.`,
  },
  exclusions: {
    family: 'invalid',
    says: (_: object) => 'What was out of scope is carried to a programme: name it.',
  },
  waiting: {
    family: 'unmet',
    says: (p: { ids: string; n: number }) =>
      `${p.n === 1 ? 'A version' : 'Versions'} of ${p.ids} ${p.n === 1 ? 'is' : 'are'} recorded that hold from a later day. Change them themselves, or leave them out.`,
  },
  moved: {
    family: 'unmet',
    says: (p: { n: number; what: string }) =>
      `${p.n === 1 ? 'One thing it changed has' : `${p.n} things it changed have`} been changed since, and nothing was undone: ${p.what}.`,
  },
});

const refs = z.array(z.string().min(1).max(60)).max(400);
const Answers = z.strictObject({ older: refs, newer: refs });
const OutOfScope = z.array(z.strictObject({ ref: z.string().max(60), justification: z.string().max(2000) })).max(400);

/** One move from an edition to the next: every change it made, with what was before it, so that it can be taken back. */
export const Transition = defineRecord('transition', {
  title: 'Transition to another edition',
  ownActsOnly: true,
  area: 'controls',
  concerns: ({ to }) => ({ frameworks: [to] }),
  fixed: ['from', 'to', 'controls', 'programme', 'mappings'],
  lifecycle: {
    field: 'state',
    starts: 'applied',
    moves: { undo: { from: ['applied'], to: 'undone' } },
  },
  body: z.strictObject({
    from: z.string().min(1).max(40),
    to: z.string().min(1).max(40),
    state: z.enum(['applied', 'undone']).default('applied'),
    controls: z.array(z.strictObject({ control: idSchema, before: Answers, after: Answers })).max(5000),
    programme: z.strictObject({ programme: idSchema, before: OutOfScope, after: OutOfScope }).optional(),
    mappings: z
      .array(
        z.strictObject({
          mapping: idSchema,
          end: z.enum(['from', 'to']),
          before: z.string().max(60),
          after: z.string().max(60),
        }),
      )
      .max(10_000),
  }),
});
