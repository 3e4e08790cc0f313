import { z } from 'zod';
import type { Instant, Refusal } from '../kernel/index.ts';
import { defineRecord, instantText, parseInstant, ref } from '../kernel/index.ts';
import { DUTY_ROLES, LAW_IDS, LAWS } from './catalog.ts';
import { INSIDE } from './profile.ts';
import { refuseDuty } from './refusals.ts';

const YES_NO = z.enum(['yes', 'no', 'unknown']).default('unknown');
const REGION = z.string().regex(/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/, 'must be an ISO 3166 code such as BR or US-CA, or EU');

/** What is known of an incident. Everything may be unknown, and starts so. */
export const INCIDENT_FACTS = {
  personalData: YES_NO.describe('Whether personal data is affected.'),
  personalDataKnownAt: instantText().optional().describe('When it became known that it is.'),
  risk: z
    .enum(['unlikely', 'risk', 'high', 'unknown'])
    .default('unknown')
    .describe('To people, not to the organisation: their rights, money, safety, name.'),
  kinds: z
    .array(z.enum(['confidentiality', 'integrity', 'availability']))
    .max(3)
    .default([]),
  health: YES_NO.describe('Whether protected health information is affected.'),
  unreadable: YES_NO.describe(
    'Whether whoever has the data cannot read it, as where it is encrypted and the key is safe.',
  ),
  roles: z
    .array(z.strictObject({ law: z.enum(LAW_IDS), role: z.enum(DUTY_ROLES) }))
    .max(20)
    .default([])
    .describe('What the organisation is to a law in what is affected; the roles of the activities named count too.'),
  activities: z.array(ref('processing-activity')).max(100).default([]),
  contracts: z.array(ref('privacy-contract')).max(100).default([]).describe('Whose other party is to be told.'),
  people: z
    .array(z.strictObject({ region: REGION, count: z.int().min(0).max(10_000_000_000).optional() }))
    .max(300)
    .default([])
    .describe('Where the people concerned are, and how many; without a count, how many is not known.'),
  isComplete: z
    .boolean()
    .default(false)
    .describe(
      'Whether everybody concerned, every activity and every role is named. Without it, what is not named is not known.',
    ),
};

const Notified = z.strictObject({
  obligation: z.string().max(150).describe('The obligation, or contract/ID.'),
  at: instantText(),
  reference: z.string().max(500).optional(),
  isComplete: z.boolean().default(true),
  by: z.string(),
});

const INCIDENT_BODY = z.strictObject({
  title: z.string().min(1).max(200),
  awareAt: instantText().describe('When the organisation became aware, with reasonable certainty.'),
  ...INCIDENT_FACTS,
  owner: ref('person').optional(),
  note: z.string().max(5000).optional(),
  changedFor: z.string().max(2000).optional().describe('Why facts were changed.'),
  notified: z.array(Notified).max(200).default([]),
  closedAt: instantText().optional(),
  closedFor: z.string().max(2000).optional(),
  state: z.enum(['open', 'closed']).default('open'),
});
export type IncidentBody = z.output<typeof INCIDENT_BODY>;

const contradiction = (says: string, field: string): Refusal => refuseDuty('contradiction', { says }, [field]);
const at = (text: string): Instant => parseInstant(text) ?? Number.NaN;

/** Answers that cannot all be true. */
function contradicts(body: IncidentBody): Refusal | undefined {
  const { personalData, personalDataKnownAt, awareAt, risk, health, people, roles, isComplete } = body;
  if (personalData === 'no') {
    if (health === 'yes')
      return contradiction('Health information is personal data: both answers cannot be right.', 'health');
    if (risk === 'risk' || risk === 'high')
      return contradiction(
        'Without personal data there is no risk of this kind: both answers cannot be right.',
        'risk',
      );
    if (people.some(({ count }) => count !== 0))
      return contradiction('People are concerned and no personal data is: both answers cannot be right.', 'people');
  }
  if (personalDataKnownAt !== undefined) {
    if (personalData !== 'yes')
      return contradiction(
        'When it became known that personal data is affected is said, and not that it is.',
        'personalData',
      );
    if (at(personalDataKnownAt) < at(awareAt))
      return contradiction(
        'That personal data is affected cannot have been known before the incident was.',
        'personalDataKnownAt',
      );
  }
  if (isComplete && people.some(({ count }) => count === undefined))
    return contradiction('Everybody concerned is said to be named, and a count is missing.', 'people');
  const regions = people.map(({ region }) => region);
  const twice = regions.find((region, i) => regions.indexOf(region) !== i);
  if (twice !== undefined) return refuseDuty('twice', { what: twice }, ['people']);
  for (const [i, { law, role }] of roles.entries()) {
    if (!LAWS[law].roles.includes(role)) {
      return refuseDuty('role', { law: LAWS[law].short, role, roles: LAWS[law].roles.join(', ') }, [
        'roles',
        i,
        'role',
      ]);
    }
  }
  return undefined;
}

/** Something that happened to data that may be personal: its facts, and who was told of it when. */
export const PersonalDataIncident = defineRecord('personal-data-incident', {
  title: 'Personal data incident',
  ownActsOnly: true,
  // It may tell of people and of weaknesses: nobody from outside reads it, by no grant.
  readableBy: INSIDE,
  body: INCIDENT_BODY,
  holds: contradicts,
  lifecycle: {
    field: 'state',
    starts: 'open',
    moves: { close: { from: ['open'], to: 'closed' }, reopen: { from: ['closed'], to: 'open' } },
  },
});

/** What names a contract among obligations. */
export const contractKey = (contract: string): string => `contract/${contract}`;
