import { useVirtualizer } from '@tanstack/react-virtual';
import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { useMemo, useRef, useState } from 'react';
import { words } from '../words/kit.ts';
import { count } from './format.ts';
import { Icon } from './Icon.tsx';

export interface Column<R> {
  readonly name: string;
  readonly label: string;
  readonly cell: (row: R) => ReactNode;
  /** What rows are sorted by; without it the column does not sort. */
  readonly sort?: (row: R) => string | number;
  readonly right?: boolean;
  readonly width?: string | number;
  /** Left out below 900 px, where a row becomes two lines. */
  readonly wideOnly?: boolean;
}

/** `name` or `-name`, as it stands in the address. */
export type Sort = string;

/** Above this many rows only what is seen is drawn. */
const VIRTUAL_FROM = 200;
const ROW_PX = 44;

export function sortedBy<R>(rows: readonly R[], columns: readonly Column<R>[], sort: Sort | undefined): readonly R[] {
  const name = sort?.replace(/^-/, '');
  const by = columns.find((column) => column.name === name)?.sort;
  if (by === undefined) return rows;
  const sign = sort?.startsWith('-') === true ? -1 : 1;
  const compare = (a: string | number, b: string | number): number =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b), 'en', { numeric: true, sensitivity: 'base' });
  return [...rows].sort((a, b) => sign * compare(by(a), by(b)));
}

/**
 * A table: sticky head, sorting in the address, rows that open by click, Enter or j and k, only what is seen drawn above 200 rows, with
 * the true row count said to assistive technology. Rows keep the order they come in where `sort` is undefined.
 */
