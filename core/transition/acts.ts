import { z } from 'zod';
import { Control } from '../control/record.ts';
import { Mapping } from '../crosswalk/record.ts';
import { Programme } from '../framework/record.ts';
import type { Book, Change, Moment, Path, Stored } from '../kernel/index.ts';
import { change, create, dayOf, defineAct, move, ref } from '../kernel/index.ts';
import type { Editions, MappingMove, TransitionBook } from './plan-in-book.ts';
import { answeringOf, editionsOf, exclusionsIn, mappingMoves, transitionReads } from './plan-in-book.ts';
import type { AnsweringControl, Choice, ControlPlan } from './preview.ts';
import { planOf } from './preview.ts';
import { refuseTransition, Transition } from './record.ts';
import { EditionsIn, ExclusionsIn } from './view.ts';

const reads = [...transitionReads, Programme, Transition] as const;
type Read = Book<typeof reads>;

const Choices = z
  .array(
    z.strictObject({
      control: ref('control'),
      ref: z.string().min(1).max(60),
      to: z
        .array(z.string().min(1).max(60))
        .max(50)
        .describe('Of the items it became, those that the control answers. None: it stays.'),
    }),
  )
  .max(5000)
  .default([]);

const AnswersChanged = z.object({ older: z.array(z.string()), newer: z.array(z.string()) });
const Changed = z.object({
  transition: z.string(),
  controls: z.array(z.object({ control: z.string(), before: AnswersChanged, after: AnswersChanged })),
  outOfScope: z.array(z.object({ ref: z.string(), justification: z.string() })).describe('Added to the programme.'),
  mappings: z.array(
    z.object({ mapping: z.string(), end: z.enum(['from', 'to']), before: z.string(), after: z.string() }),
  ),
});

export const applyTransition = defineAct('transition.apply', {
  says: 'Moves what controls answer from one edition to the next, and with it what was out of scope and lines of own mappings. What was is kept with the transition, so that it can be taken back.',
  input: z.strictObject({
    ...EditionsIn,
    controls: z
      .array(ref('control'))
      .min(1)
      .max(5000)
      .optional()
      .describe('Only these; all that answer the older edition without it.'),
    choices: Choices.describe('Where somebody looked and decided otherwise than the table.'),
    exclusions: ExclusionsIn.describe('Items of the older edition that were out of scope.'),
    programme: ref('programme').optional().describe('Takes over what was out of scope.'),
  }),
  reads,
  allowed: ['owner', 'lead', 'operator'],
  answer: Changed,
  decide(book, { from, to, controls: only, choices, exclusions, programme }, moment) {
    const editions = editionsOf(book, from, to);
    const { older, table } = editions;
    const all = answeringOf(book, dayOf(moment.zone, moment.now));
    const taking = takingPart(book, all, older.id, only);
    checkChoices(editions, taking, choices);
    if (exclusions.length > 0 && programme === undefined) throw refuseTransition('exclusions', {}, ['programme']);

    const out = exclusionsIn(older, exclusions);
    const plan = planOf(table, all, out, choices);
    const chosen = new Set(taking.map(({ id }) => id));
    const moving = plan.controls.filter(({ id, moves }) => chosen.has(id) && moves.length > 0);
    const scope = programme === undefined ? undefined : scopeOf(book, to, programme, plan.exclusions.carried);
    const lines = only === undefined ? mappingMoves(book, table).moves : [];
    if (moving.length === 0 && lines.length === 0 && (scope === undefined || scope.added.length === 0)) {
      throw refuseTransition('nothing', { from });
    }

    const id = idFor(book, from, to);
    const told = moving.map(({ id: control, before, after }) => ({
      control,
      before: copy(before),
      after: copy(after),
    }));
    const body = {
      ...{ from, to, controls: told, mappings: lines.map((line) => ({ ...line })) },
      ...(scope === undefined || scope.added.length === 0
        ? {}
        : { programme: { programme: scope.row.id, before: scope.before, after: scope.after } }),
    };
    return {
      changes: [
        create(Transition, id, body),
        ...controlChanges(book, moving, from, to, moment),
        ...(scope === undefined || scope.added.length === 0
          ? []
          : [change(Programme, scope.row, { outOfScope: scope.after })]),
        ...lines.map((line) => mappingChange(book, line, line.after, to)),
      ],
      answer: { transition: id, controls: told, outOfScope: scope?.added ?? [], mappings: [...body.mappings] },
    };
  },
});

