import { z } from 'zod';
import type { Refusal } from '../kernel/index.ts';
import { dateText, defineRecord, ref } from '../kernel/index.ts';
import { CATEGORIES, FRAMEWORKS, FRAMEWORK_IDS, isMandatory, isRequirement } from './catalog.ts';
import { MILESTONES } from './milestone-kinds.ts';
import { dayOfMilestone, Milestone, outOfOrder } from './milestone.ts';
import { refuseProgramme } from './refusals.ts';
import { circleIn } from './circle.ts';

/** One thing of the boundary, put in or left out; left out with the reason. */
const membersOf = <const K extends string>(kind: K) =>
  z
    .array(
      z.strictObject({
        id: ref(kind),
        in: z.boolean(),
        justification: z
          .string()
          .min(3)
          .max(2000)
          .optional()
          .describe('Why it is left out; may be said of one that is in.'),
      }),
    )
    .max(2000)
    .optional();

/** Kinds of things a boundary is drawn around. One model for both frameworks: a SOC 2 system and an ISMS scope are drawn from the same things. */
export const BOUNDARY_KINDS = ['legal-entity', 'system', 'data-store', 'team', 'site', 'third-party'] as const;
export type BoundaryKind = (typeof BOUNDARY_KINDS)[number];

export const BoundaryMembers = z.strictObject({
  'legal-entity': membersOf('legal-entity'),
  system: membersOf('system'),
  'data-store': membersOf('data-store'),
  team: membersOf('team'),
  site: membersOf('site'),
  'third-party': membersOf('third-party'),
});
export type BoundaryMembers = z.infer<typeof BoundaryMembers>;

/** How a subservice organisation is treated in a SOC 2 report (DC 7). */
export const SUBSERVICE_METHODS = ['carve-out', 'inclusive'] as const;

/** Why a requirement applies, as a Statement of Applicability says it (ISO/IEC 27001 clause 6.1.3 d). */
export const INCLUSION_REASONS = ['risk', 'law', 'contract', 'business', 'practice'] as const;
export type InclusionReason = (typeof INCLUSION_REASONS)[number];

const Body = z.strictObject({
  framework: z.enum(FRAMEWORK_IDS),
  title: z.string().min(1).max(200),
  categories: z.array(z.enum(CATEGORIES)).default(['security']).describe('SOC 2 only; Security is always one.'),
  outOfScope: z
    .array(z.strictObject({ ref: z.string(), justification: z.string().min(3).max(2000) }))
    .default([])
    .describe('Requirements that do not apply, each with its justification.'),
  included: z
    .array(
      z.strictObject({
        ref: z.string(),
        reasons: z.array(z.enum(INCLUSION_REASONS)).max(INCLUSION_REASONS.length).default([]),
        justification: z.string().min(3).max(2000).optional(),
      }),
    )
    .optional()
    .describe(
      'Why requirements apply, where that is to be said (ISO/IEC 27001 clause 6.1.3 d asks it of Annex A controls).',
    ),
  from: dateText().optional().describe('From when it is in force: what a question asked without a programme is about.'),
  to: dateText().optional().describe('The last day it is in force.'),
  report: z.enum(['type-1', 'type-2']).optional().describe('SOC 2 only: which report it leads to.'),
  asOfDate: dateText().optional().describe('Type 1: the one date it speaks of.'),
  periodFrom: dateText().optional().describe('Type 2: the first day of the observation period.'),
  periodTo: dateText().optional().describe('Type 2: the last day of the observation period.'),
  scope: z
    .string()
    .min(3)
    .max(4000)
    .optional()
    .describe('ISO 27001: the scope as the certificate states it. SOC 2: the system in a sentence.'),
  boundary: BoundaryMembers.optional().describe('Things of the boundary that were put in or left out.'),
  subservice: z
    .array(z.strictObject({ party: ref('third-party'), method: z.enum(SUBSERVICE_METHODS) }))
    .max(200)
    .optional()
    .describe('SOC 2 only: subservice organisations, and whether their controls are left out or described.'),
  milestones: z.array(Milestone).max(200).optional(),
  previous: ref('programme')
    .optional()
    .describe('The programme it follows: the last period, or the last certification cycle.'),
  firm: z.string().min(1).max(200).optional().describe('The CPA firm or certification body, where one is chosen.'),
});
export type ProgrammeBody = z.infer<typeof Body>;