export function Table<R>({
  rows,
  columns,
  keyOf,
  label,
  sort,
  isSorted,
  onSort,
  onOpen,
  isOpen,
  empty,
  total,
  more,
  height = 'calc(100vh - 220px)',
}: {
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly keyOf: (row: R) => string;
  /** What the table is a list of; its accessible name. */
  readonly label: string;
  readonly sort?: Sort | undefined;
  /** The rows come in the order of `sort`, over all pages: by the server. */
  readonly isSorted?: true;
  readonly onSort?: (sort: Sort | undefined) => void;
  readonly onOpen?: (row: R) => void;
  readonly isOpen?: (row: R) => boolean;
  /** Shown in place of rows where there is none. */
  readonly empty?: ReactNode;
  /** Rows there are, where `rows` is only what was loaded. */
  readonly total?: number;
  readonly more?: () => void;
  readonly height?: string;
}): ReactElement {
  const shown = useMemo(
    () => (onSort === undefined || isSorted === true ? rows : sortedBy(rows, columns, sort)),
    [rows, columns, sort, onSort, isSorted],
  );
  const [all, setAll] = useState(false);
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const isVirtual = shown.length > VIRTUAL_FROM && !all;
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    enabled: isVirtual,
  });
  const items = isVirtual ? virtual.getVirtualItems() : undefined;
  const drawn = items?.map(({ index }) => index) ?? shown.map((_, i) => i);
  const [above, below] =
    items === undefined
      ? [0, 0]
      : [items[0]?.start ?? 0, Math.max(0, virtual.getTotalSize() - (items.at(-1)?.end ?? 0))];

  const toRow = (i: number): void => {
    const next = Math.min(shown.length - 1, Math.max(0, i));
    setAt(next);
    if (isVirtual) virtual.scrollToIndex(next);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus());
  };
  const onKey = (event: KeyboardEvent, i: number, row: R): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'j' || event.key === 'ArrowDown') toRow(i + 1);
    else if (event.key === 'k' || event.key === 'ArrowUp') toRow(i - 1);
    else if (event.key === 'Home') toRow(0);
    else if (event.key === 'End') toRow(shown.length - 1);
    else if (event.key === 'Enter' && onOpen !== undefined) onOpen(row);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div
        className="tw"
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={label}
        style={isVirtual ? { maxHeight: height, overflowY: 'auto' } : {}}
      >
        <table className="stackt sticky" aria-rowcount={total ?? shown.length}>
          <thead>
            <tr>
              {columns.map((column) => {
                const direction =
                  sort === column.name ? 'ascending' : sort === `-${column.name}` ? 'descending' : undefined;
                return (
                  <th
                    key={column.name}
                    scope="col"
                    className={column.right === true ? 'r' : ''}
                    style={column.width === undefined ? {} : { width: column.width }}
                    {...(direction === undefined ? {} : { 'aria-sort': direction })}
                  >
                    {column.sort === undefined || onSort === undefined ? (
                      column.label
                    ) : (
                      <button
                        type="button"
                        className="sorter"
                        aria-label={words.table.sortBy(column.label)}
                        onClick={() =>
                          onSort(
                            direction === undefined
                              ? column.name
                              : direction === 'ascending'
                                ? `-${column.name}`
                                : undefined,
                          )
                        }
                      >
                        {column.label}
                        {direction === undefined ? undefined : (
                          <span aria-hidden="true">{direction === 'ascending' ? ' ↑' : ' ↓'}</span>
                        )}
                      </button>
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {above > 0 ? <tr aria-hidden="true" style={{ height: above }} /> : undefined}
            {drawn.map((i) => {
              const row = shown[i];
              if (row === undefined) return undefined;
              return (
                <tr
                  key={keyOf(row)}
                  data-row={i}
                  data-index={i}
                  aria-rowindex={i + 1}
                  aria-selected={isOpen?.(row) === true ? true : undefined}
                  {...(isVirtual ? { ref: virtual.measureElement } : {})}
                  {...(onOpen === undefined
                    ? {}
                    : {
                        tabIndex: i === at ? 0 : -1,
                        onKeyDown: (event: KeyboardEvent) => onKey(event, i, row),
                        onFocus: () => setAt(i),
                        onClick: (event: { readonly target: EventTarget }) => {
                          if (
                            event.target instanceof Element &&
                            event.target.closest('a, button, input, label') === null
                          )
                            onOpen(row);
                        },
                        style: { cursor: 'pointer' },
                      })}
                >
                  {columns.map((column) => (
                    <td
                      key={column.name}
                      className={[column.right === true ? 'r' : '', column.wideOnly === true ? 'hd' : '']
                        .filter(Boolean)
                        .join(' ')}
                    >
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
            {below > 0 ? <tr aria-hidden="true" style={{ height: below }} /> : undefined}
          </tbody>
        </table>
        {shown.length === 0 ? (empty ?? <p className="in t2">{words.table.none}</p>) : undefined}
      </div>
      <div className="row sp w tfoot noprint">
        <span className="s2 t3">
          {total !== undefined && total > shown.length
            ? words.table.of(count(shown.length), count(total))
            : words.table.rows(count(shown.length))}
        </span>
        <span className="row">
          {more !== undefined && total !== undefined && total > shown.length ? (
            <button type="button" className="btn x" onClick={more}>
              {words.table.more}
            </button>
          ) : undefined}
          {shown.length > VIRTUAL_FROM && !all ? (
            <button type="button" className="btn x" onClick={() => setAll(true)}>
              {words.table.loadAll}
            </button>
          ) : undefined}
        </span>
      </div>
    </>
  );
}

/** Filters with their counts, zero included; one of each group is chosen, and stands in the address. */
export function Filters<T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string; readonly n?: number }[];
  readonly value: T | undefined;
  readonly onChange: (value: T | undefined) => void;
}): ReactElement {
  return (
    <div className="row w" role="group" aria-label={label} style={{ gap: 6 }}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className="chip f"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value === value ? undefined : option.value)}
        >
          {option.label}
          {option.n === undefined ? undefined : <span className="t3 num">{count(option.n)}</span>}
        </button>
      ))}
    </div>
  );
}

/** The text filter of a list; `/` goes to it. */
export function Filter({
  value,
  onChange,
  label = words.table.filter,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label?: string;
}): ReactElement {
  return (
    <span className="srch filter">
      <Icon name="search" size={14} />
      <input
        type="search"
        value={value}
        aria-label={label}
        placeholder={label}
        data-filter
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </span>
  );
}
