import crosswalk from '@countersign/catalogs/crosswalk/soc2-2017--iso27001-2022.json' with { type: 'json' };
import elements from '@countersign/catalogs/elements/soc2-2017--iso27001-2022.json' with { type: 'json' };
import iso from '@countersign/catalogs/iso27001-2022/framework.json' with { type: 'json' };
import tsc from '@countersign/catalogs/soc2-2017/framework.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { LIBRARY } from '../control/library.ts';
import { Control } from '../control/record.ts';
import { Mapping, MappingSet } from '../crosswalk/record.ts';
import { OwnFramework, OwnRequirement } from '../framework/own.ts';
import { Programme } from '../framework/record.ts';
import { create } from '../kernel/index.ts';
import { Desk, refusedBy } from '../kernel/testing.ts';
import type { OverlapItems } from './items.ts';
import { overlapItems } from './items.ts';
import type { Overlap } from './view.ts';
import { overlap, overlapReads } from './view.ts';

type Answer = z.infer<typeof Overlap>;
type Items = z.infer<typeof OverlapItems>;

const feeds = { tracks: () => new Map() };
const desk = (): Desk => new Desk(overlapReads, { feeds }).at('2026-11-26T12:00:00Z');
const ask = (made: Desk, input: object): Answer => made.view(overlap, input) as Answer;
const items = (made: Desk, input: object): Items => made.view(overlapItems, input) as Items;

// Counted here straight from the files, by nothing of ours.
const pairs = crosswalk.mappings;
const criteria = tsc.criteria.map(({ id }) => id);
const isoItems = [
  ...iso.clauses.filter(({ assessable }) => assessable).map(({ id }) => id),
  ...iso.annex_a.map(({ id }) => id),
];
const WAYS = [
  { direction: 'soc2→iso27001', from: 'tsc', to: 'iso', all: isoItems, whole: ['equal', 'superset'] },
  { direction: 'iso27001→soc2', from: 'iso', to: 'tsc', all: criteria, whole: ['equal', 'subset'] },
] as const;
const countedFrom = (way: (typeof WAYS)[number], min: number, among: readonly string[]) => {
  const touched = new Set<string>();
  const whole = new Set<string>();
  for (const pair of pairs) {
    if (pair.strength < min || !among.includes(pair[way.to])) continue;
    touched.add(pair[way.to]);
    if ((way.whole as readonly string[]).includes(pair.relationship)) whole.add(pair[way.to]);
  }
  return { touched: touched.size, whole: whole.size, partial: touched.size - whole.size, of: among.length };
};

describe('on the basis of the crosswalk', () => {
  const answer = ask(desk(), { from: 'soc2', to: 'iso27001' });

  test.each(WAYS.flatMap((way) => [1, 5, 7].map((min) => [way.direction, min, way] as const)))(
    '%s from strength %d on is what the file counts',
    (direction, minStrength, way) => {
      const found = answer.definitions.find((one) => one.direction === direction && one.minStrength === minStrength);

      expect(found).toEqual({ direction, minStrength, ...countedFrom(way, minStrength, way.all) });
    },
  );

  test.each(WAYS)('the weighted mean $direction is that of best strengths', (way) => {
    const best = way.all.map((id) =>
      Math.max(0, ...pairs.filter((pair) => pair[way.to] === id).map((p) => p.strength)),
    );
    const mean = best.reduce((sum, one) => sum + one / 10, 0) / best.length;

    expect(answer.weighted.find((one) => one.direction === way.direction)?.mean).toBeCloseTo(mean, 12);
  });

  test('groups are categories and series, clauses and themes, each counted from the file', () => {
    const membersOf = (group: string): readonly string[] =>
      tsc.categories.some(({ id }) => id === group)
        ? tsc.criteria.filter(({ category }) => category === group).map(({ id }) => id)
        : [...criteria, ...isoItems].filter((id) => id.startsWith(`${group}.`));

    for (const { group, direction, minStrength, touched, whole, partial, of } of answer.byGroup) {
      const way = WAYS.find((one) => one.direction === direction) ?? WAYS[0];
      const counted = countedFrom(way, minStrength, membersOf(group));

      expect([group, minStrength, { touched, whole, partial, of }]).toEqual([group, minStrength, counted]);
    }
    expect([...new Set(answer.byGroup.map(({ group }) => group))]).toEqual([
      ...['4', '5', '6', '7', '8', '9', '10', 'A.5', 'A.6', 'A.7', 'A.8'],
      ...['security', 'availability', 'confidentiality', 'processing_integrity', 'privacy'],
      ...tsc.series.map(({ id }) => id),
    ]);
  });

  test('asked the other way round it says the same of each direction', () => {
    const other = ask(desk(), { from: 'iso27001', to: 'soc2' });
    const sorted = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).sort();

    expect(sorted(other.definitions)).toEqual(sorted(answer.definitions));
    expect(sorted(other.byGroup)).toEqual(sorted(answer.byGroup));
    expect(other).toMatchObject({ from: 'iso27001', to: 'soc2', hops: 1 });
  });

  test('every figure opens to its items', () => {
    for (const way of WAYS) {
      const [from, to] = way.direction.split('→');
      for (const minStrength of [1, 5, 7]) {
        const told = items(desk(), { from, to, minStrength }).items;
        const figure = answer.definitions.find((d) => d.direction === way.direction && d.minStrength === minStrength);
        const n = (extent: string) => told.filter((item) => item.extent === extent).length;

        expect([n('whole'), n('partial'), told.length]).toEqual([figure?.whole, figure?.partial, figure?.of]);
      }
    }
    const link = items(desk(), { from: 'soc2', to: 'iso27001', ref: 'A.5.15' }).items[0]?.links[0];

    expect(link).toMatchObject({
      from: { ref: 'CC6.1' },
      relation: 'superset',
      strength: 9,
      back: 9,
      extent: 'whole',
      range: null,
      hops: [{ rationale: 'Access rules drive logical access architecture', relation: 'superset' }],
    });
    expect(items(desk(), { from: 'soc2', to: 'iso27001', fromRef: 'CC6.1' }).items).toHaveLength(
      pairs.filter((pair) => pair.tsc === 'CC6.1').length,
    );
  });
});

