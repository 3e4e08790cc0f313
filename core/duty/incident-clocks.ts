import type { At, Book, Instant, Stored } from '../kernel/index.ts';
import { dayOf, parseInstant } from '../kernel/index.ts';
import { Holidays } from '../organisation/record.ts';
import type { Amount, Deadline, DutyRole, Law, LawId, Obligation } from './catalog.ts';
import { LAW_IDS, LAWS } from './catalog.ts';
import type { Clock, Start } from './clock.ts';
import { byPress, clockAt, inForceOn } from './clock.ts';
import type { Affected, Found } from './condition.ts';
import { all, evaluate } from './condition.ts';
import { amountSaid, yearEnd } from './deadline.ts';
import type { IncidentBody } from './incident.ts';
import { contractKey } from './incident.ts';
import { ProcessingActivity } from './processing.ts';
import { calendarFor, DutyProfile } from './profile.ts';
import { PrivacyContract } from './transfer.ts';

/** What the clocks of an incident rest on beside the incident. */
export const clockReads = [DutyProfile, ProcessingActivity, PrivacyContract, Holidays] as const;
export type ClockBook = Book<typeof clockReads>;

type Profile = Stored<typeof DutyProfile>;
type Facts = Omit<IncidentBody, 'state'>;
type When = Pick<At, 'asOf' | 'zone'>;

const instant = (text: string): Instant => parseInstant(text) ?? Number.NaN;

/** Whether a law applies to the organisation at all on the day of an event, as somebody decided it. */
export function decidedFor(law: Law, profile: Profile | undefined, at: Instant, zone: string): Found {
  if (profile === undefined)
    return { truth: 'unknown', because: `Nobody has decided whether ${law.short} applies to this organisation.` };
  if (profile.applies === 'undecided')
    return { truth: 'unknown', because: `Whether ${law.short} applies is not decided: ${profile.why}` };
  if (profile.applies === 'no') return { truth: 'no', because: `${law.short} does not apply here: ${profile.why}` };
  return profile.since !== undefined && dayOf(zone, at) < profile.since
    ? { truth: 'no', because: `${law.short} applies here since ${profile.since}; this began before.` }
    : { truth: 'yes', because: `${law.short} applies here: ${profile.why}` };
}

/** The last version known: facts are judged as they are known, whatever the as-of. */
const latest = <R>(versions: readonly R[]): R | undefined => versions.at(-1);

/** What the organisation is to a law in what is affected: as said, and as the activities named have it. */
export function rolesIn(book: ClockBook, facts: Facts, law: LawId): readonly DutyRole[] {
  const activities = facts.activities.flatMap((id) => latest(book['processing-activity'].history(id))?.laws ?? []);
  const named = [...facts.roles, ...activities].filter((one) => one.law === law).map(({ role }) => role);
  return [...new Set(named)];
}

function roleFits(law: Law, obligation: Obligation, roles: readonly DutyRole[], isComplete: boolean): Found {
  const fits = roles.filter((role) => obligation.roles.includes(role));
  if (fits.length > 0) return { truth: 'yes', because: `The organisation is ${fits.join(' and ')} here.` };
  const wanted = obligation.roles.join(' or ');
  return isComplete && roles.length > 0
    ? { truth: 'no', because: `It is for a ${wanted}; the organisation is ${roles.join(' and ')} here.` }
    : {
        truth: 'unknown',
        because:
          roles.length === 0
            ? `What the organisation is to ${law.short} in this is not known.`
            : `Whether the organisation is ${wanted} in any of this is not known; so far it is ${roles.join(' and ')}.`,
      };
}

function startOf(
  { from, after }: Deadline,
  facts: Facts,
  done: (obligation: string) => Instant | undefined,
  zone: string,
  asOf: Instant,
): Start {
  const aware = instant(facts.awareAt);
  if (from === 'year-end') return { at: yearEnd(aware, zone) };
  if (from === 'notified') {
    const at = after === undefined ? undefined : done(after);
    return at === undefined ? { waits: 'It begins with the first communication, which is not recorded.' } : { at };
  }
  if (from !== 'personal-data-known') return { at: aware };
  const { personalDataKnownAt } = facts;
  const known = personalDataKnownAt === undefined ? undefined : instant(personalDataKnownAt);
  return known === undefined || known > asOf
    ? { unknown: 'When it became known that personal data is affected is not recorded.', earliest: aware }
    : { at: known };
}

function within({ within: amount, small }: Deadline, profile: Profile | undefined): Amount | undefined {
  return amount !== undefined && small !== undefined && profile?.small === true ? { ...amount, amount: small } : amount;
}