/** One framework taken on: what of it is in scope, why the rest is not, around which things, when, and what it follows. */
export const Programme = defineRecord('programme', {
  title: 'Programme',
  timeless: true,
  area: 'any',
  concerns: ({ id }) => ({ programmes: [id] }),
  body: Body,
  holds: (body) =>
    categoriesHold(body) ?? requirementsHold(body) ?? reportHolds(body) ?? milestonesHold(body) ?? boundaryHolds(body),
  together: (_before, after) => followingHolds(after),
});

function categoriesHold({ framework, categories, from, to }: ProgrammeBody): Refusal | undefined {
  if (framework === 'soc2' ? !categories.includes('security') : categories.some((c) => c !== 'security')) {
    return refuseProgramme('categories', {}, ['categories']);
  }
  return from !== undefined && to !== undefined && to < from
    ? refuseProgramme('dates', { from, to }, ['to'])
    : undefined;
}

function requirementsHold({ framework, outOfScope, included = [] }: ProgrammeBody): Refusal | undefined {
  const out = new Set<string>();
  for (const [i, { ref: requirement }] of outOfScope.entries()) {
    const path = ['outOfScope', i, 'ref'];
    if (!isRequirement(framework, requirement))
      return refuseProgramme('unknownRef', { framework, ref: requirement }, path);
    const found = FRAMEWORKS[framework].requirements.find((r) => r.ref === requirement);
    if (found !== undefined && isMandatory(found)) return refuseProgramme('mandatory', { ref: requirement }, path);
    out.add(requirement);
  }
  const seen = new Set<string>();
  for (const [i, { ref: requirement, reasons, justification }] of included.entries()) {
    const path = ['included', i, 'ref'];
    if (!isRequirement(framework, requirement))
      return refuseProgramme('unknownRef', { framework, ref: requirement }, path);
    if (out.has(requirement)) return refuseProgramme('bothWays', { ref: requirement }, path);
    if (seen.has(requirement)) return refuseProgramme('twice', { ref: requirement }, path);
    if (reasons.length === 0 && justification === undefined)
      return refuseProgramme('noReason', { ref: requirement }, path);
    seen.add(requirement);
  }
  return undefined;
}

/** A Type 1 speaks of one date and a Type 2 of a period; a certificate of neither. */
function reportHolds(body: ProgrammeBody): Refusal | undefined {
  const { framework, report, periodFrom, periodTo } = body;
  if (framework !== 'soc2') {
    const foreign = (['report', 'asOfDate', 'periodFrom', 'periodTo', 'subservice'] as const).find(
      (field) => body[field] !== undefined,
    );
    return foreign === undefined ? undefined : refuseProgramme('soc2Only', { field: foreign }, [foreign]);
  }
  const dated = (['asOfDate', 'periodFrom', 'periodTo'] as const).filter((field) => body[field] !== undefined);
  const wrong = dated.find((field) => (report === 'type-1') !== (field === 'asOfDate'));
  if (report === undefined && dated[0] !== undefined) return refuseProgramme('report', {}, ['report']);
  if (report !== undefined && wrong !== undefined)
    return refuseProgramme('otherReport', { report, field: wrong }, [wrong]);
  if ((periodFrom === undefined) !== (periodTo === undefined)) {
    return refuseProgramme('halfPeriod', {}, [periodFrom === undefined ? 'periodFrom' : 'periodTo']);
  }
  return periodFrom !== undefined && periodTo !== undefined && periodTo < periodFrom
    ? refuseProgramme('period', { from: periodFrom, to: periodTo }, ['periodTo'])
    : undefined;
}