describe('on the basis of own controls and evidence', () => {
  const control = (made: Desk, id: string, soc2: readonly string[], iso27001: readonly string[], more: object = {}) =>
    made.keep(
      create(Control, id, {
        title: id,
        frequency: 'monthly',
        answers: { soc2: [...soc2], iso27001: [...iso27001] },
        ...more,
      }),
    );

  test('items count by the share of their controls that answer the other framework too', () => {
    const made = desk();
    control(made, 'both', ['CC6.1'], ['A.5.15', 'A.8.3']);
    control(made, 'iso-only', [], ['A.8.3', 'A.8.4']);
    control(made, 'ended', ['CC6.1'], ['A.8.5'], { startsOn: '2025-01-01', endsOn: '2025-12-31' });
    const answer = ask(made, { from: 'soc2', to: 'iso27001', basis: 'controls' });

    expect(answer.definitions.filter(({ direction }) => direction === 'soc2→iso27001')).toEqual([
      { direction: 'soc2→iso27001', minStrength: 1, touched: 2, whole: 1, partial: 1, of: 123 },
      { direction: 'soc2→iso27001', minStrength: 5, touched: 2, whole: 1, partial: 1, of: 123 },
      { direction: 'soc2→iso27001', minStrength: 7, touched: 1, whole: 1, partial: 0, of: 123 },
    ]);
    expect(answer.weighted[0]?.mean).toBeCloseTo(1.5 / 123, 12);
    expect(answer.definitions.find(({ direction }) => direction === 'iso27001→soc2')).toMatchObject({
      touched: 1,
      whole: 1,
    });
    expect(items(made, { from: 'soc2', to: 'iso27001', basis: 'controls', ref: 'A.8.3' }).items[0]?.controls).toEqual([
      { id: 'both', title: 'both', counts: true, serves: ['CC6.1'], evidence: null },
      { id: 'iso-only', title: 'iso-only', counts: false, serves: [], evidence: null },
    ]);
  });

  test('with the library all items of both are reached, and the answer says why that says little', () => {
    const made = desk();
    for (const { id, body } of LIBRARY) made.keep(create(Control, id, body));
    const answer = ask(made, { from: 'soc2', to: 'iso27001', basis: 'controls' });

    expect(answer.definitions.every(({ whole, of }) => whole === of)).toBe(true);
    expect(answer.notes.join(' ')).toContain('by construction');
  });

  const evidenced = (): Desk => {
    const made = desk().at('2026-03-01T00:00:00Z');
    for (const id of ['filed', 'performed', 'collected', 'bare', 'late'])
      control(
        made,
        id,
        [`CC6.${['filed', 'performed', 'collected', 'bare', 'late'].indexOf(id) + 1}`],
        [`A.8.${['filed', 'performed', 'collected', 'bare', 'late'].indexOf(id) + 1}`],
        { startsOn: '2026-01-01' },
      );
    made.keep({
      does: 'create',
      kind: 'evidence',
      id: 'e1',
      body: { name: 'e', digest: '0'.repeat(64), bytes: 1, controls: ['filed'], observedAt: '2026-02-01T00:00:00Z' },
    });
    const performance = (id: string, controlId: string, body: object) =>
      made.keep({ does: 'create', kind: 'performance', id, body: { control: controlId, ...body } });
    performance('p1', 'performed', { performedAt: '2026-02-02T00:00:00Z', evidence: ['e1'] });
    performance('p2', 'bare', { performedAt: '2026-02-02T00:00:00Z' });
    performance('p3', 'bare', { performedAt: '2026-02-02T00:00:00Z', evidence: ['e1'], outcome: 'not-done' });
    performance('p4', 'late', { performedAt: '2025-02-02T00:00:00Z', evidence: ['e1'] });
    made.keep({
      does: 'create',
      kind: 'check',
      id: 'c',
      body: { title: 'c', dataset: 's/d', mode: 'state', supports: ['collected'], passes: 'true', message: 'm' },
    });
    return made;
  };
  const on = (made: Desk, input: object = {}) =>
    ask(made, {
      from: 'soc2',
      to: 'iso27001',
      basis: 'evidence',
      periodFrom: '2026-01-01',
      periodTo: '2026-03-31',
      ...input,
    });
  const withTrack = (status: number, itemsSeen: number, observedAt: string): Desk => {
    const track = { source: 's', n: 1, index: [0], observedAt: [Date.parse(observedAt)], recordedAt: [0] };
    const told = { ...track, status: [status], items: [itemsSeen], from: [Number.NaN], to: [Number.NaN] };
    feeds.tracks = () => new Map([['s/d', [told]]]);
    return evidenced();
  };

  test.each([
    ['a complete collection in the period', 0, 3, '2026-02-10T00:00:00Z', 3],
    ['a partial one that saw items', 1, 3, '2026-02-10T00:00:00Z', 3],
    ['one that failed', 2, 0, '2026-02-10T00:00:00Z', 2],
    ['one that saw nothing', 0, 0, '2026-02-10T00:00:00Z', 2],
    ['one before the period', 0, 3, '2025-12-31T23:59:59Z', 2],
    ['one after as-of', 0, 3, '2026-03-20T00:00:00Z', 2],
  ])('documents, performances with a document and collections count: %s', (_, status, seen, at, touched) => {
    const answer = on(withTrack(status, seen, at));

    expect(answer.definitions[0]).toMatchObject({ direction: 'soc2→iso27001', touched, of: 123 });
    expect(answer.period).toEqual({ from: '2026-01-01', to: '2026-03-31', by: 'asked' });
  });

  test('the period is the programme’s where one is named, else the last 365 days', () => {
    const made = withTrack(2, 0, '2026-02-10T00:00:00Z');
    made.keep(
      create(Programme, 'p', {
        framework: 'soc2',
        title: 'P',
        report: 'type-2',
        periodFrom: '2025-01-01',
        periodTo: '2025-06-30',
      }),
    );
    const none = { periodFrom: undefined, periodTo: undefined };

    expect(on(made, none).period).toEqual({ from: '2025-03-02', to: '2026-03-01', by: 'last-365-days' });
    expect(on(made, { ...none, programme: 'p' })).toMatchObject({
      period: { from: '2025-01-01', to: '2025-06-30', by: 'programme' },
      definitions: expect.arrayContaining([expect.objectContaining({ touched: 1 })]) as never,
    });
  });
});

