import { z } from 'zod';
import { mayRead } from '../access/index.ts';
import { Check } from '../check/record.ts';
import { Source } from '../connector/record.ts';
import { Exception } from '../control/exception.ts';
import { Control } from '../control/record.ts';
import { wasThere } from '../evidence/filing.ts';
import { Evidence } from '../evidence/record.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import type { At, Book } from '../kernel/index.ts';
import { defineView } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { editionInForce, knownBy } from '../policy/edition.ts';
import { Policy } from '../policy/record.ts';
import { seesDrafts } from '../policy/view.ts';
import { rank } from './rank.ts';
import type { Findable } from './rank.ts';

const reads = [Control, Person, Source, Check, Evidence, Policy, Exception] as const;

const KINDS = ['control', 'requirement', 'policy', 'evidence', 'check', 'source', 'person', 'exception'] as const;
type Kind = (typeof KINDS)[number];
type Hit = Findable & { readonly kind: Kind; readonly path: string };

/** Requirements are the same for everybody and for ever. */
const REQUIREMENTS: readonly Hit[] = FRAMEWORK_IDS.flatMap((framework) =>
  FRAMEWORKS[framework].requirements.map(({ ref, title }) => ({
    kind: 'requirement',
    id: ref,
    title,
    hint: FRAMEWORKS[framework].title,
    path: `/${framework}/requirements?open=${encodeURIComponent(ref)}`,
  })),
);

/** Rows are frozen and shared between questions: what is looked for in each is made once. */
const made = new WeakMap<object, Hit>();
function once(row: object, make: () => Hit): Hit {
  const known = made.get(row);
  if (known !== undefined) return known;
  const hit = make();
  made.set(row, hit);
  return hit;
}

function* findable(book: Book<typeof reads>, at: At): Generator<Hit> {
  for (const row of book.control.all()) {
    yield once(row, () => ({
      kind: 'control',
      id: row.id,
      title: row.title,
      hint: [row.startsOn === undefined ? 'planned' : row.frequency, row.domain ?? ''].filter(Boolean).join(' · '),
      path: `/controls/${row.id}`,
    }));
  }
  yield* REQUIREMENTS;
  for (const id of book.policy.ids()) {
    const versions = knownBy(book.policy.history(id), at.asOf);
    const shown =
      editionInForce(versions, at.asOf) ??
      (seesDrafts(at) ? versions.at(-1) : versions.findLast(({ state }) => state === 'approved'));
    if (shown === undefined) continue;
    yield once(shown, () => ({
      kind: 'policy',
      id,
      title: shown.title,
      hint: `${shown.label} · ${shown.state}`,
      path: `/policies/${id}`,
    }));
  }
  for (const row of book.evidence.all()) {
    if (!wasThere(row, at.asOf)) continue;
    yield once(row, () => ({
      kind: 'evidence',
      id: row.id,
      title: row.name,
      hint: `${row.state} · ${row.controls.slice(0, 3).join(', ')}`,
      path: `/evidence/${row.id}`,
    }));
  }
  for (const row of book.check.all()) {
    yield once(row, () => ({
      kind: 'check',
      id: row.id,
      title: row.title,
      hint: row.dataset,
      path: `/checks/${row.id}`,
    }));
  }
  if (mayRead(at.actor, Source).allowed) {
    for (const row of book.source.all()) {
      yield once(row, () => ({
        kind: 'source',
        id: row.id,
        title: row.id,
        hint: row.connector,
        path: `/sources/${row.id}`,
      }));
    }
  }
  for (const row of book.person.all()) {
    yield once(row, () => ({
      kind: 'person',
      id: row.id,
      title: row.name,
      hint: row.roles.join(', '),
      path: `/people/${row.id}`,
    }));
  }
  for (const row of book.exception.all()) {
    yield once(row, () => ({
      kind: 'exception',
      id: row.id,
      title: row.reason.slice(0, 120),
      hint: `${row.state} · ${row.control} · ${row.from} to ${row.to}`,
      path: `/controls/${row.control}?exception=${row.id}`,
    }));
  }
}

export const search = defineView('search', {
  says: 'What has these words in its id, title or hint, the nearest first: records and requirements of both frameworks.',
  input: z.strictObject({ text: z.string().max(200), limit: z.int().min(1).max(50).default(12) }),
  area: 'any',
  reads,
  output: z.object({
    results: z.array(
      z.object({
        kind: z.enum(KINDS),
        id: z.string(),
        title: z.string(),
        hint: z.string(),
        path: z.string().describe('Below the organisation’s own.'),
      }),
    ),
    total: z.int(),
  }),
  compute(book, { text, limit }, at) {
    const hits = rank(findable(book, at), text, (hit) => KINDS.indexOf(hit.kind));
    return {
      results: hits.slice(0, limit).map(({ kind, id, title, hint, path }) => ({ kind, id, title, hint, path })),
      total: hits.length,
    };
  },
});
