import { z } from 'zod';
import { CheckSteps, LogRoot, Tracks } from '../check/feed.ts';
import { Counts } from '../population/feed.ts';
import { DesignEvaluation } from '../control/design.ts';
import type { Control } from '../control/record.ts';
import { Evidence } from '../evidence/record.ts';
import { FRAMEWORK_IDS, FRAMEWORKS } from '../framework/catalog.ts';
import type { FrameworkId } from '../framework/catalog.ts';
import { Programme, refuseProgramme } from '../framework/record.ts';
import type { Book, Stored } from '../kernel/index.ts';
import { ask, dayOf, defineView, idSchema, printInstant } from '../kernel/index.ts';
import type { At } from '../kernel/index.ts';
import type { ControlAnswer } from './control-state.ts';
import { CONTROL_STATES, controlAt } from './control-state.ts';
import type { DesignState } from './design-state.ts';
import { DESIGN_STATES, designAt, requirementDesign } from './design-state.ts';
import { eventsLegsAt, legsAt } from './legs.ts';
import {
  calendarIn,
  checkHistories,
  controlHistories,
  datasetOf,
  modeOf,
  operatingReads,
  supporting,
} from './reading.ts';
import type { RequirementState } from './requirement-state.ts';
import { REQUIREMENT_STATES, requirementAt } from './requirement-state.ts';

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

/** How every control stands at T. Those that answer nothing any more are left out. */
export function* controlStates(book: Book<typeof statusReads>, at: At) {
  const controls = controlHistories(book);
  const checks = checkHistories(book);
  const tracks = yield* ask(Tracks, { datasets: [...new Set(checks.map(datasetOf))] });
  const steps = yield* ask(CheckSteps, {
    checks: checks.filter((check) => modeOf(check) === 'state').map(({ check }) => check),
  });
  const observed = { tracks, steps };
  const supported = supporting(checks, at.asOf, at.asOf);
  const asked = controls.map((control) => {
    const supports = supported.get(control.control) ?? [];
    return { control, supports, events: eventsLegsAt(control, supports, observed, at) };
  });
  const counts = yield* ask(
    Counts,
    asked.flatMap(({ events }) => events.flatMap(({ questions }) => questions)),
  );
  const calendar = calendarIn(book, at);
  const states = new Map<string, ControlAnswer>();
  for (const { control, supports, events } of asked) {
    const legs = legsAt(control, supports, events, observed, counts, calendar, at);
    const answer = controlAt(control.governed, calendar, legs, at.asOf);
    if (answer !== undefined) states.set(control.control, answer);
  }
  return states;
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
  reads: statusReads,
  output: Status,
  *compute(book, { framework, view, programme: id }, at) {
    const programme = programmeOf(book, framework, id, at);
    const log = yield* ask(LogRoot, {});
    const outOfScope = new Map(programme.outOfScope.map(({ ref, justification }) => [ref, justification]));
    const requirements =
      view === 'design'
        ? designOf(book, framework, outOfScope, at)
        : operationOf(book, framework, outOfScope, yield* controlStates(book, at));
    const count = (state: RequirementState): number =>
      requirements.filter((requirement) => requirement.state === state).length;
    return {
      asOf: printInstant(at.asOf),
      knownAt: printInstant(at.knownAt),
      framework,
      programme: programme.id,
      catalog: FRAMEWORKS[framework].catalog,
      counts: {
        met: count('met'),
        partly: count('partly'),
        unmet: count('unmet'),
        notObserved: count('not-observed'),
        outOfScope: count('out-of-scope'),
      },
      requirements,
      log,
    };
  },
});

type Rows = z.input<typeof Status>['requirements'];
const NONE = { operating: 0, failing: 0, notObserved: 0, planned: 0, noOccasion: 0 };

function operationOf(
  book: Book<typeof statusReads>,
  framework: FrameworkId,
  outOfScope: ReadonlyMap<string, string>,
  states: ReadonlyMap<string, ControlAnswer>,
): Rows {
  const answering = answersTo(book, framework);
  return FRAMEWORKS[framework].requirements.map(({ ref, title }) => {
    const found = (answering.get(ref) ?? []).flatMap((control) => {
      const answer = states.get(control.id);
      return answer === undefined ? [] : [{ id: control.id, title: control.title, ...answer }];
    });
    const { state, counts, because } = requirementAt(
      found.map((control) => control.state),
      outOfScope.get(ref),
    );
    const controls = found.map((control) => ({ ...control, because: [...control.because] }));
    return { ref, title, state, counts, because: [...because], controls };
  });
}

function designOf(
  book: Book<typeof statusReads>,
  framework: FrameworkId,
  outOfScope: ReadonlyMap<string, string>,
  at: At,
): Rows {
  const answering = answersTo(book, framework);
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
  book: Book<typeof statusReads>,
  framework: FrameworkId,
): ReadonlyMap<string, readonly Stored<typeof Control>[]> {
  const found = new Map<string, Stored<typeof Control>[]>();
  for (const control of book.control.all()) {
    for (const ref of control.answers[framework]) {
      const others = found.get(ref);
      if (others === undefined) found.set(ref, [control]);
      else others.push(control);
    }
  }
  return found;
}
