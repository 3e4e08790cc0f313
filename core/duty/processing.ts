import { z } from 'zod';
import type { Refusal } from '../kernel/index.ts';
import { create, dateText, defineAct, defineRecord, idSchema, ref } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { DUTY_ROLES, LAW_IDS, LAWS } from './catalog.ts';
import { DUTY_READERS, replace } from './profile.ts';
import { refuseDuty } from './refusals.ts';

const Words = z.array(z.string().min(1).max(200)).max(50).default([]);

const LawOfActivity = z.strictObject({
  law: z.enum(LAW_IDS),
  role: z.enum(DUTY_ROLES),
  basis: z.string().max(100).optional(),
  note: z.string().max(1000).optional(),
});

const Described = {
  title: z.string().min(1).max(200),
  purpose: z.string().min(3).max(2000),
  laws: z
    .array(LawOfActivity)
    .max(20)
    .default([])
    .describe('What the organisation is to each law in this activity, and on what ground it acts.'),
  subjects: Words.describe('Whose data, as kinds of people: never names.'),
  data: Words.describe('Which kinds of data.'),
  sensitive: Words.describe('Which special or sensitive kinds among them.'),
  recipients: Words,
  systems: Words.describe('Systems and stores, by name or by their id in the boundary.'),
  retention: z.string().max(1000).optional(),
  security: z.string().max(2000).optional(),
  assessment: z
    .enum(['needed', 'not-needed', 'undecided'])
    .default('undecided')
    .describe('Whether its impact is to be assessed first.'),
  owner: ref('person').optional(),
  startsOn: dateText().optional(),
  endsOn: dateText().optional(),
};

type Body = z.output<z.ZodObject<typeof Described>>;

function wrong({ laws, startsOn, endsOn }: Body): Refusal | undefined {
  const seen = new Set<string>();
  for (const [i, { law, role, basis }] of laws.entries()) {
    const { short, roles, bases } = LAWS[law];
    const key = `${law} ${role}`;
    if (seen.has(key)) return refuseDuty('twice', { what: `${short} as ${role}` }, ['laws', i]);
    seen.add(key);
    if (!roles.includes(role))
      return refuseDuty('role', { law: short, role, roles: roles.join(', ') }, ['laws', i, 'role']);
    if (basis !== undefined && !bases.some(({ id }) => id === basis)) {
      return refuseDuty('basis', { law: short, basis, bases: bases.map(({ id }) => id).join(', ') }, [
        'laws',
        i,
        'basis',
      ]);
    }
  }
  if (startsOn !== undefined && endsOn !== undefined && endsOn < startsOn) {
    return refuseDuty('order', { what: 'The end', at: endsOn, before: 'its start', on: startsOn }, ['endsOn']);
  }
  return undefined;
}

/** One thing that is done with personal data: an entry of the record of processing. */
export const ProcessingActivity = defineRecord('processing-activity', {
  title: 'Processing activity',
  ownActsOnly: true,
  readableBy: DUTY_READERS,
  area: 'documents',
  body: z.strictObject({ ...Described, writtenBy: z.string() }),
  holds: wrong,
});

export const WRITERS = ['owner', 'lead', 'control-owner', 'adviser', 'operator'] as const;

export const recordProcessing = defineAct('processing.record', {
  says: 'Records a processing activity, or records it anew: purpose, people, data, ground, recipients, how long.',
  input: z.strictObject({ id: idSchema.optional(), ...Described }),
  reads: [ProcessingActivity, Person],
  allowed: WRITERS,
  answer: z.strictObject({ activity: z.string() }),
  decide(book, { id, ...body }, { actor, seed }) {
    const activity = id ?? `pa-${seed.slice(0, 12)}`;
    const row = id === undefined ? undefined : book['processing-activity'].find(id);
    const written = { ...body, writtenBy: actor.id };
    return {
      changes: [
        row === undefined ? create(ProcessingActivity, activity, written) : replace(ProcessingActivity, row, written),
      ],
      answer: { activity },
    };
  },
});
