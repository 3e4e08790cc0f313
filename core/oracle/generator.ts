/**
 * Small and nasty worlds. Everything in one could have been recorded through the product's doors: nothing is recorded before it
 * happened, keys exist when they are used, a removed source records no more.
 */
import fc from 'fast-check';
import type { CheckBody, Collection, ControlBody, Exception, Frequency, Instant, Item, ItemData } from './world.ts';
import type { Performance, Source, Version, World } from './world.ts';
import type { Dice } from './dice.ts';
import { diceOf } from './dice.ts';
import { scheduled } from './occurrences.ts';
import { addDays, dateAt, DAY, endOf, MINUTE, periodOf, startOf } from './zone.ts';

export type Taste = {
  /** Also versions on whose order the contract is silent: backdated ones, and a later one effective before an earlier one. */
  contested?: boolean;
};

type Era = { zone: string; around: string };
type Frame = { dice: Dice; zone: string; first: string; days: number; taste: Taste };

const HOUR = 60 * MINUTE;
const ERAS: [Era, ...Era[]] = [
  { zone: 'Europe/Madrid', around: '2026-03-29' },
  { zone: 'Europe/Madrid', around: '2025-10-26' },
  { zone: 'America/New_York', around: '2026-03-08' },
  { zone: 'America/New_York', around: '2025-11-02' },
  { zone: 'America/Sao_Paulo', around: '2017-10-15' },
  { zone: 'America/Sao_Paulo', around: '2018-02-18' },
  { zone: 'Pacific/Apia', around: '2011-12-30' },
  { zone: 'Australia/Lord_Howe', around: '2026-04-05' },
  { zone: 'Asia/Kolkata', around: '2026-12-31' },
  { zone: 'UTC', around: '2024-02-29' },
];
const SCHEDULED: [Frequency, ...Frequency[]] = ['daily', 'weekly', 'monthly', 'quarterly', 'semiannual', 'annual'];
const GRACES: [string | undefined, ...(string | undefined)[]] = [
  undefined,
  undefined,
  'P0D',
  'P1D',
  'P3D',
  'P1W',
  'P2W',
];
const PEOPLE: [string, ...string[]] = ['ana@example.com', 'bo@example.com', 'cy@example.com'];
const REFS: [string, ...string[]] = ['CC6.1', 'CC6.2', 'CC7.1'];

const lastDateOf = ({ first, days }: Frame) => addDays(first, days - 1);
const dateIn = (frame: Frame) => addDays(frame.first, frame.dice.int(0, frame.days - 1));

/** A minute of the frame; one time in four right at, just before or just after the start of a day. */
function instantIn(frame: Frame): Instant {
  const { dice, zone } = frame;
  const start = startOf(zone, dateIn(frame));
  return dice.chance(0.25) ? start + dice.pick([-MINUTE, 0, MINUTE]) : start + dice.int(0, 24 * 60 - 1) * MINUTE;
}

/** How long after the fact something is recorded: usually soon, sometimes days later. */
function delay({ dice, days }: Frame): number {
  if (dice.chance(0.5)) return 0;
  return dice.chance(0.6) ? dice.int(1, 180) * MINUTE : dice.int(1, Math.min(days, 12) * 24) * HOUR;
}

const byRecording = <T extends { recordedAt: Instant }>(a: T, b: T) => a.recordedAt - b.recordedAt;

/** The versions after the first: their recordings rise, and so do their effective moments unless the taste is for contested ones. */
function laterVersions<Body>(frame: Frame, first: Version<Body>, change: (body: Body) => Body): Version<Body>[] {
  const { dice, zone, taste } = frame;
  const versions = [first];
  let recordedAt = first.recordedAt;
  let effective = recordedAt;

  for (let more = dice.pick([0, 0, 0, 1, 1, 2, 3]); more > 0; more -= 1) {
    const body = change((versions.at(-1) ?? first).body);
    recordedAt = Math.max(recordedAt + dice.int(1, 200) * MINUTE, instantIn(frame));

    // Nothing is recorded of what is retired.
    if (dice.chance(0.08)) return [...versions, { recordedAt, retired: true, body }];
    if (dice.chance(0.25)) {
      versions.push({ recordedAt, correct: dice.int(1, versions.length), body });
      continue;
    }
    const shift = taste.contested ? dice.int(-8, 15) : dice.int(1, 15);
    const effectiveFrom = addDays(dateAt(zone, taste.contested ? recordedAt : Math.max(recordedAt, effective)), shift);
    if (dice.chance(0.5)) {
      versions.push({ recordedAt, effectiveFrom, body });
      effective = Math.max(effective, startOf(zone, effectiveFrom));
    } else if (taste.contested || recordedAt > effective) {
      versions.push({ recordedAt, body });
      effective = Math.max(effective, recordedAt);
    }
  }
  return versions;
}

