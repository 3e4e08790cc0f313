import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { Button } from '../../kit/Button.tsx';
import { TableExport } from '../../kit/Export.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Card } from '../../kit/Page.tsx';
import { Pager } from '../../kit/Pager.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Table } from '../../kit/Table.tsx';
import { words } from '../../words/duties.ts';
import type { DutyState } from './Duties.tsx';
import { useTyped } from './parts.tsx';

/** Lines on a page of a register. */
const SIZE = 50;

/** What a register is asked, from the address: `asking` is all of it, `page` the lines to show. */
export function questionOf(
  { value: { q, sort, from = 0 } }: DutyState,
  /** By which columns the server sorts, so that it holds over pages. */
  sorted: RegExp,
  filters: Readonly<Record<string, string | undefined>>,
) {
  const set = Object.entries(filters).filter(([, value]) => value !== undefined);
  const asking = {
    ...(q === undefined ? {} : { search: q }),
    ...Object.fromEntries(set),
    ...(sort !== undefined && sorted.test(sort) ? { sort } : {}),
  };
  return {
    asking,
    page: { ...asking, limit: SIZE, ...(from === 0 ? {} : { cursor: String(from) }) },
    isFiltered: q !== undefined || set.length > 0,
  };
}

interface Listing<R> {
  readonly items: readonly R[];
  readonly total: number;
  readonly next: string | null;
}

/** A register: search, filters, export and what begins a new line above; below its table, cut into pages by the server. */
export function Register<R extends { readonly id: string }>({
  of,
  view,
  question: { asking, isFiltered },
  label,
  columns,
  state,
  filters,
  add,
  empty,
  onOpen = (id) => state.set({ open: id }),
}: {
  readonly of: UseQueryResult<{ readonly answer: Listing<R> }>;
  /** The view it asks, for the export. */
  readonly view: string;
  readonly question: ReturnType<typeof questionOf>;
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly state: DutyState;
  readonly filters: ReactNode;
  readonly add: { readonly name: string; readonly label: string; readonly verdict: Verdict };
  readonly empty: { readonly title: string; readonly body: string; readonly filtered: string };
  readonly onOpen?: (id: string) => void;
}): ReactElement {
  const { q, sort, open, from = 0 } = state.value;
  const [typed, setTyped] = useTyped(q, (text) => state.set({ q: text, from: undefined }, { replace: true }));
  const clear = (): void => {
    setTyped('');
    state.set({ q: undefined, state: undefined, only: undefined, from: undefined });
  };
  return (
    <>
      <div className="row w sp dfilters">
        <div className="row w">
          <Filter value={typed} onChange={setTyped} label={words.search} />
          {filters}
          <TableExport of={{ view, input: asking, rows: 'items' }} />
        </div>
        <Button filled verdict={add.verdict} onClick={() => state.set({ add: add.name })}>
          <Icon name="plus" />
          {add.label}
        </Button>
      </div>
      <Answer of={of}>
        {({ answer: { items, total, next } }) => (
          <Card flush>
            <Table
              label={label}
              rows={items}
              columns={columns}
              keyOf={({ id }) => id}
              sort={sort}
              isSorted
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
              onMove={(first) => state.set({ from: first })}
            />
          </Card>
        )}
      </Answer>
    </>
  );
}
