import type { Product } from '@countersign/core/kernel/index.ts';
import {
  change,
  compose,
  create,
  defineAct,
  defineRecord,
  defineRefusals,
  defineView,
  idSchema,
  ref,
} from '@countersign/core/kernel/index.ts';
import { z } from 'zod';

/** A product of three kinds, two acts and two views: the doors are tested with it, so that no test leans on a real register. */

export const Keeper = defineRecord('keeper', {
  title: 'Keepers',
  body: z.strictObject({ name: z.string().min(1), mail: z.email().optional() }),
});

export const Kettle = defineRecord('kettle', {
  title: 'Kettles',
  body: z.strictObject({
    title: z.string().min(1).describe('What people call it.'),
    keeper: ref('keeper').optional(),
    litres: z.number().min(0).default(1),
    state: z.enum(['cold', 'boiling']).default('cold'),
    descaledOn: z.iso.date().optional(),
    labels: z.array(z.string()).optional(),
    parts: z.record(z.string(), z.strictObject({ made: z.iso.date(), keeper: ref('keeper').optional() })).optional(),
  }),
  lifecycle: { field: 'state', starts: 'cold', moves: { boil: { from: ['cold'], to: 'boiling' } } },
});

export const Brew = defineRecord('brew', {
  title: 'Brews',
  body: z.strictObject({ kettle: ref('kettle'), cups: z.int().min(1) }),
  ownActsOnly: true,
});

export const refuseKettle = defineRefusals('kettle', {
  boiling: { family: 'unmet', says: (p: { id: string }) => `Kettle “${p.id}” is boiling.` },
});

export const boil = defineAct('kettle.boil', {
  says: 'Sets a kettle boiling.',
  input: z.strictObject({ kettle: ref('kettle'), quietly: z.boolean().optional(), minutes: z.int().min(1).optional() }),
  reads: [Kettle],
  allowed: ['owner', 'lead', 'operator'],
  answer: z.object({ kettle: idSchema, says: z.string() }),
  decide(book, input) {
    const kettle = book.kettle.get(input.kettle);
    if (kettle.state === 'boiling') throw refuseKettle('boiling', { id: kettle.id });
    return {
      changes: [change(Kettle, kettle, { state: 'boiling' })],
      answer: { kettle: kettle.id, says: 'It hums.' },
    };
  },
});

export const addKettle = defineAct('kettle.add', {
  says: 'Adds a kettle.',
  input: z.strictObject({ id: idSchema, title: z.string().min(1) }),
  reads: [Kettle],
  allowed: ['owner', 'lead', 'operator'],
  decide: (_, input) => [create(Kettle, input.id, { title: input.title })],
});

export const count = defineView('kettle.count', {
  says: 'How many kettles there are, and how many boil.',
  input: z.strictObject({
    state: z.enum(['cold', 'boiling']).optional(),
    atLeast: z.number().optional(),
    full: z.boolean().optional(),
  }),
  reads: [Kettle],
  output: z.object({ kettles: z.int(), boiling: z.int() }),
  compute(book, input) {
    const all = book.kettle.all().filter((kettle) => kettle.litres >= (input.atLeast ?? 0));
    return { kettles: all.length, boiling: all.filter((kettle) => kettle.state === 'boiling').length };
  },
});

export const among = defineView('kettle.among', {
  says: 'Which of the kettles named there are.',
  input: z.strictObject({ kettles: z.array(idSchema) }),
  reads: [Kettle],
  asOf: false,
  output: z.object({ there: z.array(idSchema) }),
  compute: (book, input) => ({ there: input.kettles.filter((id) => book.kettle.find(id) !== undefined) }),
});

/** A fresh composition, with further words where a test brings its own. */
export const kettles = (...words: readonly Readonly<Record<string, unknown>>[]): Product =>
  compose([{ Keeper, Kettle, Brew, refuseKettle, boil, addKettle, count, among }, ...words]);
