import type { RecordDef } from '@countersign/core/kernel/index.ts';
import { defineRefusals } from '@countersign/core/kernel/index.ts';
import type { ListQuery, Page } from '../runtime.ts';

export const refuseList = defineRefusals('list', {
  field: {
    family: 'invalid',
    says: (p: { kind: string; field: string }) => `A ${p.kind} has no field ${p.field} to sort or filter by.`,
  },
  limit: { family: 'invalid', says: (_: object) => 'limit is a whole number from 1 to 200.' },
  cursor: { family: 'invalid', says: (_: object) => 'The cursor is not one that this list gave.' },
});

const STAMPS = ['id', 'version', 'recordedAt', 'effectiveAt', 'actor'];
const MOST = 200;

type Row = Readonly<Record<string, unknown>>;

const text = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [x, y] = [text(a), text(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Whether some string in the row contains the text, case folded. */
const contains = (value: unknown, wanted: string): boolean => {
  if (typeof value === 'string') return value.toLowerCase().includes(wanted);
  return typeof value === 'object' && value !== null && Object.values(value).some((inner) => contains(inner, wanted));
};

/** One page of rows: filtered, sorted by a field and then by id, after the cursor. The cursor names the last row given, so rows that come or go meanwhile are neither doubled nor lost. */
export function page(def: RecordDef, rows: readonly object[], query: ListQuery): Page {
  const fields = new Set([...Object.keys(def.body.shape), ...STAMPS]);
  const refuseUnknown = (field: string): void => {
    if (!fields.has(field)) throw refuseList('field', { kind: def.kind, field });
  };
  const limit = query.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw refuseList('limit', {});
  const descending = query.sort?.startsWith('-') === true;
  const sort = query.sort?.replace(/^-/, '') ?? 'id';
  refuseUnknown(sort);
  for (const field of Object.keys(query.where ?? {})) refuseUnknown(field);

  const wanted = query.search?.toLowerCase();
  const found = rows.filter((row): row is Row => {
    const fieldsOf = row as Row;
    if (wanted !== undefined && !contains(fieldsOf, wanted)) return false;
    return Object.entries(query.where ?? {}).every(([field, value]) => {
      const held = fieldsOf[field];
      return Array.isArray(held) ? held.some((one) => text(one) === value) : text(held) === value;
    });
  });
  const order = (a: Row, b: Row): number =>
    (descending ? -1 : 1) * (compare(a[sort], b[sort]) || compare(a['id'], b['id']));
  found.sort(order);
  const after = query.cursor === undefined ? undefined : openCursor(query.cursor, sort);
  const start = after === undefined ? 0 : found.findIndex((row) => order(row, after) > 0);
  const items = start === -1 ? [] : found.slice(start, start + limit);
  const last = items.at(-1);
  const more = last !== undefined && found.at(-1) !== last;
  return { items, total: found.length, next: more ? closeCursor(last, sort) : null };
}

const closeCursor = (row: Row, sort: string): string =>
  Buffer.from(JSON.stringify([sort, row[sort] ?? null, row['id']])).toString('base64url');

function openCursor(cursor: string, sort: string): Row {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === 3 && parsed[0] === sort && typeof parsed[2] === 'string') {
      return { [sort]: parsed[1] ?? undefined, id: parsed[2] };
    }
  } catch {
    throw refuseList('cursor', {});
  }
  throw refuseList('cursor', {});
}
