import { z } from 'zod';
import { defineView, printInstant } from '../kernel/index.ts';
import { EVERY, nextRun, Schedule, WEEKDAYS } from './schedule.ts';

export const Schedules = z.object({
  /** The organisation’s time zone, which those without one of their own are in. */
  zone: z.string(),
  schedules: z.array(
    z.object({
      source: z.string(),
      every: z.enum(EVERY),
      at: z.string(),
      on: z.enum(WEEKDAYS).nullable(),
      timeZone: z.string().nullable(),
      paused: z.boolean(),
      setBy: z.string(),
      nextRun: z.string().nullable().describe('After as-of; null while it is paused.'),
    }),
  ),
});

export const schedules = defineView('schedules', {
  says: 'When each source is collected by itself, and when next.',
  input: z.strictObject({}),
  area: 'sources',
  reads: [Schedule],
  output: Schedules,
  compute: (book, _input, { asOf, zone }) => ({
    zone,
    schedules: book.schedule.all().map(({ source, every, at, on, timeZone, paused, actor }) => ({
      ...{ source, every, at, paused },
      on: on ?? null,
      timeZone: timeZone ?? null,
      setBy: actor,
      nextRun: paused ? null : printInstant(nextRun({ every, at, on, timeZone }, zone, asOf)),
    })),
  }),
});
