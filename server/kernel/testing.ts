import * as boundary from '@countersign/core/boundary/record.ts';
import * as control from '@countersign/core/control/index.ts';
import * as evidence from '@countersign/core/evidence/index.ts';
import * as framework from '@countersign/core/framework/index.ts';
import * as kernel from '@countersign/core/kernel/index.ts';
import type { Product } from '@countersign/core/kernel/index.ts';
import {
  change,
  compose,
  correct,
  create,
  defineAct,
  defineRecord,
  defineView,
  move,
  ref,
  retire,
} from '@countersign/core/kernel/index.ts';
import * as organisation from '@countersign/core/organisation/index.ts';
import * as people from '@countersign/core/people/index.ts';
import * as setup from '@countersign/core/setup/index.ts';
import { z } from 'zod';

/** A pottery, so that the kernel is tried with kinds and acts that have each of its features and nothing of the trade. */

/** A lifecycle, a fixed field, references to other kinds and to its own. */
export const Pot = defineRecord('pot', {
  title: 'Pots',
  fixed: ['clay'],
  body: z.strictObject({
    clay: z.string().default('red'),
    glazes: z.int().default(0),
    note: z.string().optional(),
    potter: ref('person').optional(),
    rack: ref('rack').optional(),
    copies: z.array(ref('pot')).optional(),
    state: z.enum(['raw', 'fired', 'broken']).default('raw'),
  }),
  lifecycle: {
    field: 'state',
    starts: 'raw',
    moves: { fire: { from: ['raw'], to: 'fired' }, drop: { from: ['raw', 'fired'], to: 'broken' } },
  },
});

/** Points at pots as pots point at racks. */
export const Rack = defineRecord('rack', {
  title: 'Racks',
  body: z.strictObject({ title: z.string(), best: ref('pot').optional() }),
});

/** What happened to a pot: history, made by an act of its own. */
export const Firing = defineRecord('firing', {
  title: 'Firings',
  ownActsOnly: true,
  body: z.strictObject({ pot: ref('pot') }),
});

/** Speaks of all time, and says from when each version holds. */
export const Recipe = defineRecord('recipe', {
  title: 'Recipes',
  timeless: true,
  effective: 'from',
  body: z.strictObject({ says: z.string(), from: z.iso.date().optional() }),
});

/** Says from when each version holds, and of the time before nothing. */
export const Sale = defineRecord('sale', {
  title: 'Sales',
  effective: 'from',
  body: z.strictObject({ says: z.string(), from: z.iso.date().optional() }),
});

/** Speaks of all time. */
export const Rule = defineRecord('rule', {
  title: 'Rules',
  timeless: true,
  body: z.strictObject({ says: z.string() }),
});

/** Holds from when it is recorded. */
export const Notice = defineRecord('notice', { title: 'Notices', body: z.strictObject({ says: z.string() }) });

const anybody = ['owner', 'lead', 'operator'] as const;

export const glaze = defineAct('pot.glaze', {
  says: 'Adds one glaze to what there is.',
  input: z.strictObject({ pot: ref('pot') }),
  reads: [Pot],
  allowed: anybody,
  answer: z.strictObject({ glazes: z.int() }),
  decide(book, input) {
    const pot = book.pot.get(input.pot);
    return { changes: [change(Pot, pot, { glazes: pot.glazes + 1 })], answer: { glazes: pot.glazes + 1 } };
  },
});

export const changeFrom = defineAct('pot.changeFrom', {
  says: 'Writes a note from a version that the caller names.',
  input: z.strictObject({ pot: ref('pot'), from: z.int(), note: z.string() }),
  reads: [Pot],
  allowed: anybody,
  decide: (book, { pot, from, note }) => [change(Pot, { ...book.pot.get(pot), head: from }, { note })],
});

export const fire = defineAct('pot.fire', {
  says: 'Fires a pot and files the firing.',
  input: z.strictObject({ pot: ref('pot'), firing: z.string() }),
  reads: [Pot],
  allowed: anybody,
  decide: (book, { pot, firing }) => [
    move(Pot, book.pot.get(pot), 'fire', {}),
    create(Firing, firing, { pot: book.pot.get(pot).id }),
  ],
});

