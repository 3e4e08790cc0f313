import { z } from 'zod';
import type { Track } from '../check/coverage.ts';
import { plural } from '../effectiveness/leg.ts';
import type { ControlHistory } from '../effectiveness/reading.ts';
import type { statusReads } from '../effectiveness/status.ts';
import type { At, Book, Instant } from '../kernel/index.ts';
import { dayOf } from '../kernel/index.ts';
import type { filedFor } from './filed.ts';
import { listed } from './spoken.ts';

export const RecordedAfter = z.object({
  performances: z.int(),
  evidence: z.int(),
  versions: z.int(),
  exceptions: z.int(),
  collections: z.int(),
  total: z.int(),
  because: z.string(),
});

/** What of the time up to as-of was recorded only after it: it is in the answer unless known-at leaves it out. */
export function recordedAfter(
  book: Book<typeof statusReads>,
  { control, performed }: ControlHistory,
  filed: ReturnType<typeof filedFor>,
  tracks: ReadonlyMap<string, readonly Track[]>,
  at: At,
): z.input<typeof RecordedAfter> {
  const after = (recordedAt: Instant): boolean => recordedAt > at.asOf && recordedAt <= at.knownAt;
  const performances = performed.filter((one) => one.at <= at.asOf && after(one.recordedAt)).length;
  const evidence = filed.filter((one) => after(one.filedAt)).length;
  const versions = book.control
    .history(control)
    .filter((one) => one.effectiveAt <= at.asOf && after(one.recordedAt)).length;
  const exceptions = book.exception
    .ids()
    .flatMap((id) => book.exception.history(id))
    .filter((one) => one.control === control && one.from <= dayOf(at.zone, at.asOf) && after(one.recordedAt)).length;
  let collections = 0;
  for (const track of [...tracks.values()].flat())
    for (let i = 0; i < track.n; i += 1)
      if (
        (track.index[i] ?? Infinity) < at.position &&
        (track.observedAt[i] ?? Infinity) <= at.asOf &&
        after(track.recordedAt[i] ?? 0)
      )
        collections += 1;
  const total = performances + evidence + versions + exceptions + collections;
  const parts = [
    performances > 0 ? plural(performances, 'performance') : '',
    evidence > 0 ? plural(evidence, 'document') : '',
    versions > 0 ? plural(versions, 'version') : '',
    exceptions > 0 ? plural(exceptions, 'word on exceptions', 'words on exceptions') : '',
    collections > 0 ? plural(collections, 'collection') : '',
  ].filter((part) => part !== '');
  const because =
    total === 0
      ? 'Nothing about the time until then was recorded later.'
      : `${listed(parts, 5)} about the time until then ${total === 1 ? 'was' : 'were'} recorded later.`;
  return { performances, evidence, versions, exceptions, collections, total, because };
}