function controlBody(frame: Frame, frequency: Frequency): ControlBody {
  const { dice } = frame;
  const hasSchedule = frequency !== 'continuous' && frequency !== 'per-event';
  // Starts on the first day of a period, or anywhere, or not at all.
  const anywhere = addDays(frame.first, dice.int(-3, Math.ceil(frame.days / 2)));
  const startsOn = dice.chance(0.4) ? (periodOf(frequency, anywhere)?.first ?? anywhere) : anywhere;
  const endsOn = addDays(startsOn, dice.int(Math.ceil(frame.days / 3), frame.days));
  const grace = dice.pick(GRACES);
  const refs = [dice.pick(REFS), dice.pick(REFS)];

  return {
    frequency,
    ...(dice.chance(0.93) ? { startsOn } : {}),
    ...(dice.chance(0.15) ? { endsOn } : {}),
    ...(frequency === 'daily' && dice.chance(0.5) ? { days: dice.pick(['all', 'weekdays', 'weekdays'] as const) } : {}),
    ...(hasSchedule && grace !== undefined ? { grace } : {}),
    ...(dice.chance(0.5) ? { lookback: dice.pick(['P2D', 'P7D', 'P30D', 'PT36H']) } : {}),
    ...(dice.chance(0.5) ? { evidence: dice.pick(['required', 'optional'] as const) } : {}),
    answers: { soc2: [...new Set(refs)], iso27001: dice.chance(0.5) ? ['A.5.15'] : [] },
  };
}

function withStart({ endsOn, ...body }: ControlBody, startsOn: string): ControlBody {
  return { ...body, startsOn, ...(endsOn !== undefined && startsOn <= endsOn ? { endsOn } : {}) };
}

function changedControl(frame: Frame, body: ControlBody): ControlBody {
  const { dice } = frame;
  const fresh = controlBody(frame, body.frequency);
  switch (dice.int(0, 6)) {
    case 0: {
      const { grace: _, ...rest } = body;
      return fresh.grace === undefined ? rest : { ...rest, grace: fresh.grace };
    }
    case 1:
      return { ...body, evidence: dice.pick(['required', 'optional']) };
    case 2:
      return { ...body, answers: fresh.answers };
    case 3:
      return body.startsOn === undefined
        ? body
        : { ...body, endsOn: addDays(body.startsOn, dice.int(1, frame.days + 10)) };
    case 4:
      return fresh.startsOn === undefined ? body : withStart(body, fresh.startsOn);
    default: {
      if (body.frequency === 'continuous' || body.frequency === 'per-event') return body;
      const { days: _, ...rest } = body;
      return { ...rest, frequency: dice.chance(0.2) ? dice.pick(['continuous', 'per-event']) : dice.pick(SCHEDULED) };
    }
  }
}

function control(
  frame: Frame,
  id: string,
  frequencies: readonly [Frequency, ...Frequency[]],
): World['controls'][number] {
  const { dice, zone } = frame;
  const recordedAt = dice.chance(0.8) ? startOf(zone, frame.first) - dice.int(0, 5) * DAY : instantIn(frame);
  const frequency = dice.pick(frequencies);
  // An effective date on a first version changes nothing: it holds for all earlier time too.
  const effectiveFrom = dice.chance(0.15) ? { effectiveFrom: dateIn(frame) } : {};
  const first = { recordedAt, ...effectiveFrom, body: controlBody(frame, frequency) };
  return { id, versions: laterVersions(frame, first, (body) => changedControl(frame, body)) };
}

