import type { Cell } from './table.ts';

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as one cell: lists of plain values in a line, lists of things by their ids, or as JSON where they have none. */
function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.map((one) => (isRow(one) ? (idOf(one) ?? JSON.stringify(one)) : String(one))).join('; ');
}

const idOf = (row: Row): string | undefined =>
  ['id', 'ref', 'key', 'control', 'check'].map((name) => row[name]).find((value) => typeof value === 'string');

/** A thing as cells by the path that leads to each: `counts.operating`. */
export function flatten(row: Row, under = ''): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const [name, value] of Object.entries(row)) {
    if (isRow(value)) for (const [path, cell] of flatten(value, `${under}${name}.`)) cells.set(path, cell);
    else cells.set(under + name, cellOf(value));
  }
  return cells;
}

/** The list that a path leads to in an answer, or undefined. An empty path is the answer itself. */
export function listAt(answer: unknown, path: string): readonly Row[] | undefined {
  let here: unknown = answer;
  for (const step of path === '' ? [] : path.split('.')) {
    here = isRow(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  }
  return Array.isArray(here) && here.every(isRow) ? here : undefined;
}
