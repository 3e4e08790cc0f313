import { z } from 'zod';
import type { Role } from '../kernel/index.ts';
import { ask, defineView, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { Anchorage, anchorageOf, byTime, FIRST_SEEN, provenOf } from './anchorage.ts';
import type { Anchor } from './feed.ts';
import { Anchors, EntriesAt } from './feed.ts';
import { namesOf, outsideReads } from './names.ts';

const MOST_INDEXES = 200;

/** Who did what is told to those who work on the programme; guests and the others see it where a page shows it to them. */
const TOLD_WHO: readonly Role[] = ['owner', 'lead', 'control-owner', 'operator'];

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
      by: z
        .object({ id: z.string(), name: z.string() })
        .optional()
        .describe('Who did it, to those who work on the programme.'),
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
        .describe('The earliest three who saw the log with it, and the earliest witness and authority.'),
    }),
  ),
});

export const proofOf = defineView('proof.of', {
  says: 'Of entries of the log by their index: when each was recorded, by which act, and by when others had seen it. Indexes beyond the log are left out.',
  input: z.strictObject({ indexes: z.array(z.int().min(0).max(Number.MAX_SAFE_INTEGER)).min(1).max(MOST_INDEXES) }),
  reads: [...outsideReads, Person],
  output: ProofOf,
  area: 'any',
  *compute(book, { indexes }, { actor }) {
    const asked = [...new Set(indexes)];
    const entries = yield* ask(EntriesAt, { indexes: asked });
    const anchors = yield* ask(Anchors, {});
    const anchorage = anchorageOf(anchors);
    const byKind = (['witness', 'time'] as const).map(
      (kind) => new Anchorage(anchors.filter((anchor) => anchor.kind === kind)),
    );
    // Three witnesses may have been quicker than the first authority.
    const firstOf = (index: number): readonly Anchor[] => {
      const first = anchorage.of(index);
      if (first.length < FIRST_SEEN) return first;
      return [...new Set([...first, ...byKind.flatMap((one) => one.of(index).slice(0, 1))])].sort(byTime);
    };
    const name = namesOf(book);
    const tellsWho = actor.roles.some((role) => TOLD_WHO.includes(role));
    return {
      entries: asked.flatMap((index) => {
        const entry = entries.get(index);
        if (entry === undefined) return [];
        return [
          {
            index,
            recordedAt: printInstant(entry.recordedAt),
            act: entry.act,
            ...(tellsWho && entry.actor !== undefined
              ? { by: { id: entry.actor, name: book.person.find(entry.actor)?.name ?? entry.actor } }
              : {}),
            ...provenOf(anchorage, index, name),
            seen: firstOf(index).map((one) => ({
              ...{ kind: one.kind, id: one.id, name: name(one), size: one.size, at: printInstant(one.at) },
            })),
          },
        ];
      }),
    };
  },
});
