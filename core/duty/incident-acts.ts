import { z } from 'zod';
import type { Change, Stored } from '../kernel/index.ts';
import { change, create, defineAct, idSchema, instantText, move, parseInstant, ref } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { obligationOf } from './catalog.ts';
import { INCIDENT_FACTS, contractKey, PersonalDataIncident } from './incident.ts';
import { clockReads, incidentClocks } from './incident-clocks.ts';
import { notBefore, past, refuseDuty } from './refusals.ts';

const reads = [PersonalDataIncident, ...clockReads, Person] as const;
const HANDLERS = ['owner', 'lead', 'control-owner', 'operator'] as const;
const on = { kind: PersonalDataIncident, field: 'incident' } as const;

const Given = z.strictObject({
  id: idSchema.optional(),
  title: z.string().min(1).max(200),
  awareAt: instantText(),
  ...INCIDENT_FACTS,
  owner: ref('person').optional(),
  note: z.string().max(5000).optional(),
});

export const openIncident = defineAct('personal-data-incident.open', {
  says: 'Records that something happened to data that may be personal, and when that became known. Its clocks run from then.',
  input: Given,
  reads,
  allowed: HANDLERS,
  answer: z.strictObject({ incident: z.string() }),
  decide(_book, { id, ...body }, { now, seed }) {
    past(body.awareAt, now, 'When it became known', 'awareAt');
    if (body.personalDataKnownAt !== undefined)
      past(body.personalDataKnownAt, now, 'When personal data was known to be affected', 'personalDataKnownAt');
    const incident = id ?? `pi-${seed.slice(0, 12)}`;
    return { changes: [create(PersonalDataIncident, incident, body)], answer: { incident } };
  },
});

const Patch = z.strictObject({
  incident: ref('personal-data-incident'),
  reason: z.string().min(3).max(2000).describe('What was found out, or what was wrong.'),
  title: z.string().min(1).max(200).optional(),
  awareAt: instantText().optional(),
  personalData: z.enum(['yes', 'no', 'unknown']).optional(),
  personalDataKnownAt: instantText().nullable().optional().describe('null takes it away.'),
  risk: z.enum(['unlikely', 'risk', 'high', 'unknown']).optional(),
  kinds: INCIDENT_FACTS.kinds.unwrap().optional(),
  health: z.enum(['yes', 'no', 'unknown']).optional(),
  unreadable: z.enum(['yes', 'no', 'unknown']).optional(),
  roles: INCIDENT_FACTS.roles.unwrap().optional(),
  activities: INCIDENT_FACTS.activities.unwrap().optional(),
  contracts: INCIDENT_FACTS.contracts.unwrap().optional(),
  people: INCIDENT_FACTS.people.unwrap().optional(),
  isComplete: z.boolean().optional(),
  owner: ref('person').optional(),
  note: z.string().max(5000).optional(),
});

/** What is done to a closed one begins with opening it again. */
const notClosed = ({ id, state }: Stored<typeof PersonalDataIncident>) =>
  state === 'closed' ? refuseDuty('contradiction', { says: `${id} is closed. Open it again first.` }) : undefined;

export const assessIncident = defineAct('personal-data-incident.assess', {
  says: 'Records what was found out about an incident, with the reason. What was known before stays in its history.',
  input: Patch,
  reads,
  on,
  allowed: HANDLERS,
  unless: notClosed,
  decide(book, { incident, reason, personalDataKnownAt, ...given }, { now }) {
    const row = book['personal-data-incident'].get(incident);
    const aware = past(given.awareAt ?? row.awareAt, now, 'When it became known', 'awareAt');
    if (typeof personalDataKnownAt === 'string')
      past(personalDataKnownAt, now, 'When personal data was known to be affected', 'personalDataKnownAt');
    for (const { at } of row.notified)
      notBefore(parseInstant(at) ?? now, aware, 'What was notified', 'when it became known', 'awareAt');
    const facts = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return [
      change(PersonalDataIncident, row, {
        ...facts,
        ...(personalDataKnownAt === undefined ? {} : { personalDataKnownAt: personalDataKnownAt ?? undefined }),
        changedFor: reason,
      }),
    ];
  },
});

export const notifyIncident = defineAct('personal-data-incident.notify', {
  says: 'Records that somebody was told of an incident: which obligation it answers, and when.',
  input: z.strictObject({
    incident: ref('personal-data-incident'),
    obligation: z.string().max(150).describe('Its id, as lgpd.48-authority, or contract/ID.'),
    at: instantText(),
    reference: z.string().max(500).optional().describe('The number it was given, or where it is kept.'),
    isComplete: z.boolean().default(true).describe('Whether all that is asked for was in it.'),
  }),
  reads,
  on,
  allowed: HANDLERS,
  unless: notClosed,
  decide(book, { incident, ...told }, { actor, now }): readonly Change[] {
    const row = book['personal-data-incident'].get(incident);
    const isContract = row.contracts.some((id) => contractKey(id) === told.obligation);
    if (!isContract && obligationOf(told.obligation)?.obligation.trigger !== 'incident') {
      throw refuseDuty('obligation', { obligation: told.obligation }, ['obligation']);
    }
    const at = past(told.at, now, 'What was notified', 'at');
    notBefore(at, parseInstant(row.awareAt) ?? now, 'What was notified', 'when it became known', 'at');
    return [change(PersonalDataIncident, row, { notified: [...row.notified, { ...told, by: actor.id }] })];
  },
});

export const closeIncident = defineAct('personal-data-incident.close', {
  says: 'Closes an incident once no clock of it runs and none rests on a fact that is not known.',
  input: z.strictObject({
    incident: ref('personal-data-incident'),
    reason: z.string().min(3).max(2000),
    at: instantText(),
  }),
  reads,
  on: { ...on, move: 'close' },
  allowed: ['owner', 'lead'],
  decide(book, { incident, reason, at }, { now, zone }) {
    const row = book['personal-data-incident'].get(incident);
    const closed = past(at, now, 'The end', 'at');
    notBefore(closed, parseInstant(row.awareAt) ?? now, 'The end', 'when it became known', 'at');
    const open = incidentClocks(book, row, { asOf: now, zone }).filter(
      ({ state }) => state === 'running' || state === 'unknown',
    );
    if (open.length > 0) {
      throw refuseDuty('running', { clocks: open.map(({ short, article }) => `${short} ${article}`).join(', ') });
    }
    return [move(PersonalDataIncident, row, 'close', { closedAt: at, closedFor: reason })];
  },
});

export const reopenIncident = defineAct('personal-data-incident.reopen', {
  says: 'Opens a closed incident again, with the reason.',
  input: z.strictObject({ incident: ref('personal-data-incident'), reason: z.string().min(3).max(2000) }),
  reads,
  on: { ...on, move: 'reopen' },
  allowed: ['owner', 'lead'],
  decide: (book, { incident, reason }) => [
    move(PersonalDataIncident, book['personal-data-incident'].get(incident), 'reopen', {
      changedFor: reason,
      closedAt: undefined,
      closedFor: undefined,
    }),
  ],
});
