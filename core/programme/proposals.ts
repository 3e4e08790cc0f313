import { z } from 'zod';
import { standOf } from '../boundary/decided.ts';
import type { Category } from '../framework/catalog.ts';
import { CATEGORIES } from '../framework/catalog.ts';
import { Programme } from '../framework/record.ts';
import { refuseProgramme } from '../framework/refusals.ts';
import type { DateText, Stored } from '../kernel/index.ts';
import { dayOf, defineView, idSchema, printInstant } from '../kernel/index.ts';
import type { CommitmentType } from './commitment.ts';
import { Commitment, COMMITMENT_TYPES } from './commitment.ts';

type CommitmentRow = Stored<typeof Commitment>;

/** The category that a sort of promise asks for (TSP 100: what each category is about); none beyond Security for the rest. */
export const ASKS_FOR: Readonly<Record<CommitmentType, Category | undefined>> = {
  uptime: 'availability',
  recovery: 'availability',
  confidentiality: 'confidentiality',
  processing: 'processing_integrity',
  'personal-data': 'privacy',
  security: 'security',
  other: undefined,
};

/** In the reader's words: what about a promise asks for its category. */
const WHY: Readonly<Record<CommitmentType, string>> = {
  uptime: 'promises that the service can be used: Availability is about that',
  recovery: 'promises that the service and its data come back: Availability is about that',
  confidentiality: 'promises to keep information secret: Confidentiality is about that',
  processing: 'promises that data is processed completely, correctly and in time: Processing Integrity is about that',
  'personal-data': 'promises how personal data is treated: Privacy is about that',
  security: 'promises protection: Security, which is always one, is about that',
  other: 'asks for no category of its own',
};

export const Proposals = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  programme: z.string().nullable(),
  categories: z.array(
    z.object({
      category: z.enum(CATEGORIES),
      chosen: z.boolean(),
      proposed: z
        .boolean()
        .describe('A commitment in force asks for it, or it is Security. Nothing is added by itself.'),
      because: z.array(z.object({ commitment: z.string(), title: z.string(), says: z.string() })),
      says: z.string(),
    }),
  ),
  aside: z
    .array(z.object({ commitment: z.string(), title: z.string(), says: z.string() }))
    .describe('Commitments that ask for nothing here, and why.'),
  commitments: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      type: z.enum(COMMITMENT_TYPES),
      figure: z.string().nullable(),
      where: z.string().nullable(),
      to: z.string().nullable(),
      from: z.string().nullable(),
      until: z.string().nullable(),
    }),
  ),
});

export const programmeProposals = defineView('programme.proposals', {
  says: 'Which SOC 2 categories the commitments made to customers ask for, and why. Nothing is added by itself.',
  input: z.strictObject({
    programme: idSchema.optional().describe('A SOC 2 programme: what it has chosen, and which systems it is about.'),
  }),
  reads: [Programme, Commitment],
  area: 'posture',
  output: Proposals,
  compute(book, { programme: id }, at) {
    const day = dayOf(at.zone, at.asOf);
    const programme = id === undefined ? undefined : book.programme.get(id);
    if (programme !== undefined && programme.framework !== 'soc2')
      throw refuseProgramme('categories', {}, ['programme']);
    const rows = book.commitment.all();
    const sorted = rows.map((row) => ({ row, aside: asideOf(row, programme, day) }));
    const counted = sorted.flatMap(({ row, aside }) => (aside === undefined ? [row] : []));
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      programme: programme?.id ?? null,
      categories: CATEGORIES.map((category) => {
        const because = counted.filter(({ type }) => ASKS_FOR[type] === category);
        const chosen = programme === undefined ? category === 'security' : programme.categories.includes(category);
        return {
          category,
          chosen,
          proposed: category === 'security' || because.length > 0,
          because: because.map(({ id: commitment, title, type, figure }) => ({
            commitment,
            title,
            says: `“${title}”${figure === undefined ? '' : ` (${figure})`} ${WHY[type]}.`,
          })),
          says: sayOf(category, chosen, because.length),
        };
      }),
      aside: sorted.flatMap(({ row, aside }) =>
        aside === undefined ? [] : [{ commitment: row.id, title: row.title, says: aside }],
      ),
      commitments: rows.map(({ id: commitment, title, type, figure, where, to, from, until }) => ({
        id: commitment,
        title,
        type,
        figure: figure ?? null,
        where: where ?? null,
        to: to ?? null,
        from: from ?? null,
        until: until ?? null,
      })),
    };
  },
});

/** Why a commitment counts for nothing here; undefined where it counts. */
function asideOf(
  row: CommitmentRow,
  programme: Stored<typeof Programme> | undefined,
  day: DateText,
): string | undefined {
  const { type, from, until, systems } = row;
  if (until !== undefined && until < day) return `It ended on ${until}.`;
  if (from !== undefined && from > day) return `It begins on ${from}.`;
  if (ASKS_FOR[type] === undefined) return 'It asks for no category of its own.';
  const isOut = (system: string): boolean =>
    programme !== undefined && standOf(programme, 'system', system).in === false;
  return systems.length > 0 && systems.every(isOut)
    ? 'Every system it is about was left out of this programme.'
    : undefined;
}

function sayOf(category: Category, chosen: boolean, commitments: number): string {
  const count = `${commitments} ${commitments === 1 ? 'commitment asks' : 'commitments ask'} for it`;
  if (category === 'security') return 'Security is always one of them.';
  if (commitments > 0) return chosen ? `Chosen, and ${count}.` : `Not chosen, and ${count}.`;
  return chosen ? 'Chosen; no commitment that is recorded asks for it.' : 'No commitment that is recorded asks for it.';
}
