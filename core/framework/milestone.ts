import { z } from 'zod';
import type { DateText } from '../kernel/index.ts';
import { dateText } from '../kernel/index.ts';
import type { FrameworkId } from './catalog.ts';
import type { MilestoneKind } from './milestone-kinds.ts';
import { MILESTONE_KINDS } from './milestone-kinds.ts';

export const Milestone = z.strictObject({
  milestone: z.enum(MILESTONE_KINDS),
  on: dateText().describe('When it is planned for.'),
  doneOn: dateText().optional().describe('When it was; without it, it has not happened.'),
  note: z.string().min(1).max(500).optional(),
});
export type Milestone = z.infer<typeof Milestone>;

/** Milestones that come one after another, in this order, where a programme has them (ISO/IEC 17021-1 clause 9; a report closes a SOC 2 examination). */
export const IN_ORDER: Readonly<Record<FrameworkId, readonly (readonly MilestoneKind[])[]>> = {
  soc2: [
    ['kickoff', 'interim-fieldwork', 'fieldwork', 'report'],
    ['gap-analysis', 'readiness', 'report'],
  ],
  iso27001: [
    ['kickoff', 'stage-1', 'stage-2', 'decision', 'surveillance-1', 'surveillance-2', 'recertification'],
    ['gap-analysis', 'readiness', 'stage-2'],
  ],
};

/** The day a milestone counts with: when it was, or else when it is planned for. */
export const dayOfMilestone = ({ on, doneOn }: Pick<Milestone, 'on' | 'doneOn'>): DateText => doneOn ?? on;

/** The first pair that stands in the wrong order, as indexes into the list. */
export function outOfOrder(
  framework: FrameworkId,
  milestones: readonly Milestone[],
): { readonly earlier: number; readonly later: number } | undefined {
  for (const chain of IN_ORDER[framework]) {
    for (const [later, b] of milestones.entries()) {
      const place = chain.indexOf(b.milestone);
      if (place < 1) continue;
      const earlier = milestones.findIndex(
        (a) => chain.slice(0, place).includes(a.milestone) && dayOfMilestone(a) > dayOfMilestone(b),
      );
      if (earlier >= 0) return { earlier, later };
    }
  }
  return undefined;
}
