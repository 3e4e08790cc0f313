import { z } from 'zod';
import type { Erasable } from '../erasure/record.ts';
import { Erasable as ErasableSchema, isSameThing } from '../erasure/record.ts';
import { ask, defineView, printInstant, refuse } from '../kernel/index.ts';
import type { Stored } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import type { Reached } from './feed.ts';
import { Reach } from './feed.ts';
import type { RestsBook } from './rests.ts';
import { programmesOf, restsReads, spanOf, workOn } from './rests.ts';
import { checksOf, controlsOf, holding } from './touched.ts';

const Named = z.object({ id: z.string(), title: z.string() });

export const Preview = z.object({
  what: ErasableSchema,
  title: z.string().describe('What people call it today; of an item its id.'),
  isErased: z.boolean().describe('Whether nothing of it is left to erase.'),
  asked: z.string().optional().describe('An erasure of it that waits to be decided.'),
  holds: z.array(z.object({ id: z.string(), name: z.string() })).describe('Legal holds in force that keep it.'),
  contents: z.int().describe('Item: contents that would be erased.'),
  observed: z.object({ from: z.string(), to: z.string() }).optional().describe('Item: when it was seen.'),
  isDelivered: z
    .boolean()
    .describe('Item: whether the source still delivers it; then the next collection brings it again.'),
  isShared: z.boolean().describe('Evidence: whether another record has the same bytes, which then stay.'),
  hasAccount: z.boolean().describe('Person: whether somebody signs in as them.'),
  verdicts: z
    .array(
      z.object({
        check: z.string(),
        title: z.string(),
        says: z.enum(['fail', 'unknown', 'other']).describe('Other: passes, or does not apply.'),
        controls: z.array(z.string()),
      }),
    )
    .describe('What checks say of the item now; each would be unknown.'),
  occurrences: z.array(
    z.object({
      control: Named,
      performance: z.string(),
      performedAt: z.string(),
      key: z.string().optional().describe('The occurrence that it met.'),
      leftWithout: z.boolean().describe('Whether it would have none of the evidence it requires.'),
    }),
  ),
  controls: z.array(Named),
  programmes: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      framework: z.string(),
      from: z.string().optional(),
      to: z.string().optional(),
    }),
  ),
  mentions: z
    .array(z.object({ kind: z.string(), id: z.string() }))
    .describe('Records that hold the same words and that the erasure does not reach; at most a hundred.'),
  goes: z.array(z.string()),
  stays: z.array(z.string()),
});
type Preview = z.infer<typeof Preview>;

export const erasurePreview = defineView('erasure.preview', {
  says: 'What would go and what would stay if something were erased, what rests on it, and whether a legal hold keeps it.',
  input: z.strictObject({ what: ErasableSchema }),
  reads: [...restsReads, Person],
  readableBy: ['owner', 'lead', 'operator'],
  output: Preview,
  *compute(book, { what }, at) {
    const { title, words, isErased: wasErased } = thingOf(book, what);
    const reached = yield* ask(Reach, { what, words });
    if (what.kind === 'item' && reached.contents === 0)
      throw refuse('missing', { kind: `item of ${what.source} in ${what.dataset}`, id: what.item });
    const named = (id: string) => ({ id, title: book.control.find(id)?.title ?? id });
    const isErased = wasErased || (what.kind === 'item' && reached.intact === 0);
    const work = what.kind === 'evidence' ? workOn(book, what.id, at) : [];
    const { observed } = reached;
    const asked = book.erasure.all().find((other) => other.state === 'asked' && isSameThing(other.what, what));
    return {
      what,
      title,
      isErased,
      ...(asked === undefined ? {} : { asked: asked.id }),
      holds: holding(book, what, at.asOf, at.zone).map(({ id, name }) => ({ id, name })),
      contents: reached.intact,
      ...(observed === undefined
        ? {}
        : { observed: { from: printInstant(observed.from), to: printInstant(observed.to) } }),
      isDelivered: reached.isDelivered,
      isShared: reached.isShared,
      hasAccount: reached.hasAccount,
      verdicts: what.kind === 'item' ? verdictsOn(book, what.dataset, reached) : [],
      occurrences: work.map(({ control, met, ...one }) => ({
        ...one,
        control: named(control),
        ...(met === undefined ? {} : { key: met }),
      })),
      controls: controlsOf(book, what).map(named),
      programmes: what.kind === 'person' ? [] : programmesOf(book, what, spanOf(book, what, observed), at.zone),
      mentions: [...reached.mentions],
      goes: isErased ? [] : [...goesOf(what, reached)],
      stays: [...staysOf(what, reached)],
    };
  },
});

