import { z } from 'zod';
import { Evidence } from '../evidence/record.ts';
import type { Book, Instant, Stored } from '../kernel/index.ts';
import { correct, create, defineAct, defineRefusals, instantText, parseInstant, ref } from '../kernel/index.ts';
import { Holidays, Organisation } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import { assign } from './assignment.ts';
import type { Performed } from './assignment.ts';
import { OUTCOMES_OF_WORK, Performance, performedOf } from './performance.ts';
import { Control } from './record.ts';
import type { Calendar, Occurrence, Terms } from './schedule.ts';
import { keyIsOfControl, occurrencesOf } from './schedule.ts';

export const refusePerformance = defineRefusals('performance', {
  future: {
    family: 'invalid',
    says: (p: { at: string }) => `Work cannot be recorded before it is done: ${p.at} is still to come.`,
  },
  key: {
    family: 'invalid',
    says: (p: { control: string; key: string }) => `${p.control} has no occurrence “${p.key}”.`,
  },
  withdrawn: { family: 'unmet', says: (p: { id: string }) => `Performance “${p.id}” is withdrawn already.` },
});

const reads = [Control, Performance, Holidays, Organisation, Evidence, Person] as const;
type Read = Book<typeof reads>;

const Given = z.strictObject({
  control: ref('control'),
  at: instantText(),
  for: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('The occurrence it was done for, as 2026-03, or the event of a per-event control.'),
  by: ref('person').optional(),
  outcome: z.enum(OUTCOMES_OF_WORK).default('done'),
  evidence: z.array(ref('evidence')).max(200).default([]),
  note: z.string().max(5000).optional(),
});
type Given = z.infer<typeof Given>;

const Met = { met: z.string().optional(), outside: z.string().optional() };

/** Days that do not count for controls of working days, of every list in force. */
export const calendarOf = (zone: string, holidays: readonly Stored<typeof Holidays>[]): Calendar => ({
  zone,
  holidays: new Set(holidays.flatMap((list) => list.dates)),
});

export const termsOf = (control: Stored<typeof Control>): Terms => control;

const performedBefore = (book: Read, control: string): Performed[] =>
  book.performance
    .pointingAt('control', control)
    .filter((row) => row.withdrawn === undefined)
    .map(performedOf);

const A_YEAR_MS = 366 * 86_400_000;

interface Schedule {
  readonly occurrences: readonly Occurrence[];
  hasKey(key: string, at: Instant): boolean;
}

/** The control's occurrences up to a year from now: as far as any performance of today can reach. */
function scheduleOf(book: Read, control: string, zone: string, now: Instant): Schedule {
  const governed = book.control.governed(control).map((span) => ({ ...span, terms: termsOf(span.terms) }));
  const calendar = calendarOf(zone, book.holidays.all());
  return {
    occurrences: occurrencesOf(governed, calendar, -Infinity, now + A_YEAR_MS),
    hasKey: (key, at) => keyIsOfControl(governed, calendar, key, at),
  };
}

function atOf(given: Given, now: Instant): Instant {
  const at = parseInstant(given.at);
  if (at === undefined || at > now) throw refusePerformance('future', { at: given.at }, ['at']);
  return at;
}

const bodyOf = ({ at, ...rest }: Given) => ({ ...rest, performedAt: at });

/** What a performance met, or why it met nothing. */
function outcomeOf(
  occurrences: readonly Occurrence[],
  performed: readonly Performed[],
  id: string,
): { met?: string; outside?: string } {
  const { met, unmatched } = assign(occurrences, performed);
  const key = [...met].find(([, by]) => by.id === id)?.[0];
  if (key !== undefined) return { met: key };
  return { outside: unmatched.find((u) => u.performance === id)?.reason ?? 'it meets no occurrence' };
}

