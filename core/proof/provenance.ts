import type { Asking, Book } from '../kernel/index.ts';
import { ask, Entries } from '../kernel/index.ts';
import type { Proven } from './anchorage.ts';
import { anchorageOf, provenOf } from './anchorage.ts';
import { Anchors } from './feed.ts';
import type { outsideReads } from './names.ts';
import { namesOf } from './names.ts';

const NOTHING = (): undefined => undefined;

/**
 * By when somebody outside had seen that these records were there: of each the entry that made its first version, since a later one says
 * something else. Asks nothing of the entries where nobody has seen anything.
 */
export function* provenance(
  book: Book<typeof outsideReads>,
  kind: string,
  ids: readonly string[],
): Asking<(id: string) => Proven | undefined> {
  const anchors = yield* ask(Anchors, {});
  if (anchors.length === 0 || ids.length === 0) return NOTHING;
  const entries = yield* ask(Entries, { records: ids.map((id) => ({ kind, id })) });
  const anchorage = anchorageOf(anchors);
  const name = namesOf(book);
  return (id) => provenOf(anchorage, entries.get(`${kind}/${id}`)?.[0]?.index, name);
}
