import type { DateText } from '../kernel/index.ts';
import { addDays, dayNumber } from '../kernel/index.ts';
import { addMonths } from '../framework/months.ts';
import type { Column, World } from './bands.ts';

/** A year has so many days on average, a twelfth of them a month: for durations that name no calendar months. */
export const DAYS_A_MONTH = 365.25 / 12;

export const LANES = ['soc2', 'iso27001'] as const;
export type Lane = (typeof LANES)[number];

/** One piece of work or of waiting: how long it takes, in months, and after what it starts. */
export interface Task {
  readonly id: string;
  readonly lane: Lane;
  readonly title: string;
  readonly after: readonly string[];
  /** Nobody can hurry it: time has to pass. */
  readonly waits: boolean;
  /** Calendar months exactly, where it is a period that a report names. */
  readonly calendarMonths?: number;
  months(world: World): Column;
}

/** Of each task, when it is done, in months from the start: tasks stand after those that they wait for. */
export function finishes(tasks: readonly Task[], world: World): ReadonlyMap<string, Column> {
  const done = new Map<string, Column>();
  for (const task of tasks) {
    const takes = task.months(world);
    const column = new Float64Array(world.trials);
    for (const before of task.after) {
      const finished = done.get(before);
      if (finished === undefined) throw new RangeError(`${task.id} stands before ${before}, after which it comes`);
      for (let i = 0; i < column.length; i += 1) column[i] = Math.max(column[i] ?? 0, finished[i] ?? 0);
    }
    for (let i = 0; i < column.length; i += 1) column[i] = (column[i] ?? 0) + (takes[i] ?? 0);
    done.set(task.id, column);
  }
  return done;
}

/** A task with its place in the calendar. Days count from the start, the first one being 0. */
export interface Placed {
  readonly id: string;
  readonly lane: Lane;
  readonly title: string;
  readonly after: readonly string[];
  readonly waits: boolean;
  readonly fromDay: number;
  /** The day after its last. */
  readonly toDay: number;
  readonly days: number;
  readonly from: DateText;
  /** Its last day; of what takes no day, its first. */
  readonly to: DateText;
  /** By how many days it may be late without anything else being late that must be in hand. */
  readonly slackDays: number;
  readonly isCritical: boolean;
}

/**
 * The critical path method over the tasks: forwards as early as each can be, backwards as late as it may be for everything to be in hand on the
 * day it can be at the earliest. What has no slack holds that day back.
 */
export function place(tasks: readonly Task[], world: World, startsOn: DateText): readonly Placed[] {
  const early = new Map<string, { from: number; to: number }>();
  for (const task of tasks) {
    const from = Math.max(0, ...task.after.map((before) => early.get(before)?.to ?? 0));
    early.set(task.id, { from, to: from + daysOf(task, world, addDays(startsOn, from)) });
  }
  const end = Math.max(0, ...[...early.values()].map(({ to }) => to));
  const late = new Map<string, number>();
  for (const task of [...tasks].reverse()) {
    const next = tasks.filter(({ after }) => after.includes(task.id));
    const latest = next.map(({ id }) => (late.get(id) ?? end) - lengthOf(early.get(id)));
    late.set(task.id, Math.min(end, ...latest));
  }
  return tasks.map(({ id, lane, title, after, waits }) => {
    const { from, to } = early.get(id) ?? { from: 0, to: 0 };
    const slackDays = (late.get(id) ?? end) - to;
    return {
      ...{ id, lane, title, after, waits, fromDay: from, toDay: to, days: to - from },
      from: addDays(startsOn, from),
      to: addDays(startsOn, Math.max(from, to - 1)),
      slackDays,
      isCritical: slackDays === 0,
    };
  });
}

const lengthOf = (span: { readonly from: number; readonly to: number } | undefined): number =>
  span === undefined ? 0 : span.to - span.from;

function daysOf(task: Task, world: World, from: DateText): number {
  if (task.calendarMonths !== undefined) return dayNumber(addMonths(from, task.calendarMonths)) - dayNumber(from);
  return Math.max(0, Math.round((task.months(world)[0] ?? 0) * DAYS_A_MONTH));
}

/** What holds a task back: the tasks that follow on each other without a day between, up to it, the first one first. */
export function chainTo(placed: readonly Placed[], id: string): readonly Placed[] {
  const byId = new Map(placed.map((task) => [task.id, task]));
  const chain: Placed[] = [];
  for (let task = byId.get(id); task !== undefined;) {
    chain.unshift(task);
    const { after, fromDay } = task;
    task = after.flatMap((before) => byId.get(before) ?? []).find(({ toDay }) => toDay === fromDay);
  }
  return chain.filter(({ days }) => days > 0);
}