export const recordPerformance = defineAct('performance.record', {
  says: 'Records that a control was performed, and answers which occurrence that met.',
  input: Given,
  reads,
  on: { kind: Control, field: 'control' },
  allowed: ['owner', 'lead', 'control-owner', 'operator'],
  answer: z.strictObject({
    performance: z.string(),
    ...Met,
    overdue: z.string().optional().describe('An occurrence that --for would meet instead.'),
  }),
  decide(book, given, { now, seed, zone }) {
    const at = atOf(given, now);
    const { occurrences, hasKey } = scheduleOf(book, given.control, zone, now);
    if (given.for !== undefined && !hasKey(given.for, at)) {
      throw refusePerformance('key', { control: given.control, key: given.for }, ['for']);
    }
    const id = `f-${seed.slice(0, 16)}`;
    const before = performedBefore(book, given.control);
    const mine: Performed = {
      id,
      at,
      recordedAt: now,
      outcome: given.outcome,
      evidence: given.evidence.length,
      ...(given.for === undefined ? {} : { for: given.for }),
    };
    const outcome = outcomeOf(occurrences, [...before, mine], id);
    const met = assign(occurrences, before).met;
    const overdue =
      given.for === undefined && given.outcome !== 'not-done'
        ? occurrences.find((o) => !o.part && o.key !== outcome.met && !met.has(o.key) && o.due < at && at <= o.graceEnd)
            ?.key
        : undefined;
    return {
      changes: [create(Performance, id, bodyOf(given))],
      answer: { performance: id, ...outcome, ...(overdue === undefined ? {} : { overdue }) },
    };
  },
});

export const recordPerformances = defineAct('performance.recordMany', {
  says: 'Records many performances, all or nothing. Repeated ones are not found out.',
  input: z.strictObject({ performances: z.array(Given).min(1).max(100_000) }),
  reads,
  allowed: ['owner', 'lead', 'control-owner', 'operator'],
  answer: z.strictObject({ performed: z.array(z.strictObject({ line: z.int(), id: z.string(), ...Met })) }),
  decide(book, { performances }, { now, seed, zone }) {
    const schedules = new Map<string, Schedule>();
    const added = new Map<string, Performed[]>();
    const rows = performances.map((given, i) => {
      const path = ['performances', i];
      const schedule =
        schedules.get(given.control) ?? (book.control.get(given.control), scheduleOf(book, given.control, zone, now));
      schedules.set(given.control, schedule);
      const at = parseInstant(given.at);
      if (at === undefined || at > now) throw refusePerformance('future', { at: given.at }, [...path, 'at']);
      if (given.for !== undefined && !schedule.hasKey(given.for, at)) {
        throw refusePerformance('key', { control: given.control, key: given.for }, [...path, 'for']);
      }
      const id = `f-${seed.slice(0, 16)}-${i + 1}`;
      const performed: Performed = {
        id,
        at,
        recordedAt: now,
        outcome: given.outcome,
        evidence: given.evidence.length,
        ...(given.for === undefined ? {} : { for: given.for }),
      };
      const list = added.get(given.control);
      if (list === undefined) added.set(given.control, [performed]);
      else list.push(performed);
      return { line: i + 1, id, given, path };
    });
    const outcomes = new Map<string, { met?: string; outside?: string }>();
    for (const [control, mine] of added) {
      const { met, unmatched } = assign(schedules.get(control)?.occurrences ?? [], [
        ...performedBefore(book, control),
        ...mine,
      ]);
      for (const [key, by] of met) outcomes.set(by.id, { met: key });
      for (const { performance, reason } of unmatched) outcomes.set(performance, { outside: reason });
    }
    return {
      changes: rows.map(({ id, given, path }) => ({ ...create(Performance, id, bodyOf(given)), at: path })),
      answer: {
        performed: rows.map(({ line, id }) => ({
          line,
          id,
          ...(outcomes.get(id) ?? { outside: 'it meets no occurrence' }),
        })),
      },
    };
  },
});

export const withdrawPerformance = defineAct('performance.withdraw', {
  says: 'Takes a wrong performance back, with the reason kept.',
  input: z.strictObject({ performance: ref('performance'), reason: z.string().min(3).max(2000) }),
  reads: [Performance],
  on: { kind: Performance, field: 'performance' },
  allowed: ['owner', 'lead', 'control-owner', 'operator'],
  unless: ({ id, withdrawn }) => (withdrawn === undefined ? undefined : refusePerformance('withdrawn', { id })),
  decide: (book, { performance, reason }) => [
    correct(Performance, book.performance.get(performance), { withdrawn: { reason } }),
  ],
});