export const write = defineAct('pot.write', {
  says: 'Writes any state, as an act without a move of the table would.',
  input: z.strictObject({ pot: ref('pot'), state: z.enum(['raw', 'fired', 'broken']) }),
  reads: [Pot],
  allowed: anybody,
  decide: (book, { pot, state }) => [change(Pot, book.pot.get(pot), { state })],
});

export const drop = defineAct('pot.retire', {
  says: 'Retires a pot.',
  input: z.strictObject({ pot: ref('pot') }),
  reads: [Pot],
  allowed: anybody,
  decide: (book, { pot }) => [retire(Pot, book.pot.get(pot))],
});

/** Well-formed as it comes in, and what `decide` makes of it PostgreSQL cannot keep. */
export const curse = defineAct('pot.curse', {
  says: 'Makes what no database keeps.',
  input: z.strictObject({ pot: z.string() }),
  reads: [],
  allowed: anybody,
  decide: (_book, { pot }) => [create(Pot, pot, { note: `${pot}\u0000` })],
});

export const stumble = defineAct('pot.stumble', {
  says: 'Breaks while it decides.',
  input: z.strictObject({}),
  reads: [],
  allowed: anybody,
  decide() {
    throw new TypeError('It stumbled');
  },
});

export const name = defineAct('pot.name', {
  says: 'Makes a pot of any name at all.',
  input: z.strictObject({ pot: z.string() }),
  reads: [],
  allowed: anybody,
  decide: (_book, { pot }) => [create(Pot, pot, {})],
});

const correctionOf = <const K extends string>(kind: K) => ({ says: z.string(), id: ref(kind) });

export const correctRecipe = defineAct('recipe.correct', {
  says: 'Corrects what the last version of a recipe said, where it held.',
  input: z.strictObject(correctionOf('recipe')),
  reads: [Recipe],
  allowed: anybody,
  decide: (book, { id, says }) => [correct(Recipe, book.recipe.get(id), { says })],
});

export const correctRule = defineAct('rule.correct', {
  says: 'Corrects a rule where it held.',
  input: z.strictObject(correctionOf('rule')),
  reads: [Rule],
  allowed: anybody,
  decide: (book, { id, says }) => [correct(Rule, book.rule.get(id), { says })],
});

export const correctNotice = defineAct('notice.correct', {
  says: 'Corrects a notice where it held.',
  input: z.strictObject(correctionOf('notice')),
  reads: [Notice],
  allowed: anybody,
  decide: (book, { id, says }) => [correct(Notice, book.notice.get(id), { says })],
});

export const retireRecipe = defineAct('recipe.retire', {
  says: 'Ends a recipe, whenever it was to hold.',
  input: z.strictObject({ recipe: ref('recipe') }),
  reads: [Recipe],
  allowed: anybody,
  decide(book, { recipe }) {
    const head = book.recipe.history(recipe).at(-1);
    return head === undefined ? [] : [retire(Recipe, head)];
  },
});

export const stock = defineView('pot.stock', {
  says: 'How many pots of how many glazes there are.',
  input: z.strictObject({ state: z.enum(['raw', 'fired', 'broken']).optional() }),
  reads: [Pot],
  output: z.object({ pots: z.int(), glazes: z.int() }),
  compute(book, { state }) {
    const pots = book.pot.all().filter((pot) => state === undefined || pot.state === state);
    return { pots: pots.length, glazes: pots.reduce((sum, pot) => sum + pot.glazes, 0) };
  },
});

const pottery = {
  Pot,
  Rack,
  Firing,
  Recipe,
  Sale,
  Rule,
  Notice,
  glaze,
  changeFrom,
  fire,
  write,
  drop,
  curse,
  stumble,
  name,
  correctRecipe,
  correctRule,
  correctNotice,
  retireRecipe,
  stock,
};

/** The pottery beside what an organisation begins with, and words of a test's own. */
export const potteryProduct = (...words: readonly Readonly<Record<string, unknown>>[]): Product =>
  compose([kernel, people, framework, boundary, organisation, control, evidence, setup, pottery, ...words]);
