import { z } from 'zod';
import type { Change, DateText, RecordDef, Refusal, Stamp, Stored } from '../kernel/index.ts';
import { create, dateText, defineAct, defineRecord, isZone, ref } from '../kernel/index.ts';
import { Holidays, refuseOrganisation } from '../organisation/record.ts';
import { Person } from '../people/record.ts';
import type { Law, LawId } from './catalog.ts';
import { DUTY_ROLES, LAW_IDS, LAWS } from './catalog.ts';
import type { DutyCalendar } from './deadline.ts';
import { refuseDuty } from './refusals.ts';

/** Who reads these registers: those who work on them, and guests by grant. */
export const DUTY_READERS = ['owner', 'lead', 'control-owner', 'adviser', 'auditor', 'operator'] as const;
/** Who reads of requests and incidents: they are about people, and nobody from outside sees them. */
export const INSIDE = ['owner', 'lead', 'control-owner', 'operator'] as const;

const Decided = {
  applies: z.enum(['yes', 'no', 'undecided']),
  why: z.string().min(3).max(2000).describe('Why it applies, or not, or what is still to be found out.'),
  since: dateText().optional().describe('From which day; before it no clock of this law runs.'),
  roles: z.array(z.enum(DUTY_ROLES)).max(DUTY_ROLES.length).default([]),
  reach: z
    .enum(['people-there', 'all'])
    .default('people-there')
    .describe('all: whoever is concerned, as for those established there; people-there: only where people there are.'),
  small: z.boolean().default(false).describe('Whether the longer periods of small agents may be used.'),
  timeZone: z.string().max(64).optional().describe('IANA name; without it the authority’s, or the organisation’s.'),
  holidays: z.array(ref('holidays')).max(20).default([]).describe('Lists of days off that count for this law.'),
  daysOff: z
    .array(dateText())
    .max(2000)
    .default([])
    .describe('Days off that count for this law only: a list of kind holidays counts for controls too.'),
  owner: ref('person').optional().describe('Who answers for this law here.'),
};

function rolesWrong(law: LawId, roles: readonly string[]): Refusal | undefined {
  const known: readonly string[] = LAWS[law].roles;
  const wrong = roles.find((role) => !known.includes(role));
  return wrong === undefined
    ? undefined
    : refuseDuty('role', { law: LAWS[law].short, role: wrong, roles: known.join(', ') }, ['roles']);
}

/** Whether a law or standard applies to this organisation: decided by a person, with the reason. Its id is the law's. */
export const DutyProfile = defineRecord('duty-profile', {
  title: 'Decision on a law',
  ownActsOnly: true,
  readableBy: DUTY_READERS,
  area: 'documents',
  body: z.strictObject({ law: z.enum(LAW_IDS), ...Decided, decidedBy: z.string() }),
  holds({ law, roles, timeZone }) {
    if (timeZone !== undefined && !isZone(timeZone))
      return refuseOrganisation('zone', { zone: timeZone }, ['timeZone']);
    return rolesWrong(law, roles);
  },
});

export const decideDuty = defineAct('duty.decide', {
  says: 'Decides whether a law or standard applies to this organisation, from when, in which roles, and why.',
  input: z.strictObject({ law: z.enum(LAW_IDS), ...Decided }),
  reads: [DutyProfile, Person, Holidays],
  allowed: ['owner', 'lead'],
  answer: z.strictObject({ profile: z.string() }),
  decide(book, input, { actor }) {
    const row = book['duty-profile'].find(input.law);
    const body = { ...input, decidedBy: actor.id };
    const made = row === undefined ? create(DutyProfile, input.law, body) : replace(DutyProfile, row, body);
    return { changes: [made], answer: { profile: input.law } };
  },
});

/** A change that replaces all of a body: what is not given any more is taken away. */
export const replace = (def: RecordDef, row: Stamp, body: object): Change => ({
  does: 'change',
  kind: def.kind,
  id: row.id,
  from: row.head,
  body,
});

/** Days as the authority of a law counts them for this organisation. */
export function calendarFor(
  law: Law,
  profile: Stored<typeof DutyProfile> | undefined,
  lists: (id: string) => Stored<typeof Holidays> | undefined,
  zone: string,
): DutyCalendar {
  const listed = (profile?.holidays ?? []).flatMap((id) => lists(id)?.dates ?? []);
  return {
    zone: profile?.timeZone ?? law.timeZone ?? zone,
    daysOff: new Set<DateText>([...listed, ...(profile?.daysOff ?? [])]),
  };
}
