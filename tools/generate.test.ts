import * as kernel from '@countersign/core/kernel/index.ts';
import { compose, defineAct, defineRecord, defineView, ref } from '@countersign/core/kernel/index.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { declared } from './declared.ts';
import { MARK, referenceOf } from './reference.ts';
import { read } from './sources.ts';

const Ship = defineRecord('ship', {
  title: 'Ship',
  timeless: true,
  body: z.strictObject({
    name: z.string(),
    flag: z.enum(['red', 'blue']).optional().describe('Red | blue,\nas painted.'),
    sister: ref('ship').optional(),
    state: z.enum(['afloat', 'sunk']),
  }),
  lifecycle: { field: 'state', starts: 'afloat', moves: { sink: { from: ['afloat'], to: 'sunk' } } },
});
const launch = defineAct('ship.launch', {
  says: 'Lets a ship into the water.',
  input: z.strictObject({ ship: ref('ship') }),
  reads: [Ship],
  allowed: ['owner'],
  decide: () => [],
});
const fleet = defineView('fleet', {
  says: 'How many ships there are.',
  input: z.strictObject({}),
  reads: [Ship],
  output: z.object({ ships: z.int() }),
  asOf: false,
  compute: () => ({ ships: 0 }),
});
const small = {
  product: compose([kernel, { Ship, launch, fleet }]),
  version: '0.0.1',
  commands: [
    {
      name: 'sail',
      says: 'Sails.',
      args: [{ name: '<to>', says: 'where' }],
      options: [{ flags: '--fast', says: 'at full speed' }],
      examples: [{ line: 'sail home', says: 'home' }],
    },
  ],
  common: [{ flags: '--json', says: 'one document' }],
};

describe('the reference of a small product', () => {
  const pages = referenceOf(small);
  const at = (name: string): string => pages.get(`docs/reference/${name}`) ?? '';

  test.each([
    ['records.md', '## `ship`: Ship'],
    ['records.md', '| `name` | text | yes |  |'],
    ['records.md', '| `flag` | red \\| blue |  | Red \\| blue, as painted. |'],
    ['records.md', 'Its first version holds for all earlier time too.'],
    ['records.md', '`state` starts as afloat and moves by sink (afloat → sunk).'],
    ['records.md', 'Referred to by `ship.sister`.'],
    ['acts.md', '## `ship.launch`'],
    ['acts.md', 'Lets a ship into the water. For: owner.'],
    ['acts.md', '| `ship` | ship id | yes |  |'],
    ['acts.md', '## `records.apply`'],
    ['views.md', 'How many ships there are. It takes no `asOf`'],
    ['views.md', '| `ships` | number | yes |  |'],
    ['refusals.md', '| `record.missing` | missing | 404 |'],
    ['cli.md', '| `--json` | one document |'],
    ['cli.md', '## `countersign sail <to> [options]`'],
    ['cli.md', '# home\ncountersign sail home'],
    ['openapi.json', '"/api/acts/ship.launch"'],
  ])('%s says %s', (name, text) => {
    expect(at(name)).toContain(text);
  });

  test('every page begins with the mark', () => {
    expect([...pages.values()].filter((text) => !text.slice(0, 200).includes(MARK))).toEqual([]);
  });
});

test('generating twice gives the same bytes', () => {
  expect([...referenceOf(declared)]).toEqual([...referenceOf(declared)]);
});

test.each([...referenceOf(declared)])('%s is what the declarations give', (path, text) => {
  expect(read(path)).toBe(text);
});
