import { z } from 'zod';
import { Programme } from '../framework/record.ts';
import { dayOf, defineView, printInstant } from '../kernel/index.ts';
import type { Compared } from './comparison.ts';
import { COMPARED, COMPARISON, SOURCE_KINDS } from './comparison.ts';
import { SEND_STATES, sendableTo } from './sendable.ts';

const Cell = z.object({
  says: z.string(),
  sources: z.array(z.string()),
  conflict: z.string().nullable(),
});

export const Comparison = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  rows: z.array(
    z.object({ id: z.string(), title: z.string(), 'soc2-type-1': Cell, 'soc2-type-2': Cell, iso27001: Cell }),
  ),
  sources: z.array(
    z.object({
      id: z.string(),
      short: z.string(),
      title: z.string(),
      kind: z.enum(SOURCE_KINDS),
      date: z.string().nullable(),
    }),
  ),
  yours: z
    .array(
      z.object({
        wants: z.enum(COMPARED),
        state: z.enum(SEND_STATES),
        programme: z.string().nullable(),
        on: z.string().nullable(),
        says: z.string(),
        also: z.array(z.string()),
      }),
    )
    .describe('What the organisation can show of each today, and when the rest is expected.'),
});

export const compare = defineView('compare', {
  says: 'SOC 2 Type 1, SOC 2 Type 2 and ISO 27001 beside each other, each cell with source and date, and what the organisation can show of each.',
  input: z.strictObject({}),
  reads: [Programme],
  area: 'posture',
  output: Comparison,
  compute(book, _input, at) {
    const day = dayOf(at.zone, at.asOf);
    const told = (cell: (typeof COMPARISON)['rows'][number][Compared]) => ({
      ...cell,
      conflict: cell.conflict ?? null,
    });
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      rows: COMPARISON.rows.map(({ id, title, ...cells }) => ({
        id,
        title,
        'soc2-type-1': told(cells['soc2-type-1']),
        'soc2-type-2': told(cells['soc2-type-2']),
        iso27001: told(cells.iso27001),
      })),
      sources: COMPARISON.sources,
      yours: COMPARED.flatMap((wants) =>
        sendableTo({ wants: [wants], underNda: true, by: undefined }, book.programme.all(), day).map((one) => ({
          wants,
          state: one.state,
          programme: one.programme ?? null,
          on: one.on ?? null,
          says: one.says,
          also: [...one.also],
        })),
      ),
    };
  },
});