const copy = ({ older, newer }: ControlPlan['before']) => ({ older: [...older], newer: [...newer] });

/** The controls asked for: each answers the older edition, each once. */
function takingPart(
  book: TransitionBook,
  all: readonly AnsweringControl[],
  from: string,
  only: readonly string[] | undefined,
): readonly AnsweringControl[] {
  const taking = all.filter(({ answers }) => (answers[from] ?? []).length > 0);
  if (only === undefined) return taking;
  const byId = new Map(taking.map((control) => [control.id, control]));
  const seen = new Set<string>();
  return only.map((id, i) => {
    const path: Path = ['controls', i];
    if (seen.has(id)) throw refuseTransition('twice', { what: id }, path);
    seen.add(id);
    // Refuses one that is not there before one that answers nothing of it.
    book.control.get(id);
    const control = byId.get(id);
    if (control === undefined) throw refuseTransition('control', { control: id, from }, path);
    return control;
  });
}

function checkChoices(
  { older, table }: Editions,
  taking: readonly AnsweringControl[],
  choices: readonly Choice[],
): void {
  const items = new Map(table.older.map((item) => [item.ref, item]));
  const byId = new Map(taking.map((control) => [control.id, control]));
  const seen = new Set<string>();
  for (const [i, { control, ref: item, to }] of choices.entries()) {
    const key = `${control} ${item}`;
    if (seen.has(key)) throw refuseTransition('twice', { what: `${item} of ${control}` }, ['choices', i]);
    seen.add(key);
    if (byId.get(control)?.answers[older.id]?.includes(item) !== true) {
      throw refuseTransition('answers', { control, ref: item, from: older.id }, ['choices', i, 'ref']);
    }
    const allowed = items.get(item)?.to ?? [];
    for (const [n, one] of to.entries()) {
      if (!allowed.includes(one)) {
        const said = { control, ref: item, to: one, allowed: allowed.join(', ') };
        throw refuseTransition('choice', said, ['choices', i, 'to', n]);
      }
      if (to.indexOf(one) !== n) throw refuseTransition('twice', { what: one }, ['choices', i, 'to', n]);
    }
  }
}

/** What the programme leaves out with that which is carried to it. */
function scopeOf(
  book: Read,
  to: string,
  id: string,
  carried: readonly { readonly ref: string; readonly justification: string }[],
) {
  const row = book.programme.get(id);
  if (row.framework !== to) throw refuseTransition('programme', { programme: id, to }, ['programme']);
  const before = row.outOfScope.map(({ ref: item, justification }) => ({ ref: item, justification }));
  const known = new Set(before.map(({ ref: item }) => item));
  const added = carried
    .filter(({ ref: item }) => !known.has(item))
    .map(({ ref: item, justification }) => ({ ref: item, justification: justification.slice(0, 2000) }));
  return { row, before, added, after: [...before, ...added] };
}

/** Ids count on, so that the order of transitions is seen in a list. */
function idFor(book: Read, from: string, to: string): string {
  const taken = new Set(book.transition.ids());
  const base = `${from}--${to}`;
  for (let n = 1; ; n += 1) if (!taken.has(`${base}.${n}`)) return `${base}.${n}`;
}

/** The last version of each: one that holds from a later day would hide what is changed today. */
function heads(book: Read, ids: readonly string[], { now }: Moment): readonly Stored<typeof Control>[] {
  const rows = ids.map((id) => book.control.history(id).at(-1) ?? book.control.get(id));
  const waiting = rows.filter(({ effectiveAt }) => effectiveAt > now).map(({ id }) => id);
  if (waiting.length > 0) {
    throw refuseTransition('waiting', { ids: waiting.slice(0, 10).join(', '), n: waiting.length }, ['controls']);
  }
  return rows;
}

