import { z } from 'zod';
import { CATEGORIES, FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import { Milestone } from '../framework/milestone.ts';
import type { ProgrammeBody } from '../framework/record.ts';
import { Programme } from '../framework/record.ts';
import { refuseProgramme } from '../framework/refusals.ts';
import type { Book, Change, Moment, Stored } from '../kernel/index.ts';
import { addDays, change, create, dateText, dayOf, defineAct, idSchema, ref, refuse } from '../kernel/index.ts';
import { sortedCategories, withCategories } from './categories.ts';
import { sorted } from './milestones.ts';

type Row = Stored<typeof Programme>;

export const Beginning = z.strictObject({
  id: idSchema.optional(),
  framework: z.enum(FRAMEWORK_IDS),
  title: z.string().min(1).max(200).optional(),
  report: z.enum(['type-1', 'type-2']).optional(),
  asOfDate: dateText().optional(),
  periodFrom: dateText().optional(),
  periodTo: dateText().optional(),
  categories: z
    .array(z.enum(CATEGORIES))
    .optional()
    .describe('SOC 2: without it those of the programme before, or Security.'),
  scope: z.string().min(3).max(4000).optional(),
  firm: z.string().min(1).max(200).optional(),
  milestones: z.array(Milestone).max(200).optional(),
  previous: ref('programme')
    .optional()
    .describe(
      'The programme it follows: categories, scope, boundary and firm are taken from there, and that one ends the day before.',
    ),
  from: dateText()
    .optional()
    .describe('From when it is in force; without it from its period, or from today where it follows another.'),
  to: dateText().optional(),
});
export type Beginning = z.infer<typeof Beginning>;

/** What is taken over from the programme before; a report's kind and its dates are the new one's own. */
const carried = ({
  categories,
  outOfScope,
  included,
  boundary,
  scope,
  subservice,
  firm,
}: Row): Partial<ProgrammeBody> => ({
  categories: [...categories],
  outOfScope: [...outOfScope],
  ...(included === undefined ? {} : { included: [...included] }),
  ...(boundary === undefined ? {} : { boundary }),
  ...(scope === undefined ? {} : { scope }),
  ...(subservice === undefined ? {} : { subservice: [...subservice] }),
  ...(firm === undefined ? {} : { firm }),
});

/** “SOC 2 Type 2, 2027-01-01 to 2027-12-31”: what a programme is called until somebody says otherwise. */
export function titleOf({ framework, report, asOfDate, periodFrom, periodTo }: Beginning): string {
  const kind = report === undefined ? '' : report === 'type-1' ? ' Type 1' : ' Type 2';
  const dates =
    asOfDate !== undefined
      ? `, as of ${asOfDate}`
      : periodFrom !== undefined && periodTo !== undefined
        ? `, ${periodFrom} to ${periodTo}`
        : '';
  return `${FRAMEWORKS[framework].title}${kind}${dates}`;
}

/**
 * The changes that begin a programme, for whatever act does so: the new one, and the end of the one it follows. Two of a framework may be in
 * force side by side (two systems, two reports); `sideBySide` names the others, since questions then have to say which one they mean.
 */
export function begun(
  book: Book<readonly [typeof Programme]>,
  input: Beginning,
  { now, seed, zone }: Pick<Moment, 'now' | 'seed' | 'zone'>,
): { readonly changes: readonly Change[]; readonly programme: string; readonly sideBySide: readonly string[] } {
  const { id: given, previous, categories, title, milestones, ...rest } = input;
  const id = given ?? `p-${seed.slice(0, 12)}`;
  const before = previous === undefined ? undefined : book.programme.get(previous);
  if (before !== undefined && before.framework !== input.framework)
    throw refuseProgramme('otherFramework', { id, previous: before.id }, ['previous']);
  const from = input.from ?? (before === undefined ? undefined : (input.periodFrom ?? dayOf(zone, now)));
  const taken = before === undefined ? {} : carried(before);
  const chosen = input.framework === 'soc2' ? sortedCategories(categories ?? taken.categories ?? []) : undefined;
  if (input.framework !== 'soc2' && categories !== undefined) throw refuseProgramme('categories', {}, ['categories']);
  const outOfScope = chosen === undefined ? (taken.outOfScope ?? []) : withCategories(taken.outOfScope ?? [], chosen);
  const included = taken.included?.filter(({ ref }) => !outOfScope.some((out) => out.ref === ref));
  const body = {
    ...taken,
    ...rest,
    title: title ?? titleOf(input),
    ...(chosen === undefined ? {} : { categories: chosen }),
    outOfScope,
    ...(included === undefined ? {} : { included }),
    ...(milestones === undefined ? {} : { milestones: sorted(milestones) }),
    ...(from === undefined ? {} : { from }),
    ...(before === undefined ? {} : { previous: before.id }),
  };
  const ends = before === undefined || from === undefined ? [] : endOf(before, id, from);
  const ended = new Set(ends.map((one) => one.id));
  const sideBySide = book.programme
    .all()
    .filter((other) => other.framework === input.framework && !ended.has(other.id))
    .filter((other) => other.id !== id && meets(other, { from, to: input.to }))
    .map((other) => other.id);
  if (book.programme.find(id) !== undefined) throw refuse('exists', { kind: Programme.kind, id });
  return { changes: [create(Programme, id, body), ...ends], programme: id, sideBySide };
}

/** The programme before ends the day before the next is in force, unless it ends sooner. */
function endOf(before: Row, id: string, from: string): readonly Change[] {
  const last = addDays(from, -1);
  if (before.to !== undefined && before.to <= last) return [];
  if (before.from !== undefined && before.from > last)
    throw refuseProgramme('notBefore', { id, from, previous: before.id, began: before.from }, ['from']);
  return [change(Programme, before, { to: last })];
}

interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Whether two are in force on some day together. */
export const meets = (a: Span, b: Span): boolean =>
  (a.from ?? '') <= (b.to ?? '9999') && (b.from ?? '') <= (a.to ?? '9999');

export const beginProgramme = defineAct('programme.begin', {
  says: 'Begins a programme: a report or a certificate to come. One that follows another takes its scope over and ends that one the day before.',
  input: Beginning,
  reads: [Programme],
  allowed: ['owner', 'lead', 'operator'],
  answer: z.strictObject({
    programme: z.string(),
    sideBySide: z
      .array(z.string())
      .describe('Others of the framework in force on the same days: name one with --programme.'),
  }),
  decide(book, input, moment) {
    const { changes, programme, sideBySide } = begun(book, input, moment);
    return { changes, answer: { programme, sideBySide: [...sideBySide] } };
  },
});
