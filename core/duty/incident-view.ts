import { z } from 'zod';
import type { At, Stored } from '../kernel/index.ts';
import { ask, defineView, Entries, idSchema, parseInstant, printInstant, refuse } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { SEPARATE } from './catalog.ts';
import { Clock, ClockCounts, countClocks, nextDue } from './clock.ts';
import { PersonalDataIncident } from './incident.ts';
import { clockReads, incidentClocks } from './incident-clocks.ts';
import { INSIDE } from './profile.ts';
import { holdsText, Named, named, ownerOf, pageOf, PAGING, sorted, Who, whoIs } from './said.ts';

const reads = [PersonalDataIncident, ...clockReads, Person] as const;
type Row = Stored<typeof PersonalDataIncident>;

/** Whether it had become known by then. */
const wasKnown = ({ awareAt }: Row, { asOf }: At): boolean => (parseInstant(awareAt) ?? Infinity) <= asOf;
/** A close after the moment has not happened yet. */
const stateAt = ({ state, closedAt }: Row, { asOf }: At): 'open' | 'closed' =>
  state === 'closed' && (parseInstant(closedAt ?? '') ?? -Infinity) <= asOf ? 'closed' : 'open';

const Summary = z.object({
  id: z.string(),
  title: z.string(),
  awareAt: z.string(),
  state: z.enum(['open', 'closed']),
  personalData: z.enum(['yes', 'no', 'unknown']),
  risk: z.enum(['unlikely', 'risk', 'high', 'unknown']),
  people: z.int().nullable().describe('How many are counted; null where nobody is named.'),
  owner: Who.nullable(),
  counts: ClockCounts,
  nextDue: z.string().nullable(),
});

export const IncidentListing = z.object({
  separate: z.string(),
  items: z.array(Summary),
  total: z.int(),
  counts: z.object({ open: z.int(), closed: z.int() }),
  next: z.string().nullable(),
});

const SORTS = ['awareAt', '-awareAt', 'nextDue', '-nextDue', 'title', '-title'] as const;

export const incidentsList = defineView('personal-data-incidents', {
  says: 'Incidents with personal data, each with how its clocks stand: separate work from SOC 2 and ISO.',
  input: z.strictObject({
    search: z.string().max(200).optional(),
    state: z.enum(['open', 'closed']).optional(),
    sort: z.enum(SORTS).default('-awareAt'),
    ...PAGING,
  }),
  reads,
  readableBy: INSIDE,
  output: IncidentListing,
  compute(book, { search, state, sort, limit, cursor }, at) {
    const all = book['personal-data-incident']
      .ids()
      .flatMap((id) => book['personal-data-incident'].history(id).at(-1) ?? [])
      .filter((row) => wasKnown(row, at) && holdsText(search, row.id, row.title, row.note));
    const shown = all.filter((row) => state === undefined || stateAt(row, at) === state);
    const rows = shown.map((row): z.infer<typeof Summary> => {
      const clocks = incidentClocks(book, row, at);
      return {
        id: row.id,
        title: row.title,
        awareAt: row.awareAt,
        state: stateAt(row, at),
        personalData: row.personalData,
        risk: row.risk,
        people: row.people.length === 0 ? null : row.people.reduce((sum, { count }) => sum + (count ?? 0), 0),
        owner: ownerOf(book, row.owner),
        counts: countClocks(clocks),
        nextDue: nextDue(clocks),
      };
    });
    const closed = all.filter((row) => stateAt(row, at) === 'closed').length;
    const ordered = sorted(rows, sort, {
      awareAt: (row) => parseInstant(row.awareAt) ?? 0,
      nextDue: (row) => row.nextDue,
      title: (row) => row.title,
    });
    return {
      separate: SEPARATE,
      ...pageOf(ordered, limit, cursor),
      total: rows.length,
      counts: { open: all.length - closed, closed },
    };
  },
});

