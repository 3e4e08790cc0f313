import { z } from 'zod';
import { CATEGORIES } from '../framework/catalog.ts';
import { Milestone } from '../framework/milestone.ts';
import { Programme, SUBSERVICE_METHODS } from '../framework/record.ts';
import { refuseProgramme } from '../framework/refusals.ts';
import { change, dateText, dayOf, defineAct, ref } from '../kernel/index.ts';
import { sortedCategories, withCategories } from './categories.ts';
import { sorted } from './milestones.ts';

export const changeProgramme = defineAct('programme.change', {
  says: 'Changes what a programme leads to and when: report, dates, categories, scope in words, firm. null empties a field.',
  input: z.strictObject({
    programme: ref('programme'),
    title: z.string().min(1).max(200).optional(),
    report: z
      .enum(['type-1', 'type-2'])
      .nullable()
      .optional()
      .describe('Another report loses the dates of the one before.'),
    asOfDate: dateText().nullable().optional(),
    periodFrom: dateText().nullable().optional(),
    periodTo: dateText().nullable().optional(),
    categories: z
      .array(z.enum(CATEGORIES))
      .optional()
      .describe('Criteria of those not chosen are put out of scope, and come back in when they are.'),
    scope: z.string().min(3).max(4000).nullable().optional(),
    firm: z.string().min(1).max(200).nullable().optional(),
    subservice: z
      .array(z.strictObject({ party: ref('third-party'), method: z.enum(SUBSERVICE_METHODS) }))
      .max(200)
      .optional(),
    from: dateText().nullable().optional(),
    to: dateText().nullable().optional(),
    previous: ref('programme').nullable().optional(),
  }),
  reads: [Programme],
  on: { kind: Programme, field: 'programme' },
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { programme, categories, ...given }) {
    const row = book.programme.get(programme);
    if (categories !== undefined && row.framework !== 'soc2') throw refuseProgramme('categories', {}, ['categories']);
    const chosen = categories === undefined ? undefined : sortedCategories(categories);
    const outOfScope = chosen === undefined ? undefined : withCategories(row.outOfScope, chosen);
    const stated = Object.fromEntries(
      Object.entries(given)
        .filter(([, value]) => value !== undefined)
        .map(([field, value]) => [field, value ?? undefined]),
    );
    const other = given.report !== undefined && given.report !== (row.report ?? null);
    return [
      change(Programme, row, {
        ...(other ? { asOfDate: undefined, periodFrom: undefined, periodTo: undefined } : {}),
        ...stated,
        ...(chosen === undefined ? {} : { categories: chosen }),
        ...(outOfScope === undefined
          ? {}
          : { outOfScope, included: row.included?.filter(({ ref }) => !outOfScope.some((out) => out.ref === ref)) }),
      }),
    ];
  },
});

export const planProgramme = defineAct('programme.plan', {
  says: 'Sets the milestones of a programme: planned for when, and when they were.',
  input: z.strictObject({ programme: ref('programme'), milestones: z.array(Milestone).max(200) }),
  reads: [Programme],
  on: { kind: Programme, field: 'programme' },
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { programme, milestones }, { now, zone }) {
    const today = dayOf(zone, now);
    for (const [i, { milestone, doneOn }] of milestones.entries()) {
      if (doneOn !== undefined && doneOn > today)
        throw refuseProgramme('doneLater', { milestone, on: doneOn }, ['milestones', i, 'doneOn']);
    }
    return [change(Programme, book.programme.get(programme), { milestones: sorted(milestones) })];
  },
});
