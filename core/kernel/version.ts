import type { RecordDef } from './record.ts';
import type { Governed, Instant } from './time.ts';
import { dayStart } from './time.ts';

/** What of a version decides when it holds. */
export interface Held {
  readonly version: number;
  readonly effectiveAt: Instant;
  readonly retired: boolean;
}

/** The version recorded last, as the next one finds it. */
export interface Previous extends Held {
  readonly body: object;
}

/**
 * From when a new version holds (kernel.md §6). The first of a timeless kind: for all time. A correction: where the version it corrects held.
 * Others: from the date the kind's `effective` field states, else from when they are recorded. Where a kind's versions let things fall due or be
 * judged, that keeps the version then in force (contract, "Nothing changes backwards"): a date in the past counts only if the version before
 * left nothing to keep, and reaches back no further than that one held.
 *
 * @param does whether the change corrects `previous`
 */
export function effectiveAt(
  def: RecordDef,
  body: Readonly<Record<string, unknown>>,
  previous: Previous | undefined,
  does: 'create' | 'change' | 'correct',
  now: Instant,
  zone: string,
): Instant {
  if (previous === undefined && def.timeless) return -Infinity;
  if (previous !== undefined && does === 'correct') return previous.effectiveAt;
  const stated = def.effective === undefined ? undefined : body[def.effective];
  if (typeof stated !== 'string') return now;
  const from = dayStart(zone, stated);
  if (from >= now || previous === undefined || def.reachesBack === undefined) return from;
  // The body was parsed by the schema of the kind whose rule this is.
  return def.reachesBack(previous.body as never) ? Math.max(from, previous.effectiveAt) : now;
}

const before = (a: Held, b: Held): number => a.effectiveAt - b.effectiveAt || a.version - b.version;

/** The version in force at `asOf` among those known (in any order), or undefined where there is none or it is retired: for good, also from what was to hold later. */
export function versionAt<V extends Held>(known: readonly V[], asOf: Instant): V | undefined {
  let found: V | undefined;
  for (const version of known) {
    if (version.effectiveAt > asOf) continue;
    if (version.retired) return undefined;
    if (found === undefined || before(found, version) <= 0) found = version;
  }
  return found;
}

/** Which version holds when: each from its `effectiveAt` until the next one by (effectiveAt, version), none once it is retired. */
export function governing<V extends Held>(known: readonly V[]): Governed<V> {
  const ordered = [...known].sort((a, b) => (a.effectiveAt === b.effectiveAt ? a.version - b.version : before(a, b)));
  const spans: { from: Instant; to: Instant; terms: V }[] = [];
  for (const [i, version] of ordered.entries()) {
    const from = version.effectiveAt;
    const to = ordered[i + 1]?.effectiveAt ?? Infinity;
    // The end is the end: what was to hold from a later day never does.
    if (version.retired) break;
    if (from < to) spans.push({ from, to, terms: version });
  }
  return spans;
}