const controlChanges = (
  book: Read,
  plans: readonly Pick<ControlPlan, 'id' | 'after'>[],
  from: string,
  to: string,
  moment: Moment,
): readonly Change[] => {
  const after = new Map(plans.map((plan) => [plan.id, plan.after]));
  return heads(
    book,
    plans.map(({ id }) => id),
    moment,
  ).map((row) => {
    const { older, newer } = after.get(row.id) ?? { older: [], newer: [] };
    return change(Control, row, { answers: answersWith(row, from, older, to, newer), effectiveFrom: undefined });
  });
};

function answersWith(
  { answers }: Stored<typeof Control>,
  from: string,
  older: readonly string[],
  to: string,
  newer: readonly string[],
) {
  // An edition that nothing is answered of any more leaves no trace but in the versions before.
  const rest = Object.entries(answers).filter(([framework]) => framework !== from);
  return Control.body.shape.answers.parse({
    ...Object.fromEntries(rest),
    ...(older.length === 0 ? {} : { [from]: [...older] }),
    [to]: [...newer],
  });
}

function mappingChange(book: Read, { mapping, end }: MappingMove, item: string, framework: string): Change {
  const row = book.mapping.get(mapping);
  return change(Mapping, row, { [end]: { framework, ref: item } });
}

export const undoTransition = defineAct('transition.undo', {
  says: 'Takes a transition back: what it changed is as it was before. Refused where any of it has been changed since, with what.',
  input: z.strictObject({ transition: ref('transition') }),
  reads,
  on: { kind: Transition, field: 'transition', move: 'undo' },
  allowed: ['owner', 'lead', 'operator'],
  answer: Changed,
  decide(book, { transition: id }, moment) {
    const done = book.transition.get(id);
    const { from, to, programme } = done;
    const since = [
      ...done.controls.flatMap(({ control, after }) => (isAs(book, control, from, to, after) ? [] : [control])),
      ...(programme === undefined || sameScope(book, programme) ? [] : [programme.programme]),
      ...done.mappings.flatMap(({ mapping, end, after }) => {
        const row = book.mapping.find(mapping);
        return row?.[end].framework === to && row[end].ref === after ? [] : [mapping];
      }),
    ];
    if (since.length > 0) {
      const more = since.length > 10 ? ` and ${since.length - 10} more` : '';
      throw refuseTransition('moved', { n: since.length, what: `${since.slice(0, 10).join(', ')}${more}` });
    }
    const controls = done.controls.map(({ control, before, after }) => ({ control, before: after, after: before }));
    const back = done.controls.map(({ control, before }) => ({ id: control, after: before }));
    return {
      changes: [
        move(Transition, done, 'undo', {}),
        ...controlChanges(book, back, from, to, moment),
        ...(programme === undefined
          ? []
          : [change(Programme, book.programme.get(programme.programme), { outOfScope: programme.before })]),
        ...done.mappings.map((line) => mappingChange(book, line, line.before, from)),
      ],
      answer: {
        transition: id,
        controls,
        outOfScope: [],
        mappings: done.mappings.map(({ mapping, end, before, after }) => ({
          mapping,
          end,
          before: after,
          after: before,
        })),
      },
    };
  },
});

const sameRefs = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item, i) => item === other[i]);

/** Whether a control answers both editions as the transition left it. What else was changed of it is no reason against going back. */
function isAs(book: Read, control: string, from: string, to: string, after: ControlPlan['after']): boolean {
  const row = book.control.find(control);
  if (row === undefined) return false;
  const answers: AnsweringControl['answers'] = row.answers;
  return sameRefs(answers[from] ?? [], after.older) && sameRefs(answers[to] ?? [], after.newer);
}

function sameScope(book: Read, { programme, after }: NonNullable<Stored<typeof Transition>['programme']>): boolean {
  const now = book.programme.find(programme)?.outOfScope ?? [];
  return (
    now.length === after.length &&
    now.every(({ ref: item, justification }, i) => item === after[i]?.ref && justification === after[i]?.justification)
  );
}
