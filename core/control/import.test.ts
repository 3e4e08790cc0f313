import { describe, expect, test } from 'vitest';
import type { SheetCell } from './cells.ts';
import { columnName } from './cells.ts';
import type { ImportField, ImportOptions } from './import.ts';
import { readControls, suggestMapping } from './import.ts';

const people = [
  { id: 'p-ada', email: 'ada@example.com' },
  { id: 'p-bob', email: 'bob@example.com' },
  { id: 'p-twin', email: 'bob@example.com' },
  { id: 'p-none' },
];
const known = { people, controls: new Map<string, Record<string, unknown>>() };

/** One row with the fields given, each in a column of its own; id, title and frequency are there unless said otherwise. */
function read(given: Partial<Record<ImportField, SheetCell>>, more: Partial<ImportOptions> = {}, knowing = known) {
  const cells = { id: 'C-1', title: 'A control', frequency: 'monthly', ...given };
  const fields = Object.keys(cells) as ImportField[];
  const mapping = Object.fromEntries(fields.map((field, i) => [field, i]));
  const sheet = { columns: fields, rows: [{ row: 2, cells: Object.values(cells) }] };
  return readControls(sheet, { mapping, unknownOwners: 'problem', ...more }, knowing);
}
const bodyOf = (...of: Parameters<typeof read>) => {
  const { controls, problems } = read(...of);
  expect(problems).toEqual([]);
  return controls[0]?.body;
};
const codesOf = (...of: Parameters<typeof read>) => {
  const { controls, problems } = read(...of);
  expect(controls).toEqual([]);
  return problems.map(({ code }) => code);
};

describe('headings', () => {
  test.each([
    [
      [
        'Control ID',
        'Control Name',
        'Description',
        'Frequency',
        'Owner Email',
        'Start Date',
        'SOC 2 Criteria',
        'ISO 27001',
      ],
      { id: 0, title: 1, description: 2, frequency: 3, owner: 4, startsOn: 5, soc2: 6, iso27001: 7 },
    ],
    [['#', 'Title', 'TSC refs', 'Annex A', 'Control owner'], { title: 1, soc2: 2, iso27001: 3, owner: 4 }],
    [
      ['ISO 27001:2022 (Annex A)', 'SOC2 mapping 2017', 'Reference', 'Control'],
      { iso27001: 0, soc2: 1, id: 2, title: 3 },
    ],
    [['Notes', 'Comments', ''], {}],
    [['Title', 'Title'], { title: 0 }],
    [['constructor', '__proto__'], {}],
  ])('%j', (columns, mapping) => {
    expect(suggestMapping(columns)).toEqual(mapping);
  });

  test.each([
    [0, 'A'],
    [25, 'Z'],
    [26, 'AA'],
    [199, 'GR'],
  ])('column %d is %s', (column, name) => {
    expect(columnName(column)).toBe(name);
  });
});

