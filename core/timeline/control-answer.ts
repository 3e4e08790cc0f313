import { z } from 'zod';
import { OUTCOMES_OF_WORK } from '../control/performance.ts';
import { FREQUENCIES } from '../control/schedule.ts';
import { CONTROL_STATES } from '../effectiveness/control-state.ts';
import { REQUIREMENT_STATES } from '../effectiveness/requirement-state.ts';
import { FRAMEWORK_IDS } from '../framework/catalog.ts';
import { Lane } from './check-lane.ts';
import { Gap } from './gaps.ts';
import { RecordedAfter } from './recorded-after.ts';
import { Somebody } from './responsible.ts';
import { OCCURRENCE_STATES } from './settled.ts';
import { Tally } from './strip.ts';
import { Version } from './versions.ts';

/** What `control.page` answers. */
export const ControlPage = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  from: z.string(),
  to: z.string(),
  control: z.object({
    id: z.string(),
    title: z.string(),
    description: z.string().nullable(),
    frequency: z.enum(FREQUENCIES),
    days: z.enum(['all', 'weekdays']),
    startsOn: z.string().nullable(),
    endsOn: z.string().nullable(),
    grace: z.string().nullable(),
    lookback: z.string().nullable(),
    evidence: z.enum(['required', 'optional']),
    domain: z.string().nullable(),
    nature: z.string().nullable(),
    ownerRole: z.string().nullable(),
    version: z.int(),
    head: z.int().describe('The last version recorded; an act is made from it.'),
  }),
  state: z.enum([...CONTROL_STATES, 'ended']),
  because: z.array(z.string()),
  legs: z.array(
    z.object({
      kind: z.enum(['check', 'schedule', 'events']),
      name: z.string(),
      says: z.enum(['speaks', 'fails', 'silent', 'aside']),
      because: z.string(),
      since: z.string().nullable().describe('Of one that fails: since when without a break; null for events.'),
      beganUnseen: z
        .boolean()
        .describe('Nothing is known of the time just before `since`: it may have begun to fail earlier.'),
    }),
  ),
  responsible: Somebody.nullable(),
  counts: Tally,
  summary: z.string().describe('The window in one sentence.'),
  occurrences: z.array(
    z.object({
      key: z.string(),
      from: z.string(),
      due: z.string(),
      graceEnd: z.string(),
      state: z.enum(OCCURRENCE_STATES),
      performance: z.string().nullable(),
    }),
  ),
  performances: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      recordedAt: z.string(),
      lagSeconds: z.number(),
      by: Somebody.nullable(),
      recordedBy: Somebody,
      outcome: z.enum(OUTCOMES_OF_WORK),
      note: z.string().nullable(),
      evidence: z.array(z.string()),
      met: z.string().nullable(),
      unmatched: z.string().nullable().describe('Why it met nothing.'),
      withdrawn: z.string().nullable().describe('Why it was withdrawn.'),
      logIndex: z.int().nullable(),
    }),
  ),
  lanes: z.array(Lane),
  gaps: z.array(Gap),
  exceptions: z.array(
    z.object({
      id: z.string(),
      item: z.string().nullable(),
      from: z.string(),
      to: z.string(),
      reason: z.string(),
      state: z.enum(['requested', 'approved', 'refused', 'withdrawn']),
      requestedBy: Somebody,
      decidedBy: Somebody.nullable(),
      recordedAt: z.string(),
      logIndex: z.int().nullable(),
    }),
  ),
  evidence: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      bytes: z.int(),
      digest: z.string(),
      observedAt: z.string(),
      recordedAt: z.string(),
      lagSeconds: z.number(),
      afterTheFact: z.boolean().describe('Filed later after it was observed than the control’s grace allows.'),
      validUntil: z.string().nullable(),
      for: z.array(z.string()).describe('Occurrences whose performance names it.'),
      logIndex: z.int().nullable(),
    }),
  ),
  evidenceTotal: z.int().describe('Documents filed for the control at as-of, whenever they were observed.'),
  requirements: z.array(
    z.object({
      framework: z.enum(FRAMEWORK_IDS),
      ref: z.string(),
      title: z.string(),
      state: z.enum(REQUIREMENT_STATES).nullable().describe('Null where no programme of the framework is in force.'),
      because: z.array(z.string()),
    }),
  ),
  versions: z.array(Version.extend({ frequency: z.enum(FREQUENCIES), owner: z.string().nullable() })),
  recordedAfter: RecordedAfter,
});