function check(
  frame: Frame,
  id: string,
  mode: CheckBody['mode'],
  controls: World['controls'],
): World['checks'][number] {
  const { dice } = frame;
  const supported = controls.filter(() => dice.chance(0.6));
  const recordings = supported.map(({ versions }) => versions[0]?.recordedAt ?? 0);
  const freshness = ['P1DT1H', 'PT1H', 'PT12H', 'P1D', 'P2D'] as const;
  const settles = ['PT0S', 'PT0S', 'PT2H', 'P1D', 'P2D'] as const;
  const settled = dice.chance(0.6) ? dice.pick(settles) : undefined;
  // A check's dataset, mode and settling never change.
  const body = (): CheckBody => ({
    dataset: `feed/${mode}`,
    mode,
    supports: supported.map((each) => each.id),
    ...(mode === 'state' && dice.chance(0.6) ? { freshness: dice.pick(freshness) } : {}),
    ...(mode === 'events' && settled !== undefined ? { settles: settled } : {}),
  });

  const first = { recordedAt: Math.max(startOf(frame.zone, frame.first), ...recordings), body: body() };
  return { id, versions: laterVersions(frame, first, body) };
}

function data(dice: Dice, badness: number): ItemData {
  return {
    ok: dice.chance(badness) ? (dice.chance(0.3) ? 'error' : false) : true,
    ...(dice.chance(0.12) ? { inScope: dice.chance(0.4) } : {}),
    ...(dice.chance(0.15) ? { applies: dice.chance(0.4) } : {}),
  };
}

/** Cuts a source off at a removal, one time in six: what it would have recorded later never was. */
function removedAt(frame: Frame, source: Source): Source {
  const sorted = { ...source, collections: [...source.collections].sort(byRecording) };
  if (!frame.dice.chance(0.16)) return sorted;
  const removal = instantIn(frame);
  return {
    ...sorted,
    removedAt: removal,
    collections: sorted.collections.filter((each) => each.recordedAt <= removal),
  };
}

function stateSource(frame: Frame, id: string): Source {
  const { dice, zone } = frame;
  const collections: Collection[] = [];
  const end = endOf(zone, lastDateOf(frame));
  const tidy = dice.chance(0.4);
  const badness = dice.pick([0, 0.05, 0.3]);
  let observedAt = instantIn({ ...frame, days: Math.ceil(frame.days / 2) });

  while (observedAt < end && collections.length < 30) {
    const status = tidy ? 'complete' : dice.pick(['complete', 'complete', 'complete', 'partial', 'failed'] as const);
    const size = status === 'failed' || dice.chance(tidy ? 0.05 : 0.25) ? 0 : dice.int(1, 4);
    const items = Array.from({ length: size }, (_, index): Item => ({ id: `p-${index}`, data: data(dice, badness) }));
    collections.push({ observedAt, recordedAt: observedAt + delay(frame), status, items });
    // The next one comes at the same moment, right on the edge of freshness, a day later or after a gap.
    observedAt += tidy
      ? dice.pick([12 * HOUR, DAY])
      : dice.pick([0, 7 * MINUTE, 6 * HOUR, 12 * HOUR, DAY, DAY, 25 * HOUR, 25 * HOUR + MINUTE, 3 * DAY]);
  }
  return removedAt(frame, { id, dataset: 'feed/state', collections });
}

