import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { crosswalk } from './crosswalk.ts';
import { dice, quantile } from './figures.ts';
import { sizesOf } from './flags.ts';
import { shownIn } from './meter.ts';
import { ledger } from './ledger.ts';
import { observe } from './observe.ts';
import { planner } from './planner.ts';
import { readers } from './readers.ts';
import { episodesOf } from './year.ts';

/** Only what must be equal is asserted: how long it takes depends on who else is at work. */
async function run(
  bench: (argv: readonly string[], say: (line: string) => void) => Promise<boolean>,
  ...argv: readonly string[]
): Promise<{ readonly held: boolean; readonly said: string }> {
  const said: string[] = [];
  const held = await bench(argv, (line) => said.push(line));
  return { held, said: said.join('\n') };
}

describe('at a tiny size', () => {
  test('a written year, a lived one and a row per result agree', async () => {
    const { held, said } = await run(
      observe,
      ...['--checks', '4', '--items', '20', '--hours', '48', '--small', '80'],
      ...['--postures', '5', '--ingests', '1', '--results', '100'],
    );

    expect(held, said).toBe(true);
    expect(said).toContain('tables written that differ from tables lived: 0 of 6');
    expect(said).toContain('(states seen: failing, not-observed, operating)');
  });

  test('readers beside a collection read what they show, and the past stays', async () => {
    const { held, said } = await run(
      readers,
      ...['--readers', '2', '--seconds', '1', '--pause', '20', '--months', '2', '--performances', '60'],
      ...['--facts', '400', '--collect', '20'],
    );

    expect(held, said).toBe(true);
    expect(said).toMatch(/status soc2 .*\n/);
  });

  test('ways among six frameworks are those of a naive search, and a mapping set is applied once', async () => {
    const { held, said } = await run(crosswalk, '--edges', '700', '--runs', '1');

    expect(held, said).toBe(true);
    expect(said).toContain('six frameworks');
  });

  test('a plan of one seed is one plan', async () => {
    const { held, said } = await run(planner, '--runs', '2');

    expect(held, said).toBe(true);
  });

  test('a log has the root that hashing one by one gives, and is whole on the disk', async () => {
    const { held, said } = await run(ledger, '--entries', '70000', '--batches', '3');

    expect(held, said).toBe(true);
    expect(said).toContain('flushes a batch');
  });

  test('a history is collected whole, and then only what is new', async () => {
    const { held, said } = await run(collect, '--commits', '100', '--more', '10', '--tenth', '0');

    expect(held, said).toBe(true);
  });
});

describe('what the benches stand on', () => {
  test('episodes of one pair never touch, and the same shape has the same', () => {
    const shape = { checks: 4, items: 5, hours: 500, changes: 0.1, begins: 0, seed: 3 };
    const episodes = episodesOf(shape, 3, 470);
    const of = (item: number) => episodes.filter((episode) => episode.item === item);

    expect(episodesOf(shape, 3, 470)).toEqual(episodes);
    expect(episodes.length).toBeGreaterThan(10);
    for (let item = 0; item < shape.items; item += 1)
      for (const [i, { from }] of of(item).slice(1).entries())
        expect(from).toBeGreaterThan(of(item)[i]?.until ?? Infinity);
  });

  test('a quantile is one of the values', () => {
    expect([0, 0.5, 0.95, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 2, 4, 4]);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test('rows shown are the objects in lists, and the answer itself', () => {
    expect(shownIn({ list: [{ a: [{}, {}] }, { a: [] }], texts: ['x'], log: { size: 1 } })).toBe(5);
    expect(shownIn({ id: 'x' })).toBe(1);
  });

  test('a size that is none, or a flag that nobody knows, is refused', () => {
    expect(sizesOf(['--rounds', '7'], { rounds: 3, seed: 1 })).toEqual({ rounds: 7, seed: 1 });
    expect(() => sizesOf(['--rounds', 'many'], { rounds: 3 })).toThrow(TypeError);
    expect(() => sizesOf(['--round', '7'], { rounds: 3 })).toThrow(TypeError);
  });

  test('dice are fair enough and repeat', () => {
    const [draw, again] = [dice(5), dice(5)];
    const values = Array.from({ length: 1000 }, draw);

    expect(values).toEqual(Array.from({ length: 1000 }, again));
    expect(values.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
  });
});
