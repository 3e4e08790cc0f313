import type { Role } from '../kernel/index.ts';
import type { DateText, Instant, Stored } from '../kernel/index.ts';
import { addDays, dayOf } from '../kernel/index.ts';
import type { Person } from '../people/record.ts';
import type { Policy } from './record.ts';

type Version = Stored<typeof Policy>;

/** Versions that were there by then, oldest first. */
export const knownBy = (versions: readonly Version[], asOf: Instant): readonly Version[] =>
  versions.filter(({ recordedAt }) => recordedAt <= asOf);

/** The edition in force: the one approved last, until the policy is retired. A draft of the next one takes nothing away. */
export function editionInForce(versions: readonly Version[], asOf: Instant): Version | undefined {
  const known = knownBy(versions, asOf);
  return known.at(-1)?.state === 'retired' ? undefined : known.findLast(({ state }) => state === 'approved');
}

/** Is somebody there on the day, in a role that the policy binds? */
export function isBound(policy: Version, person: Stored<typeof Person>, today: DateText): boolean {
  const { roles, startsOn, leavesOn } = person;
  const isHere = (startsOn === undefined || startsOn <= today) && (leavesOn === undefined || today <= leavesOn);
  const bound: readonly Role[] = policy.appliesTo;
  return isHere && roles.some((role) => bound.includes(role));
}

/**
 * The day by whose end a person acknowledges an edition: so many days after it was approved, or after they came, whichever is later.
 * Undefined where nobody is asked to.
 *
 * @param cameAt when the person was first recorded
 */
export function acknowledgeBy(
  edition: Version,
  person: Stored<typeof Person>,
  cameAt: Instant,
  zone: string,
): DateText | undefined {
  if (edition.acknowledgeWithin === undefined) return undefined;
  const came = person.startsOn ?? dayOf(zone, cameAt);
  const approved = dayOf(zone, edition.recordedAt);
  return addDays(came > approved ? came : approved, edition.acknowledgeWithin);
}
