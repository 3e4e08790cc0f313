import { describe, expect, test } from 'vitest';
import type { SheetCell } from '../control/index.ts';
import { SHIPPED } from '../framework/index.ts';
import { readFrameworkDocument, readMappingsDocument } from './document.ts';
import { readItems, suggestItemColumns } from './items.ts';
import { readMappings, suggestMappingColumns } from './mappings.ts';

const sheet = (columns: readonly string[], ...rows: readonly (readonly SheetCell[])[]) => ({
  columns,
  rows: rows.map((cells, i) => ({ row: i + 2, cells })),
});
const REFS = new Map([...SHIPPED].map(([id, of]) => [id, new Set(of.requirements.map(({ ref }) => ref))]));
const where = (problems: readonly { cell?: string; pointer?: string; code: string }[]) =>
  problems.map(({ cell, pointer, code }) => [cell ?? pointer, code]);

describe('a framework as a table', () => {
  const HEAD = ['Ref', 'Title', 'Group', 'Group name', 'Parent', 'Assessable', 'Text'];
  const read = (...rows: readonly (readonly SheetCell[])[]) =>
    readItems(sheet(HEAD, ...rows), suggestItemColumns(HEAD), 'f');

  test('becomes items and groups', () => {
    const { items, groups, rows, problems } = read(
      ['1', 'One', 'g', 'Governance', null, 'no', null],
      ['1.1', 'One one', 'g', null, '1', 'yes', "'=Sum of all"],
      [null, null, null, null, null, null, null],
      [2, 'Two', 'h', null, null, null, null],
    );

    expect(problems).toEqual([]);
    expect(groups).toEqual([
      { id: 'g', name: 'Governance' },
      { id: 'h', name: 'h' },
    ]);
    expect(rows).toEqual([2, 3, 5]);
    expect(items).toEqual([
      { ref: '1', title: 'One', group: 'g', assessable: false },
      { ref: '1.1', title: 'One one', group: 'g', parent: '1', assessable: true, text: '=Sum of all' },
      { ref: '2', title: 'Two', group: 'h' },
    ]);
  });

  test('says of each cell that cannot be taken why', () => {
    const { problems, items } = read(
      [5.1, 'A number', null, null, null, null, null],
      ['a', { formula: true }, null, null, null, null, null],
      ['b', { error: '#REF!' }, null, null, null, null, null],
      ['c', 'C', null, null, null, 'perhaps', null],
      [null, 'No ref', null, null, null, null, null],
      ['d', null, null, null, null, null, null],
      ['e', 'E', null, null, 'nowhere', null, null],
      ['f', 'F', null, null, null, null, null],
      ['f', 'F again', null, null, null, null, null],
      ['x'.repeat(61), 'Long', null, null, null, null, null],
      ['§'.repeat(30), 'Long once written', null, null, null, null, null],
    );

    expect(where(problems)).toEqual([
      ['A2', 'number'],
      ['B3', 'formula'],
      ['B4', 'error'],
      ['F5', 'yes-no'],
      ['A6', 'missing'],
      ['B7', 'missing'],
      ['E8', 'parent'],
      ['A10', 'twice'],
      ['A11', 'invalid'],
      ['A12', 'ref'],
    ]);
    expect(items.map(({ ref }) => ref)).not.toContain('c');
  });

  test('with a circle says which rows make it', () => {
    const { problems } = read(
      ['a', 'A', null, null, 'c', null, null],
      ['b', 'B', null, null, 'a', null, null],
      ['c', 'C', null, null, 'b', null, null],
      ['d', 'D', null, null, 'a', null, null],
    );

    expect(where(problems)).toEqual([
      ['E2', 'cycle'],
      ['E3', 'cycle'],
      ['E4', 'cycle'],
    ]);
  });

  test('names of a prototype are names like others', () => {
    const { items, problems } = read(['__proto__', 'constructor', 'toString', null, null, null, null]);

    expect(problems).toEqual([]);
    expect(items).toEqual([{ ref: '__proto__', title: 'constructor', group: 'toString' }]);
  });
});

