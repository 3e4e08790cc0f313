import { describe, expect, it } from 'vitest';
import type { Covered } from './counts.ts';
import { countedAs, tally } from './counts.ts';
import type { EventCollection, EventRun } from './word.ts';

interface Run extends EventRun {
  readonly says: 'pass' | 'fail' | 'unknown';
  readonly inScope: boolean | 'unknown';
}

const run = (fromIndex: number, untilIndex: number, more: Partial<Run> = {}): Run => ({
  fromIndex,
  untilIndex,
  at: 15,
  says: 'pass',
  inScope: true,
  ...more,
});

/** Complete and observed at its end, unless told. */
const collection = (index: number, from: number, to: number, more: Partial<EventCollection> = {}): EventCollection => ({
  index,
  observedAt: to,
  status: 'complete',
  from,
  to,
  sees: false,
  ...more,
});

interface Given {
  readonly runs: readonly Run[];
  readonly collections: readonly EventCollection[];
  readonly settlesMs?: number;
  readonly versions?: readonly { readonly from: number; readonly to: number; readonly terms: string }[];
  readonly excepted?: readonly Covered[];
}

const always = [{ from: -Infinity, to: Infinity, terms: 'v1' }];

function counted({ runs, collections, settlesMs = 0, versions = always, excepted = [] }: Given) {
  const questions = { speaksOf: (one: Run) => one.inScope, passes: (one: Run) => one.says };
  return countedAs(runs, collections, settlesMs, versions, questions, excepted)?.counted;
}

const twice = [collection(1, 10, 20), collection(2, 10, 30)];

describe('what an event counts as', () => {
  it.each<[string, Given, ReturnType<typeof counted>]>([
    ['it passes', { runs: [run(1, Infinity)], collections: twice }, 'pass'],
    [
      'judged on its data in the first collection that may',
      { runs: [run(1, 2, { says: 'fail' }), run(2, Infinity)], collections: twice },
      'deviation',
    ],
    [
      'the first one observed before it settled may not',
      { runs: [run(1, 2, { says: 'fail' }), run(2, Infinity)], collections: twice, settlesMs: 10 },
      'pass',
    ],
    ['waits while nothing may judge it', { runs: [run(1, Infinity)], collections: twice, settlesMs: 16 }, 'waiting'],
    [
      'told to have happened later, it is judged on what was told since',
      {
        runs: [run(1, 2), run(2, Infinity, { at: 25, says: 'fail' })],
        collections: [collection(1, 10, 20), collection(2, 20, 30)],
      },
      'deviation',
    ],
    [
      'and a collection over the time it was thought to have happened at does not withdraw it',
      {
        runs: [run(1, 2), run(2, Infinity, { at: 25 })],
        collections: [collection(1, 10, 20), collection(2, 20, 30), collection(3, 10, 20, { observedAt: 40 })],
      },
      'pass',
    ],
    ['withdrawn by a later complete collection', { runs: [run(1, 2)], collections: twice }, undefined],
    [
      'left out where its latest data is out of scope',
      { runs: [run(1, 2, { says: 'fail' }), run(2, Infinity, { inScope: false })], collections: twice },
      undefined,
    ],
    [
      'judged though it was out of scope then',
      { runs: [run(1, 2, { says: 'fail', inScope: false }), run(2, Infinity)], collections: twice },
      'deviation',
    ],
    [
      'unknown where scope errs on its latest data, whatever was judged',
      { runs: [run(1, 2), run(2, Infinity, { inScope: 'unknown' })], collections: twice },
      'unknown',
    ],
    [
      'unknown where no version was in force when it was due to be judged',
      { runs: [run(1, Infinity)], collections: twice, versions: [{ from: 21, to: Infinity, terms: 'v2' }] },
      'unknown',
    ],
    [
      'a deviation under an exception is excepted',
      { runs: [run(1, Infinity, { says: 'fail' })], collections: twice, excepted: [{ from: 15, to: 16 }] },
      'excepted',
    ],
    [
      'not by one that ends before it',
      { runs: [run(1, Infinity, { says: 'fail' })], collections: twice, excepted: [{ from: 14, to: 15 }] },
      'deviation',
    ],
    [
      'an exception leaves a pass a pass',
      { runs: [run(1, Infinity)], collections: twice, excepted: [{ from: 0, to: 99 }] },
      'pass',
    ],
    [
      'and what is unknown unknown',
      { runs: [run(1, Infinity, { says: 'unknown' })], collections: twice, excepted: [{ from: 0, to: 99 }] },
      'unknown',
    ],
  ])('%s', (_, given, expected) => {
    expect(counted(given)).toBe(expected);
  });

  it('is asked of the version in force when the judging collection was observed', () => {
    const versions = [
      { from: -Infinity, to: 25, terms: 'v1' },
      { from: 25, to: Infinity, terms: 'v2' },
    ];
    const asked: string[] = [];
    const passes = (_: Run, version: string) => {
      asked.push(version);
      return 'pass' as const;
    };

    countedAs([run(1, Infinity)], twice, 0, versions, { speaksOf: () => true, passes }, []);
    countedAs([run(1, Infinity)], twice, 10, versions, { speaksOf: () => true, passes }, []);

    expect(asked).toEqual(['v1', 'v2']);
  });
});

it('waiting events are tallied as unknown', () => {
  const events = (['pass', 'waiting', 'unknown', 'deviation', 'excepted'] as const).map((one) => ({
    at: 0,
    counted: one,
  }));

  expect(tally(events)).toEqual({ items: 5, unknown: 2, deviations: 1, excepted: 1 });
});
