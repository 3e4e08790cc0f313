import { LIBRARY } from '@countersign/core/control/library.ts';
import type { Occurrence, Terms } from '@countersign/core/control/schedule.ts';
import { isPeriodic, occurrencesOf } from '@countersign/core/control/schedule.ts';
import type { Governed, Instant } from '@countersign/core/kernel/index.ts';
import { dayNumber, dayNumberAt, HOUR, printInstant } from '@countersign/core/kernel/index.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import type { Fate, Started } from './controls.ts';
import { STARTED } from './controls.ts';
import { documentOf } from './documents.ts';
import type { Name } from './people.ts';
import { isThere, memberOf, NAMES } from './people.ts';
import type { Step } from './step.ts';
import { INCIDENTS, incidentId } from './systems.ts';

type Frequency = Terms['frequency'];
type Body = (typeof LIBRARY)[number]['body'];

const LIBRARY_BODY: ReadonlyMap<string, Body> = new Map(LIBRARY.map(({ id, body }) => [id, body]));

export function libraryBody(control: string): Body {
  const body = LIBRARY_BODY.get(control);
  if (body === undefined) throw new TypeError(`The library has no control ${control}`);
  return body;
}

/** The hour of a working day at which controls are written. */
const WRITTEN_AT = 10.5;

/** The control as each of its versions says, oldest first, and from when. */
export function versionsOf(
  control: string,
  started: Started,
  days: Days,
): readonly { readonly day: number; readonly at: Instant; readonly owner: Name; readonly frequency: Frequency }[] {
  const first = {
    day: started.starts,
    at: days.at(started.starts, WRITTEN_AT),
    owner: started.owner,
    frequency: started.frequency ?? libraryBody(control).frequency,
  };
  const versions = [first];
  for (const { day, ...change } of started.changes ?? []) {
    versions.push({ ...(versions.at(-1) ?? first), ...change, day, at: days.at(day, WRITTEN_AT + 6) });
  }
  return versions;
}

/** Where in a period people come to it, as shares of its length. */
const USUAL: Readonly<Record<string, readonly [number, number]>> = {
  daily: [0.38, 0.7],
  weekly: [0.48, 0.69],
  monthly: [0.55, 0.93],
  quarterly: [0.6, 0.95],
  semiannual: [0.45, 0.9],
  annual: [0.15, 0.85],
};

interface Done {
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly outcome: 'done' | 'findings' | 'not-done';
  readonly hasDocument: boolean;
}

const WORKING_HOURS = [9.2, 16.8] as const;

/** Every time that a scheduled control was performed, and every document filed for it. */
export function scheduledWork(days: Days, dice: Dice, holidays: ReadonlySet<string>): readonly Step[] {
  return Object.entries(STARTED).flatMap(([control, started]) => {
    const versions = versionsOf(control, started, days);
    const occurrences = closedAndOpen(control, started, days, holidays);
    const end = days.at(LENGTH_DAYS + 1, 0);
    const closed = occurrences.filter(({ graceEnd, part }) => graceEnd < end && !part);
    return occurrences.flatMap((occurrence): readonly Step[] => {
      const age = closed.includes(occurrence) ? closed.length - 1 - closed.indexOf(occurrence) : undefined;
      const frequency = versions.findLast(({ at }) => at <= occurrence.due)?.frequency ?? 'monthly';
      const fate = fateOf(control, started, frequency, occurrence, age, dice);
      const done = doneBy(days, dice, control, frequency, occurrence, fate, versions[0]?.at ?? 0);
      if (done === undefined || done.recordedAt >= end) return [];
      const by = versions.findLast(({ at }) => at <= done.at)?.owner ?? started.owner;
      // Whoever has left does nothing any more, and what nobody took over stays undone.
      if (!isThere(memberOf(by), dayIn(days, done.at))) return [];
      return performed(days, dice, { control, key: occurrence.key, by, done });
    });
  });
}

const dayIn = (days: Days, at: Instant): number => LENGTH_DAYS - (dayNumber(days.last) - dayNumberAt(days.zone, at));

