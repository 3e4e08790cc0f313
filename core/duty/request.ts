import { z } from 'zod';
import type { Refusal } from '../kernel/index.ts';
import { defineRecord, instantText, ref } from '../kernel/index.ts';
import { LAW_IDS, LAWS, REQUEST_TYPES, requestRules } from './catalog.ts';
import { INSIDE } from './profile.ts';
import { refuseDuty } from './refusals.ts';

/** A reference to a person that tells nobody who they are: no mail address, no name with a space. */
export const PSEUDONYM = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$/,
    'must be a reference such as REQ-2026-014 or a customer number: no name, no mail address',
  );

export const OUTCOMES_OF_REQUESTS = ['answered', 'partly', 'refused', 'withdrawn'] as const;

export const REQUEST_BODY = {
  law: z.enum(LAW_IDS),
  type: z.enum(REQUEST_TYPES),
  subject: PSEUDONYM.describe(
    'Who asks, by a reference that names nobody; who it is stands in the system it came from.',
  ),
  receivedAt: instantText(),
  channel: z.enum(['web-form', 'mail', 'letter', 'phone', 'in-person', 'agent', 'signal']).default('mail'),
  activity: ref('processing-activity').optional(),
  owner: ref('person').optional(),
};

/** What somebody asks about their data under a law, from receipt to answer. */
export const PrivacyRequest = defineRecord('privacy-request', {
  title: 'Privacy request',
  ownActsOnly: true,
  // About people: nobody from outside reads it, by no grant.
  readableBy: INSIDE,
  fixed: ['law', 'type', 'receivedAt'],
  body: z.strictObject({
    ...REQUEST_BODY,
    confirmedAt: instantText().optional(),
    identity: z.enum(['not-checked', 'asked', 'confirmed', 'not-confirmed']).default('not-checked'),
    identityAt: instantText().optional(),
    extended: z.strictObject({ at: instantText(), reason: z.string().min(3).max(2000) }).optional(),
    closedAt: instantText().optional(),
    outcome: z.enum(OUTCOMES_OF_REQUESTS).optional(),
    reason: z.string().max(2000).optional(),
    state: z.enum(['open', 'closed']).default('open'),
  }),
  holds: ({ law, type }): Refusal | undefined =>
    requestRules(law, type).length === 0 ? refuseDuty('type', { law: LAWS[law].short, type }, ['type']) : undefined,
  lifecycle: { field: 'state', starts: 'open', moves: { close: { from: ['open'], to: 'closed' } } },
});
