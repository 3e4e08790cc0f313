import { z } from 'zod';
import { circleIn } from '../framework/circle.ts';
import type { Refusal } from '../kernel/index.ts';
import { dateText, defineRecord, ref } from '../kernel/index.ts';
import { refuseBoundary } from './refusals.ts';

/** What every thing of a boundary has: a name, dates between which it exists, somebody who answers for it. */
const Common = {
  name: z.string().min(1).max(200),
  description: z.string().min(1).max(4000).optional(),
  owner: ref('person').optional(),
  from: dateText().optional().describe('The first day it exists or is used; without it, since before anybody asks.'),
  to: dateText().optional().describe('The last day.'),
};
const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .optional()
  .describe('Two capitals, as ISO 3166 has it.');
const many = <const K extends string>(kind: K) => z.array(ref(kind)).max(200).default([]);

interface Dated {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Rules of every kind: dates in order, and nothing named twice. */
function thingHolds(body: Dated & Readonly<Record<string, unknown>>): Refusal | undefined {
  const { from, to } = body;
  if (from !== undefined && to !== undefined && to < from) return refuseBoundary('dates', { from, to }, ['to']);
  for (const [field, value] of Object.entries(body)) {
    if (!Array.isArray(value)) continue;
    const ids: readonly unknown[] = value;
    const again = ids.findIndex((id, i) => ids.indexOf(id) !== i);
    if (again >= 0) return refuseBoundary('twice', { field, id: String(ids[again]) }, [field, again]);
  }
  return undefined;
}

/** Refuses a link that leads back to where it began: nothing runs on itself or is its own parent. */
const noCircle = <R extends { readonly id: string }>(
  link: string,
  rows: readonly R[],
  to: (row: R) => readonly string[],
): Refusal | undefined => {
  const ids = circleIn(new Map(rows.map((row) => [row.id, to(row)])));
  return ids === undefined ? undefined : refuseBoundary('circle', { link, ids: ids.join(' → ') }, [link]);
};

/** A company or branch: who promises, employs and is certified. */
export const LegalEntity = defineRecord('legal-entity', {
  title: 'Legal entity',
  timeless: true,
  area: 'posture',
  body: z.strictObject({
    ...Common,
    country,
    registration: z.string().min(1).max(100).optional().describe('Its number in the register of companies.'),
    parent: ref('legal-entity').optional(),
  }),
  holds: thingHolds,
  together: (_before, after) => noCircle('parent', after, ({ parent }) => (parent === undefined ? [] : [parent])),
});

export const SYSTEM_TYPES = ['service', 'product', 'software', 'infrastructure'] as const;

/** A service, a product, software or infrastructure (DC 3; ISO/IEC 27001 clause 4.3 c asks for the interfaces between them). */
export const System = defineRecord('system', {
  title: 'System',
  timeless: true,
  area: 'posture',
  body: z.strictObject({
    ...Common,
    type: z.enum(SYSTEM_TYPES),
    runsOn: many('system').describe('Systems it needs to run.'),
    storesIn: many('data-store'),
    connectsTo: many('system').describe('Systems it exchanges data with and does not need to run.'),
    runBy: many('team'),
    sites: many('site'),
    provider: ref('third-party').optional().describe('Who provides it, where others do.'),
  }),
  holds: thingHolds,
  together: (_before, after) => noCircle('runsOn', after, ({ runsOn }) => runsOn),
});

export const DATA_CLASSES = ['public', 'internal', 'confidential', 'personal', 'special'] as const;

/** Where data lies, and what data. */
export const DataStore = defineRecord('data-store', {
  title: 'Data store',
  timeless: true,
  area: 'posture',
  body: z.strictObject({
    ...Common,
    holds: z.array(z.enum(DATA_CLASSES)).max(DATA_CLASSES.length).default([]).describe('What sort of data lies there.'),
    country: country.describe('Where the data lies: two capitals, as ISO 3166 has it.'),
    site: ref('site').optional(),
    provider: ref('third-party').optional(),
  }),
  holds: thingHolds,
});

/** People who do work together, and how many: an audit's days follow from the persons in scope. */
export const Team = defineRecord('team', {
  title: 'Team',
  timeless: true,
  area: 'posture',
  body: z.strictObject({
    ...Common,
    people: z
      .int()
      .min(0)
      .max(10_000_000)
      .optional()
      .describe('How many persons, part-time ones as full-time equivalents.'),
    entity: ref('legal-entity').optional(),
    sites: many('site'),
  }),
  holds: thingHolds,
});

export const SITE_TYPES = ['office', 'data-centre', 'remote'] as const;

/** A place where work is done or equipment stands. */
export const Site = defineRecord('site', {
  title: 'Site',
  timeless: true,
  area: 'posture',
  body: z.strictObject({
    ...Common,
    type: z.enum(SITE_TYPES).default('office'),
    country,
    entity: ref('legal-entity').optional(),
    provider: ref('third-party').optional(),
  }),
  holds: thingHolds,
});

/** Somebody outside on whom the boundary rests: a cloud provider, a payroll bureau. */
export const ThirdParty = defineRecord('third-party', {
  title: 'Third party',
  timeless: true,
  area: 'posture',
  body: z.strictObject({
    ...Common,
    provides: z.string().min(1).max(1000).optional(),
    country,
    reports: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Which report or certificate of theirs is at hand, and for when.'),
  }),
  holds: thingHolds,
});

/** All kinds of a boundary, in the order in which a page lists them. */
export const THINGS = [LegalEntity, System, DataStore, Team, Site, ThirdParty] as const;
