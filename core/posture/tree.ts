import { z } from 'zod';
import { CONTROL_STATES } from '../effectiveness/control-state.ts';
import { checkHistories, supporting } from '../effectiveness/reading.ts';
import { REQUIREMENT_STATES } from '../effectiveness/requirement-state.ts';
import { controlStates } from '../effectiveness/states.ts';
import { countStates, leftOut, operationOf, programmeOf, StateCounts, statusReads } from '../effectiveness/status.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import { defineView, idSchema, inForce, printInstant } from '../kernel/index.ts';
import { Person } from '../people/record.ts';
import { filedFor, observedAt } from '../timeline/filed.ts';
import { responsible, Somebody } from '../timeline/responsible.ts';
import { RequirementCounts } from './history.ts';

const NewestEvidence = z.object({ id: z.string(), name: z.string(), observedAt: z.string() });

export const Tree = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  framework: z.enum(FRAMEWORK_IDS),
  title: z.string(),
  programme: z.string(),
  programmeTitle: z.string(),
  counts: RequirementCounts,
  groups: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      counts: RequirementCounts,
      requirements: z.array(
        z.object({
          ref: z.string(),
          title: z.string(),
          summary: z.string().describe('In our own words; the standard’s text is not ours to show.'),
          part: z.string(),
          state: z.enum(REQUIREMENT_STATES),
          because: z.array(z.string()),
          counts: StateCounts,
          evidence: z.int().describe('Documents filed for its controls.'),
          controls: z.array(
            z.object({
              id: z.string(),
              title: z.string(),
              state: z.enum(CONTROL_STATES),
              because: z.array(z.string()),
              frequency: z.string(),
              responsible: Somebody.nullable(),
              checks: z.array(z.object({ id: z.string(), title: z.string() })),
              evidence: z.object({ total: z.int(), newest: NewestEvidence.nullable() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

export const frameworkTree = defineView('framework.tree', {
  says: 'Every requirement of a framework with its state and why, the controls that answer it, and their newest evidence.',
  input: z.strictObject({ framework: z.enum(FRAMEWORK_IDS), programme: idSchema.optional() }),
  area: 'posture',
  reads: [Person, ...statusReads],
  output: Tree,
  *compute(book, { framework, programme: id }, at) {
    const programme = programmeOf(book, framework, id, at);
    const rows = operationOf(book.control.all(), framework, leftOut(programme), yield* controlStates(book, at));
    const supported = supporting(checkHistories(book), at.asOf, at.asOf);
    const controlled = new Map<string, ReturnType<typeof tell>>();
    const tell = (control: string) => {
      const row = book.control.get(control);
      const filed = filedFor(book, control, at);
      const [newest] = filed;
      return {
        frequency: row.frequency,
        responsible: row.owner === undefined ? null : responsible(book, row.owner, at),
        checks: (supported.get(control) ?? []).map(({ check, governed }) => ({
          id: check,
          title: inForce(governed, at.asOf)?.title ?? check,
        })),
        evidence: {
          total: filed.length,
          newest:
            newest === undefined
              ? null
              : { id: newest.id, name: newest.name, observedAt: printInstant(observedAt(newest)) },
        },
      };
    };
    const told = (control: string) => {
      const known = controlled.get(control) ?? tell(control);
      controlled.set(control, known);
      return known;
    };
    const { groups, requirements, title } = FRAMEWORKS[framework];
    const standing = new Map(rows.map((row) => [row.ref, row]));
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      framework,
      title,
      programme: programme.id,
      programmeTitle: programme.title,
      counts: countStates(rows),
      groups: groups.flatMap((group) => {
        const members = requirements.filter((requirement) => requirement.group === group.id);
        const stood = members.flatMap(({ ref, summary, part }) => {
          const row = standing.get(ref);
          if (row === undefined) return [];
          const controls = row.controls.map((control) => ({ ...control, ...told(control.id) }));
          const evidence = new Set(
            controls.flatMap((control) => filedFor(book, control.id, at).map((document) => document.id)),
          );
          return [{ ...row, summary, part, controls, evidence: evidence.size }];
        });
        return stood.length === 0 ? [] : [{ ...group, counts: countStates(stood), requirements: stood }];
      }),
    };
  },
});
