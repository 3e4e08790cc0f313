/** Which version of a control or check governs a moment, seen with what was recorded by known-at. */
import type { Instant, Version } from './world.ts';
import { startOf } from './zone.ts';

/** A stretch [from, to) governed by one version; absent of `body` means that it was retired then. */
export type Reign<Body> = { from: Instant; to: Instant; version: number; body?: Body };

/**
 * The reigns, in time order and without gaps, of the versions recorded by `knownAt`; none if the first was not recorded by then.
 * `version` counts from 1.
 */
export function reigns<Body>(zone: string, versions: Version<Body>[], knownAt: Instant): Reign<Body>[] {
  const places: { from: Instant; index: number }[] = [];

  versions.forEach((version, index) => {
    if (version.recordedAt > knownAt) return;
    places.push({ from: holdsFrom(zone, version, index, places, versions[index - 1]), index });
  });

  // "Each version holds from `effective_at`, until the next one by (effective_at, version)" (kernel.md, 6)
  places.sort((a, b) => (a.from === b.from ? a.index - b.index : a.from < b.from ? -1 : 1));
  // What was to hold later never does once it is retired.
  const retirement = places.findIndex(({ index }) => versions[index]?.retired === true);
  const held = retirement < 0 ? places : places.slice(0, retirement + 1);
  return held.flatMap(({ from, index }, place) => {
    const to = held[place + 1]?.from ?? Infinity;
    const version = versions[index];
    if (!version || from === to) return [];
    return [{ from, to, version: index + 1, ...(version.retired ? {} : { body: version.body }) }];
  });
}

function holdsFrom<Body>(
  zone: string,
  { recordedAt, effectiveFrom, correct }: Version<Body>,
  index: number,
  earlier: { from: Instant }[],
  before: Version<Body> | undefined,
): Instant {
  // "the first version of a control, check or mapping: for all earlier time too"
  if (index === 0) return -Infinity;
  // "a correction: where the version it corrects held"
  if (correct !== undefined) return earlier[correct - 1]?.from ?? recordedAt;
  // "from its `effectiveFrom` on (… a later one: when recorded)"
  if (effectiveFrom === undefined) return recordedAt;
  const stated = startOf(zone, effectiveFrom);
  if (stated >= recordedAt) return stated;
  // "What was already due or judged keeps the version then in force": only a planned control had nothing due.
  return isPlanned(before?.body) ? Math.max(stated, earlier[index - 1]?.from ?? recordedAt) : recordedAt;
}

/** A control without `startsOn`; a check is never planned. */
const isPlanned = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  'frequency' in body &&
  (body as { startsOn?: string }).startsOn === undefined;

/** The body in force at `at`; undefined where there was none or it was retired. */
export function bodyAt<Body>(zone: string, versions: Version<Body>[], at: Instant, knownAt: Instant): Body | undefined {
  return reigns(zone, versions, knownAt).find((reign) => reign.from <= at && at < reign.to)?.body;
}