describe('a mapping set as a table', () => {
  const HEAD = ['From framework', 'From', 'To framework', 'To', 'Relation', 'Forward', 'Backward', 'Rationale'];
  const read = (...rows: readonly (readonly SheetCell[])[]) =>
    readMappings(sheet(HEAD, ...rows), suggestMappingColumns(HEAD), REFS);
  const row = (from: string, to: string, relation = 'intersects', forward: SheetCell = 5, backward: SheetCell = 4) => [
    'soc2',
    from,
    'iso27001',
    to,
    relation,
    forward,
    backward,
    null,
  ];

  test('becomes mappings', () => {
    const { mappings, problems } = read(
      row('CC6.1', 'A.5.15', 'Subset of', 6, 10),
      row('CC6.2', 'A.5.16', 'equal', null, null),
      row('CC6.3', 'A.5.17', 'none', null, null),
    );

    expect(problems).toEqual([]);
    expect(mappings.map(({ relation, strength }) => [relation, strength.forward, strength.backward])).toEqual([
      ['subset', 6, 10],
      ['equal', 10, 10],
      ['none', 0, 0],
    ]);
  });

  test('says of each row what it must not say', () => {
    const { problems } = read(
      row('CC99', 'A.5.15'),
      ['nowhere', 'CC6.1', 'iso27001', 'A.5.15', 'equal', null, null, null],
      ['soc2', 'CC6.1', 'soc2', 'CC6.2', 'equal', null, null, null],
      row('CC6.1', 'A.5.15', 'resembles'),
      row('CC6.1', 'A.5.15', 'intersects', 11),
      row('CC6.1', 'A.5.15', 'intersects', 5.5),
      row('CC6.1', 'A.5.15', 'none', 3, 3),
      row('CC6.2', 'A.5.15', 'subset', 5, 4),
      row('CC6.2', 'A.5.15', 'subset', 5, 4),
      ['iso27001', 'A.5.15', 'soc2', 'CC6.2', 'superset', 4, 5, null],
      row('CC6.2', 'A.5.15', 'superset', 5, 4),
      row('CC6.4', 'A.5.18', 'intersects', { formula: true }, 4),
    );

    expect(where(problems)).toEqual([
      ['B2', 'item'],
      ['A3', 'framework'],
      ['C4', 'itself'],
      ['E5', 'relation'],
      ['F6', 'tenths'],
      ['F7', 'tenths'],
      ['F8', 'strength'],
      ['B10', 'twice'],
      ['B11', 'twice'],
      ['E12', 'contradiction'],
      ['F13', 'formula'],
    ]);
  });

  test('with a circle of containment names its rows', () => {
    const { problems } = read(
      row('CC6.1', 'A.5.15', 'subset', 5, 5),
      ['iso27001', 'A.5.15', 'soc2', 'CC6.2', 'subset', 5, 5, null],
      row('CC6.2', 'A.5.16', 'subset', 5, 5),
      ['iso27001', 'A.5.16', 'soc2', 'CC6.1', 'subset', 5, 5, null],
      row('CC6.3', 'A.5.15', 'subset', 5, 5),
    );

    expect(where(problems)).toEqual([
      ['E2', 'cycle'],
      ['E3', 'cycle'],
      ['E4', 'cycle'],
      ['E5', 'cycle'],
    ]);
  });
});

describe('a document of ours', () => {
  const framework = { id: 'f', title: 'F', licence: 'own' };
  const item = (ref: string, more: object = {}) => ({ ref, title: ref, ...more });
  const read = (more: object) =>
    readFrameworkDocument({ format: 'countersign-framework', version: 1, framework, ...more }, () => undefined);

  test('of a framework is read, and what is wrong is told by its place', () => {
    expect(read({ items: [item('1'), item('1.1', { parent: '1' })] }).problems).toEqual([]);
    expect(where(read({ items: [item('1'), item('1')] }).problems)).toEqual([['/items/1/ref', 'twice']]);
    expect(where(read({ items: [item('1', { parent: '1' })] }).problems)).toEqual([['/items/0/parent', 'cycle']]);
    expect(where(read({ items: [item('1', { group: 'g' })] }).problems)).toEqual([['/items/0/group', 'group']]);
    expect(where(read({ items: [item('1', { wrong: 1 })] }).problems)).toEqual([['/items/0/wrong', 'schema']]);
    expect(where(read({ version: 2, items: [item('1')] }).problems)).toEqual([['/version', 'schema']]);
    expect(where(read({ items: [] }).problems)).toEqual([['/items', 'schema']]);
  });

  test('of mappings too', () => {
    const line = (from: string, relation = 'intersects') => ({
      from: { framework: 'soc2', ref: from },
      to: { framework: 'iso27001', ref: 'A.5.15' },
      relation,
      strength: { forward: 5, backward: 5 },
    });
    const document = (...mappings: readonly object[]) =>
      readMappingsDocument(
        { format: 'countersign-mappings', version: 1, set: { id: 's', title: 'S', provenance: 'us' }, mappings },
        REFS,
      );

    expect(document(line('CC6.1')).problems).toEqual([]);
    expect(where(document(line('CC6.1'), line('CC6.1', 'subset')).problems)).toEqual([
      ['/mappings/1/relation', 'contradiction'],
    ]);
    expect(where(document(line('CC99')).problems)).toEqual([['/mappings/0/from/ref', 'item']]);
  });
});