function eventsSource(frame: Frame, id: string): Source {
  const { dice, zone } = frame;
  const badness = dice.pick([0, 0, 0.1, 0.4]);
  const tidy = dice.chance(0.5);
  const lose = tidy ? 0 : dice.pick([0, 0.05, 0.2]);
  const pool = Array.from({ length: dice.int(0, 12) }, (_, index) => ({
    id: `${id}-e${index}`,
    at: instantIn(frame),
    data: data(dice, badness),
  }));
  const collections: Collection[] = [];
  const end = endOf(zone, lastDateOf(frame));
  let from = startOf(zone, frame.first) + dice.pick([0, 0, -DAY, 30 * HOUR]);

  while (from < end && collections.length < 100) {
    const to = from + (tidy ? DAY : dice.pick([6 * HOUR, DAY, DAY, 25 * HOUR, 3 * DAY, 7 * DAY]));
    const status = tidy ? 'complete' : dice.pick(['complete', 'complete', 'complete', 'partial', 'failed'] as const);
    const recordedAt = to + (tidy && dice.chance(0.9) ? MINUTE : delay(frame));
    const listed = pool.filter(({ at }) => from <= at && at < to && !dice.chance(status === 'partial' ? 0.5 : lose));
    const items = listed.map(({ id: item, at, data: known }) => ({
      id: item,
      // Now and then it is told to have happened at another moment.
      at: dice.chance(0.04) ? from + dice.int(0, (to - from) / MINUTE - 1) * MINUTE : at,
      data: dice.chance(0.15) ? data(dice, badness) : { ...known },
    }));
    collections.push(
      status === 'failed'
        ? { observedAt: to, recordedAt, status, items: [] }
        : { observedAt: to, recordedAt, status, from, to, items },
    );
    // The next one goes on where this ended, or overlaps it, or leaves a hole.
    from = tidy ? to : dice.pick([to, to, to, to, from + (to - from) / 2, from, to - 3 * DAY, to + DAY]);
    if (from <= startOf(zone, frame.first) - 4 * DAY) from = to;
  }
  return removedAt(frame, { id, dataset: 'feed/events', collections });
}

/** When a control is performed: now and then, or once in nearly every one of its periods. */
function roughMoments(frame: Frame, { versions }: World['controls'][number]): Instant[] {
  const { dice, zone } = frame;
  const frequency = versions[0]?.body.frequency;
  if (!frequency || dice.chance(0.4)) return Array.from({ length: dice.int(0, 14) }, () => instantIn(frame));

  const all = Array.from({ length: frame.days }, (_, index) => addDays(frame.first, index));
  const firsts = all.filter((date) => (periodOf(frequency, date)?.first ?? date) === date);
  return firsts.slice(-40).flatMap((date) => {
    const last = periodOf(frequency, date)?.last ?? date;
    const minutes = Math.max(1, (endOf(zone, last) - startOf(zone, date)) / MINUTE);
    const times = dice.pick([0, 1, 1, 1, 1, 1, 2]);
    return Array.from(
      { length: times },
      () => startOf(zone, date) + Math.floor(dice.int(0, 130) * minutes * 0.01) * MINUTE,
    );
  });
}

/** A performance of roughly that moment: anywhere in its day's period, or at the very border of it. */
function performance(
  frame: Frame,
  world: World,
  of: World['controls'][number],
  id: string,
  roughly: Instant,
): Performance {
  const { dice, zone } = frame;
  const adopted = of.versions[0]?.recordedAt ?? 0;
  const body = of.versions[0]?.body;
  const period = body && periodOf(body.frequency, dateAt(zone, roughly));
  const border = period ? dice.pick([startOf(zone, period.first), endOf(zone, period.last) + 1]) : roughly;
  const at = dice.chance(0.2) ? border + dice.pick([-DAY, -MINUTE, 0, MINUTE, DAY]) : roughly;
  const recordedAt = Math.max(at + delay(frame), adopted);

  const keys = scheduled(world, of.id, dateAt(zone, at), recordedAt)
    .slice(-4)
    .map(({ key }) => key);
  const key = body?.frequency === 'per-event' ? `event-${dice.int(1, 6)}` : dice.among(keys);
  const isKeyed = dice.chance(body?.frequency === 'per-event' ? 0.9 : 0.25);
  return {
    id,
    control: of.id,
    at,
    recordedAt,
    ...(isKeyed && key !== undefined ? { for: key } : {}),
    outcome: dice.pick(['done', 'done', 'done', 'done', 'done', 'done', 'findings', 'not-done']),
    evidence: dice.pick([0, 1, 1, 1]),
    ...(dice.chance(0.08) ? { withdrawnAt: recordedAt + dice.int(0, 4) * DAY } : {}),
  };
}