/** All that is due from its start to a year on: what lies ahead has its usual day too, and may be done early in its period. */
export function closedAndOpen(
  control: string,
  started: Started,
  days: Days,
  holidays: ReadonlySet<string>,
): readonly Occurrence[] {
  const versions = versionsOf(control, started, days);
  const governed: Governed<Terms> = versions.map(({ at, frequency }, i) => ({
    from: i === 0 ? -Infinity : at,
    to: versions[i + 1]?.at ?? Infinity,
    terms: {
      frequency,
      startsOn: days.date(started.starts),
      days: started.days ?? 'all',
      evidence: 'required',
      ...(started.grace === undefined ? {} : { grace: started.grace }),
    },
  }));
  return occurrencesOf(governed, { zone: days.zone, holidays }, -Infinity, days.at(LENGTH_DAYS + 366, 0));
}

function fateOf(
  control: string,
  started: Started,
  frequency: Frequency,
  { key }: Occurrence,
  age: number | undefined,
  dice: Dice,
): Fate {
  const marked = age === undefined ? undefined : started.marks?.[age];
  if (marked !== undefined) return marked;
  const share = dice.share('fate', control, key);
  if (share < 0.03) return 'late';
  if (share < 0.06) return 'told-late';
  if (share < 0.09) return 'findings';
  // What comes often is forgotten now and then.
  if (share < 0.105 && (frequency === 'weekly' || frequency === 'monthly')) return 'missed';
  return 'on-time';
}

function doneBy(
  days: Days,
  dice: Dice,
  control: string,
  frequency: Frequency,
  occurrence: Occurrence,
  fate: Fate,
  writtenAt: Instant,
): Done | undefined {
  if (fate === 'missed' || !isPeriodic(frequency)) return undefined;
  const name = [control, occurrence.key] as const;
  const hour = WORKING_HOURS[0] + dice.share('hour', ...name) * (WORKING_HOURS[1] - WORKING_HOURS[0]);
  const first = dayIn(days, Math.max(occurrence.start, writtenAt + 20 * HOUR));
  const due = dayIn(days, occurrence.due);
  const grace = dayIn(days, occurrence.graceEnd);
  const on = (day: number): Instant => days.at(day, hour);
  const soon = (at: Instant): Instant => at + (4 + dice.share('told', ...name) * 150) * 60_000;

  const [from, to] = USUAL[frequency] ?? [0.5, 0.9];
  const share = from + dice.share('day', ...name) * (to - from);
  const usual = days.working(first + Math.floor((due - first) * share), -1);
  const inTime = usual >= first ? usual : days.working(first);
  const done = (day: number, rest: Partial<Done> = {}): Done => ({
    at: on(day),
    recordedAt: soon(on(day)),
    outcome: 'done',
    hasDocument: true,
    ...rest,
  });
  switch (fate) {
    case 'late':
      return done(Math.min(grace, days.working(due + dice.between(1, Math.max(1, grace - due), 'late', ...name))));
    case 'too-late':
      return done(days.working(grace + dice.between(3, 12, 'too late', ...name)));
    case 'told-late': {
      const told = days.working(inTime + dice.between(11, 44, 'told late', ...name));
      // Of late all of it has been told.
      const latest = days.at(Math.min(told, days.working(LENGTH_DAYS - 1, -1)), hour) + HOUR;
      return latest < on(inTime) ? done(inTime) : done(inTime, { recordedAt: latest });
    }
    case 'findings':
      return done(inTime, { outcome: 'findings' });
    case 'bare':
      return done(inTime, { hasDocument: false });
    case 'not-done':
      return done(due, { outcome: 'not-done', hasDocument: false });
    case 'on-time':
      return inTime > due ? undefined : done(inTime);
  }
}

const FINDINGS = [
  'Two entries were out of date; both were put right on the day.',
  'One owner had moved on; the entry has a new one.',
  'Three things differed from what was written down; a ticket was opened for each.',
  'It took longer than planned: 74 minutes instead of 60. The plan is being changed.',
] as const;

interface Performed {
  readonly control: string;
  readonly key: string;
  /** Per-event controls: the event, which names itself. */
  readonly isEvent?: true;
  readonly by: Name;
  readonly done: Done;
  readonly note?: string;
}

