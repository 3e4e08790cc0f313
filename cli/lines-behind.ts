import { z } from 'zod';

/** What `overlap` and `gap` say of the lines of mappings behind their figures; null where figures rest on controls. */
export const LinesBehind = z
  .looseObject({ of: z.int(), agreed: z.int(), disagreed: z.int(), unreviewed: z.int() })
  .nullable()
  .default(null);

/** The same as people read it, a paragraph or none. */
export const linesSaid = (lines: z.output<typeof LinesBehind>): readonly string[] =>
  lines === null
    ? []
    : [
        `Lines of mappings behind these figures: ${lines.of}. Agreed ${lines.agreed}, disagreed with ${lines.disagreed}, not reviewed ${lines.unreviewed}.`,
      ];
