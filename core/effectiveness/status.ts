import { z } from 'zod';
import { LogRoot } from '../check/feed.ts';
import { DesignEvaluation } from '../control/design.ts';
import type { Control } from '../control/record.ts';
import { Evidence } from '../evidence/record.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import { Programme } from '../framework/record.ts';
import { refuseProgramme } from '../framework/refusals.ts';
import type { Book, Stored } from '../kernel/index.ts';
import { ask, dayOf, defineView, idSchema, printInstant } from '../kernel/index.ts';
import type { At } from '../kernel/index.ts';
import { Organisation } from '../organisation/record.ts';
import type { ControlAnswer } from './control-state.ts';
import { CONTROL_STATES } from './control-state.ts';
import type { DesignState } from './design-state.ts';
import { DESIGN_STATES, designAt, requirementDesign } from './design-state.ts';
import { operatingReads } from './reading.ts';
import type { RequirementState } from './requirement-state.ts';
import { REQUIREMENT_STATES, requirementAt } from './requirement-state.ts';
import { controlStates } from './states.ts';

export const statusReads = [Programme, DesignEvaluation, Evidence, ...operatingReads] as const;

export const StateCounts = z.object({
  operating: z.int(),
  failing: z.int(),
  notObserved: z.int(),
  planned: z.int(),
  noOccasion: z.int(),
});

export const Status = z.object({
  asOf: z.string(),
  knownAt: z.string(),
  framework: z.enum(FRAMEWORK_IDS),
  programme: z.string(),
  catalog: z.string(),
  sample: z.boolean().describe('Whether it is an invented company.'),
  counts: z.object({ met: z.int(), partly: z.int(), unmet: z.int(), notObserved: z.int(), outOfScope: z.int() }),
  requirements: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      state: z.enum(REQUIREMENT_STATES),
      counts: StateCounts,
      because: z.array(z.string()),
      controls: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          state: z.enum([...CONTROL_STATES, ...DESIGN_STATES]),
          because: z.array(z.string()),
        }),
      ),
    }),
  ),
  log: z.object({ size: z.int(), root: z.string() }),
});

/** The programme asked for, or the only one of the framework in force on the day. */
export function programmeOf(
  book: Book<readonly [typeof Programme]>,
  framework: FrameworkId,
  id: string | undefined,
  at: At,
): Stored<typeof Programme> {
  if (id !== undefined) {
    const named = book.programme.get(id);
    if (named.framework !== framework) throw refuseProgramme('none', { framework });
    return named;
  }
  const day = dayOf(at.zone, at.asOf);
  const found = book.programme
    .all()
    .filter(
      (p) =>
        p.framework === framework && (p.from === undefined || p.from <= day) && (p.to === undefined || day <= p.to),
    );
  const [first, ...others] = found;
  if (first === undefined) throw refuseProgramme('none', { framework });
  if (others.length > 0) throw refuseProgramme('several', { framework, ids: found.map((p) => p.id).join(', ') });
  return first;
}

export const status = defineView('status', {
  says: 'Posture of a framework, requirement by requirement, with the reasons.',
  input: z.strictObject({
    framework: z.enum(FRAMEWORK_IDS),
    view: z
      .enum(['operation', 'design'])
      .default('operation')
      .describe('operation: how controls operate; design: whether they are designed and implemented.'),
    programme: idSchema.optional(),
  }),
  reads: [...statusReads, Organisation],
  output: Status,
  area: 'posture',
  *compute(book, { framework, view, programme: id }, at) {
    const programme = programmeOf(book, framework, id, at);
    const log = yield* ask(LogRoot, {});
    const outOfScope = leftOut(programme);
    const requirements =
      view === 'design'
        ? designOf(book, framework, outOfScope, at)
        : operationOf(book.control.all(), framework, outOfScope, yield* controlStates(book, at));
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      framework,
      programme: programme.id,
      catalog: FRAMEWORKS[framework].catalog,
      sample: book.organisation.find('organisation')?.sample === true,
      counts: countStates(requirements),
      requirements,
      log,
    };
  },
});

/** Requirements left out of a programme's scope, with the reason. */
export const leftOut = ({ outOfScope }: Pick<Stored<typeof Programme>, 'outOfScope'>): ReadonlyMap<string, string> =>
  new Map(outOfScope.map(({ ref, justification }) => [ref, justification]));

/** How many requirements stand in which state. */
export function countStates(
  requirements: readonly { readonly state: RequirementState }[],
): z.input<typeof Status>['counts'] {
  const count = (state: RequirementState): number =>
    requirements.filter((requirement) => requirement.state === state).length;
  return {
    met: count('met'),
    partly: count('partly'),
    unmet: count('unmet'),
    notObserved: count('not-observed'),
    outOfScope: count('out-of-scope'),
  };
}

type Rows = z.input<typeof Status>['requirements'];
const NONE = { operating: 0, failing: 0, notObserved: 0, planned: 0, noOccasion: 0 };

/** How each requirement stands, by the controls in force and how they stand. */
export function operationOf(
  controls: readonly Stored<typeof Control>[],
  framework: FrameworkId,
  outOfScope: ReadonlyMap<string, string>,
  states: ReadonlyMap<string, ControlAnswer>,
) {
  const answering = answersTo(controls, framework);
  return FRAMEWORKS[framework].requirements.map(({ ref, title }) => {
    const found = (answering.get(ref) ?? []).flatMap((control) => {
      const answer = states.get(control.id);
      if (answer === undefined) return [];
      return [{ id: control.id, title: control.title, state: answer.state, because: [...answer.because] }];
    });
    const { state, counts, because } = requirementAt(
      found.map((control) => control.state),
      outOfScope.get(ref),
    );
    return { ref, title, state, counts, because: [...because], controls: found };
  });
}

function designOf(
  book: Book<typeof statusReads>,
  framework: FrameworkId,
  outOfScope: ReadonlyMap<string, string>,
  at: At,
): Rows {
  const answering = answersTo(book.control.all(), framework);
  const day = dayOf(at.zone, at.asOf);
  return FRAMEWORKS[framework].requirements.map(({ ref, title }) => {
    const controls = (answering.get(ref) ?? [])
      .filter(({ endsOn }) => endsOn === undefined || day <= endsOn)
      .map((control) => {
        const { state, because } = designAt(book, control, at);
        return { id: control.id, title: control.title, state, because: [...because] };
      });
    const states: readonly DesignState[] = controls.map((control) => control.state);
    const { state, because } = requirementDesign(states, outOfScope.get(ref));
    return { ref, title, state, counts: NONE, because: [...because], controls };
  });
}

/** Controls in force by the requirement they answer. */
function answersTo(
  controls: readonly Stored<typeof Control>[],
  framework: FrameworkId,
): ReadonlyMap<string, readonly Stored<typeof Control>[]> {
  const found = new Map<string, Stored<typeof Control>[]>();
  for (const control of controls) {
    for (const ref of control.answers[framework]) {
      const others = found.get(ref);
      if (others === undefined) found.set(ref, [control]);
      else others.push(control);
    }
  }
  return found;
}
