import { z } from 'zod';
import { Control } from '../control/record.ts';
import { requirementDecisions } from '../boundary/decided.ts';
import { ThirdParty } from '../boundary/record.ts';
import type { Requirement } from '../framework/catalog.ts';
import { CATEGORIES, FRAMEWORKS, isMandatory } from '../framework/catalog.ts';
import { MILESTONE_KINDS } from '../framework/milestone-kinds.ts';
import { INCLUSION_REASONS, Programme, SUBSERVICE_METHODS } from '../framework/record.ts';
import type { Stored } from '../kernel/index.ts';
import { ask, dayOf, defineView, Entries, idSchema, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { somebody, Somebody } from '../timeline/responsible.ts';
import { NOT_CHOSEN } from './categories.ts';
import { Told, toldOf } from './list.ts';

/** Why a requirement is in: it always is, its category was chosen, somebody said why, or nobody has. */
export const BASES = ['mandatory', 'category', 'stated', 'unstated'] as const;

const Decision = z.object({
  in: z.boolean(),
  justification: z.string().nullable(),
  reasons: z.array(z.enum(INCLUSION_REASONS)),
  by: Somebody,
  at: z.string(),
});

export const ProgrammePage = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  day: z.string(),
  programme: Told,
  scope: z.string().nullable(),
  milestones: z.array(
    z.object({
      milestone: z.enum(MILESTONE_KINDS),
      on: z.string(),
      doneOn: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  subservice: z.array(z.object({ party: z.string(), name: z.string(), method: z.enum(SUBSERVICE_METHODS) })),
  requirements: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      group: z.string(),
      part: z.string(),
      in: z.boolean(),
      fixed: z.boolean().describe('Clauses 4 to 10 and Security: it cannot be left out.'),
      basis: z.enum(BASES).nullable().describe('Why it is in; null where it is out.'),
      justification: z.string().nullable(),
      reasons: z.array(z.enum(INCLUSION_REASONS)),
      by: Somebody.nullable().describe('Who decided last; null where it came with the programme.'),
      at: z.string().nullable(),
      decisions: z.array(Decision).describe('Every decision, oldest first.'),
      started: z.array(z.string()).describe('Controls that were started and answer it.'),
    }),
  ),
  groups: z.array(z.object({ id: z.string(), name: z.string() })),
  counts: z.object({ of: z.int(), in: z.int(), out: z.int(), notChosen: z.int(), unstated: z.int() }),
  contradictions: z
    .array(z.object({ ref: z.string(), controls: z.array(z.string()), says: z.string() }))
    .describe('Requirements left out for a reason of their own although controls that answer them were started.'),
  versions: z.array(
    z.object({ version: z.int(), at: z.string(), by: Somebody, act: z.string().nullable(), index: z.int().nullable() }),
  ),
  categories: z.array(z.enum(CATEGORIES)),
});

export const programmePage = defineView('programme.page', {
  says: 'One programme: report, dates, milestones, every requirement in or out with who decided when and why, and what stands against it.',
  input: z.strictObject({ programme: idSchema }),
  reads: [Programme, Person, Control, ThirdParty],
  area: 'posture',
  output: ProgrammePage,
  *compute(book, { programme: id }, at) {
    const row = book.programme.get(id);
    const day = dayOf(at.zone, at.asOf);
    const all = book.programme.all();
    const versions = book.programme.history(id).filter((version, i) => i === 0 || version.recordedAt <= at.asOf);
    const made = (yield* ask(Entries, { records: [{ kind: Programme.kind, id }] })).get(`${Programme.kind}/${id}`);
    const decided = requirementDecisions(versions);
    const out = new Map(row.outOfScope.map(({ ref, justification }) => [ref, justification]));
    const stated = new Map((row.included ?? []).map((one) => [one.ref, one]));
    const started = startedBy(book.control.all(), row.framework);
    const requirements = FRAMEWORKS[row.framework].requirements.map((requirement) => {
      const { ref, title, group, part } = requirement;
      const decisions = (decided.get(ref) ?? []).map((one) => ({
        in: one.in !== false,
        justification: one.justification ?? null,
        reasons: [...one.reasons],
        by: somebody(book, one.by, at),
        at: printInstant(one.at),
      }));
      const last = decisions.at(-1);
      const said = stated.get(ref);
      const isIn = !out.has(ref);
      return {
        ref,
        title,
        group,
        part,
        in: isIn,
        fixed: isMandatory(requirement),
        basis: isIn ? basisOf(requirement, said !== undefined) : null,
        justification: out.get(ref) ?? said?.justification ?? null,
        reasons: [...(said?.reasons ?? [])],
        by: last?.by ?? null,
        at: last?.at ?? null,
        decisions,
        started: started.get(ref) ?? [],
      };
    });
    const left = requirements.filter((one) => !one.in);
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      day,
      programme: toldOf(row, all, day),
      scope: row.scope ?? null,
      milestones: (row.milestones ?? []).map(({ milestone, on, doneOn, note }) => ({
        milestone,
        on,
        doneOn: doneOn ?? null,
        note: note ?? null,
      })),
      subservice: (row.subservice ?? []).map(({ party, method }) => ({
        party,
        name: book['third-party'].find(party)?.name ?? party,
        method,
      })),
      requirements,
      groups: FRAMEWORKS[row.framework].groups.map(({ id: group, name }) => ({ id: group, name })),
      counts: {
        of: requirements.length,
        in: requirements.length - left.length,
        out: left.length,
        notChosen: left.filter(({ justification }) => justification === NOT_CHOSEN).length,
        unstated: requirements.filter(({ basis }) => basis === 'unstated').length,
      },
      contradictions: left
        .filter((one) => one.started.length > 0 && one.justification !== NOT_CHOSEN)
        .map((one) => ({
          ref: one.ref,
          controls: one.started,
          says: `${one.started.join(', ')} ${one.started.length === 1 ? 'was started and answers' : 'were started and answer'} ${one.ref}, which is left out.`,
        })),
      versions: versions
        .map(({ version, recordedAt, actor }) => {
          const entry = made?.find((one) => one.version === version);
          return {
            version,
            at: printInstant(recordedAt),
            by: somebody(book, actor, at),
            act: entry?.act ?? null,
            index: entry?.index ?? null,
          };
        })
        .reverse(),
      categories: row.framework === 'soc2' ? [...row.categories] : [],
    };
  },
});

/** An Annex A control applies because somebody says so; what is mandatory or of a chosen category needs no more. */
function basisOf(requirement: Requirement, isStated: boolean): (typeof BASES)[number] {
  if (isStated) return 'stated';
  if (isMandatory(requirement)) return 'mandatory';
  return CATEGORIES.some((category) => category === requirement.part) ? 'category' : 'unstated';
}

function startedBy(
  controls: readonly Stored<typeof Control>[],
  framework: Stored<typeof Programme>['framework'],
): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id, startsOn, answers } of controls) {
    if (startsOn === undefined) continue;
    for (const ref of answers[framework]) found.set(ref, [...(found.get(ref) ?? []), id]);
  }
  return found;
}