/** What it is called, and the words by which copies of it are found. */
function thingOf(
  book: RestsBook,
  what: Erasable,
): { readonly title: string; readonly words: readonly string[]; readonly isErased: boolean } {
  if (what.kind === 'item') return { title: what.item, words: [], isErased: false };
  if (what.kind === 'evidence') {
    const { name, erased } = book.evidence.get(what.id);
    return {
      title: name,
      words: erased === undefined ? book.evidence.history(what.id).map((version) => version.name) : [],
      isErased: erased !== undefined,
    };
  }
  const { name, erased } = book.person.get(what.id);
  const versions: readonly Stored<typeof Person>[] = erased === undefined ? book.person.history(what.id) : [];
  const words = versions.flatMap((version) => [version.name, ...(version.email === undefined ? [] : [version.email])]);
  return { title: name, words: [...new Set(words)], isErased: erased !== undefined };
}

function verdictsOn(book: RestsBook, dataset: string, { verdicts }: Reached): Preview['verdicts'] {
  return checksOf(book, dataset).flatMap((id) => {
    const check = book.check.find(id);
    if (check === undefined) return [];
    const says = verdicts.find((one) => one.check === id)?.outcome ?? ('other' as const);
    return [{ check: id, title: check.title, says, controls: [...check.supports] }];
  });
}

function* goesOf(what: Erasable, { isShared, hasAccount }: Reached): Generator<string> {
  switch (what.kind) {
    case 'evidence':
      yield isShared
        ? 'The words of the record, in every version. The bytes stay: another record has the same.'
        : 'The bytes of the document, and the words of its record in every version: name, source, notes, digest.';
      yield 'Work that requires evidence and has no other document is then without, and its control is not observed.';
      return;
    case 'person':
      yield 'Name, address and job title, in every version, and the address in invitations and sign-in links.';
      yield 'What they were told, and copies of the name in what others were told.';
      if (hasAccount) yield 'How they sign in here, and their account unless another organisation has it too.';
      return;
    case 'item':
      yield 'The data of the item in every collection so far, with the salts by which it could be guessed.';
      yield 'Every verdict that used it becomes unknown, also of the past.';
  }
}

function* staysOf(what: Erasable, { isDelivered, mentions }: Reached): Generator<string> {
  yield 'The log, which never held it: salted digests without their salts tell nothing.';
  switch (what.kind) {
    case 'evidence':
      yield 'That there was a document: for which controls and time, how long, filed by whom and when, and this erasure.';
      break;
    case 'person':
      yield 'The id, by which what they did is told apart from what others did, their roles and their dates.';
      break;
    case 'item':
      yield 'The id of the item, its moment if it is an event, and that it was there.';
      if (isDelivered)
        yield 'The source still delivers it: erase it there first, or the next collection brings it again, as new.';
  }
  if (mentions.length > 0)
    yield `${mentions.length === 100 ? 'At least a hundred records' : mentions.length === 1 ? 'One other record' : `${mentions.length} other records`} with the same words.`;
  yield 'Backups, exports and binders that were made before, and what the database keeps of deleted rows until it is vacuumed and its write-ahead log is reused.';
}
