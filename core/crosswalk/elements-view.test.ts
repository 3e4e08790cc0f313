import { describe, expect, test } from 'vitest';
import { Desk, refusedBy } from '../kernel/testing.ts';
import { crosswalkElements, Elements } from './elements-view.ts';

const ask = (input: object) => Elements.parse(new Desk([]).view(crosswalkElements, input));

describe('elements of criteria', () => {
  test('lists every criterion with how many parts are served whole and how many not at all', () => {
    const { rows, criterion, item } = ask({});

    expect(rows).toHaveLength(61);
    expect(rows.find(({ ref }) => ref === 'CC6.7')).toMatchObject({ elements: 7, whole: 6, open: 0 });
    expect(rows.find(({ ref }) => ref === 'CC3.3')).toMatchObject({ elements: 4, whole: 0, open: 3 });
    expect([criterion, item]).toEqual([null, null]);
  });

  test('tells a criterion in full: each part, who serves it, and what stays open', () => {
    const { criterion } = ask({ ref: 'CC6.5' });
    const equipment = criterion?.elements.find(({ id }) => id === 'CC6.5.b');
    const proof = criterion?.elements.find(({ id }) => id === 'CC6.5.e');

    expect(equipment?.lines).toMatchObject([{ item: 'A.7.14', serves: 10, reaches: 8, relation: 'subset' }]);
    expect(equipment?.left).toEqual({ least: 0, most: 0 });
    expect(proof).toMatchObject({ lines: [], left: { least: 10, most: 10 } });
    expect(criterion?.served).toEqual({ least: 7.6, most: 8 });
    expect(criterion?.items[0]).toMatchObject({ ref: 'A.7.14', relation: 'superset', itemShare: 10 });
  });

  test('lists every ISO item, those that no criterion reaches too', () => {
    const { rows } = ask({ framework: 'iso27001' });

    expect(rows).toHaveLength(123);
    expect(rows.filter(({ others }) => others === 0).map(({ ref }) => ref)).toEqual([
      ...['4.3', '4.4', '6.1.1', '7.5.1', '10.1'],
      'A.5.32',
    ]);
    expect(rows.every(({ elements, whole, open }) => elements === null && whole === null && open === null)).toBe(true);
  });

  test('tells an item in full: what of it lies in which criterion', () => {
    const { item } = ask({ framework: 'iso27001', ref: 'A.5.30' });

    expect(item?.criteria.map(({ ref, itemShare }) => [ref, itemShare])).toEqual([
      ['CC9.1', 8],
      ['CC7.5', 8],
      ['A1.3', 5],
      ['A1.2', 4],
    ]);
    expect(item?.left).toEqual({ least: 0, most: 2 });
  });

  test.each([
    ['soc2', 'A.5.1'],
    ['iso27001', 'CC6.1'],
    ['soc2', 'CC6.9'],
    ['iso27001', '7.5'],
    ['soc2', '__proto__'],
  ])('%s has no item %s', (framework, ref) => {
    expect(refusedBy(() => ask({ framework, ref })).code).toBe('framework.item');
  });
});
