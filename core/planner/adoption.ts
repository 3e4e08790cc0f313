import type { FrameworkId } from '../framework/catalog.ts';
import { FRAMEWORKS } from '../framework/catalog.ts';
import type { Milestone } from '../framework/milestone.ts';
import { Programme } from '../framework/record.ts';
import type { Book, Change, DateText, Stored } from '../kernel/index.ts';
import { change, dayStart } from '../kernel/index.ts';
import { begun } from '../programme/begin.ts';
import { sortedCategories, withCategories } from '../programme/categories.ts';
import { sorted } from '../programme/milestones.ts';
import type { Answers } from './answers.ts';
import { programmeInForce } from './measure.ts';
import type { PlannedMilestone } from './milestones.ts';
import type { Dated } from './roadmap.ts';
import { day } from './words.ts';

type Row = Stored<typeof Programme>;
type Programmes = Book<readonly [typeof Programme]>;

/** What adopting a plan does to one programme. */
export interface Adoption {
  readonly framework: FrameworkId;
  readonly programme: string;
  readonly does: 'create' | 'change';
  readonly title: string;
  readonly says: string;
  readonly changes: readonly Change[];
}

interface On {
  readonly today: DateText;
  readonly zone: string;
}

/** For each framework of the plan its programme: the one in force gets the dates, or one is begun, after the period that has one already. */
export function adoptionsOf(
  book: Programmes,
  plan: Dated,
  dates: readonly PlannedMilestone[],
  answers: Answers,
  on: On,
): readonly Adoption[] {
  return plan.inHand.map(({ framework }) => {
    const milestones = dates.filter((one) => one.framework === framework).map(asMilestone);
    const period = framework === 'soc2' ? periodOf(plan) : undefined;
    const row = programmeFor(book, framework, period?.periodFrom, on.today);
    const says = saysOf(framework, plan);
    if (row === undefined || isOver(row, period?.periodFrom)) {
      const id = freeId(book, row === undefined ? framework : `${framework}-${period?.periodFrom.slice(0, 4) ?? ''}`);
      const { changes } = begun(
        book,
        {
          ...{ id, framework, milestones },
          ...(framework === 'soc2' ? { report: 'type-2', categories: [...answers.categories], ...period } : {}),
          ...(row === undefined ? { title: FRAMEWORKS[framework].title } : { title: row.title, previous: row.id }),
        },
        { now: dayStart(on.zone, on.today), seed: '', zone: on.zone },
      );
      return {
        framework,
        programme: id,
        does: 'create',
        title: row?.title ?? FRAMEWORKS[framework].title,
        says,
        changes,
      };
    }
    const body = { milestones: sorted(merged(row.milestones ?? [], milestones)) };
    return {
      ...{ framework, programme: row.id, does: 'change', title: row.title, says },
      changes: [
        change(
          Programme,
          row,
          period === undefined
            ? body
            : { ...body, ...period, report: 'type-2', asOfDate: undefined, ...scopeOf(row, answers) },
        ),
      ],
    };
  });
}

const asMilestone = ({ milestone, title, on }: PlannedMilestone): Milestone =>
  milestone === 'other' ? { milestone, on, note: title } : { milestone, on };

function periodOf({ tasks }: Dated): { readonly periodFrom: DateText; readonly periodTo: DateText } | undefined {
  const period = tasks.find(({ id }) => id === 'soc2.period');
  return period === undefined ? undefined : { periodFrom: period.from, periodTo: period.to };
}

const isOver = ({ periodTo }: Row, before: DateText | undefined): boolean =>
  periodTo !== undefined && before !== undefined && periodTo < before;

/** The one in force; where its period is over before the plan’s begins and another follows it already, that one. */
function programmeFor(
  book: Programmes,
  framework: FrameworkId,
  from: DateText | undefined,
  today: DateText,
): Row | undefined {
  let row = programmeInForce(book, framework, today);
  for (let next = row; next !== undefined && isOver(next, from);) {
    row = next;
    const { id } = next;
    next = book.programme.all().find(({ previous }) => previous === id);
    if (next !== undefined) row = next;
  }
  return row;
}

/** Criteria of categories that are not chosen go out of scope with that as the justification, and come back with the category. */
function scopeOf(row: Row, { categories }: Answers) {
  const chosen = sortedCategories(categories);
  const outOfScope = withCategories(row.outOfScope, chosen);
  const included = row.included?.filter(({ ref }) => !outOfScope.some((out) => out.ref === ref));
  return { categories: chosen, outOfScope, ...(included === undefined ? {} : { included }) };
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

function freeId(book: Programmes, wanted: string): string {
  const taken = new Set(book.programme.ids());
  let id = wanted;
  for (let n = 2; taken.has(id); n += 1) id = `${wanted}-${n}`;
  return id;
}
