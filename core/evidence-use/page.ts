import { z } from 'zod';
import { assign } from '../control/assignment.ts';
import type { Performance } from '../control/performance.ts';
import { occurrencesOf } from '../control/schedule.ts';
import { calendarIn, controlHistories, operatingReads } from '../effectiveness/reading.ts';
import type { OperatingBook } from '../effectiveness/reading.ts';
import { wasThere } from '../evidence/filing.ts';
import { Evidence } from '../evidence/record.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import type { At, Stored } from '../kernel/index.ts';
import { ask, defineView, Entries, idSchema, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Document, documentOf, filingOf, performancesOf, successorOf, titled, Who, whoIs } from './document.ts';
import type { DocumentBook } from './document.ts';

const pageReads = [Evidence, Person, ...operatingReads] as const;

/** What was done to a document, in the words of its review. */
const DID = ['filed', 'accepted', 'returned', 'resubmitted', 'erased'] as const;
type Did = (typeof DID)[number];

const didOf = (state: Stored<typeof Evidence>['state'], version: number): Did =>
  state === 'submitted' ? (version === 1 ? 'filed' : 'resubmitted') : state;

/** The occurrence that each of these performances met, by their ids. */
function metBy(
  book: OperatingBook,
  performances: readonly Stored<typeof Performance>[],
  at: At,
): ReadonlyMap<string, string> {
  const controls = [...new Set(performances.map(({ control }) => control))];
  const calendar = calendarIn(book, at);
  const found = new Map<string, string>();
  for (const { governed, performed } of controlHistories(book, controls)) {
    // A year on: as far as the grace of any occurrence that today's work may meet.
    const occurrences = occurrencesOf(governed, calendar, -Infinity, at.asOf + 366 * 86_400_000);
    for (const [key, { id }] of assign(occurrences, performed).met) found.set(id, key);
  }
  return found;
}

const Link = z.object({ id: z.string(), name: z.string() });

/** What `evidence.page` answers. */
export const EvidenceDetail = Document.extend({
  index: z.int().optional().describe('Of the entry that filed it.'),
  wasThere: z.boolean().describe('Whether it was there at the moment asked about.'),
  decided: z.object({ by: Who, at: z.string(), reason: z.string().optional() }).optional(),
  note: z.string().optional(),
  replaces: Link.optional(),
  replacedBy: Link.optional(),
  reviews: z.array(
    z.object({
      did: z.enum(DID),
      by: Who,
      at: z.string(),
      says: z.string().optional(),
      version: z.int(),
      index: z.int().optional(),
    }),
  ),
  uses: z.array(
    z.object({
      performance: z.string(),
      control: z.object({ id: z.string(), title: z.string() }),
      performedAt: z.string(),
      recordedAt: z.string(),
      outcome: z.string(),
      met: z.string().optional().describe('The occurrence that it met.'),
      by: Who.optional(),
      index: z.int().optional(),
    }),
  ),
  requirements: z.array(
    z.object({
      framework: z.enum(FRAMEWORK_IDS),
      ref: z.string(),
      title: z.string(),
      through: z.array(z.string()).describe('The controls by which it serves it.'),
    }),
  ),
});

export const evidencePage = defineView('evidence.page', {
  says: 'One document: its bytes, both clocks, its review, and all that rests on it.',
  input: z.strictObject({ evidence: idSchema }),
  reads: pageReads,
  area: 'evidence',
  output: EvidenceDetail,
  *compute(book, { evidence: id }, at) {
    const row = book.evidence.get(id);
    const documents: DocumentBook = book;
    const used = performancesOf(documents, id, at.asOf);
    const met = metBy(book, used, at);
    const entries = yield* ask(Entries, {
      records: [{ kind: 'evidence', id }, ...used.map((one) => ({ kind: 'performance', id: one.id }))],
    });
    const entryOf = (key: string, version: number): { index?: number } => {
      const made = entries.get(key)?.find((one) => one.version === version);
      return made === undefined ? {} : { index: made.index };
    };
    const link = (to: string) => ({ id: to, name: book.evidence.find(to)?.name ?? to });
    const successor = successorOf(documents, id, at.asOf);
    const versions = book.evidence
      .history(id)
      .filter(({ version, recordedAt }) => version === 1 || recordedAt <= at.asOf);
    return {
      ...documentOf(documents, row, at),
      ...entryOf(`evidence/${id}`, 1),
      wasThere: wasThere(row, at.asOf) || filingOf(documents, row).at <= at.asOf,
      ...(row.decidedBy === undefined
        ? {}
        : {
            decided: {
              by: whoIs(documents, row.decidedBy),
              at: printInstant(row.recordedAt),
              ...(row.returnedFor === undefined ? {} : { reason: row.returnedFor }),
            },
          }),
      ...(row.note === undefined ? {} : { note: row.note }),
      ...(row.replaces === undefined ? {} : { replaces: link(row.replaces) }),
      ...(successor === undefined ? {} : { replacedBy: link(successor) }),
      reviews: versions.map(({ state, version, actor, recordedAt, returnedFor, note, erased }) => {
        const did = erased === undefined ? didOf(state, version) : 'erased';
        const says = did === 'returned' ? returnedFor : did === 'resubmitted' ? note : undefined;
        return {
          did,
          by: whoIs(documents, actor),
          at: printInstant(recordedAt),
          ...(says === undefined ? {} : { says }),
          version,
          ...entryOf(`evidence/${id}`, version),
        };
      }),
      uses: used.map((one) => {
        const key = met.get(one.id);
        return {
          performance: one.id,
          control: titled(documents, one.control),
          performedAt: one.performedAt,
          recordedAt: printInstant(one.recordedAt),
          outcome: one.outcome,
          ...(key === undefined ? {} : { met: key }),
          ...(one.by === undefined ? {} : { by: whoIs(documents, one.by) }),
          ...entryOf(`performance/${one.id}`, 1),
        };
      }),
      requirements: served(documents, row.controls),
    };
  },
});

/** The requirements of both frameworks that these controls answer, in the order of the catalogues. */
function served(book: DocumentBook, controls: readonly string[]) {
  return FRAMEWORK_IDS.flatMap((framework) =>
    FRAMEWORKS[framework].requirements.flatMap(({ ref, title }) => {
      const through = controls.filter((id) => book.control.find(id)?.answers[framework].includes(ref) === true);
      return through.length === 0 ? [] : [{ framework, ref, title, through }];
    }),
  );
}
