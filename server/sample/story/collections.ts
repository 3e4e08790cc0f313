import { printInstant } from '@countersign/core/kernel/index.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import type { Step } from './step.ts';
import type { System } from './systems.ts';
import { systemsOf } from './systems.ts';

/** How far back events are asked for when a source is first collected. */
const ASKED_BACK_DAYS = 30;

/** Sources as they are connected, the day before they are first collected, and every night's collection of each. */
export function collections(days: Days, dice: Dice): readonly Step[] {
  const systems = systemsOf(days, dice);
  const connected = new Map<string, number>();
  for (const { source, since } of systems) connected.set(source, Math.min(since, connected.get(source) ?? Infinity));
  return [
    ...[...connected].map(([id, since]): Step => ({
      is: 'source',
      name: `source ${id}`,
      at: days.at(since - 1, 14),
      by: 'aisha',
      id,
    })),
    ...systems.flatMap((system) =>
      system.mode === 'state' ? statesOf(system, days, dice) : eventsOf(system, days, dice),
    ),
  ];
}

const nights = ({ since, isCollected }: System): readonly number[] =>
  Array.from({ length: LENGTH_DAYS + 1 - since }, (_, n) => since + n).filter(
    (day) => isCollected(day) || day === since,
  );

const ALL_READ_HOUR = 6.25;

/** When a night's collections are recorded: all together, once the slowest system has answered. */
const recordedAt = (days: Days, dice: Dice, day: number): number =>
  days.at(day, ALL_READ_HOUR + dice.share('answered', day) * 0.5);

function statesOf(system: System, days: Days, dice: Dice): readonly Step[] {
  return nights(system).map((day): Step => {
    const observed = days.at(day, system.hour);
    const isPartial = system.partial?.includes(day) === true;
    const belated = system.belated?.[day];
    return {
      is: 'collection',
      name: `${system.source}/${system.dataset} ${days.date(day)}`,
      at: belated === undefined ? recordedAt(days, dice, day) : days.at(day + belated, 11),
      by: 'operator',
      source: system.source,
      header: {
        dataset: system.dataset,
        mode: 'state',
        observedAt: printInstant(observed),
        complete: !isPartial,
      },
      items: () => {
        const all = system.items(day);
        return isPartial ? all.slice(0, Math.floor(all.length / 2)) : all;
      },
    };
  });
}

/** The day before, each night; after nights that got only a part, all of it again. */
function eventsOf(system: System, days: Days, dice: Dice): readonly Step[] {
  let reached = system.since - ASKED_BACK_DAYS;
  return nights(system).map((day): Step => {
    const isPartial = system.partial?.includes(day) === true;
    const from = reached;
    if (!isPartial) reached = day;
    return {
      is: 'collection',
      name: `${system.source}/${system.dataset} ${days.date(day)}`,
      at: recordedAt(days, dice, day),
      by: 'operator',
      source: system.source,
      header: {
        dataset: system.dataset,
        mode: 'events',
        from: printInstant(days.at(from, 0)),
        to: printInstant(days.at(day, 0)),
        complete: !isPartial,
      },
      items: () => {
        const happened = Array.from({ length: day - from }, (_, n) => from + n).flatMap((one) => system.items(one));
        return isPartial ? happened.slice(0, 1) : happened;
      },
    };
  });
}
