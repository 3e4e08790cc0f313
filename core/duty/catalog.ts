import ccpa from '@countersign/catalogs/duties/ccpa.json' with { type: 'json' };
import gdpr from '@countersign/catalogs/duties/gdpr.json' with { type: 'json' };
import hipaa from '@countersign/catalogs/duties/hipaa.json' with { type: 'json' };
import iso22301 from '@countersign/catalogs/duties/iso22301.json' with { type: 'json' };
import iso27701 from '@countersign/catalogs/duties/iso27701.json' with { type: 'json' };
import lgpd from '@countersign/catalogs/duties/lgpd.json' with { type: 'json' };
import lopdp from '@countersign/catalogs/duties/lopdp.json' with { type: 'json' };
import { z } from 'zod';
import { CONDITION } from './condition.ts';

/** What stands on every page and document of these registers. */
export const SEPARATE =
  'Separate work: neither a SOC 2 report nor an ISO/IEC 27001 certificate shows that a law is kept. A control that is linked here supports a duty; counsel says what the law asks.';

export const LAW_IDS = ['gdpr', 'lopdp', 'lgpd', 'hipaa', 'ccpa', 'iso27701', 'iso22301'] as const;
export type LawId = (typeof LAW_IDS)[number];

/** What an organisation may be to a law, in an activity. */
export const DUTY_ROLES = [
  'controller',
  'processor',
  'joint',
  'covered-entity',
  'business-associate',
  'business',
  'service-provider',
  'organisation',
] as const;
export type DutyRole = (typeof DUTY_ROLES)[number];

export const GROUPS = [
  'governance',
  'basis',
  'transparency',
  'rights',
  'records',
  'contracts',
  'assessment',
  'transfers',
  'security',
  'incidents',
  'continuity',
] as const;

/** What a person may ask for. */
export const REQUEST_TYPES = [
  'access',
  'correct',
  'delete',
  'restrict',
  'portability',
  'object',
  'automated-decision',
  'withdraw-consent',
  'opt-out',
  'limit-sensitive',
] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

export const RECIPIENTS = [
  'authority',
  'people',
  'requester',
  'controller',
  'covered-entity',
  'customer',
  'media',
  'certification-body',
  'nobody',
] as const;

/** `checked`: on public pages. `knowledge`: not looked up again; counsel confirms it. */
export const KNOWN_FROM = ['checked', 'knowledge'] as const;

export const UNITS = ['hours', 'calendar-days', 'business-days', 'months', 'years'] as const;
export type Unit = (typeof UNITS)[number];

/**
 * What a clock runs from. `aware`: the incident became known. `personal-data-known`: it became known that personal data is affected. `year-end`:
 * the end of the calendar year in which the incident became known. `notified`: another obligation was answered. `received`: the request came.
 */
export const START_EVENTS = ['aware', 'personal-data-known', 'year-end', 'notified', 'received'] as const;
export type StartEvent = (typeof START_EVENTS)[number];

const Amount = z.strictObject({ amount: z.int().min(1), unit: z.enum(UNITS) });
export type Amount = z.infer<typeof Amount>;

const Deadline = z.strictObject({
  says: z.string().min(1),
  from: z.enum(START_EVENTS),
  after: z.string().optional(),
  within: Amount.optional(),
  small: z.int().min(1).optional(),
  extension: Amount.extend({ says: z.string().min(1) }).optional(),
  lastDayOff: z.enum(['keeps', 'moves']),
});
/**
 * `within`: how long; without it the law has no figure ("without undue delay"). `small`: the amount for small agents. `lastDayOff`: whether a
 * last day on which nobody works moves the end to the next day on which people do. `after`: for `notified`, the obligation that was answered.
 */
export type Deadline = z.infer<typeof Deadline>;

const Obligation = z.strictObject({
  id: z.string(),
  article: z.string().min(1),
  title: z.string().min(1),
  text: z.string().min(1),
  group: z.enum(GROUPS),
  roles: z.array(z.enum(DUTY_ROLES)).min(1),
  trigger: z.enum(['standing', 'incident', 'request']),
  requests: z.array(z.enum(REQUEST_TYPES)).min(1).optional(),
  cases: z.string().optional(),
  when: CONDITION.optional(),
  deadline: Deadline.optional(),
  recipient: z.enum(RECIPIENTS),
  since: z.string().optional(),
  knownFrom: z.enum(KNOWN_FROM),
  supports: z.array(z.string()),
});
/**
 * One thing a law asks, in our own words. `cases`: it holds in listed cases only, which the organisation decides. `when`: what an incident must be.
 * `since`: the date from which this rule holds, where it is younger than the law. `supports`: controls of the library that support it.
 */
export type Obligation = z.infer<typeof Obligation>;

const Law = z.strictObject({
  $meta: z.strictObject({
    says: z.string(),
    version: z.string(),
    asOf: z.string(),
    marks: z.strictObject({ checked: z.string(), knowledge: z.string() }),
  }),
  id: z.enum(LAW_IDS),
  short: z.string(),
  title: z.string(),
  citation: z.string(),
  kind: z.enum(['law', 'standard']),
  jurisdiction: z.string(),
  authority: z.string(),
  regions: z.array(z.string()),
  timeZone: z.string().nullable(),
  inForce: z.string(),
  whom: z.string(),
  notes: z.array(z.strictObject({ says: z.string(), knownFrom: z.enum(KNOWN_FROM) })).default([]),
  roles: z.array(z.enum(DUTY_ROLES)).min(1),
  bases: z.array(z.strictObject({ id: z.string(), article: z.string(), title: z.string() })),
  obligations: z.array(Obligation).min(1),
});
/** `regions`: ISO 3166 codes of where its people are, a state as US-CA. `timeZone`: the authority’s, null where the organisation’s own is used. */
export type Law = z.infer<typeof Law>;

const SHIPPED = { gdpr, lopdp, lgpd, hipaa, ccpa, iso27701, iso22301 } as const satisfies Record<LawId, unknown>;

export const LAWS: Readonly<Record<LawId, Law>> = Object.fromEntries(
  LAW_IDS.map((id) => [id, Law.parse(SHIPPED[id])]),
) as Record<LawId, Law>;

const OBLIGATIONS = new Map<string, { readonly law: Law; readonly obligation: Obligation }>(
  LAW_IDS.flatMap((id) =>
    LAWS[id].obligations.map((obligation) => [obligation.id, { law: LAWS[id], obligation }] as const),
  ),
);

export const obligationOf = (id: string): { readonly law: Law; readonly obligation: Obligation } | undefined =>
  OBLIGATIONS.get(id);

/** The clocks that a request of this type starts under a law, none where the law knows no such request. */
export const requestRules = (law: LawId, type: RequestType): readonly Obligation[] =>
  LAWS[law].obligations.filter((one) => one.trigger === 'request' && one.requests?.includes(type) === true);

/** Whether the answer hands over or changes data, so that who asks must be known first. */
export const needsIdentity = (type: RequestType): boolean =>
  !['opt-out', 'limit-sensitive', 'object', 'withdraw-consent'].includes(type);
