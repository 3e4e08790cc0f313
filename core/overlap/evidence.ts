import type { Track } from '../check/coverage.ts';
import { at as valueAt, FAILED, knownAt } from '../check/coverage.ts';
import { Tracks } from '../check/feed.ts';
import { checkHistories, datasetOf, modeOf, operatingReads, supporting } from '../effectiveness/reading.ts';
import { isErased } from '../evidence/filing.ts';
import { Evidence } from '../evidence/record.ts';
import type { At, Book, Instant } from '../kernel/index.ts';
import { ask, parseInstant } from '../kernel/index.ts';
import { filedFor, observedAt } from '../timeline/filed.ts';

export const evidenceReads = [Evidence, ...operatingReads] as const;
export type EvidenceBook = Book<typeof evidenceReads>;

/** What was collected for a control in a period. */
export interface Collected {
  /** Documents filed for it. */
  readonly documents: readonly string[];
  /** Performances that came with a document. */
  readonly performances: readonly string[];
  /** Checks of it of whose dataset something was collected. */
  readonly checks: readonly string[];
}

export const isCollected = ({ documents, performances, checks }: Collected): boolean =>
  documents.length + performances.length + checks.length > 0;

interface Moments {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * What was collected for each control named, of what was there by as-of and recorded by known-at: documents that were observed in the period,
 * or speak of a part of it; performances in it, with a document; collections, observed in it or covering a part of it, that brought items.
 */
export function* evidenceIn(book: EvidenceBook, controls: readonly string[], window: Moments, at: At) {
  const histories = checkHistories(book);
  const supported = supporting(histories, window.from, Math.max(window.from, window.to - 1));
  const needed = controls.flatMap((control) => supported.get(control) ?? []);
  const tracks = yield* ask(Tracks, { datasets: [...new Set(needed.map(datasetOf))] });
  const seen = new Map<string, boolean>();
  const found = new Map<string, Collected>();
  for (const control of controls) {
    const checks = (supported.get(control) ?? []).filter((check) => {
      const dataset = datasetOf(check);
      const known =
        seen.get(dataset) ?? (tracks.get(dataset) ?? []).some((track) => brought(track, modeOf(check), window, at));
      seen.set(dataset, known);
      return known;
    });
    found.set(control, {
      documents: documentsIn(book, control, window, at),
      performances: performancesIn(book, control, window),
      checks: checks.map(({ check }) => check),
    });
  }
  return found;
}

function documentsIn(book: EvidenceBook, control: string, { from, to }: Moments, at: At): readonly string[] {
  return filedFor(book, control, at)
    .filter((row) => {
      if (isErased(book, row.id)) return false;
      const [begins, ends] = [parseInstant(row.from ?? ''), parseInstant(row.to ?? '')];
      const isOf = begins !== undefined && ends !== undefined && begins < to && ends >= from;
      return isOf || (from <= observedAt(row) && observedAt(row) < to);
    })
    .map(({ id }) => id);
}

function performancesIn(book: EvidenceBook, control: string, { from, to }: Moments): readonly string[] {
  return book.performance
    .pointingAt('control', control)
    .filter(({ withdrawn, outcome, evidence, performedAt }) => {
      const when = parseInstant(performedAt) ?? Number.NaN;
      return (
        withdrawn === undefined &&
        outcome !== 'not-done' &&
        evidence.some((id) => !isErased(book, id)) &&
        from <= when &&
        when < to
      );
    })
    .map(({ id }) => id);
}

/** Whether a source brought an item for the period: a collection that failed, or saw nothing, is no evidence. */
function brought(track: Track, mode: 'state' | 'events', { from, to }: Moments, { position, asOf }: At): boolean {
  const known = knownAt(track, position);
  for (let i = known.n - 1; i >= 0; i -= 1) {
    const when = valueAt(known.observedAt, i);
    if (when > asOf || valueAt(known.status, i) === FAILED || valueAt(known.items, i) === 0) continue;
    const isIn =
      mode === 'events' ? valueAt(known.from, i) < to && valueAt(known.to, i) > from : from <= when && when < to;
    if (isIn) return true;
  }
  return false;
}
