import { z } from 'zod';
import { dateText, defineRecord, defineRefusals, isZone } from '../kernel/index.ts';

export const refuseOrganisation = defineRefusals('organisation', {
  zone: {
    family: 'invalid',
    says: (p: { zone: string }) => `“${p.zone}” is no IANA time zone, such as Europe/Madrid.`,
  },
  only: {
    family: 'invalid',
    says: (_: object) => 'There is one record “organisation” of this kind: no other is made, and it is not retired.',
  },
});

/** The one record `organisation` of each tenant: its name and the time zone its days are counted in. */
export const Organisation = defineRecord('organisation', {
  title: 'Organisation',
  area: 'any',
  timeless: true,
  // Every day and period is counted in it: another one would move what was already due.
  // And no organisation becomes a sample, nor a sample a real one.
  fixed: ['timeZone', 'sample'],
  body: z.strictObject({
    name: z.string().min(1).max(200),
    timeZone: z.string().max(64).default('UTC').describe('IANA name; days and periods are counted in it.'),
    sample: z
      .boolean()
      .default(false)
      .describe('An invented company: what was recorded before it was finished, and when, is invented too.'),
  }),
  holds: ({ timeZone }) =>
    isZone(timeZone) ? undefined : refuseOrganisation('zone', { zone: timeZone }, ['timeZone']),
  mayWrite: (_actor, { id, after }) =>
    id !== 'organisation' || after === undefined ? refuseOrganisation('only', {}, ['id']) : undefined,
});

/** Days that are no working days, for controls with `days: weekdays`. All lists count together. */
export const Holidays = defineRecord('holidays', {
  title: 'Holidays',
  area: 'any',
  timeless: true,
  body: z.strictObject({ dates: z.array(dateText()).max(5000) }),
});