describe('other frameworks', () => {
  const own = (): Desk => {
    const made = desk();
    made.keep(create(OwnFramework, 'mine', { title: 'Mine', licence: 'own', groups: [{ id: 'g', name: 'Group' }] }));
    for (const ref of ['X-1', 'X-2'])
      made.keep(create(OwnRequirement, `mine_${ref}`, { framework: 'mine', ref, title: ref, group: 'g' }));
    made.keep(create(MappingSet, 's', { title: 'S', provenance: 'A consultant’s reading' }));
    const line = (id: string, from: object, to: object, relation: string, forward: number, backward: number) =>
      made.keep(
        create(
          Mapping,
          id,
          Mapping.body.parse({ set: 's', from, to, relation, strength: { forward, backward }, rationale: `why ${id}` }),
        ),
      );
    line('m1', { framework: 'mine', ref: 'X-1' }, { framework: 'iso27001', ref: 'A.5.3' }, 'superset', 10, 6);
    line('m2', { framework: 'soc2', ref: 'CC6.1' }, { framework: 'iso27001', ref: 'A.5.15' }, 'equal', 10, 10);
    return made;
  };

  test('that no mapping relates are reached by way of others, at the lower bound, saying through what', () => {
    const answer = ask(own(), { from: 'soc2', to: 'mine' });
    const told = items(own(), { from: 'soc2', to: 'mine', ref: 'X-1' }).items[0];

    expect(answer).toMatchObject({ hops: 3 });
    expect(answer.notes.join(' ')).toContain('lower bound');
    // CC6.3 contains A.5.3 (8 of 10), of which all serves X-1, which it is 6 tenths of: 6 · (8 + 10 − 10) / 10.
    const link = told?.links.find(({ from }) => from.ref === 'CC6.3');
    expect(link?.strength).toBeCloseTo(4.8, 12);
    expect(link).toMatchObject({ range: { most: 6 }, relation: 'intersects', extent: 'partial' });
    expect(link?.hops.map(({ to, rationale }) => [to.ref, rationale])).toEqual([
      ['A.5.3', 'Separation of duties is named in the criterion'],
      ['X-1', 'why m1'],
    ]);
  });

  test('a mapping of one’s own for two frameworks of ours counts where it is named, and not otherwise', () => {
    const [shipped, named] = [
      ask(own(), { from: 'soc2', to: 'iso27001' }),
      ask(own(), { from: 'soc2', to: 'iso27001', mapping: 's' }),
    ];

    expect(shipped.definitions).toEqual(ask(desk(), { from: 'soc2', to: 'iso27001' }).definitions);
    expect(named.definitions[0]).toMatchObject({ touched: 1, whole: 1, of: 123 });
    expect(named.provenance).toContain('A consultant’s reading');
    expect([shipped, named].map(({ sets }) => sets.map(({ id }) => id))).toEqual([['shipped-soc2-iso27001'], ['s']]);
  });

  test('a figure names the sets that it rests on, all of a longer way and none that lie beside', () => {
    const of = (answer: { readonly sets: readonly { readonly id: string }[] }) => answer.sets.map(({ id }) => id);

    expect(of(ask(desk(), { from: 'soc2', to: 'iso27001-2013' }))).toEqual([
      'shipped-soc2-iso27001',
      'shipped-iso27001-editions',
    ]);
    expect(of(ask(desk(), { from: 'iso27001', to: 'iso27001-2013' }))).toEqual(['shipped-iso27001-editions']);
    expect(of(ask(desk(), { from: 'soc2', to: 'iso27001', basis: 'controls' }))).toEqual([]);
  });

  test('the mapping by elements counts where it is named', () => {
    const named = ask(desk(), { from: 'soc2', to: 'iso27001', mapping: 'elements' });

    expect(named.sets.map(({ id }) => id)).toEqual(['shipped-elements']);
    expect(named.definitions[0]?.touched).toBe(new Set(elements.mappings.map(({ item }) => item)).size);
  });

  test.each([
    [{ from: 'soc2', to: 'soc2' }, 'overlap.same'],
    [{ from: 'soc2', to: 'nothing' }, 'framework.unknown'],
    [{ from: 'soc2', to: 'iso27001', mapping: 'nothing' }, 'overlap.mapping'],
    [{ from: 'soc2', to: 'mine', basis: 'controls' }, 'overlap.unanswered'],
    [{ from: 'soc2', to: 'iso27001', basis: 'evidence', periodFrom: '2026-01-01' }, 'overlap.halfPeriod'],
    [
      { from: 'soc2', to: 'iso27001', basis: 'evidence', periodFrom: '2026-02-01', periodTo: '2026-01-01' },
      'window.order',
    ],
  ])('%j is refused: %s', (input, code) => {
    expect(refusedBy(() => ask(own(), input)).code).toBe(code);
  });

  test('an item that is not there is refused', () => {
    expect(refusedBy(() => items(own(), { from: 'soc2', to: 'mine', ref: 'X-9' })).code).toBe('overlap.item');
  });
});
