import { z } from 'zod';
import { CONTROL_STATES } from '../effectiveness/control-state.ts';
import { operatingReads } from '../effectiveness/reading.ts';
import type { Standing } from '../effectiveness/states.ts';
import { controlStatesOver } from '../effectiveness/states.ts';
import { Evidence } from '../evidence/record.ts';
import type { At, Book, Stored } from '../kernel/index.ts';
import { dayOf, defineView, isGuest, parseInstant, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { ImpactAssessment } from './assessment.ts';
import type { DutyRole, Law, Obligation } from './catalog.ts';
import {
  DUTY_ROLES,
  GROUPS,
  KNOWN_FROM,
  LAW_IDS,
  LAWS,
  RECIPIENTS,
  REQUEST_TYPES,
  requestRules,
  SEPARATE,
} from './catalog.ts';
import type { Clock } from './clock.ts';
import { countClocks, nextDue } from './clock.ts';
import { Duty } from './duty.ts';
import { PersonalDataIncident } from './incident.ts';
import { incidentClocks } from './incident-clocks.ts';
import { ProcessingActivity } from './processing.ts';
import { DUTY_READERS, DutyProfile } from './profile.ts';
import { PrivacyRequest } from './request.ts';
import { requestClocks } from './request-clocks.ts';
import { ownerOf, Who } from './said.ts';
import { PrivacyContract, Transfer } from './transfer.ts';

const reads = [
  DutyProfile,
  Duty,
  ProcessingActivity,
  ImpactAssessment,
  Transfer,
  PrivacyContract,
  PrivacyRequest,
  PersonalDataIncident,
  Person,
  Evidence,
  ...operatingReads,
] as const;
type Read = Book<typeof reads>;

const Truth = z.enum(['yes', 'no', 'unknown']);

const ObligationItem = z.object({
  id: z.string(),
  article: z.string(),
  title: z.string(),
  text: z.string(),
  group: z.enum(GROUPS),
  trigger: z.enum(['standing', 'incident', 'request']),
  roles: z.array(z.enum(DUTY_ROLES)),
  cases: z.string().nullable(),
  deadline: z.string().nullable(),
  recipient: z.enum(RECIPIENTS),
  knownFrom: z.enum(KNOWN_FROM),
  holds: Truth.describe(
    'Whether it is this organisation’s, by what was decided; an incident or a request decides for itself.',
  ),
  because: z.string(),
  owner: Who.nullable(),
  arrangement: z.string().nullable(),
  why: z.string().nullable(),
  reviewOn: z.string().nullable(),
  evidence: z.array(z.object({ id: z.string(), name: z.string() })),
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum([...CONTROL_STATES, 'absent']).describe('absent: this organisation has no such control.'),
      isOwn: z.boolean(),
    }),
  ),
  open: z.array(z.string()),
});

const LawItem = z.object({
  id: z.enum(LAW_IDS),
  short: z.string(),
  title: z.string(),
  citation: z.string(),
  kind: z.enum(['law', 'standard']),
  jurisdiction: z.string(),
  authority: z.string(),
  whom: z.string(),
  notes: z.array(z.object({ says: z.string(), knownFrom: z.enum(KNOWN_FROM) })),
  catalogue: z.object({ version: z.string(), asOf: z.string() }),
  roles: z.array(z.enum(DUTY_ROLES)),
  bases: z.array(z.object({ id: z.string(), article: z.string(), title: z.string() })),
  requests: z.array(z.enum(REQUEST_TYPES)),
  timeZone: z.string(),
  decision: z
    .object({
      applies: z.enum(['yes', 'no', 'undecided']),
      why: z.string(),
      since: z.string().nullable(),
      roles: z.array(z.enum(DUTY_ROLES)),
      reach: z.enum(['people-there', 'all']),
      small: z.boolean(),
      timeZone: z.string().nullable(),
      daysOff: z.array(z.string()),
      holidays: z.array(z.string()),
      by: Who,
      at: z.string(),
    })
    .nullable(),
  owner: Who.nullable(),
  counts: z.object({ holds: z.int(), unknown: z.int(), not: z.int(), open: z.int() }),
  clocks: z
    .object({ missed: z.int(), running: z.int(), unknown: z.int(), nextDue: z.string().nullable() })
    .nullable()
    .describe('Of requests and open incidents; null for whom those are not shown.'),
  obligations: z.array(ObligationItem),
});

export const DutiesOverview = z.object({
  separate: z.string(),
  asOf: z.string(),
  knownAt: z.string(),
  laws: z.array(LawItem),
});

