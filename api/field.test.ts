import { ref } from '@countersign/core/kernel/index.ts';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { fieldsOf, fromText } from './field.ts';

it('reads fields behind every wrapper', () => {
  const fields = fieldsOf(
    z.strictObject({
      who: ref('person').describe('Who.').optional(),
      on: z.iso.date(),
      many: z.array(z.enum(['a', 'b'])).default([]),
      n: z.int().nullable(),
      yes: z.boolean().default(false),
      deep: z.object({ x: z.string() }),
      either: z.union([z.literal('all'), z.iso.date()]),
      mixed: z.union([z.string(), z.number()]),
    }),
  );

  expect(fields.map(({ name, required, scalar, many, takes }) => [name, required, scalar, many, takes])).toEqual([
    ['who', false, 'text', false, 'person id'],
    ['on', true, 'text', false, 'date'],
    ['many', false, 'text', true, 'list of a | b'],
    ['n', true, 'number', false, 'number'],
    ['yes', false, 'boolean', false, 'yes or no'],
    ['deep', true, undefined, false, 'object'],
    ['either', true, 'text', false, 'all or date'],
    ['mixed', true, undefined, false, 'text or number'],
  ]);
  expect(fields[0]).toMatchObject({ ref: 'person', says: 'Who.' });
});

it.each([
  ['number', '12.5', 12.5],
  ['number', '-3', -3],
  ['number', '1e3', '1e3'],
  ['number', '', ''],
  ['number', '0x10', '0x10'],
  ['boolean', 'true', true],
  ['boolean', 'yes', 'yes'],
  ['text', 'true', 'true'],
] as const)('takes %s from %j', (scalar, text, value) => {
  expect(fromText(scalar, text)).toBe(value);
});
