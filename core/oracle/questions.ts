/** Questions worth asking of a world: at its edges as well as anywhere. */
import type { Instant, World } from './world.ts';
import { diceOf } from './dice.ts';
import { addDays, dateAt, endOf, MINUTE, startOf } from './zone.ts';

export type Question =
  | { ask: 'control'; control: string; at: Instant; knownAt: Instant }
  | { ask: 'check'; check: string; at: Instant; knownAt: Instant }
  | { ask: 'requirement'; ref: string; framework: string; at: Instant; knownAt: Instant }
  | { ask: 'effectiveness'; from: string; to: string; knownAt: Instant };

/** Every instant at which something in the world happened or was recorded, in order. */
export function momentsOf(world: World): Instant[] {
  const moments = [
    ...world.controls.flatMap(({ versions }) => versions.map(({ recordedAt }) => recordedAt)),
    ...world.checks.flatMap(({ versions }) => versions.map(({ recordedAt }) => recordedAt)),
    ...world.sources.flatMap(({ removedAt, collections }) => [
      ...(removedAt === undefined ? [] : [removedAt]),
      ...collections.flatMap(({ observedAt, recordedAt }) => [observedAt, recordedAt]),
    ]),
    ...world.performances.flatMap(({ at, recordedAt, withdrawnAt }) => [at, recordedAt, withdrawnAt ?? recordedAt]),
    ...world.exceptions.flatMap(({ requestedAt, approvedAt }) => [requestedAt, approvedAt ?? requestedAt]),
  ];
  return moments.sort((a, b) => a - b);
}

/**
 * About `count` questions. None reaches past the last thing that was recorded and the whole days after it, so that a clock set there
 * answers all. Windows are at most ten days where there is a check of state, which the oracle counts minute by minute.
 */
export function questionsFor(world: World, seed: number, count: number): Question[] {
  const dice = diceOf(seed ^ 0x5bd1e995);
  const moments = momentsOf(world);
  const [first = 0] = moments;
  const now = startOf(world.zone, addDays(dateAt(world.zone, moments.at(-1) ?? 0), 2));
  const stateChecks = world.checks.filter(({ versions }) => versions.some(({ body }) => body.mode === 'state'));
  const requirements = world.controls.flatMap(({ versions }) =>
    versions.flatMap(({ body }) =>
      Object.entries(body.answers).flatMap(([framework, refs]) => refs.map((ref) => ({ framework, ref }))),
    ),
  );

  const anyDate = () => dateAt(world.zone, dice.among(moments) ?? first);
  const instant = (): Instant => {
    const chosen = [
      () => endOf(world.zone, anyDate()),
      () => startOf(world.zone, anyDate()) + dice.int(0, 24 * 60 - 1) * MINUTE,
      () => (dice.among(moments) ?? first) + dice.pick([0, 0, -MINUTE, MINUTE]),
    ] as const;
    return Math.min(now, dice.pick([chosen[0], chosen[1], chosen[2], chosen[2]])());
  };
  const knownAfter = (at: Instant): Instant => {
    if (dice.chance(0.35)) return now;
    if (dice.chance(0.3)) return at;
    const other = instant();
    return dice.chance(0.85) ? Math.max(at, other) : other;
  };

  return Array.from({ length: count }, (): Question => {
    const at = instant();
    const knownAt = knownAfter(at);
    const throws = dice.int(0, 9);
    const control = dice.among(world.controls);
    const check = dice.among(stateChecks);
    const requirement = dice.among(requirements);

    if (throws <= 3 && control) return { ask: 'control', control: control.id, at, knownAt };
    if (throws <= 5 && check) return { ask: 'check', check: check.id, at, knownAt };
    if (throws === 6 && requirement) return { ask: 'requirement', ...requirement, at, knownAt };
    const from = anyDate();
    const longest = stateChecks.length > 0 ? dice.int(0, 9) : dice.int(0, 120);
    const yesterday = addDays(dateAt(world.zone, now), -1);
    const last = addDays(from, longest);
    return {
      ask: 'effectiveness',
      from,
      to: last < yesterday ? last : yesterday,
      knownAt: dice.chance(0.5) ? now : instant(),
    };
  });
}
