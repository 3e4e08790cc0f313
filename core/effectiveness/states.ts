import { CheckSteps, Tracks } from '../check/feed.ts';
import type { At, Instant } from '../kernel/index.ts';
import { ask, inForce } from '../kernel/index.ts';
import { Counts } from '../population/feed.ts';
import type { ControlAnswer } from './control-state.ts';
import { controlAt } from './control-state.ts';
import type { Leg } from './leg.ts';
import { eventsLegsAt, legsAt, observedUntil } from './legs.ts';
import type { OperatingBook } from './reading.ts';
import { calendarIn, checkHistories, controlHistories, datasetOf, modeOf, supporting } from './reading.ts';

/** How a control stands at a moment, with all that speaks for it. */
export interface Standing extends ControlAnswer {
  readonly legs: readonly Leg[];
}

/** How every control stands at T. Those that answer nothing any more are left out. */
export function* controlStates(book: OperatingBook, at: At) {
  const [states] = yield* controlStatesOver(book, at, [at.asOf]);
  return states ?? new Map<string, Standing>();
}

/**
 * The same for many moments, in their order: each answer is the one that `controlStates` gives as of that moment. What does not depend on the
 * moment is read once, and what has to be counted is asked in one question.
 *
 * @param named the controls asked for; all without it
 */
export function* controlStatesOver(
  book: OperatingBook,
  at: At,
  moments: readonly Instant[],
  named?: readonly string[],
) {
  const controls = controlHistories(book, named);
  const checks = checkHistories(book);
  const tracks = yield* ask(Tracks, { datasets: [...new Set(checks.map(datasetOf))] });
  const steps = yield* ask(CheckSteps, {
    checks: checks.filter((check) => modeOf(check) === 'state').map(({ check }) => check),
  });
  const observed = observedUntil(Math.max(...moments), tracks, steps, at);
  const asked = moments.map((asOf, i) => {
    const then: At = { ...at, asOf };
    const supported = supporting(checks, asOf, asOf);
    const keyed = (key: string): string => `${i}\n${key}`;
    const rows = controls.map((control) => {
      // Of what is planned, or has no version, no leg is asked.
      if (inForce(control.governed, asOf)?.startsOn === undefined) return { control, supports: [], events: [] };
      const supports = supported.get(control.control) ?? [];
      return { control, supports, events: eventsLegsAt(control, supports, observed, then) };
    });
    return { then, keyed, rows };
  });
  const counts = yield* ask(
    Counts,
    asked.flatMap(({ rows, keyed }) =>
      rows.flatMap(({ events }) =>
        events.flatMap(({ questions }) => questions.map((question) => ({ ...question, key: keyed(question.key) }))),
      ),
    ),
  );
  return asked.map(({ then, keyed, rows }) => {
    const calendar = calendarIn(book, then);
    const counted = { get: (key: string) => counts.get(keyed(key)) };
    const states = new Map<string, Standing>();
    for (const { control, supports, events } of rows) {
      const isPlanned = inForce(control.governed, then.asOf)?.startsOn === undefined;
      const legs = isPlanned ? [] : legsAt(control, supports, events, observed, counted, calendar, then);
      const answer = controlAt(control.governed, calendar, legs, then.asOf);
      if (answer !== undefined) states.set(control.control, { ...answer, legs });
    }
    return states;
  });
}
