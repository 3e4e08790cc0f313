/** Cuts of a world, for two laws that any rules of time must keep: what was not recorded or had not happened changes no answer. */
import type { Instant, World } from './world.ts';

/** The world as its records stood at `knownAt`: whatever was recorded later never was. */
export function recordedBy(world: World, knownAt: Instant): World {
  const known = <T extends { recordedAt: Instant }>(each: T) => each.recordedAt <= knownAt;
  const withVersions = <T extends { versions: { recordedAt: Instant }[] }>(list: T[]): T[] =>
    list.map((each) => ({ ...each, versions: each.versions.filter(known) }));

  return {
    ...world,
    holidays: world.holidays.filter(known),
    controls: withVersions(world.controls),
    checks: withVersions(world.checks),
    sources: world.sources.map(({ removedAt, ...source }) => ({
      ...source,
      ...(removedAt !== undefined && removedAt <= knownAt ? { removedAt } : {}),
      collections: source.collections.filter(known),
    })),
    performances: world.performances.filter(known).map(({ withdrawnAt, ...performance }) => ({
      ...performance,
      ...(withdrawnAt !== undefined && withdrawnAt <= knownAt ? { withdrawnAt } : {}),
    })),
    exceptions: world.exceptions
      .filter(({ requestedAt }) => requestedAt <= knownAt)
      .map(({ approvedAt, approvedBy, ...exception }) => ({
        ...exception,
        ...(approvedAt !== undefined && approvedBy !== undefined && approvedAt <= knownAt
          ? { approvedAt, approvedBy }
          : {}),
      })),
  };
}

/**
 * The world without the performances, collections of state and approvals of after `at`; what was decided about earlier ones stays, and so do
 * collections of events, which tell of the time before them.
 */
export function happenedBy(world: World, at: Instant): World {
  return {
    ...world,
    sources: world.sources.map((source) => ({
      ...source,
      collections: source.collections.filter(({ observedAt, to }) => to !== undefined || observedAt <= at),
    })),
    performances: world.performances.filter((each) => each.at <= at),
    exceptions: world.exceptions.map(({ approvedAt, approvedBy, ...exception }) => ({
      ...exception,
      ...(approvedAt !== undefined && approvedBy !== undefined && approvedAt <= at ? { approvedAt, approvedBy } : {}),
    })),
  };
}