/** What the organisation is to a law: as decided, and as its activities have it. */
function rolesOf(book: Read, law: Law, profile: Stored<typeof DutyProfile> | undefined): readonly DutyRole[] {
  const inActivities = book['processing-activity']
    .all()
    .flatMap(({ laws }) => laws.filter((one) => one.law === law.id).map(({ role }) => role));
  return [...new Set([...(profile?.roles ?? []), ...inActivities])];
}

interface Holding {
  readonly holds: z.infer<typeof Truth>;
  readonly because: string;
}

function holdingOf(
  law: Law,
  obligation: Obligation,
  profile: Stored<typeof DutyProfile> | undefined,
  duty: Stored<typeof Duty> | undefined,
  roles: readonly DutyRole[],
): Holding {
  if (profile === undefined) return { holds: 'unknown', because: `Nobody has decided whether ${law.short} applies.` };
  if (profile.applies === 'no') return { holds: 'no', because: profile.why };
  if (profile.applies === 'undecided') return { holds: 'unknown', because: profile.why };
  if (roles.length === 0)
    return {
      holds: 'unknown',
      because: `What the organisation is to ${law.short} is not said, here or in any activity.`,
    };
  if (!obligation.roles.some((role) => roles.includes(role)))
    return {
      holds: 'no',
      because: `It is for ${obligation.roles.join(', ')}; the organisation is ${roles.join(', ')}.`,
    };
  if (obligation.cases === undefined) return { holds: 'yes', because: profile.why };
  if (duty?.applies === undefined)
    return { holds: 'unknown', because: `Whether it holds here is not decided. ${obligation.cases}` };
  return { holds: duty.applies, because: duty.why ?? obligation.cases };
}

function openIn(
  { holds, because }: Holding,
  item: Pick<z.infer<typeof ObligationItem>, 'owner' | 'arrangement' | 'evidence' | 'controls' | 'reviewOn'>,
  areAllShown: boolean,
  { asOf, zone }: At,
): string[] {
  if (holds === 'no') return [];
  const operates = item.controls.some(({ state }) => state === 'operating');
  return [
    ...(holds === 'unknown' ? [because] : []),
    ...(item.owner === null ? ['Nobody answers for it.'] : []),
    ...(item.arrangement === null ? ['How it is met is not written down.'] : []),
    ...(areAllShown && !operates && item.evidence.length === 0
      ? ['No supporting control operates and no document is linked.']
      : []),
    ...(item.reviewOn !== null && item.reviewOn < dayOf(zone, asOf) ? [`Its review was due ${item.reviewOn}.`] : []),
  ];
}

/** Controls of the library and of the organisation's own that support obligations. */
const supportersOf = (book: Read): readonly string[] => [
  ...new Set([
    ...LAW_IDS.flatMap((id) => LAWS[id].obligations.flatMap(({ supports }) => supports)),
    ...book.duty.all().flatMap(({ controls }) => controls),
  ]),
];

function obligationItem(
  book: Read,
  law: Law,
  obligation: Obligation,
  profile: Stored<typeof DutyProfile> | undefined,
  states: ReadonlyMap<string, Standing>,
  at: At,
): z.infer<typeof ObligationItem> {
  const duty = book.duty.find(obligation.id);
  const own: readonly string[] = duty?.controls ?? [];
  const holding = holdingOf(law, obligation, profile, duty, rolesOf(book, law, profile));
  const named = [...new Set([...obligation.supports, ...own])];
  // Of a guest’s programme are only some controls: what they are not shown is not said to be missing, nor not to operate.
  const isShown = (id: string): boolean => !isGuest(at.actor) || book.control.find(id) !== undefined;
  const shown = {
    owner: ownerOf(book, duty?.owner ?? profile?.owner),
    arrangement: duty?.arrangement ?? null,
    reviewOn: duty?.reviewOn ?? null,
    evidence: (duty?.evidence ?? []).map((id) => ({ id, name: book.evidence.find(id)?.name ?? id })),
    controls: named.filter(isShown).map((id) => ({
      id,
      title: book.control.find(id)?.title ?? id,
      state: book.control.find(id) === undefined ? ('absent' as const) : (states.get(id)?.state ?? ('absent' as const)),
      isOwn: own.includes(id),
    })),
  };
  return {
    id: obligation.id,
    article: obligation.article,
    title: obligation.title,
    text: obligation.text,
    group: obligation.group,
    trigger: obligation.trigger,
    roles: [...obligation.roles],
    cases: obligation.cases ?? null,
    deadline: obligation.deadline?.says ?? null,
    recipient: obligation.recipient,
    knownFrom: obligation.knownFrom,
    ...holding,
    ...shown,
    why: duty?.why ?? null,
    open: openIn(holding, shown, named.every(isShown), at),
  };
}

