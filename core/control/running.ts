import { z } from 'zod';
import type { Book, Change, Facts, Moment, Path, Refusal, Stored } from '../kernel/index.ts';
import { change, dateText, dayOf, defineAct, defineRefusals, ref } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Control } from './record.ts';
import { FREQUENCIES } from './schedule.ts';

export const refuseRunning = defineRefusals('running', {
  started: {
    family: 'unmet',
    says: (p: { control: string; on: string }) =>
      `${p.control} has a start already, ${p.on}. Change the control where its schedule is to be another.`,
  },
  planned: { family: 'unmet', says: (p: { control: string }) => `${p.control} has not been started: nothing ends.` },
  ended: { family: 'unmet', says: (p: { control: string; on: string }) => `${p.control} ended on ${p.on}.` },
  waiting: {
    family: 'unmet',
    says: (p: { control: string; from: string }) =>
      `A version of ${p.control} is recorded that holds from ${p.from}. Change the control itself, so that both are seen.`,
  },
  owner: {
    family: 'unmet',
    says: (p: { person: string; on: string }) =>
      `${p.person} has left, or leaves before that day: ${p.on} is their last one. Name another owner.`,
  },
  owned: {
    family: 'unmet',
    says: (p: { control: string; person: string }) => `${p.control} is ${p.person}’s already.`,
  },
  twice: { family: 'invalid', says: (p: { control: string }) => `${p.control} is given twice.` },
});

const reads = [Control, Person] as const;
type Read = Book<typeof reads>;

const Start = z.strictObject({
  control: ref('control'),
  owner: ref('person'),
  frequency: z.enum(FREQUENCIES),
  startsOn: dateText().describe('From when it is due; a day to come is fine.'),
  effectiveFrom: dateText()
    .optional()
    .describe('From when these terms hold, for a control that has been run before: what fell due since then counts.'),
});
type Start = z.infer<typeof Start>;

/** The last version recorded. One that is to hold from a later day would hide what is changed today, so it is changed by hand. */
function headOf(book: Read, id: string, { now, zone }: Moment): Stored<typeof Control> {
  const row = book.control.get(id);
  const head = book.control.history(id).at(-1) ?? row;
  if (head.effectiveAt > now) {
    throw refuseRunning('waiting', { control: id, from: head.effectiveFrom ?? dayOf(zone, head.effectiveAt) });
  }
  return head;
}

/** Somebody who is there on the day, and today. */
function refuseGone(book: Read, person: string, on: string, { now, zone }: Moment, path: Path): void {
  const { leavesOn } = book.person.get(person);
  const today = dayOf(zone, now);
  const needed = on > today ? on : today;
  if (leavesOn !== undefined && leavesOn < needed) throw refuseRunning('owner', { person, on: leavesOn }, path);
}

/** A control has one start. */
const hasStarted = ({ id, startsOn }: Stored<typeof Control>, path: Path): Refusal | undefined =>
  startsOn === undefined ? undefined : refuseRunning('started', { control: id, on: startsOn }, [...path, 'control']);

function started(book: Read, { control, ...terms }: Start, moment: Moment, path: Path): Change {
  const head = headOf(book, control, moment);
  const refusal = hasStarted(head, path);
  if (refusal !== undefined) throw refusal;
  refuseGone(book, terms.owner, terms.startsOn, moment, [...path, 'owner']);
  return change(Control, head, { ...terms, effectiveFrom: terms.effectiveFrom, endsOn: undefined, endsFor: undefined });
}

/** What has ended is neither ended again nor handed over. */
const hasEnded = ({ id, endsOn }: Stored<typeof Control>, { now, zone }: Facts): Refusal | undefined =>
  endsOn !== undefined && endsOn < dayOf(zone, now)
    ? refuseRunning('ended', { control: id, on: endsOn }, ['control'])
    : undefined;

export const startControl = defineAct('control.start', {
  says: 'Starts a planned control: who owns it, how often it is due, from when.',
  input: Start,
  reads,
  on: { kind: Control, field: 'control' },
  allowed: ['owner', 'lead', 'operator'],
  unless: (row) => hasStarted(row, []),
  decide: (book, start, moment) => [started(book, start, moment, [])],
});

export const startControls = defineAct('control.startMany', {
  says: 'Starts many planned controls, all or nothing.',
  input: z.strictObject({ controls: z.array(Start).min(1).max(1000) }),
  reads,
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { controls }, moment) {
    const seen = new Set<string>();
    return controls.map((start, i) => {
      const at = ['controls', i];
      if (seen.has(start.control)) throw refuseRunning('twice', { control: start.control }, [...at, 'control']);
      seen.add(start.control);
      return { ...started(book, start, moment, at), at };
    });
  },
});

export const stopControl = defineAct('control.stop', {
  says: 'Ends a control after a day, with the reason. What fell due until then stays.',
  input: z.strictObject({ control: ref('control'), endsOn: dateText(), reason: z.string().min(3).max(2000) }),
  reads,
  on: { kind: Control, field: 'control' },
  allowed: ['owner', 'lead', 'operator'],
  unless: (row, facts) =>
    row.startsOn === undefined ? refuseRunning('planned', { control: row.id }, ['control']) : hasEnded(row, facts),
  decide(book, { control, endsOn, reason }, moment) {
    const head = headOf(book, control, moment);
    return [change(Control, head, { endsOn, endsFor: reason, effectiveFrom: undefined })];
  },
});

export const assignControl = defineAct('control.assign', {
  says: 'Gives a control to an owner, from now on.',
  input: z.strictObject({ control: ref('control'), owner: ref('person') }),
  reads,
  on: { kind: Control, field: 'control' },
  allowed: ['owner', 'lead', 'operator'],
  unless: hasEnded,
  decide(book, { control, owner }, moment) {
    const head = headOf(book, control, moment);
    if (head.owner === owner) throw refuseRunning('owned', { control, person: owner }, ['owner']);
    const today = dayOf(moment.zone, moment.now);
    refuseGone(book, owner, head.startsOn ?? today, moment, ['owner']);
    return [change(Control, head, { owner, effectiveFrom: undefined })];
  },
});
