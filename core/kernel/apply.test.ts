import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compose } from './compose.ts';
import { ref } from './id.ts';
import { create, defineRecord } from './record.ts';
import { Desk, refusedBy } from './testing.ts';

const Tray = defineRecord('tray', {
  title: 'Trays',
  body: z.strictObject({ size: z.int().default(1), marks: z.record(z.string(), z.int()).optional() }),
});
const Cup = defineRecord('cup', { title: 'Cups', body: z.strictObject({ on: ref('tray') }) });
const Sip = defineRecord('sip', { title: 'Sips', ownActsOnly: true, body: z.strictObject({ of: ref('cup') }) });
const product = compose([{ Cup, Tray, Sip }]);
const apply = product.acts.get('records.apply');
if (apply === undefined) throw new Error('Every product has it');

const desk = (): Desk => {
  const made = new Desk([Cup, Tray, Sip]);
  made.keep(create(Tray, 't', { size: 2, marks: { a: 1, b: 2 } }));
  return made;
};
const records = (...given: readonly object[]) => ({ records: given });

describe('apply decides', () => {
  test('nothing where all is the same as JSON', () => {
    const { changes, answer } = desk().act(apply, records({ kind: 'tray', id: 't', marks: { b: 2, a: 1 }, size: 2 }));

    expect(changes).toEqual([]);
    expect(answer).toEqual({ create: [], change: [], retire: [], unchanged: 1 });
  });

  test('a change that clears what the file has no more', () => {
    const made = desk();
    const { answer } = made.act(apply, records({ kind: 'tray', id: 't' }));

    expect(answer).toMatchObject({ change: [{ id: 't', fields: ['marks', 'size'] }] });
    expect(made.get(Tray, 't')).not.toHaveProperty('marks');
    expect(made.get(Tray, 't').size).toBe(1);
  });

  test('what is referred to before what refers, and the other way round when it retires', () => {
    const made = desk();
    const first = made.act(apply, records({ kind: 'cup', id: 'c', on: 'u' }, { kind: 'tray', id: 'u' }));
    const pruned = made.act(apply, { records: [], prune: ['tray', 'cup'] });

    expect(first.changes.map(({ kind }) => kind)).toEqual(['tray', 'cup']);
    expect(pruned.changes.map(({ kind }) => kind)).toEqual(['cup', 'tray', 'tray']);
  });

  test('from the head it saw, so that a change meanwhile is found', () => {
    expect(desk().act(apply, records({ kind: 'tray', id: 't' })).changes).toMatchObject([{ from: 1 }]);
  });

  test('to create, and not to leave alone, what was retired', () => {
    const made = desk();
    made.act(apply, { records: [], prune: ['tray'] });

    expect(made.act(apply, { records: [], prune: ['tray'] }).changes).toEqual([]);
    expect(made.act(apply, records({ kind: 'tray', id: 't', size: 2, marks: { a: 1, b: 2 } })).changes).toMatchObject([
      { does: 'create' },
    ]);
  });
});

test.each([
  ['apply.kind', records({ kind: 'spoon', id: 's' }), ['records', 0, 'kind']],
  ['apply.ownActs', records({ kind: 'sip', id: 's', of: 'c' }), ['records', 0, 'kind']],
  ['apply.twice', records({ kind: 'tray', id: 'x' }, { kind: 'tray', id: 'x' }), ['records', 1, 'id']],
  ['record.invalid', records({ kind: 'tray', id: 'x', size: 'big' }), ['records', 0, 'size']],
  ['record.invalid', records({ kind: 'tray', id: 'x', marks: { a: 0.5 } }), ['records', 0, 'marks', 'a']],
  ['record.invalid', records({ kind: 'tray', id: 'x', colour: 'red' }), ['records', 0, 'colour']],
  ['apply.ownActs', { records: [], prune: ['sip'] }, ['prune', 0]],
  ['apply.kind', { records: [], prune: ['tray', 'spoon'] }, ['prune', 1]],
])('it refuses %s at its place', (code, input, path) => {
  const refused = refusedBy(() => desk().act(apply, input));

  expect([refused.code, refused.path]).toEqual([code, path]);
});