/**
 * Every clock of an incident, side by side, as it stands at a moment: those of each law and standard that has any, and those of the contracts
 * named. What was notified after the moment has not happened yet.
 */
export function incidentClocks(book: ClockBook, facts: Facts, { asOf, zone }: When): readonly Clock[] {
  const told = facts.notified.filter(({ at }) => instant(at) <= asOf);
  const done = (obligation: string): Instant | undefined =>
    told
      .filter((one) => one.obligation === obligation)
      .map(({ at }) => instant(at))
      .sort((a, b) => a - b)[0];
  const ofLaws = LAW_IDS.flatMap((id) => lawClocks(LAWS[id], book, facts, done, { asOf, zone }));
  const ofContracts = facts.contracts.flatMap((id) => contractClock(book, id, facts, done, { asOf, zone }) ?? []);
  return [...ofLaws, ...ofContracts].sort(byPress);
}

function lawClocks(
  law: Law,
  book: ClockBook,
  facts: Facts,
  done: (obligation: string) => Instant | undefined,
  { asOf, zone }: When,
): readonly Clock[] {
  const profile = latest(book['duty-profile'].history(law.id));
  const calendar = calendarFor(law, profile, (id) => latest(book.holidays.history(id)), zone);
  const decided = decidedFor(law, profile, instant(facts.awareAt), calendar.zone);
  const roles = rolesIn(book, facts, law.id);
  const affected: Affected = {
    facts,
    people: facts.people,
    isComplete: facts.isComplete,
    regions: law.regions,
    reachesAll: profile?.reach === 'all',
    lawName: law.short,
  };
  return law.obligations.flatMap((obligation) => {
    const { deadline, when, since } = obligation;
    if (obligation.trigger !== 'incident' || deadline === undefined) return [];
    const start = startOf(deadline, facts, done, calendar.zone, asOf);
    const applies = all([
      decided,
      inForceOn(since ?? law.inForce, instant(facts.awareAt), calendar.zone, `${law.short} ${obligation.article}`),
      ...(when === undefined ? [] : [evaluate(when, affected)]),
      roleFits(law, obligation, roles, facts.isComplete),
      ...completed(deadline, facts, asOf),
    ]);
    return clockAt(
      {
        law,
        obligation,
        deadline: deadline.says,
        within: within(deadline, profile),
        applies: { ...applies, because: shortened(applies, when === undefined ? decided : evaluate(when, affected)) },
        start,
        calendar,
        doneAt: done(obligation.id),
        cautions: cautions(deadline, profile),
      },
      asOf,
    );
  });
}

/** Why it runs: the facts of the incident, without what is true of every one. */
const shortened = (applies: Found, facts: Found): string => (applies.truth === 'yes' ? facts.because : applies.because);

/** A rule on completing what was communicated holds only where the first communication lacked something. */
function completed({ from, after }: Deadline, facts: Facts, asOf: Instant): readonly Found[] {
  if (from !== 'notified') return [];
  const first = facts.notified
    .filter(({ obligation, at }) => obligation === after && instant(at) <= asOf)
    .sort((a, b) => instant(a.at) - instant(b.at))[0];
  return first?.isComplete === true
    ? [{ truth: 'no', because: 'The first communication was complete.' }]
    : [{ truth: 'yes', because: 'The first communication lacked something.' }];
}

const cautions = ({ small }: Deadline, profile: Profile | undefined): readonly string[] =>
  small !== undefined && profile?.small === true ? ['Counted with the longer period of small agents.'] : [];

function contractClock(
  book: ClockBook,
  id: string,
  facts: Facts,
  done: (obligation: string) => Instant | undefined,
  { asOf, zone }: When,
): Clock | undefined {
  const contract = latest(book['privacy-contract'].history(id));
  if (contract === undefined) return undefined;
  const { notice, party } = contract;
  return clockAt(
    {
      law: undefined,
      short: party,
      obligation: { id: contractKey(id), article: contract.contract, title: `Tell ${party}`, recipient: 'customer' },
      deadline:
        notice === undefined
          ? 'The contract names no period.'
          : `${amountSaid(notice)} after becoming aware, by contract`,
      within: notice,
      applies: evaluate(
        { fact: 'personalData', is: ['yes'] },
        { facts, people: [], isComplete: false, regions: [], reachesAll: true, lawName: party },
      ),
      start: { at: instant(facts.awareAt) },
      calendar: calendarFor(LAWS.iso22301, undefined, () => undefined, zone),
      doneAt: done(contractKey(id)),
    },
    asOf,
  );
}