describe('a row', () => {
  test('becomes a control', () => {
    const body = bodyOf({
      description: ' Access of everybody is reviewed. ',
      frequency: 'Every quarter',
      owner: 'Ada Example <ADA@example.com>',
      startsOn: '2026-01-01',
      soc2: 'cc6.1, CC6.2\nCC6.3 - Access is removed',
      iso27001: 'A5.15; a.5.18 9.2.1',
      evidence: 'Yes',
      nature: 'Manual',
    });

    expect(body).toEqual({
      title: 'A control',
      description: 'Access of everybody is reviewed.',
      frequency: 'quarterly',
      owner: 'p-ada',
      startsOn: '2026-01-01',
      evidence: 'required',
      nature: 'manual',
      answers: { soc2: ['CC6.1', 'CC6.2', 'CC6.3'], iso27001: ['A.5.15', 'A.5.18', '9.2.1'] },
    });
  });

  test('without an id has one from its title', () => {
    expect(read({ id: null, title: 'Überprüfung: Zugriff (vierteljährlich)' }).controls[0]?.id).toBe(
      'uberprufung-zugriff-vierteljahrlich',
    );
  });

  test('may answer the edition of 2013, in a column of its own', () => {
    const body = bodyOf({ iso2013: 'A9.2.5; a.9.2.6, 9.2', iso27001: 'A.5.18' });

    expect(body).toMatchObject({ answers: { 'iso27001-2013': ['A.9.2.5', 'A.9.2.6', '9.2'], iso27001: ['A.5.18'] } });
  });

  test('leaves what an existing control has where it says nothing', () => {
    const existing = {
      title: 'Old',
      description: 'Kept',
      frequency: 'annual',
      domain: 'Kept',
      answers: { soc2: ['CC1.1'], iso27001: ['A.5.1'] },
    };
    const controls = new Map([['C-1', existing]]);

    expect(bodyOf({ description: null, frequency: null, soc2: 'CC6.1' }, {}, { people, controls })).toEqual({
      ...existing,
      title: 'A control',
      answers: { soc2: ['CC6.1'], iso27001: ['A.5.1'] },
    });
  });

  test.each<[string, Partial<Record<ImportField, SheetCell>>, string]>([
    ['no title', { title: null }, 'missing'],
    ['no frequency', { frequency: '  ' }, 'missing'],
    ['neither id nor title', { id: null, title: '' }, 'id'],
    ['an id with a blank', { id: 'AC 01' }, 'id'],
    ['an id that leads elsewhere', { id: '../x' }, 'id'],
    ['a frequency that is none', { frequency: 'biannual' }, 'frequency'],
    ['a frequency out of a prototype', { frequency: 'constructor' }, 'frequency'],
    ['an owner whom nobody knows', { owner: 'eve@example.com' }, 'owner'],
    ['an owner who may be two', { owner: 'bob@example.com' }, 'owner'],
    ['a date that is none', { startsOn: '2026-02-30' }, 'date'],
    ['a date in words that are none', { startsOn: 'soon' }, 'date'],
    ['a date of a year that is none', { startsOn: '0026-01-01' }, 'date'],
    ['a date that may be two', { startsOn: '03/04/2026' }, 'date-order'],
    ['an end before the start', { startsOn: '2026-02-01', endsOn: '2026-01-01' }, 'invalid'],
    ['a criterion that is none', { soc2: 'CC6.1, CC99.1' }, 'ref'],
    ['a clause that is none', { iso27001: '5.15' }, 'ref'],
    ['a control of the edition before', { iso27001: 'A.9.1.1' }, 'ref-2013'],
    ['a control of 2022 where 2013 is meant', { iso2013: 'A.8.32' }, 'ref'],
    ['an annex number of 2013 without its letter', { iso2013: '9.2.1' }, 'ref'],
    ['a number where 5.1 and 5.10 are the same', { iso27001: 5.1 }, 'number'],
    ['a formula', { title: { formula: true } }, 'formula'],
    ['an error', { title: { error: '#REF!' } }, 'error'],
    ['a title that is too long', { title: 'x'.repeat(301) }, 'invalid'],
    ['a grace that is none', { grace: 'a week' }, 'invalid'],
    ['weekdays of a monthly control', { days: 'weekdays' }, 'invalid'],
  ])('with %s is a problem', (_, given, code) => {
    expect(codesOf(given)).toEqual([code]);
  });

  test('tells all that is wrong with it, cell by cell', () => {
    const { problems } = read({ frequency: 'never', owner: 'eve@example.com' });

    expect(problems.map(({ row, cell, field }) => [row, cell, field])).toEqual([
      [2, 'C2', 'frequency'],
      [2, 'D2', 'owner'],
    ]);
  });

  test('may go without an owner whom nobody knows', () => {
    expect(bodyOf({ owner: 'eve@example.com' }, { unknownOwners: 'leave-out' })).not.toHaveProperty('owner');
  });

  test.each<[string, 'dmy' | 'mdy' | undefined, string]>([
    ['03/04/2026', 'dmy', '2026-04-03'],
    ['03/04/2026', 'mdy', '2026-03-04'],
    ['31.12.2026', undefined, '2026-12-31'],
    ['12/31/2026', undefined, '2026-12-31'],
    ['04-04-2026', undefined, '2026-04-04'],
    ['1 March 2026', undefined, '2026-03-01'],
    ['5 Sep 2026', undefined, '2026-09-05'],
    ['2026-3-1', undefined, '2026-03-01'],
    ['2026-03-01T00:00:00Z', undefined, '2026-03-01'],
  ])('may write %s, with %s, for %s', (given, dates, date) => {
    expect(bodyOf({ startsOn: given }, dates === undefined ? {} : { dates })).toMatchObject({ startsOn: date });
  });
});

test('an id that stands twice is a problem where it stands again', () => {
  const row = (n: number, id: string) => ({ row: n, cells: [id, 'T', 'daily'] });
  const sheet = {
    columns: ['id', 'title', 'frequency'],
    rows: [row(2, 'a'), row(3, 'b'), row(4, 'a'), { row: 5, cells: [null, ' '] }],
  };

  const { controls, problems } = readControls(
    sheet,
    { mapping: { id: 0, title: 1, frequency: 2 }, unknownOwners: 'problem' },
    known,
  );

  expect(controls.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(problems).toEqual([{ row: 4, cell: 'A4', field: 'id', code: 'twice', says: '“a” stands in row 2 already.' }]);
});

test('a mapping to a column that is not there is refused', () => {
  const sheet = { columns: ['a'], rows: [{ row: 2, cells: ['x'] }] };

  expect(() => readControls(sheet, { mapping: { title: 1 }, unknownOwners: 'problem' }, known)).toThrow(
    'title is mapped',
  );
});
