import { z } from 'zod';
import type { At, Change, Refusal, Stored } from '../kernel/index.ts';
import {
  addDays,
  change,
  create,
  dayOf,
  defineAct,
  ELAPSED_DAY,
  idSchema,
  move,
  parseInstant,
  printInstant,
  ref,
} from '../kernel/index.ts';
import { Answers } from './answers.ts';
import { adoptionsOf } from './adoption.ts';
import { SEED } from './dice.ts';
import { measuredOf, measureReads } from './measure.ts';
import { milestonesOf } from './milestones.ts';
import { PATHS } from './path.ts';
import { COMMON_SEED, optionOf, planned, resultToKeep } from './plan.ts';
import { Plan, refusePlan } from './record.ts';
import { dated, planFor } from './roadmap.ts';
import { day } from './words.ts';

const reads = [Plan, ...measureReads] as const;

const atNow = (now: number, zone: string, actor: At['actor']): At => ({
  ...{ asOf: now, knownAt: now, position: Number.MAX_SAFE_INTEGER, zone, actor },
});

const notDraft = ({ id, state }: Stored<typeof Plan>): Refusal | undefined =>
  state === 'draft' ? undefined : refusePlan('stands', { plan: id, state });

export const savePlan = defineAct('plan.save', {
  says: 'Keeps answers and the plan that follows from them, as a draft. Naming a draft answers it anew.',
  input: z.strictObject({
    id: idSchema.optional().describe('A draft to answer anew; without it a new one.'),
    title: z.string().min(1).max(200).optional(),
    answers: Answers,
    seed: z.string().regex(SEED).optional().describe('That of the roadmap that was looked at.'),
  }),
  reads,
  allowed: ['owner', 'lead', 'operator'],
  answer: z.strictObject({ plan: z.string(), headline: z.string() }),
  *decide(book, { id, title, answers, seed = COMMON_SEED }, { actor, now, zone, seed: own }) {
    const measured = yield* measuredOf(book, atNow(now, zone, actor));
    const today = dayOf(zone, now);
    const roadmap = planned(answers, measured, today, seed);
    const result = resultToKeep(roadmap, answers);
    const body = {
      ...{ title: title ?? `Plan of ${day(today)}`, answers, startsOn: roadmap.startsOn, seed, result },
      measured: { soc2: { ...measured.soc2 }, iso27001: { ...measured.iso27001 } },
    };
    const plan = id ?? `plan-${own.slice(0, 12)}`;
    const row = id === undefined ? undefined : book.plan.find(id);
    const refusal = row === undefined ? undefined : notDraft(row);
    if (refusal !== undefined) throw refusal;
    const changes = [row === undefined ? create(Plan, plan, body) : change(Plan, row, body)];
    return { changes, answer: { plan, headline: result.headline } };
  },
});

/** A plan that began longer ago is not adopted: its first dates have gone by. */
const STALE_DAYS = 31;

export const adoptPlan = defineAct('plan.adopt', {
  says: 'Adopts a draft: its programmes get their dates, and the plan adopted before is superseded.',
  input: z.strictObject({
    plan: ref('plan'),
    option: z
      .enum(PATHS)
      .optional()
      .describe('Another way than the recommended one; needed where the answers do not say which.'),
  }),
  reads,
  on: { kind: Plan, field: 'plan' },
  allowed: ['owner', 'lead'],
  unless: ({ id, state }) =>
    state === 'adopted'
      ? refusePlan('adopted', { plan: id })
      : state === 'draft'
        ? undefined
        : refusePlan('stands', { plan: id, state }),
  answer: z.strictObject({ plan: z.string(), programmes: z.array(z.string()) }),
  decide(book, { plan, option: chosen }, { actor, now, zone }) {
    const row = book.plan.get(plan);
    const today = dayOf(zone, now);
    if (row.startsOn < addDays(today, -STALE_DAYS)) throw refusePlan('past', { startsOn: row.startsOn });
    const { answers, measured, seed, startsOn } = row;
    const roadmap = planFor({ answers, measured, seed, startsOn });
    const option = optionOf(roadmap, chosen);
    if (option === undefined)
      throw refusePlan(roadmap.decision.branch === 'neither' ? 'neither' : 'which', {}, ['option']);
    if (option === 'separate') throw refusePlan('comparison', {}, ['option']);
    const way = dated(roadmap, option);
    const adoptions = adoptionsOf(book, way, milestonesOf(way, answers), answers, { today, zone });
    const programmes = adoptions.map(({ programme }) => programme);
    const before = book.plan.all().filter(({ state }) => state === 'adopted');
    const changes: readonly Change[] = [
      ...adoptions.flatMap((one) => one.changes),
      ...before.map((one) => move(Plan, one, 'supersede', { supersededBy: plan })),
      move(Plan, row, 'adopt', {
        result: resultToKeep(roadmap, answers, option),
        ...{ adoptedBy: actor.id, adoptedOn: today },
        programmes,
      }),
    ];
    return { changes, answer: { plan, programmes } };
  },
});

export const retirePlan = defineAct('plan.retire', {
  says: 'Lays a plan aside, with the reason. The programmes that it gave dates keep them.',
  input: z.strictObject({ plan: ref('plan'), reason: z.string().min(3).max(2000) }),
  reads: [Plan],
  on: { kind: Plan, field: 'plan', move: 'retire' },
  allowed: ['owner', 'lead'],
  decide: (book, { plan, reason }) => [move(Plan, book.plan.get(plan), 'retire', { retiredFor: reason })],
});

/** A door to people who are no users: so many letters of an organisation a day, and no more. */
const MOST_A_DAY = 60;

export const notePlanSent = defineAct('plan.note-sent', {
  says: 'Records that the page for the board was sent: to how many, and which document by its digest.',
  input: z.strictObject({
    plan: ref('plan'),
    addresses: z.int().min(1).max(1000),
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  }),
  reads: [Plan],
  internal: true,
  on: { kind: Plan, field: 'plan' },
  allowed: ['owner', 'lead'],
  decide(book, { plan, addresses, digest }, { actor, now }) {
    const row = book.plan.get(plan);
    const lately = book.plan
      .all()
      .flatMap(({ sent }) => sent)
      .filter(({ at }) => (parseInstant(at) ?? 0) > now - ELAPSED_DAY)
      .reduce((total, one) => total + one.addresses, 0);
    if (lately + addresses > MOST_A_DAY) throw refusePlan('often', { most: MOST_A_DAY, lately });
    return [change(Plan, row, { sent: [...row.sent, { at: printInstant(now), by: actor.id, addresses, digest }] })];
  },
});
