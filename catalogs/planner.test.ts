import { expect, test } from 'vitest';
import library from './controls/library.json' with { type: 'json' };
import parameters from './planner/parameters.json' with { type: 'json' };

const { figures, sources, readiness } = parameters;

test('every figure has an id of its own, a band in order, a unit, a use and a source that is there', () => {
  expect(new Set(figures.map(({ id }) => id)).size).toBe(figures.length);
  for (const { id, title, unit, use, low, likely, high, source } of figures) {
    expect([id, 0 <= low && low <= likely && likely <= high]).toEqual([id, true]);
    expect([
      id,
      ['usd', 'months', 'share', 'count'].includes(unit),
      ['formula', 'rule', 'claim'].includes(use),
    ]).toEqual([id, true, true]);
    expect([id, sources.some((one) => one.id === source)]).toEqual([id, true]);
    expect(title.length).toBeGreaterThan(4);
    if (unit === 'share') expect([id, high <= 1]).toEqual([id, true]);
  }
});

test('what is drawn from articles is called a claim, and what we chose is not', () => {
  expect(sources.filter(({ isClaim }) => isClaim).map(({ id }) => id)).toEqual([
    'comparison',
    'summary',
    'guide',
    'audits',
  ]);
  expect(sources.find(({ id }) => id === 'guide')).toMatchObject({ date: '2026-02-11' });
});

/** The limits as the sources have them, by hand. */
test.each([
  ['soc2.type1.audit.small', 5000, 12_000],
  ['soc2.type1.audit.mid', 12_000, 20_000],
  ['soc2.type2.audit.mid', 15_000, 20_000],
  ['soc2.type2.audit.large', 20_000, 50_000],
  ['soc2.help', 20_000, 50_000],
  ['iso.gap', 5000, 8000],
  ['iso.help', 20_000, 50_000],
  ['iso.audit', 5000, 60_000],
  ['iso.surveillance', 1700, 20_000],
  ['iso.threeYears', 50_000, 200_000],
  ['iso.months', 6, 18],
  ['tooling.micro', 7500, 15_000],
  ['tooling.mid', 7500, 40_000],
  ['tooling.extra', 1000, 7500],
  ['both.cost', 50_000, 140_000],
  ['both.months', 15, 25],
  ['both.reduction', 0.3, 0.5],
  ['second.faster', 0, 0.4],
  ['soc2.type1.allIn.small', 20_000, 60_000],
  ['soc2.type2.allIn.large', 50_000, 150_000],
])('%s goes from %d to %d', (id, low, high) => {
  expect(figures.find((figure) => figure.id === id)).toMatchObject({ low, high });
});

test('what costs little is in the library', () => {
  const ids = new Set(library.controls.map(({ id }) => id));

  expect(readiness.controls.filter((id) => !ids.has(id))).toEqual([]);
});
