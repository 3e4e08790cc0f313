import { describe, expect, it } from 'vitest';
import type { EventCollection, EventRun } from './word.ts';
import { wordOf } from './word.ts';

const DAY = 86_400_000;
const told = (index: number, observed: number, more: Partial<EventCollection> = {}): EventCollection => ({
  index,
  observedAt: observed * DAY,
  status: 'complete',
  from: 0,
  to: observed * DAY,
  sees: false,
  ...more,
});
const run = (fromIndex: number, untilIndex = Infinity, at = 1): EventRun => ({ fromIndex, untilIndex, at: at * DAY });
const said = (runs: readonly EventRun[], collections: readonly EventCollection[], settles = 0): unknown => {
  const word = wordOf(runs, collections, settles * DAY);
  return (
    word && [runs.indexOf(word.latest), word.judged && [runs.indexOf(word.judged.run), word.judged.collection.index]]
  );
};

describe('the word on an event', () => {
  it.each<[string, readonly EventRun[], readonly EventCollection[], number, unknown]>([
    ['is none before it is told of', [run(2)], [told(1, 2)], 0, undefined],
    ['is judged where it was first told of', [run(1)], [told(1, 2), told(2, 3)], 0, [0, [0, 1]]],
    ['waits until it has settled', [run(1)], [told(1, 2)], 2, [0, undefined]],
    ['is judged once it has settled, to the moment', [run(1)], [told(1, 2), told(2, 3)], 2, [0, [0, 2]]],
    [
      'is judged on its data of then, and stands with its latest',
      [run(1, 2), run(2)],
      [told(1, 2), told(2, 3)],
      0,
      [1, [0, 1]],
    ],
    ['ends when a later complete collection over it omits it', [run(1, 2)], [told(1, 2), told(2, 3)], 0, undefined],
    ['does not end with one over another time', [run(1)], [told(1, 2), told(2, 3, { from: 2 * DAY })], 0, [0, [0, 1]]],
    ['does not end with a partial one', [run(1)], [told(1, 2), told(2, 3, { status: 'partial' })], 0, [0, [0, 1]]],
    ['does not end with a failed one', [run(1)], [told(1, 2), told(2, 3, { status: 'failed' })], 0, [0, [0, 1]]],
    [
      'is heard from a partial one that saw it',
      [run(1)],
      [told(1, 2, { status: 'partial', sees: true })],
      0,
      [0, [0, 1]],
    ],
    ['comes back when it is told of again', [run(1, 2), run(3)], [told(1, 2), told(2, 3), told(3, 4)], 0, [1, [0, 1]]],
    ['of one observed later ends what is recorded late', [run(2)], [told(2, 2), told(1, 3)], 0, undefined],
    [
      'moves with its moment, and settles anew',
      [run(1, 2), run(2, Infinity, 2)],
      [told(1, 2), told(2, 3)],
      1,
      [1, [1, 2]],
    ],
  ])('%s', (_, runs, collections, settles, expected) => {
    expect(said(runs, collections, settles)).toEqual(expected);
  });
});