export const IncidentClocks = z.object({
  separate: z.string(),
  asOf: z.string(),
  incident: z.object({
    id: z.string(),
    title: z.string(),
    awareAt: z.string(),
    state: z.enum(['open', 'closed']),
    personalData: z.enum(['yes', 'no', 'unknown']),
    personalDataKnownAt: z.string().nullable(),
    risk: z.enum(['unlikely', 'risk', 'high', 'unknown']),
    kinds: z.array(z.enum(['confidentiality', 'integrity', 'availability'])),
    health: z.enum(['yes', 'no', 'unknown']),
    unreadable: z.enum(['yes', 'no', 'unknown']),
    roles: z.array(z.object({ law: Named, role: z.string() })),
    activities: z.array(z.object({ id: z.string(), title: z.string() })),
    contracts: z.array(z.object({ id: z.string(), party: z.string() })),
    people: z.array(z.object({ region: z.string(), count: z.int().nullable() })),
    isComplete: z.boolean(),
    owner: Who.nullable(),
    note: z.string().nullable(),
    closedAt: z.string().nullable(),
    closedFor: z.string().nullable(),
  }),
  clocks: z.array(Clock),
  counts: ClockCounts,
  nextDue: z.string().nullable(),
  notified: z.array(
    z.object({
      obligation: z.string(),
      says: z.string(),
      at: z.string(),
      reference: z.string().nullable(),
      isComplete: z.boolean(),
      by: Who,
    }),
  ),
  versions: z.array(
    z.object({
      version: z.int(),
      at: z.string(),
      by: Who,
      what: z.enum(['opened', 'assessed', 'told', 'closed', 'reopened']),
      says: z.string().nullable().describe('Why, or who was told.'),
      index: z.int().nullable(),
    }),
  ),
});

export const incidentClocksView = defineView('incident.clocks', {
  says: 'One incident and every clock that runs for it, law by law, with what is not known and what does not apply, and why.',
  input: z.strictObject({ incident: idSchema }),
  reads,
  readableBy: INSIDE,
  output: IncidentClocks,
  *compute(book, { incident: id }, at) {
    const versions = book['personal-data-incident'].history(id);
    const row = versions.at(-1);
    if (row === undefined || !wasKnown(row, at)) throw refuse('missing', { kind: PersonalDataIncident.kind, id });
    const entries = yield* ask(Entries, { records: [{ kind: PersonalDataIncident.kind, id }] });
    const made = entries.get(`${PersonalDataIncident.kind}/${id}`) ?? [];
    const clocks = incidentClocks(book, row, at);
    const saidOf = (obligation: string): string => {
      const clock = clocks.find((one) => one.obligation === obligation);
      return clock === undefined ? obligation : `${clock.short} ${clock.article}: ${clock.title}`;
    };
    const isClosed = stateAt(row, at) === 'closed';
    return {
      separate: SEPARATE,
      asOf: printInstant(at.asOf),
      incident: {
        id,
        title: row.title,
        awareAt: row.awareAt,
        state: stateAt(row, at),
        personalData: row.personalData,
        personalDataKnownAt: row.personalDataKnownAt ?? null,
        risk: row.risk,
        kinds: [...row.kinds],
        health: row.health,
        unreadable: row.unreadable,
        roles: row.roles.map(({ law, role }) => ({ law: named(law), role })),
        activities: row.activities.map((activity) => ({
          id: activity,
          title: book['processing-activity'].history(activity).at(-1)?.title ?? activity,
        })),
        contracts: row.contracts.map((contract) => ({
          id: contract,
          party: book['privacy-contract'].history(contract).at(-1)?.party ?? contract,
        })),
        people: row.people.map(({ region, count }) => ({ region, count: count ?? null })),
        isComplete: row.isComplete,
        owner: ownerOf(book, row.owner),
        note: row.note ?? null,
        closedAt: isClosed ? (row.closedAt ?? null) : null,
        closedFor: isClosed ? (row.closedFor ?? null) : null,
      },
      clocks: [...clocks],
      counts: countClocks(clocks),
      nextDue: nextDue(clocks),
      notified: row.notified
        .filter((one) => (parseInstant(one.at) ?? Infinity) <= at.asOf)
        .map((one) => ({
          obligation: one.obligation,
          says: saidOf(one.obligation),
          at: one.at,
          reference: one.reference ?? null,
          isComplete: one.isComplete,
          by: whoIs(book, one.by),
        })),
      versions: versions.map((version, i) => ({
        version: version.version,
        at: printInstant(version.recordedAt),
        by: whoIs(book, version.actor),
        ...changeIn(version, versions[i - 1], saidOf),
        index: made.find((one) => one.version === version.version)?.index ?? null,
      })),
    };
  },
});

interface Changed {
  readonly what: 'opened' | 'assessed' | 'told' | 'closed' | 'reopened';
  readonly says: string | null;
}

/** What a version made of the one before it. */
function changeIn(version: Row, before: Row | undefined, saidOf: (obligation: string) => string): Changed {
  if (before === undefined) return { what: 'opened', says: null };
  if (version.state !== before.state) {
    return version.state === 'closed'
      ? { what: 'closed', says: version.closedFor ?? null }
      : { what: 'reopened', says: version.changedFor ?? null };
  }
  const told = version.notified.at(-1);
  return told !== undefined && version.notified.length > before.notified.length
    ? { what: 'told', says: saidOf(told.obligation) }
    : { what: 'assessed', says: version.changedFor ?? null };
}
