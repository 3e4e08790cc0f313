/** Populations of events over a window, and the leg that a check of events gives a control. */
import type { CheckBody, Collection, Instant, ItemData, Source, World } from './world.ts';
import { dateAt, elapsed } from './zone.ts';
import { inOrder } from './state-checks.ts';
import { reigns } from './versions.ts';

export type Population = {
  dataset: string;
  check: string;
  items: number;
  deviations: number;
  unknown: number;
  excepted: number;
  complete: boolean;
};

type Verdict = 'pass' | 'deviation' | 'unknown' | 'excepted';
type Member = { id: string; at: Instant; verdict: Verdict };

/** Seen with what was recorded by `knownAt`; exceptions and removals are those on record at `by`. */
type Moment = { by: Instant; knownAt: Instant };

const defaultSettles = 'PT0S';
const defaultLookback = 'P90D';
const stale = 'P1DT1H';

const spansOver = (collection: Collection, at: Instant) =>
  collection.from !== undefined && collection.to !== undefined && collection.from <= at && at < collection.to;

/** Collections tell of their whole time whenever they were taken: "what was true then, as we know it today". */
const seenOf = (source: Source, { knownAt }: Moment) => inOrder(source, knownAt);

function isExcepted(world: World, control: string, item: string, at: Instant, { by, knownAt }: Moment): boolean {
  const date = dateAt(world.zone, at);
  return world.exceptions.some(
    ({ control: of, item: named, from, to, requestedBy, approvedBy, approvedAt }) =>
      of === control &&
      named === item &&
      approvedBy !== undefined &&
      approvedBy !== requestedBy &&
      approvedAt !== undefined &&
      approvedAt <= Math.min(by, knownAt) &&
      from <= date &&
      date <= to,
  );
}

/** The items of a check's dataset that no later word withdrew and that scope and applies speak of, each with its verdict for `control`. */
function membersOf(world: World, check: string, control: string, moment: Moment): Member[] {
  const governing = reigns(world.zone, world.checks.find((each) => each.id === check)?.versions ?? [], moment.knownAt);
  const bodyFor = (collection: Collection): CheckBody | undefined =>
    governing.find((each) => each.from <= collection.observedAt && collection.observedAt < each.to)?.body;
  const datasets = governing.flatMap((each) => (each.body ? [each.body.dataset] : []));
  // A check's dataset and how long its items settle never change.
  const settles = elapsed(governing.find((each) => each.body)?.body?.settles ?? defaultSettles);
  const members: Member[] = [];

  for (const source of world.sources.filter((each) => datasets.includes(each.dataset))) {
    const collections = seenOf(source, moment).filter((each) => each.status !== 'failed');
    const ids = new Set(collections.flatMap((each) => each.items.map((item) => item.id)));

    for (const id of ids) {
      const listings = collections.flatMap((collection) => {
        const item = collection.items.find((each) => each.id === id);
        return item?.at === undefined ? [] : [{ collection, at: item.at, data: item.data }];
      });
      const latest = listings.at(-1);
      if (!latest) continue;
      const { at } = latest;

      // "A later complete collection over the same time that omits an item withdraws it; … the last word counts"
      const after = collections.slice(collections.indexOf(latest.collection) + 1);
      if (after.some((each) => each.status === 'complete' && spansOver(each, at))) continue;

      // "judged on its data in the first collection observed at or after `at` + `settles`; before that it is unknown"
      const judging = listings.find(({ collection }) => collection.observedAt >= at + settles);
      // "A version … governs … what is observed": where none did, nobody asked, not of scope either
      const body = bodyFor((judging ?? latest).collection);
      const judged: ItemData | undefined = body && judging?.data;

      // "An item is left out of `items` only where `scope` or `applies` is false on its latest data"
      if (body && (latest.data.inScope === false || latest.data.applies === false)) continue;

      const excepted = judged?.ok === false && isExcepted(world, control, id, at, moment);
      const verdict: Verdict =
        judged === undefined || judged.ok === 'error'
          ? 'unknown'
          : judged.ok
            ? 'pass'
            : excepted
              ? 'excepted'
              : 'deviation';
      members.push({ id, at, verdict });
    }
  }
  return members;
}

