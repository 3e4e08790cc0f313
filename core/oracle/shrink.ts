/** Makes a world that shows a difference as small as it gets, and prints it so that a person can work the answer out by hand. */
import type { Instant, World } from './world.ts';
import type { Difference } from './compare.ts';
import type { Question } from './questions.ts';
import { dateAt } from './zone.ts';

type Step = (world: World) => World[];

const without = <T>(list: T[], index: number) => list.filter((_, each) => each !== index);

/** `list` once for each of its elements, with what `change` makes of that one. */
const eachChanged = <T>(list: T[], change: (element: T) => T[]): T[][] =>
  list.flatMap((element, index) =>
    change(element).map((changed) => list.map((other, at) => (at === index ? changed : other))),
  );

const steps: Step[] = [
  (world) => world.controls.map((_, index) => ({ ...world, controls: without(world.controls, index) })),
  (world) => world.checks.map((_, index) => ({ ...world, checks: without(world.checks, index) })),
  (world) => world.sources.map((_, index) => ({ ...world, sources: without(world.sources, index) })),
  (world) => world.performances.map((_, index) => ({ ...world, performances: without(world.performances, index) })),
  (world) => world.exceptions.map((_, index) => ({ ...world, exceptions: without(world.exceptions, index) })),
  (world) => (world.holidays.some(({ dates }) => dates.length > 0) ? [{ ...world, holidays: [] }] : []),
  (world) =>
    eachChanged(world.sources, (source) => [
      ...source.collections.map((_, index) => ({ ...source, collections: without(source.collections, index) })),
      ...eachChanged(source.collections, (each) =>
        each.items.map((_, index) => ({ ...each, items: without(each.items, index) })),
      ).map((collections) => ({ ...source, collections })),
    ]).map((sources) => ({ ...world, sources })),
  // Only the last version goes, so that those that correct others keep their numbers.
  (world) =>
    eachChanged(world.controls, (each) =>
      each.versions.length > 1 ? [{ ...each, versions: each.versions.slice(0, -1) }] : [],
    ).map((controls) => ({ ...world, controls })),
  (world) =>
    eachChanged(world.checks, (each) =>
      each.versions.length > 1 ? [{ ...each, versions: each.versions.slice(0, -1) }] : [],
    ).map((checks) => ({ ...world, checks })),
];

/** The smallest world, by taking things away one at a time, of which `differs` still holds. Asks it at most `patience` times. */
export async function shrink(
  world: World,
  differs: (smaller: World) => boolean | Promise<boolean>,
  patience = 2000,
): Promise<World> {
  let smallest = world;
  let asked = 0;
  for (let again = true; again;) {
    again = false;
    for (const step of steps) {
      let candidates = step(smallest);
      for (let index = 0; index < candidates.length && asked < patience;) {
        asked += 1;
        const candidate = candidates[index];
        if (candidate && (await differs(candidate))) {
          smallest = candidate;
          again = true;
          candidates = step(smallest);
        } else {
          index += 1;
        }
      }
    }
  }
  return smallest;
}

const instants = new Set([
  'at',
  'recordedAt',
  'observedAt',
  'removedAt',
  'withdrawnAt',
  'requestedAt',
  'approvedAt',
  'knownAt',
  'due',
  'performedAt',
]);

/** An instant as people read it: in UTC, with the date in the zone where that is another. */
function readable(zone: string, instant: Instant): string {
  const text = new Date(instant).toISOString();
  const date = dateAt(zone, instant);
  return text.startsWith(date) ? text : `${text} (${date} there)`;
}

/** One fact a line, instants in words. */
export function printed(world: World): string {
  const line = (label: string, value: unknown) =>
    `${label} ${JSON.stringify(value, (key, each: unknown) => {
      const isInstant = typeof each === 'number' && (instants.has(key) || key === 'from' || key === 'to');
      return isInstant ? readable(world.zone, each) : each;
    })}`;

  return [
    `zone ${world.zone}`,
    ...world.holidays.map((each) => line('holidays', each)),
    ...world.controls.flatMap(({ id, versions }) =>
      versions.map((each, index) => line(`control ${id} v${index + 1}`, each)),
    ),
    ...world.checks.flatMap(({ id, versions }) =>
      versions.map((each, index) => line(`check ${id} v${index + 1}`, each)),
    ),
    ...world.sources.flatMap(({ id, dataset, collections, ...rest }) => [
      line(`source ${id}`, { dataset, ...rest }),
      ...collections.map((each) => line(`  collection of ${id}`, each)),
    ]),
    ...world.performances.map((each) => line('performance', each)),
    ...world.exceptions.map((each) => line('exception', each)),
  ].join('\n');
}

/** A difference in one paragraph: the question, the place, the two answers. */
export function printedDifference(world: World, { question, path, oracle, rules }: Difference): string {
  const asked: Question = question;
  const words = Object.entries(asked).map(([field, value]) =>
    typeof value === 'number' ? `${field} ${readable(world.zone, value)}` : `${field} ${value}`,
  );
  return `${words.join(', ')}\n  ${path}\n  oracle: ${JSON.stringify(oracle)}\n  rules:  ${JSON.stringify(rules)}`;
}
