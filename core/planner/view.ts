import { z } from 'zod';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dayOf, defineView, idSchema, printInstant } from '../kernel/index.ts';
import { Organisation } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { adoptionsOf } from './adoption.ts';
import { Answers } from './answers.ts';
import { SEED } from './dice.ts';
import { KEPT, keptDates, keptSentence } from './kept.ts';
import { measuredOf, measureReads } from './measure.ts';
import { milestonesOf } from './milestones.ts';
import { PATHS } from './path.ts';
import { COMMON_SEED, optionOf, planned } from './plan.ts';
import { Plan } from './record.ts';
import { MilestoneAnswer, RoadmapAnswer } from './result.ts';
import type { Roadmap } from './roadmap.ts';
import { dated, planFor } from './roadmap.ts';
import { tell } from './tell.ts';

const PLANNERS = ['owner', 'lead', 'operator'] as const;

const reads = [Organisation, ...measureReads] as const;

/** The answer for a roadmap, with what adopting it would do to the programmes there are. */
function told(book: Book<typeof reads>, roadmap: Roadmap, answers: Answers, at: At): z.input<typeof RoadmapAnswer> {
  const organisation = book.organisation.find('organisation');
  const option = optionOf(roadmap, undefined);
  const way = option === undefined ? undefined : dated(roadmap, option);
  const adoption =
    way === undefined
      ? []
      : adoptionsOf(book, way, milestonesOf(way, answers), answers, {
          today: dayOf(at.zone, at.asOf),
          zone: at.zone,
        }).map(({ framework, programme, does, title, says }) => ({ framework, programme, does, title, says }));
  return {
    ...tell(roadmap, answers),
    asOf: printInstant(at.asOf),
    organisation: organisation?.name ?? '',
    sample: organisation?.sample === true,
    adoption,
  };
}

export const roadmap = defineView('roadmap', {
  says: 'Which framework first, what it costs and when it is in hand, from at most ten answers: computed, with what it rests on. No advice from an auditor.',
  input: Answers.extend({
    seed: z.string().regex(SEED).default(COMMON_SEED).describe('Draws with it; the same again shows the same.'),
  }),
  reads,
  readableBy: PLANNERS,
  output: RoadmapAnswer,
  *compute(book, { seed, ...answers }, at) {
    const measured = yield* measuredOf(book, at);
    return told(book, planned(answers, measured, dayOf(at.zone, at.asOf), seed), answers, at);
  },
});

const Who = z.object({ id: z.string(), name: z.string() });

export const PlanPage = z.object({
  plan: z
    .object({
      id: z.string(),
      title: z.string(),
      state: z.enum(['draft', 'adopted', 'superseded', 'retired']),
      madeOn: z.string(),
      madeBy: Who,
      adoptedOn: z.string().nullable(),
      adoptedBy: Who.nullable(),
      startsOn: z.string(),
      headline: z.string(),
      option: z.enum(PATHS).nullable(),
      cost: z.object({ p10: z.number(), p50: z.number(), p90: z.number() }).nullable(),
      programmes: z.array(z.string()),
      sent: z.array(z.object({ at: z.string(), by: Who, addresses: z.int(), digest: z.string() })),
      retiredFor: z.string().nullable(),
      supersededBy: z.string().nullable(),
    })
    .nullable(),
  answers: Answers.nullable(),
  roadmap: RoadmapAnswer.nullable(),
  isAsKept: z.boolean().describe('Whether computing it again today, on its own answers and seed, gives what was kept.'),
  kept: z.object({
    says: z.string(),
    dates: z.array(
      z.object({
        ...MilestoneAnswer.omit({ day: true }).shape,
        kept: z.enum(KEPT),
        now: z.string().nullable(),
        byDays: z.int(),
      }),
    ),
  }),
  others: z.array(
    z.object({ id: z.string(), title: z.string(), state: z.string(), madeOn: z.string(), headline: z.string() }),
  ),
});

export const planPage = defineView('plan', {
  says: 'The adopted plan, or the one named: what was decided, and whether its dates have held so far.',
  input: z.strictObject({ plan: idSchema.optional().describe('Without it the one that is adopted.') }),
  reads: [Plan, Person, ...reads],
  readableBy: PLANNERS,
  output: PlanPage,
  compute(book, { plan: id }, at) {
    const all = book.plan.all();
    const row = id === undefined ? all.find(({ state }) => state === 'adopted') : book.plan.get(id);
    const madeOn = (one: Stored<typeof Plan>): string =>
      dayOf(at.zone, book.plan.history(one.id)[0]?.recordedAt ?? one.recordedAt);
    const others = all
      .filter((one) => one.id !== row?.id)
      .map((one) => ({
        id: one.id,
        title: one.title,
        state: one.state,
        madeOn: madeOn(one),
        headline: one.result.headline,
      }))
      .sort((a, b) => (a.madeOn < b.madeOn ? 1 : -1));
    if (row === undefined) {
      return { plan: null, answers: null, roadmap: null, isAsKept: true, kept: { says: '', dates: [] }, others };
    }
    const who = (person: string) => ({ id: person, name: book.person.find(person)?.name ?? person });
    const { answers, measured, seed, startsOn, result } = row;
    const again = planFor({ answers, measured, seed, startsOn });
    const programmes = row.programmes.flatMap((programme) => book.programme.find(programme) ?? []);
    const kept =
      row.state === 'adopted' || row.state === 'superseded'
        ? keptDates(result.dates, programmes, dayOf(at.zone, at.asOf))
        : [];
    return {
      plan: {
        ...{ id: row.id, title: row.title, state: row.state, startsOn, headline: result.headline },
        ...{ madeOn: madeOn(row), madeBy: who(book.plan.history(row.id)[0]?.actor ?? row.actor) },
        adoptedOn: row.adoptedOn ?? null,
        adoptedBy: row.adoptedBy === undefined ? null : who(row.adoptedBy),
        option: result.option ?? null,
        cost: result.cost ?? null,
        programmes: [...row.programmes],
        sent: row.sent.map(({ by, ...one }) => ({ ...one, by: who(by) })),
        retiredFor: row.retiredFor ?? null,
        supersededBy: row.supersededBy ?? null,
      },
      answers,
      roadmap: told(book, again, answers, at),
      isAsKept: result.option === undefined || isAsKept(again, result),
      kept: { says: kept.length === 0 ? '' : keptSentence(kept), dates: kept.map((one) => ({ ...one })) },
      others,
    };
  },
});

/** The catalogue’s figures may have changed since: then what was decided on is what was kept. */
function isAsKept(again: Roadmap, { option, cost }: Stored<typeof Plan>['result']): boolean {
  if (option === undefined || cost === undefined) return true;
  const now = again.result(option).cost;
  return now.p10 === cost.p10 && now.p50 === cost.p50 && now.p90 === cost.p90;
}