/** Whether complete collections leave no moment of [from, to) out. */
function isCovered(collections: Collection[], from: Instant, to: Instant): boolean {
  const complete = collections.filter((each) => each.status === 'complete');
  const ends = complete.flatMap((each) => (each.to === undefined ? [] : [each.to]));
  const moments = [from, ...ends].filter((each) => from <= each && each < to);
  return moments.every((each) => complete.some((collection) => spansOver(collection, each)));
}

/** From when a source counts: the first moment that it told of, or at which it was collected. */
const beginOf = (collections: Collection[]): Instant =>
  Math.min(Infinity, ...collections.flatMap((each) => [each.observedAt, each.from ?? Infinity]));

const removalKnown = (source: Source, { by, knownAt }: Moment): Instant =>
  source.removedAt !== undefined && source.removedAt <= Math.min(by, knownAt) ? source.removedAt : Infinity;

/** The population of a check over [from, to) as `control` sees it, and whether any item passed. */
export function populationOf(
  world: World,
  check: string,
  dataset: string,
  control: string,
  from: Instant,
  to: Instant,
  knownAt: Instant,
): Population & { passes: number } {
  const moment = { by: knownAt, knownAt };
  // "Every item whose `at` lies in the window"
  const members = membersOf(world, check, control, moment).filter(({ at }) => from <= at && at < to);
  const count = (verdict: Verdict) => members.filter((each) => each.verdict === verdict).length;

  // "A population is `complete` if complete collections of every source cover the whole window": every source that had begun before its
  // end, those removed in it up to their removal; and one at least covers the whole.
  const sources = world.sources.filter((each) => each.dataset === dataset && beginOf(seenOf(each, moment)) < to);
  const complete =
    sources.some((source) => removalKnown(source, moment) >= to) &&
    sources.every((source) => isCovered(seenOf(source, moment), from, Math.min(to, removalKnown(source, moment))));

  return {
    dataset,
    check,
    items: members.length,
    deviations: count('deviation'),
    unknown: count('unknown'),
    excepted: count('excepted'),
    complete,
    passes: count('pass'),
  };
}

/** The leg of an events check at `at` for `control`, with the look-back the control has then. */
export function eventsLegAt(
  world: World,
  check: string,
  body: CheckBody,
  control: string,
  lookback: string | undefined,
  at: Instant,
  knownAt: Instant,
): 'speaks' | 'fails' | 'silent' | 'no-occasion' {
  const moment = { by: at, knownAt };
  const sources = world.sources.filter((each) => each.dataset === body.dataset && beginOf(seenOf(each, moment)) <= at);
  const completeOf = (source: Source) => seenOf(source, moment).filter((each) => each.status === 'complete');

  // "looks back … from the latest moment up to T that complete collections of every source reach; if that is more than P1DT1H
  // before T it is silent"
  const counting = sources.filter((source) => removalKnown(source, moment) === Infinity);
  const reaches = counting.map((source) =>
    Math.max(
      -Infinity,
      ...completeOf(source).flatMap(({ from, to }) =>
        from !== undefined && to !== undefined && from < at ? [Math.min(to, at)] : [],
      ),
    ),
  );
  const reach = Math.min(at, ...reaches);
  if (counting.length === 0 || reach < at - elapsed(stale)) return 'silent';

  // "It starts no earlier than the first complete collection's `from`"
  const firstCovered = Math.min(Infinity, ...sources.flatMap(completeOf).map((each) => each.from ?? Infinity));
  const start = Math.max(reach - elapsed(lookback ?? defaultLookback), firstCovered);

  // "Items with at < T count, judged where `at` + `settles` ≤ T, items after that moment only if they deviate"
  const members = membersOf(world, check, control, moment).filter((each) => start <= each.at && each.at < at);
  const settled = members.filter((each) => each.at + elapsed(body.settles ?? defaultSettles) <= at);

  // "a hole in it makes the leg silent unless an item deviates"
  if (members.some(({ verdict }) => verdict === 'deviation')) return 'fails';
  if (
    !sources.every((source) => isCovered(seenOf(source, moment), start, Math.min(reach, removalKnown(source, moment))))
  )
    return 'silent';
  if (settled.length === 0) return 'no-occasion';
  return settled.every(({ verdict }) => verdict === 'pass') ? 'speaks' : 'silent';
}
