import { z } from 'zod';
import {
  dateOf,
  dayNumberAt,
  dayStartOf,
  defineRecord,
  defineRefusals,
  HOUR,
  isZone,
  localInstant,
  ref,
  weekdayOf,
} from '../kernel/index.ts';
import type { Instant, Stored } from '../kernel/index.ts';

export const refuseSchedule = defineRefusals('schedule', {
  zone: {
    family: 'invalid',
    says: (p: { zone: string }) => `“${p.zone}” is no IANA time zone, such as Europe/Madrid.`,
  },
  weekday: { family: 'invalid', says: (_: object) => '“on” is for weekly schedules, which need it.' },
  push: {
    family: 'invalid',
    says: (p: { source: string }) => `“${p.source}” is fed with “facts push”; there is nothing to collect.`,
  },
});

export const EVERY = ['hour', 'day', 'week'] as const;
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const Times = {
  every: z.enum(EVERY).default('day'),
  at: z
    .string()
    .regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day such as 02:30')
    .default('02:00')
    .describe('Of an hourly schedule the minutes count.'),
  on: z.enum(WEEKDAYS).optional().describe('The day of a weekly one.'),
  timeZone: z.string().max(64).optional().describe('IANA name; the organisation’s without it.'),
};

/** When a source is collected by itself. What a control asks of people is no such schedule: that is the control’s frequency. */
export const Schedule = defineRecord('schedule', {
  title: 'Collection schedule',
  area: 'sources',
  timeless: true,
  ownActsOnly: true,
  readableBy: ['owner', 'lead', 'adviser', 'auditor', 'operator'],
  body: z.strictObject({ source: ref('source'), ...Times, paused: z.boolean().default(false) }),
  holds({ every, on, timeZone }) {
    if ((every === 'week') !== (on !== undefined)) return refuseSchedule('weekday', {}, ['on']);
    return timeZone === undefined || isZone(timeZone)
      ? undefined
      : refuseSchedule('zone', { zone: timeZone }, ['timeZone']);
  },
});
export type Timing = Pick<Stored<typeof Schedule>, 'every' | 'at' | 'on' | 'timeZone'>;

/** No two moments of a schedule are further apart, an hour of summer time included. */
const LONGEST = { hour: 2 * HOUR, day: 26 * HOUR, week: 170 * HOUR } as const satisfies Record<Timing['every'], number>;

/** The moments of a schedule in [from, to), in order. A time of day that the zone skips is taken an hour later, one that it has twice is taken once. */
export function momentsOf(timing: Timing, zone: string, from: Instant, to: Instant): readonly Instant[] {
  const [hours = 0, minutes = 0] = timing.at.split(':').map(Number);
  if (timing.every === 'hour') {
    const first = Math.floor(from / HOUR) * HOUR + minutes * 60_000 - HOUR;
    const moments: Instant[] = [];
    for (let at = first; at < to; at += HOUR) if (at >= from) moments.push(at);
    return moments;
  }
  const inZone = timing.timeZone ?? zone;
  const weekday = timing.on === undefined ? undefined : WEEKDAYS.indexOf(timing.on) + 1;
  const moments: Instant[] = [];
  for (let day = dayNumberAt(inZone, from) - 1; dayStartOf(inZone, day) < to; day += 1) {
    if (timing.every === 'week' && weekdayOf(day) !== weekday) continue;
    const at = localInstant(inZone, dateOf(day), hours, minutes);
    if (at >= from && at < to) moments.push(at);
  }
  return moments;
}

/** When it runs next, after an instant. */
export function nextRun(timing: Timing, zone: string, after: Instant): Instant {
  const [next] = momentsOf(timing, zone, after + 1, after + 1 + LONGEST[timing.every]);
  if (next === undefined) throw new RangeError('A schedule runs at least once in its longest stretch');
  return next;
}

/**
 * The latest moment it should have run at by now, since it was set or resumed: what was missed while nobody was there to run it is made
 * up for once, and never in a burst. Undefined while it is paused or nothing was due.
 */
export function dueRun(schedule: Stored<typeof Schedule>, zone: string, now: Instant): Instant | undefined {
  if (schedule.paused) return undefined;
  const from = Math.max(schedule.recordedAt, now - LONGEST[schedule.every]);
  return momentsOf(schedule, zone, from, now + 1).at(-1);
}
