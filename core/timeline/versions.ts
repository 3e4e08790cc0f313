import { z } from 'zod';
import type { Book, Governed, Stamp } from '../kernel/index.ts';
import type { At } from '../kernel/index.ts';
import { inForce, printInstant } from '../kernel/index.ts';
import type { Person } from '../people/record.ts';
import { somebody, Somebody } from './responsible.ts';

/** One version of a definition: when it holds, who recorded it, and what it changed. */
export const Version = z.object({
  version: z.int(),
  title: z.string(),
  from: z.string().nullable().describe('From when it holds; null for all earlier time too.'),
  to: z.string().nullable().describe('Until when; null while nothing follows.'),
  holds: z.boolean().describe('Whether it holds at as-of.'),
  recordedAt: z.string(),
  recordedBy: Somebody,
  act: z.string().nullable(),
  logIndex: z.int().nullable(),
  changed: z.array(z.string()).describe('Fields that differ from the version before.'),
});

const STAMP: readonly string[] = ['id', 'version', 'head', 'recordedAt', 'effectiveAt', 'actor'];

/** Fields in which two versions differ. */
function changedFields(before: object | undefined, after: object): readonly string[] {
  const [a, b] = [Object.entries(before ?? {}), Object.entries(after)];
  const [was, is] = [new Map(a), new Map(b)];
  return [...new Set([...was.keys(), ...is.keys()])].filter(
    (field) => !STAMP.includes(field) && JSON.stringify(was.get(field)) !== JSON.stringify(is.get(field)),
  );
}

type Row = Stamp & { readonly title: string };

/** Versions of one thing, the last first. */
export function versionsOf<R extends Row>(
  book: Book<readonly [typeof Person]>,
  { all, governed }: { readonly all: readonly R[]; readonly governed: Governed<R> },
  made: readonly { readonly version: number; readonly index: number; readonly act: string }[],
  at: At,
) {
  const inUse = inForce(governed, at.asOf)?.version;
  return all
    .map((row, i): z.input<typeof Version> & { readonly row: R } => {
      const span = governed.find(({ terms }) => terms.version === row.version);
      const entry = made.find(({ version }) => version === row.version);
      return {
        row,
        version: row.version,
        title: row.title,
        from: Number.isFinite(row.effectiveAt) ? printInstant(row.effectiveAt) : null,
        to: span === undefined || !Number.isFinite(span.to) ? null : printInstant(span.to),
        holds: row.version === inUse,
        recordedAt: printInstant(row.recordedAt),
        recordedBy: somebody(book, row.actor, at),
        act: entry?.act ?? null,
        logIndex: entry?.index ?? null,
        changed: [...changedFields(all[i - 1], row)],
      };
    })
    .reverse();
}
