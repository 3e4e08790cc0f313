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
  const places: { from: Instant; place: number; spoken: number }[] = [];

  versions.forEach((version, index) => {
    if (version.recordedAt > knownAt) return;

    if (version.correct !== undefined) {
      // "a correction: where the version it corrects held"
      let place = version.correct - 1;
      for (let corrected = versions[place]; corrected?.correct !== undefined; corrected = versions[place])
        place = corrected.correct - 1;
      const held = places.find((each) => each.place === place);
      if (held) held.spoken = index;
      return;
    }
    if (index === 0) {
      // "the first version of a control, check or mapping: for all earlier time too"
      places.push({ from: -Infinity, place: index, spoken: index });
      return;
    }
    // "from its `effectiveFrom` on (… a later one: when recorded)"; "What was already due or judged keeps the version then in force"
    const said = version.effectiveFrom === undefined ? version.recordedAt : startOf(zone, version.effectiveFrom);
    places.push({ from: Math.max(said, version.recordedAt), place: index, spoken: index });
  });

  places.sort((a, b) => a.from - b.from || a.place - b.place);
  return places.flatMap(({ from, spoken }, index) => {
    const to = places[index + 1]?.from ?? Infinity;
    const version = versions[spoken];
    if (!version || from === to) return [];
    return [{ from, to, version: spoken + 1, ...(version.retired ? {} : { body: version.body }) }];
  });
}

/** The body in force at `at`; undefined where there was none or it was retired. */
export function bodyAt<Body>(zone: string, versions: Version<Body>[], at: Instant, knownAt: Instant): Body | undefined {
  return reigns(zone, versions, knownAt).find((reign) => reign.from <= at && at < reign.to)?.body;
}
