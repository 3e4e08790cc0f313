import { z } from 'zod';
import { change, create, defineAct, ref, retire } from '../kernel/index.ts';
import { Source } from './record.ts';
import { refuseSchedule, Schedule, Times } from './schedule.ts';

export const removeSource = defineAct('source.remove', {
  says: 'Stops counting a source from now on. What it delivered stays.',
  input: z.strictObject({ source: ref('source') }),
  reads: [Source, Schedule],
  on: { kind: Source, field: 'source' },
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { source }) {
    const schedule = book.schedule.find(source);
    const gone = retire(Source, book.source.get(source));
    return schedule === undefined ? [gone] : [retire(Schedule, schedule), gone];
  },
});

export const setSchedule = defineAct('schedule.set', {
  says: 'Says when a source is collected by itself: hourly, daily or weekly at a time of day.',
  input: z.strictObject({ source: ref('source'), ...Times }),
  reads: [Source, Schedule],
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { source, ...times }) {
    if (book.source.get(source).connector === 'push') throw refuseSchedule('push', { source }, ['source']);
    const held = book.schedule.find(source);
    if (held === undefined) return [create(Schedule, source, { source, ...times })];
    const { on, timeZone } = times;
    return [change(Schedule, held, { ...times, on, timeZone })];
  },
});

export const pauseSchedule = defineAct('schedule.pause', {
  says: 'Stops a schedule until it is resumed (“paused”: false). What was due meanwhile is not made up for.',
  input: z.strictObject({ schedule: ref('schedule'), paused: z.boolean().default(true) }),
  reads: [Schedule],
  on: { kind: Schedule, field: 'schedule' },
  allowed: ['owner', 'lead', 'operator'],
  decide(book, { schedule, paused }) {
    const held = book.schedule.get(schedule);
    return held.paused === paused ? [] : [change(Schedule, held, { paused })];
  },
});

export const removeSchedule = defineAct('schedule.remove', {
  says: 'Ends a schedule. The source stays and is collected by hand.',
  input: z.strictObject({ schedule: ref('schedule') }),
  reads: [Schedule],
  on: { kind: Schedule, field: 'schedule' },
  allowed: ['owner', 'lead', 'operator'],
  decide: (book, { schedule }) => [retire(Schedule, book.schedule.get(schedule))],
});
