import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { change, correct, create, defineRecord, move, RESERVED, retire } from './record.ts';
import { Desk } from './testing.ts';

const Kiln = defineRecord('kiln', {
  title: 'Kilns',
  body: z.strictObject({
    name: z.string(),
    note: z.string().optional(),
    state: z.enum(['cold', 'hot']).default('cold'),
  }),
  lifecycle: { field: 'state', starts: 'cold', moves: { light: { from: ['cold'], to: 'hot' } } },
});

const row = () => {
  const desk = new Desk([Kiln]);
  desk.keep(create(Kiln, 'k', { name: 'Old', note: 'brick' }));
  return desk.get(Kiln, 'k');
};

describe('a change', () => {
  test('has the whole body with the patch in it, and nothing of the stamp', () => {
    expect(change(Kiln, row(), { name: 'New' })).toEqual({
      does: 'change',
      kind: 'kiln',
      id: 'k',
      from: 1,
      body: { name: 'New', note: 'brick', state: 'cold' },
    });
  });

  test('clears an optional field that the patch sets to undefined', () => {
    expect(change(Kiln, row(), { note: undefined })).toMatchObject({ body: { name: 'Old', state: 'cold' } });
    expect(change(Kiln, row(), { note: undefined })).not.toHaveProperty('body.note');
  });

  test('is made from the head, though an older version is in force', () => {
    expect(change(Kiln, { ...row(), version: 1, head: 4 }, {})).toMatchObject({ from: 4 });
    expect(retire(Kiln, { ...row(), version: 1, head: 4 })).toEqual({ does: 'retire', kind: 'kiln', id: 'k', from: 4 });
  });

  test('that corrects says so', () => {
    expect(correct(Kiln, row(), { name: 'Right' })).toMatchObject({ does: 'correct', body: { name: 'Right' } });
  });

  test('by a move has the state the table says, and other fields with it', () => {
    expect(move(Kiln, row(), 'light', { note: 'hot' })).toMatchObject({
      does: 'change',
      body: { state: 'hot', note: 'hot' },
    });
  });

  test('by a move that the kind has not is a fault', () => {
    // @ts-expect-error the compiler knows the moves too
    expect(() => move(Kiln, row(), 'freeze', {})).toThrow(TypeError);
  });

  test('leaves the row it was made from as it was', () => {
    const before = row();
    change(Kiln, before, { name: 'New' });

    expect(before.name).toBe('Old');
    expect(
      Object.keys(before).filter((field) => RESERVED.some((reserved) => reserved === field)).length,
    ).toBeGreaterThan(4);
  });
});