function exception(frame: Frame, world: World, id: string): Exception | undefined {
  const { dice, zone } = frame;
  const of = dice.among(world.controls);
  if (!of) return undefined;
  const adopted = of.versions[0]?.recordedAt ?? 0;
  const events = world.sources.flatMap(({ collections }) => collections.flatMap(({ items }) => items));
  const failing = events.filter((each) => each.at !== undefined && each.data.ok === false);
  const item = dice.chance(0.6) ? dice.among(failing.length > 0 ? failing : events) : undefined;
  const near = item?.at === undefined ? addDays(frame.first, dice.int(-5, frame.days - 1)) : dateAt(zone, item.at);
  const from = addDays(near, dice.pick([0, 0, -1, -9, 1]));
  const to = addDays(from, dice.pick([0, 1, 9, Math.min(360, frame.days)]));
  const asked = dice.chance(0.5) ? startOf(zone, from) - dice.int(0, 48) * HOUR : instantIn(frame);
  const requestedAt = Math.max(asked, adopted);
  const decided = dice.chance(0.85);
  return {
    id,
    control: of.id,
    ...(item === undefined ? {} : { item: item.id }),
    from,
    to,
    requestedBy: dice.pick(PEOPLE),
    requestedAt,
    ...(decided
      ? { approvedBy: dice.pick(PEOPLE), approvedAt: requestedAt + dice.pick([0, MINUTE, 3 * HOUR, 2 * DAY, 9 * DAY]) }
      : {}),
  };
}

/** The world of a seed. A third of them are short with checks of state, the others longer, with schedules and events. */
export function randomWorld(seed: number, taste: Taste = {}): World {
  const dice = diceOf(seed);
  const { zone, around } = dice.pick(ERAS);
  const short = dice.chance(0.34);
  const days = short ? dice.int(3, 10) : dice.pick([12, 20, 35, 60, 92, 92, 200]);
  const frame: Frame = { dice, zone, first: addDays(around, -dice.int(0, days - 1)), days, taste };

  const holidays = Array.from({ length: dice.int(0, 4) }, () => dateIn(frame)).sort();
  const frequencies: [Frequency, ...Frequency[]] = short
    ? ['continuous', 'continuous', 'daily', 'daily', 'weekly', 'per-event', 'annual']
    : [
        'daily',
        'weekly',
        'weekly',
        'monthly',
        'monthly',
        'quarterly',
        'semiannual',
        'annual',
        'per-event',
        'continuous',
      ];
  const controls = Array.from({ length: dice.int(1, 3) }, (_, index) => control(frame, `c-${index + 1}`, frequencies));
  const checks = [
    ...(short ? [check(frame, 'k-state', 'state', controls)] : []),
    ...(dice.chance(0.7) ? [check(frame, 'k-events', 'events', controls)] : []),
  ];
  const sources = [
    ...(short
      ? Array.from({ length: dice.pick([0, 1, 1, 1, 2, 3]) }, (_, index) => stateSource(frame, `s-${index + 1}`))
      : []),
    ...Array.from({ length: dice.pick([0, 1, 1, 1, 2]) }, (_, index) => eventsSource(frame, `v-${index + 1}`)),
  ];

  const world: World = {
    zone,
    holidays: [
      { recordedAt: startOf(zone, frame.first) - 400 * DAY, dates: [...new Set(holidays)] },
      ...(dice.chance(0.2) ? [{ recordedAt: instantIn(frame), dates: [dateIn(frame)] }] : []),
    ],
    controls,
    checks,
    sources,
    performances: [],
    exceptions: [],
  };
  const performances = controls.flatMap((each) =>
    roughMoments(frame, each).map((roughly, index) => performance(frame, world, each, `${each.id}-f${index}`, roughly)),
  );
  const exceptions = Array.from(
    { length: dice.int(0, 5) },
    (_, index) => exception(frame, world, `x-${index + 1}`) ?? [],
  ).flat();
  return { ...world, performances: performances.sort(byRecording), exceptions };
}

/** Worlds for fast-check; reduce one that differs with `shrink`, which takes it apart better than a smaller seed would. */
export const worlds = (taste: Taste = {}): fc.Arbitrary<World> =>
  fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 - 1 })).map((seed) => randomWorld(seed, taste));
