import type { z } from 'zod';
import type { Category, FrameworkId } from '../framework/catalog.ts';
import { CATEGORIES, FRAMEWORKS } from '../framework/catalog.ts';
import type { Milestone } from '../framework/milestone.ts';
import { Programme } from '../framework/record.ts';
import type { Book, Change, DateText, Stored } from '../kernel/index.ts';
import { addDays, change, create } from '../kernel/index.ts';
import type { Answers } from './answers.ts';
import { programmeInForce } from './measure.ts';
import type { PlannedMilestone } from './milestones.ts';
import type { Dated } from './roadmap.ts';
import { day } from './words.ts';

type ProgrammeRow = Stored<typeof Programme>;
type Body = z.input<(typeof Programme)['body']>;

/** What adopting a plan does to one programme. */
export interface Adoption {
  readonly framework: FrameworkId;
  readonly programme: string;
  readonly does: 'create' | 'change';
  readonly title: string;
  readonly says: string;
  readonly changes: readonly Change[];
}

const NOT_CHOSEN = 'category not chosen';

/** For each framework of the plan its programme: the one in force gets the dates, or one is created, after the period that has one already. */
export function adoptionsOf(
  book: Book<readonly [typeof Programme]>,
  plan: Dated,
  dates: readonly PlannedMilestone[],
  answers: Answers,
  today: DateText,
): readonly Adoption[] {
  return plan.inHand.map(({ framework }) => {
    const milestones = dates.filter((one) => one.framework === framework).map(asMilestone);
    const fields = framework === 'soc2' ? soc2Fields(plan, answers) : {};
    const row = programmeInForce(book, framework, today);
    const says = saysOf(framework, plan);
    if (row === undefined) return begun(book, framework, { ...fields, milestones }, says);
    const period = framework === 'soc2' ? soc2Fields(plan, answers).periodFrom : undefined;
    if (row.periodTo !== undefined && period !== undefined && row.periodTo < period)
      return followed(book, row, { ...fields, periodFrom: period, milestones }, says);
    const body: Partial<Body> = {
      ...fields,
      ...scopeOf(row, answers),
      milestones: merged(row.milestones ?? [], milestones),
    };
    return {
      ...{ framework, programme: row.id, does: 'change', title: row.title, says },
      changes: [change(Programme, row, { ...body, ...(framework === 'soc2' ? { asOfDate: undefined } : {}) })],
    };
  });
}

const asMilestone = ({ milestone, title, on }: PlannedMilestone): Milestone =>
  milestone === 'other' ? { milestone, on, note: title } : { milestone, on };

const soc2Fields = ({ tasks }: Dated, { categories }: Answers) => {
  const period = tasks.find(({ id }) => id === 'soc2.period');
  return {
    report: 'type-2' as const,
    categories: [...categories],
    periodFrom: period?.from,
    periodTo: period?.to,
  };
};

/** Criteria of categories that are not chosen go out of scope with that as the justification, and come back with the category. */
function scopeOf(
  row: Pick<ProgrammeRow, 'framework' | 'outOfScope'> | undefined,
  { categories }: Answers,
): Pick<Body, 'outOfScope'> {
  if (row !== undefined && row.framework !== 'soc2') return {};
  const left = new Set<Category>(CATEGORIES.filter((category) => !categories.includes(category)));
  const partOf = new Map(FRAMEWORKS.soc2.requirements.map(({ ref, part }) => [ref, part]));
  const kept = (row?.outOfScope ?? []).filter(({ justification }) => justification !== NOT_CHOSEN);
  const out = FRAMEWORKS.soc2.requirements
    .filter(({ ref, part }) => [...left].some((category) => category === part) && !kept.some((one) => one.ref === ref))
    .map(({ ref }) => ({ ref, justification: NOT_CHOSEN }));
  return { outOfScope: [...kept.filter(({ ref }) => partOf.has(ref)), ...out] };
}

/** What has happened stays; what was planned gives way to the plan. */
function merged(before: readonly Milestone[], planned: readonly Milestone[]): Milestone[] {
  const key = ({ milestone, note }: Milestone): string => (milestone === 'other' ? `other ${note ?? ''}` : milestone);
  const done = before.filter(({ doneOn }) => doneOn !== undefined);
  const keys = new Set(planned.map(key));
  const others = before.filter((one) => one.doneOn === undefined && !keys.has(key(one)));
  const happened = new Set(done.map(key));
  return [...done, ...others, ...planned.filter((one) => !happened.has(key(one)))];
}

function saysOf(framework: FrameworkId, { tasks, inHand }: Dated): string {
  const inHandOn = inHand.find((one) => one.framework === framework)?.on ?? '';
  if (framework === 'iso27001') {
    const stage2 = tasks.find(({ id }) => id === 'iso.stage2');
    return `Stage 2 on ${day(stage2?.to ?? inHandOn)}, certificate on ${day(inHandOn)}, then two surveillance audits.`;
  }
  const period = tasks.find(({ id }) => id === 'soc2.period');
  return `Observation period ${day(period?.from ?? inHandOn)} to ${day(period?.to ?? inHandOn)}, Type 2 report on ${day(inHandOn)}.`;
}

function freeId(book: Book<readonly [typeof Programme]>, wanted: string): string {
  const taken = new Set(book.programme.ids());
  let id = wanted;
  for (let n = 2; taken.has(id); n += 1) id = `${wanted}-${n}`;
  return id;
}

function begun(
  book: Book<readonly [typeof Programme]>,
  framework: FrameworkId,
  fields: Partial<Body>,
  says: string,
): Adoption {
  const programme = freeId(book, framework);
  const title = FRAMEWORKS[framework].title;
  const categories = 'categories' in fields ? fields.categories : undefined;
  const scope = framework === 'soc2' ? scopeOf(undefined, { categories } as Answers) : {};
  const body: Body = { framework, title, ...fields, ...scope };
  return { framework, programme, does: 'create', title, says, changes: [create(Programme, programme, body)] };
}

/** After a period that has its own programme comes one of its own; until it begins, the former stays in force. */
function followed(
  book: Book<readonly [typeof Programme]>,
  row: ProgrammeRow,
  fields: Partial<Body> & { readonly periodFrom: DateText },
  says: string,
): Adoption {
  const programme = freeId(book, `${row.framework}-${fields.periodFrom.slice(0, 4)}`);
  const { title, scope, boundary, subservice, firm } = row;
  const body: Body = {
    ...{ framework: row.framework, title, ...fields, from: fields.periodFrom, previous: row.id },
    ...(scope === undefined ? {} : { scope }),
    ...(boundary === undefined ? {} : { boundary }),
    ...(subservice === undefined ? {} : { subservice }),
    ...(firm === undefined ? {} : { firm }),
    outOfScope: [...row.outOfScope],
  };
  return {
    ...{ framework: row.framework, programme, does: 'create', title, says },
    changes: [create(Programme, programme, body), change(Programme, row, { to: addDays(fields.periodFrom, -1) })],
  };
}
