import { z } from 'zod';
import { Programme } from '../framework/record.ts';
import { dayOf, defineView, printInstant } from '../kernel/index.ts';
import { answeringOf, editionsOf, exclusionsIn, mappingMoves, transitionReads } from './plan-in-book.ts';
import { ITEM_FATES, planOf } from './preview.ts';
import { Transition } from './record.ts';
import { ASKS, BECAME, CAME } from './table.ts';

const Answers = z.object({ older: z.array(z.string()), newer: z.array(z.string()) });

export const ExclusionsIn = z
  .array(z.strictObject({ ref: z.string().min(1).max(60), justification: z.string().min(3).max(2000) }))
  .max(400)
  .default([]);
export const EditionsIn = {
  from: z.string().min(1).max(40).default('iso27001-2013').describe('The older edition.'),
  to: z.string().min(1).max(40).default('iso27001').describe('The newer edition.'),
};

export const TransitionPreview = z.object({
  from: z.object({ id: z.string(), title: z.string() }),
  to: z.object({ id: z.string(), title: z.string() }),
  provenance: z.string(),
  counts: z.object({
    older: z.int(),
    newer: z.int(),
    became: z.record(z.enum(BECAME), z.int()),
    came: z.record(z.enum(CAME), z.int()),
    fates: z.record(z.enum(ITEM_FATES), z.int()),
    controls: z.int().describe('Controls that answer the older edition.'),
    moved: z.int().describe('Of their answers, those that go to a newer item.'),
    look: z.int().describe('Of these, those that need a look.'),
    stay: z.int().describe('Answers that have nowhere to go.'),
  }),
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      moves: z.array(
        z.object({ ref: z.string(), to: z.array(z.string()), look: z.array(z.enum(['asks-more', 'split'])) }),
      ),
      stays: z.array(z.string()),
      before: Answers,
      after: Answers,
    }),
  ),
  older: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      became: z.enum(BECAME),
      to: z.array(z.string()),
      carries: z.string(),
      controls: z.array(z.string()),
      excluded: z.boolean(),
    }),
  ),
  newer: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      came: z.enum(CAME),
      from: z.array(z.string()),
      asks: z.enum(ASKS),
      changes: z.string(),
      fate: z.enum(ITEM_FATES),
      controls: z.array(z.string()),
      unanswered: z.array(z.string()),
      planned: z.array(z.string()),
    }),
  ),
  exclusions: z.object({
    carried: z.array(z.object({ ref: z.string(), from: z.array(z.string()), justification: z.string() })),
    look: z.array(
      z.object({ ref: z.string(), excluded: z.array(z.string()), why: z.enum(['partly', 'answered', 'asks-more']) }),
    ),
  }),
  mappings: z.object({ move: z.int(), look: z.array(z.object({ mapping: z.string(), ref: z.string() })) }),
  programmes: z.array(z.object({ id: z.string(), title: z.string() })).describe('Programmes of the newer edition.'),
  done: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['applied', 'undone']),
      recordedAt: z.string(),
      controls: z.int(),
      programme: z.string().nullable(),
      mappings: z.int(),
    }),
  ),
});

const tally = <K extends string>(words: readonly K[], of: readonly K[]): Record<K, number> =>
  Object.fromEntries(words.map((word) => [word, of.filter((one) => one === word).length])) as Record<K, number>;

const answers = ({ older, newer }: { readonly older: readonly string[]; readonly newer: readonly string[] }) => ({
  older: [...older],
  newer: [...newer],
});

export const transitionPreview = defineView('transition.preview', {
  says: 'What moving to another edition of a framework would do here: what became of each item, which controls’ answers carry over, which need a look, what is added and answered by nobody.',
  input: z.strictObject({
    ...EditionsIn,
    exclusions: ExclusionsIn.describe(
      'Items of the older edition that were out of scope, as its Statement of Applicability has them.',
    ),
  }),
  area: 'controls',
  reads: [...transitionReads, Programme, Transition],
  output: TransitionPreview,
  compute(book, { from, to, exclusions }, { asOf, zone }) {
    const { older, newer, table } = editionsOf(book, from, to);
    const plan = planOf(table, answeringOf(book, dayOf(zone, asOf)), exclusionsIn(older, exclusions));
    const titles = new Map([...older.requirements].map(({ ref, title }) => [ref, title]));
    const newTitles = new Map(newer.requirements.map(({ ref, title }) => [ref, title]));
    const { moves, look } = mappingMoves(book, table);
    const all = plan.controls.flatMap((control) => control.moves);
    return {
      from: { id: older.id, title: older.title },
      to: { id: newer.id, title: newer.title },
      provenance: table.provenance,
      counts: {
        ...{ older: plan.older.length, newer: plan.newer.length },
        became: tally(
          BECAME,
          plan.older.map(({ became }) => became),
        ),
        came: tally(
          CAME,
          plan.newer.map(({ came }) => came),
        ),
        fates: tally(
          ITEM_FATES,
          plan.newer.map(({ fate }) => fate),
        ),
        controls: plan.controls.length,
        moved: all.length,
        look: all.filter((one) => one.look.length > 0).length,
        stay: plan.controls.reduce((sum, { stays }) => sum + stays.length, 0),
      },
      controls: plan.controls.map(({ moves: mine, stays, before, after, ...control }) => ({
        ...control,
        moves: mine.map((one) => ({ ref: one.ref, to: [...one.to], look: [...one.look] })),
        stays: [...stays],
        before: answers(before),
        after: answers(after),
      })),
      older: plan.older.map((item) => ({
        ...{ ...item, to: [...item.to], controls: [...item.controls] },
        title: titles.get(item.ref) ?? item.ref,
      })),
      newer: plan.newer.map((item) => ({
        ...{
          ...item,
          from: [...item.from],
          controls: [...item.controls],
          unanswered: [...item.unanswered],
          planned: [...item.planned],
        },
        title: newTitles.get(item.ref) ?? item.ref,
      })),
      exclusions: {
        carried: plan.exclusions.carried.map((one) => ({ ...one, from: [...one.from] })),
        look: plan.exclusions.look.map((one) => ({ ...one, excluded: [...one.excluded] })),
      },
      mappings: { move: moves.length, look: [...look] },
      programmes: book.programme
        .all()
        .filter(({ framework }) => framework === newer.id)
        .map(({ id, title }) => ({ id, title })),
      done: book.transition
        .all()
        .filter((one) => one.from === from && one.to === to)
        .map(({ id, state, recordedAt, controls, programme, mappings }) => ({
          ...{ id, state, recordedAt: printInstant(recordedAt), controls: controls.length },
          ...{ programme: programme?.programme ?? null, mappings: mappings.length },
        })),
    };
  },
});
