import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Button } from '../../kit/Button.tsx';
import { Card } from '../../kit/Page.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/duties.ts';
import type { DutyState } from './Duties.tsx';
import { Pager } from './parts.tsx';

/** Lines on a page of a register. */
export const SIZE = 50;

interface Listing<R> {
  readonly items: readonly R[];
  readonly total: number;
  readonly next: string | null;
}

/** The table of a register, cut into pages by the server; sort, page and what is open stand in the address. */
export function Register<R extends { readonly id: string }>({
  of,
  label,
  columns,
  state,
  isFiltered,
  onClear,
  empty,
  onOpen = (id) => state.set({ open: id }),
}: {
  readonly of: UseQueryResult<{ readonly answer: Listing<R> }>;
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly state: DutyState;
  readonly isFiltered: boolean;
  /** What was typed is the caller's. */
  readonly onClear: () => void;
  readonly empty: { readonly title: string; readonly body: string; readonly filtered: string };
  readonly onOpen?: (id: string) => void;
}): ReactElement {
  const { sort, open, from = 0 } = state.value;
  const clear = (): void => {
    onClear();
    state.set({ q: undefined, state: undefined, only: undefined, from: undefined });
  };
  return (
    <Answer of={of}>
      {({ answer: { items, total, next } }) => (
        <Card flush>
          <Table
            label={label}
            rows={items}
            columns={columns}
            keyOf={({ id }) => id}
            sort={sort}
            onSort={(by) => state.set({ sort: by, from: undefined })}
            onOpen={({ id }) => onOpen(id)}
            isOpen={({ id }) => id === open}
            total={total}
            empty={
              <Empty
                title={isFiltered ? empty.filtered : empty.title}
                actions={isFiltered ? <Button onClick={clear}>{words.clear}</Button> : undefined}
              >
                {empty.body}
              </Empty>
            }
          />
          <Pager
            first={from}
            shown={items.length}
            total={total}
            next={next}
            size={SIZE}
            onMove={(first) => state.set({ from: first === 0 ? undefined : first })}
          />
        </Card>
      )}
    </Answer>
  );
}