/** Clocks of every request and open incident, by law. */
function clocksByLaw(book: Read, at: At): ReadonlyMap<string, readonly Clock[]> {
  const requests = book['privacy-request'].ids().flatMap((id) => {
    const row = book['privacy-request'].history(id).at(-1);
    return row === undefined || (parseInstant(row.receivedAt) ?? Infinity) > at.asOf
      ? []
      : requestClocks(book, row, at);
  });
  const incidents = book['personal-data-incident'].ids().flatMap((id) => {
    const row = book['personal-data-incident'].history(id).at(-1);
    return row === undefined || (parseInstant(row.awareAt) ?? Infinity) > at.asOf ? [] : incidentClocks(book, row, at);
  });
  return Map.groupBy([...requests, ...incidents], ({ law }) => law ?? '');
}

export const duties = defineView('duties', {
  says: 'Laws and standards beside SOC 2 and ISO/IEC 27001: whether each applies, what it asks, who answers, what supports it, and what is open. Separate work.',
  input: z.strictObject({ law: z.enum(LAW_IDS).optional() }),
  reads,
  readableBy: DUTY_READERS,
  area: 'documents',
  output: DutiesOverview,
  *compute(book, { law: wanted }, at) {
    const [states = new Map<string, Standing>()] = yield* controlStatesOver(book, at, [at.asOf], supportersOf(book));
    const clocks = isGuest(at.actor) ? undefined : clocksByLaw(book, at);
    return {
      separate: SEPARATE,
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      laws: LAW_IDS.filter((id) => wanted === undefined || id === wanted).map((id): z.infer<typeof LawItem> => {
        const law = LAWS[id];
        const profile = book['duty-profile'].find(id);
        const obligations = law.obligations.map((one) => obligationItem(book, law, one, profile, states, at));
        const count = (holds: z.infer<typeof Truth>): number => obligations.filter((one) => one.holds === holds).length;
        const own = clocks?.get(id) ?? [];
        const counted = countClocks(own);
        return {
          id,
          short: law.short,
          title: law.title,
          citation: law.citation,
          kind: law.kind,
          jurisdiction: law.jurisdiction,
          authority: law.authority,
          whom: law.whom,
          notes: law.notes,
          catalogue: { version: law.$meta.version, asOf: law.$meta.asOf },
          roles: law.roles,
          bases: law.bases,
          requests: REQUEST_TYPES.filter((type) => requestRules(id, type).length > 0),
          timeZone: profile?.timeZone ?? law.timeZone ?? at.zone,
          decision:
            profile === undefined
              ? null
              : {
                  applies: profile.applies,
                  why: profile.why,
                  since: profile.since ?? null,
                  roles: [...profile.roles],
                  reach: profile.reach,
                  small: profile.small,
                  timeZone: profile.timeZone ?? null,
                  daysOff: [...profile.daysOff],
                  holidays: [...profile.holidays],
                  by: ownerOf(book, profile.decidedBy) ?? { id: profile.decidedBy, name: profile.decidedBy },
                  at: printInstant(profile.recordedAt),
                },
          owner: ownerOf(book, profile?.owner),
          counts: {
            holds: count('yes'),
            unknown: count('unknown'),
            not: count('no'),
            open: obligations.filter(({ open }) => open.length > 0).length,
          },
          clocks:
            clocks === undefined
              ? null
              : {
                  missed: counted.missed,
                  running: counted.running,
                  unknown: counted.unknown,
                  nextDue: nextDue(own),
                },
          obligations,
        };
      }),
    };
  },
});

/** What `duty.obligations` answers: one line an obligation, as a table is exported. */
export const ObligationListing = z.object({
  separate: z.string(),
  items: z.array(ObligationItem.extend({ law: z.string() })),
});

export const obligationsList = defineView('duty.obligations', {
  says: 'Every obligation of every law and standard in one list, with whose it is, how it is met, what supports it and what is open.',
  input: z.strictObject({ law: z.enum(LAW_IDS).optional() }),
  reads,
  readableBy: DUTY_READERS,
  area: 'documents',
  output: ObligationListing,
  *compute(book, { law: wanted }, at) {
    const [states = new Map<string, Standing>()] = yield* controlStatesOver(book, at, [at.asOf], supportersOf(book));
    const items = LAW_IDS.filter((id) => wanted === undefined || id === wanted).flatMap((id) => {
      const law = LAWS[id];
      const profile = book['duty-profile'].find(id);
      return law.obligations.map((one) => ({
        law: law.short,
        ...obligationItem(book, law, one, profile, states, at),
      }));
    });
    return { separate: SEPARATE, items };
  },
});
