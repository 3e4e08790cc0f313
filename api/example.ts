import type { z } from 'zod';
import type { Field } from './field.ts';
import { fieldsOf } from './field.ts';

/** Invented values by what a field takes: for calls to copy and change, not to run as they stand. */
const SAMPLES: Readonly<Record<string, string>> = {
  date: '2026-03-31',
  instant: '2026-03-31T09:00:00Z',
  duration: 'P7D',
  'e-mail address': 'ada@example.com',
  URL: 'https://example.com',
  UUID: '00000000-0000-4000-8000-000000000000',
};

/** A value that a scalar field might take. */
export function sampleOf(field: Field): string | number | boolean {
  if (field.scalar === 'number') return 1;
  if (field.scalar === 'boolean') return true;
  const [choice] = field.choices ?? [];
  if (choice !== undefined) return choice;
  if (field.ref !== undefined) return `${field.ref.toUpperCase()}-1`;
  return SAMPLES[field.takes] ?? field.name.toUpperCase();
}

/** An input with its required fields filled in; what is no scalar is left as an empty list or object. */
export function exampleOf(schema: z.ZodObject): Readonly<Record<string, unknown>> {
  const needed = fieldsOf(schema).filter((field) => field.required);
  return Object.fromEntries(
    needed.map((field) => {
      if (field.scalar === undefined) return [field.name, field.takes.startsWith('list of') ? [] : {}];
      return [field.name, field.many ? [sampleOf(field)] : sampleOf(field)];
    }),
  );
}
