import type { RecordDef } from './record.ts';
import type { Governed, Instant } from './time.ts';
import { dayStart } from './time.ts';

/** What of a version decides when it holds. */
export interface Held {
  readonly version: number;
  readonly effectiveAt: Instant;
  readonly retired: boolean;
}

/**
 * From when a new version holds (kernel.md §6): the field the kind names, else where the version it corrects held, else all
 * time for the first version of a timeless kind, else when it is recorded.
 *
 * @param corrected the version that a `correct` corrects
 */
export function effectiveAt(
  def: RecordDef,
  body: Readonly<Record<string, unknown>>,
  version: number,
  now: Instant,
  zone: string,
  corrected?: Held,
): Instant {
  const stated = def.effective === undefined ? undefined : body[def.effective];
  if (typeof stated === 'string') return dayStart(zone, stated);
  if (corrected !== undefined) return corrected.effectiveAt;
  return def.timeless && version === 1 ? -Infinity : now;
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
