import { z } from 'zod';
import { ask, defineView, printInstant } from '../kernel/index.ts';
import { anchorageOf, provenOf } from './anchorage.ts';
import { Anchors, EntriesAt } from './feed.ts';
import { namesOf, outsideReads } from './names.ts';

const MOST_INDEXES = 200;

export const Provenance = {
  provenBy: z.string().optional().describe('The earliest time outside the company by which it was on record.'),
  provenWith: z
    .object({ kind: z.enum(['witness', 'time']), id: z.string(), name: z.string() })
    .optional()
    .describe('Whose word that time is.'),
};

/** What `proof.of` answers. */
export const ProofOf = z.object({
  entries: z.array(
    z.object({
      index: z.int(),
      recordedAt: z.string(),
      act: z.string(),
      ...Provenance,
      seen: z
        .array(
          z.object({
            kind: z.enum(['witness', 'time']),
            id: z.string(),
            name: z.string(),
            size: z.int(),
            at: z.string(),
          }),
        )
        .describe('The earliest three who saw the log with it.'),
    }),
  ),
});

export const proofOf = defineView('proof.of', {
  says: 'Of entries of the log by their index: when each was recorded, by which act, and by when others had seen it. Indexes beyond the log are left out.',
  input: z.strictObject({ indexes: z.array(z.int().min(0).max(Number.MAX_SAFE_INTEGER)).min(1).max(MOST_INDEXES) }),
  reads: outsideReads,
  output: ProofOf,
  area: 'any',
  *compute(book, { indexes }) {
    const asked = [...new Set(indexes)];
    const entries = yield* ask(EntriesAt, { indexes: asked });
    const anchorage = anchorageOf(yield* ask(Anchors, {}));
    const name = namesOf(book);
    return {
      entries: asked.flatMap((index) => {
        const entry = entries.get(index);
        if (entry === undefined) return [];
        return [
          {
            index,
            recordedAt: printInstant(entry.recordedAt),
            act: entry.act,
            ...provenOf(anchorage, index, name),
            seen: anchorage.of(index).map((one) => ({
              ...{ kind: one.kind, id: one.id, name: name(one), size: one.size, at: printInstant(one.at) },
            })),
          },
        ];
      }),
    };
  },
});
