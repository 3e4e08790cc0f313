import type { FrameworkId } from './catalog.ts';

/** What a programme passes on its way, in the trade's words and about in their order. */
export const MILESTONE_KINDS = [
  'kickoff',
  'gap-analysis',
  'readiness',
  'interim-fieldwork',
  'fieldwork',
  'report',
  'internal-audit',
  'management-review',
  'stage-1',
  'stage-2',
  'decision',
  'surveillance-1',
  'surveillance-2',
  'recertification',
  'other',
] as const;
export type MilestoneKind = (typeof MILESTONE_KINDS)[number];

const BOTH: readonly FrameworkId[] = ['soc2', 'iso27001'];
/** The frameworks that a milestone belongs to. */
export const MILESTONES: Readonly<Record<MilestoneKind, readonly FrameworkId[]>> = {
  kickoff: BOTH,
  'gap-analysis': BOTH,
  readiness: BOTH,
  'interim-fieldwork': ['soc2'],
  fieldwork: ['soc2'],
  report: ['soc2'],
  'internal-audit': ['iso27001'],
  'management-review': ['iso27001'],
  'stage-1': ['iso27001'],
  'stage-2': ['iso27001'],
  decision: ['iso27001'],
  'surveillance-1': ['iso27001'],
  'surveillance-2': ['iso27001'],
  recertification: ['iso27001'],
  other: BOTH,
};

/** As a sentence names them. */
export const MILESTONE_NAMES: Readonly<Record<MilestoneKind, string>> = {
  kickoff: 'The kick-off',
  'gap-analysis': 'The gap analysis',
  readiness: 'Readiness',
  'interim-fieldwork': 'Interim fieldwork',
  fieldwork: 'Fieldwork',
  report: 'The report',
  'internal-audit': 'The internal audit',
  'management-review': 'The management review',
  'stage-1': 'Stage 1',
  'stage-2': 'Stage 2',
  decision: 'The decision on the certificate',
  'surveillance-1': 'The first surveillance',
  'surveillance-2': 'The second surveillance',
  recertification: 'Recertification',
  other: 'A milestone',
};