function milestonesHold({ framework, milestones = [], asOfDate, periodTo }: ProgrammeBody): Refusal | undefined {
  const ends = asOfDate ?? periodTo;
  const seen = new Set<string>();
  for (const [i, one] of milestones.entries()) {
    const { milestone, note } = one;
    const day = dayOfMilestone(one);
    const path = ['milestones', i, 'milestone'];
    if (!MILESTONES[milestone].includes(framework)) return refuseProgramme('milestone', { framework, milestone }, path);
    if (milestone === 'other' && note === undefined) return refuseProgramme('otherNote', {}, ['milestones', i, 'note']);
    const key = `${milestone} ${day} ${milestone === 'other' ? note : ''}`;
    if (seen.has(key)) return refuseProgramme('milestoneTwice', { milestone, on: day }, path);
    seen.add(key);
    if (milestone === 'report' && ends !== undefined && day < ends)
      return refuseProgramme('reportEarly', { on: day, ends }, ['milestones', i, 'on']);
  }
  const wrong = outOfOrder(framework, milestones);
  const [earlier, later] = [milestones[wrong?.earlier ?? -1], milestones[wrong?.later ?? -1]];
  if (wrong === undefined || earlier === undefined || later === undefined) return undefined;
  return refuseProgramme(
    'milestoneOrder',
    { earlier: earlier.milestone, on: dayOfMilestone(earlier), later: later.milestone, before: dayOfMilestone(later) },
    ['milestones', wrong.later, 'on'],
  );
}

function boundaryHolds({ boundary = {}, subservice = [] }: ProgrammeBody): Refusal | undefined {
  for (const kind of BOUNDARY_KINDS) {
    const seen = new Set<string>();
    for (const [i, member] of (boundary[kind] ?? []).entries()) {
      const path = ['boundary', kind, i];
      if (seen.has(member.id)) return refuseProgramme('boundaryTwice', { kind, id: member.id }, [...path, 'id']);
      seen.add(member.id);
      if (!member.in && member.justification === undefined)
        return refuseProgramme('boundaryOut', { kind, id: member.id }, [...path, 'justification']);
    }
  }
  const parties = subservice.map(({ party }) => party);
  const twice = parties.findIndex((party, i) => parties.indexOf(party) !== i);
  const party = parties[twice];
  return party === undefined
    ? undefined
    : refuseProgramme('boundaryTwice', { kind: 'third-party', id: party }, ['subservice', twice, 'party']);
}

/** What follows follows one of the same framework, later, and in no circle. */
function followingHolds(all: readonly (ProgrammeBody & { readonly id: string })[]): Refusal | undefined {
  const byId = new Map(all.map((programme) => [programme.id, programme]));
  const circle = circleIn(new Map(all.map(({ id, previous }) => [id, previous === undefined ? [] : [previous]])));
  if (circle !== undefined) return refuseProgramme('circle', { ids: circle.join(' → ') }, ['previous']);
  for (const { id, framework, previous, asOfDate, periodFrom } of all) {
    const before = previous === undefined ? undefined : byId.get(previous);
    if (before === undefined || previous === undefined) continue;
    if (before.framework !== framework) return refuseProgramme('otherFramework', { id, previous }, ['previous']);
    const [starts, ended] = [asOfDate ?? periodFrom, before.periodTo ?? before.asOfDate];
    if (
      starts !== undefined &&
      ended !== undefined &&
      starts <= ended &&
      !(before.report === 'type-1' && starts === ended)
    )
      return refuseProgramme('overlaps', { id, starts, previous, ended }, [
        asOfDate === undefined ? 'periodFrom' : 'asOfDate',
      ]);
  }
  return undefined;
}