function performed(days: Days, dice: Dice, { control, key, isEvent, by, done, note }: Performed): readonly Step[] {
  const { title, domain } = libraryBody(control);
  const findings = done.outcome === 'findings' ? dice.pick(FINDINGS, 'findings', control, key) : undefined;
  const on = days.date(dayIn(days, done.at));
  const needs = done.hasDocument && STARTED[control]?.evidence !== 'optional';
  const evidence = `e-${control}-${key}`.toLowerCase();
  const shown = { control, title, domain: domain ?? '', key, on, by: memberOf(by), findings };
  const says = note ?? findings ?? (done.outcome === 'not-done' ? 'The alert console was down all day.' : undefined);
  return [
    ...(needs
      ? [
          {
            is: 'evidence',
            name: `evidence ${control} ${key}`,
            at: done.recordedAt,
            by,
            document: documentOf(shown, dice),
            input: {
              id: evidence,
              controls: [control],
              observedAt: printInstant(done.at),
              source: `Filed by ${memberOf(by).title.toLowerCase()}`,
            },
          } satisfies Step,
        ]
      : []),
    {
      is: 'act',
      name: `performance ${control} ${key}`,
      at: done.recordedAt,
      by,
      act: 'performance.record',
      input: {
        control,
        at: printInstant(done.at),
        outcome: done.outcome,
        ...(isEvent === true ? { for: key } : {}),
        ...(needs ? { evidence: [evidence] } : {}),
        ...(says === undefined ? {} : { note: says }),
      },
    },
  ];
}

/** Work that something else sets off: somebody joins or leaves, an incident, a new vendor. */
export function occasionalWork(days: Days, dice: Dice): readonly Step[] {
  const done = (control: string, key: string, day: number, by: Name, note: string): readonly Step[] => {
    const started = STARTED[control];
    const on = days.working(day);
    if (started === undefined || on <= started.starts || on > LENGTH_DAYS) return [];
    const at = days.at(on, 10 + dice.share('hour', control, key) * 6);
    const recordedAt = at + (10 + dice.share('told', control, key) * 240) * 60_000;
    return performed(days, dice, {
      control,
      key,
      isEvent: true,
      by,
      note,
      done: { at, recordedAt, outcome: 'done', hasDocument: true },
    });
  };
  const joiners = NAMES.flatMap((name) => {
    const { joins, isOutside, title } = memberOf(name);
    if (joins === undefined || isOutside === true) return [];
    return [
      ...done('HRS-01', `join-${name}`, joins - 9, 'lucia', `References and identity checked: ${title.toLowerCase()}`),
      ...done('HRS-02', `join-${name}`, joins - 1, 'lucia', 'Contract and confidentiality signed'),
    ];
  });
  const leavers = NAMES.flatMap((name) => {
    const { leaves } = memberOf(name);
    if (leaves === undefined) return [];
    return done('HRS-07', `leave-${name}`, leaves, 'lucia', 'Laptop and keys are back, accounts are listed');
  });
  const incidents = INCIDENTS.flatMap(({ day, says }, n) => [
    ...done('INC-04', incidentId(n), day + 1, 'aisha', `${says}. Handled; what was seen and done is in the file`),
    ...done('INC-05', incidentId(n), day + 9, 'aisha', `${says}. Looked back on with everybody who took part`),
  ]);
  const actions = ([139, 214, 247, 318, LENGTH_DAYS - 30] as const).flatMap((day, n) =>
    done('ISM-10', `CAR-${n + 1}`, day, 'bram', 'Cause, action, who does it and until when are in the log'),
  );
  const vendors = (['payroll', 'support desk', 'translation', 'error tracking'] as const).flatMap((vendor, n) =>
    done('TPM-02', `vendor-${vendor.replace(' ', '-')}`, 150 + n * 71, 'samuel', `Looked at before signing: ${vendor}`),
  );
  const reliability = ([262, 351, LENGTH_DAYS - 40] as const).flatMap((day, n) =>
    done('AUD-05', `list-${n + 1}`, day, 'bram', 'The list was drawn again and compared: same length, same total'),
  );
  return [...joiners, ...leavers, ...incidents, ...actions, ...vendors, ...reliability];
}
