import type { SeenListing } from '@countersign/core/proof/seen-list.ts';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { Copied } from '../../kit/Copied.tsx';
import { digest, moment } from '../../kit/format.ts';
import { TableExport } from '../../kit/Export.tsx';
import { Card } from '../../kit/Page.tsx';
import { Pager } from '../../kit/Pager.tsx';
import { oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { Proof } from '../../kit/marks.tsx';
import { words } from '../../words/ledger.ts';

type Row = z.output<typeof SeenListing>['items'][number];

const say = words.seen;
const KINDS = ['witness', 'time'] as const;
const PAGE = 25;

const columnsIn = (zone: string): readonly Column<Row>[] => [
  {
    name: 'name',
    label: say.who,
    sort: ({ name }) => name,
    cell: ({ name, kind }) => (
      <>
        <span className="m">{name}</span>
        <div className="s2 t3">{say.kinds[kind]}</div>
      </>
    ),
  },
  {
    name: 'size',
    label: say.size,
    sort: ({ size }) => size,
    cell: ({ size }) => <span className="num">{say.sizeOf(size)}</span>,
  },
  {
    name: 'at',
    label: say.at,
    sort: ({ at }) => at,
    cell: ({ at }) => (
      <time dateTime={at} className="nw">
        {moment(at, zone)}
      </time>
    ),
  },
  {
    name: 'root',
    label: say.root,
    wideOnly: true,
    cell: ({ root, size }) => (
      <span className="row" style={{ gap: 4 }}>
        <span className="mono">{digest(root)}</span>
        <Copied text={root} label={say.rootAt(size)} />
      </span>
    ),
  },
  {
    name: 'index',
    label: say.recorded,
    right: true,
    cell: ({ index, kind, id }) => (
      <Proof index={index} about={{ kind: kind === 'witness' ? 'cosignature' : 'time-stamp', id }} />
    ),
  },
];

/** Every cosignature and time-stamp there is: the newest first, unless asked otherwise. */
export function Seen({ zone }: { readonly zone: string }): ReactElement {
  const state = useQueryState({ q: text(), kind: oneOf(...KINDS), sort: text(10), after: whole() });
  const { q, kind, sort, after = 0 } = state.value;
  const [typed, setTyped] = useState(q ?? '');
  const filter: typeof state.set = (patch, options) => state.set({ ...patch, after: undefined }, options);
  useEffect(() => {
    if (typed === (q ?? '')) return;
    const timer = setTimeout(() => filter({ q: typed === '' ? undefined : typed }, { replace: true }), 200);
    return () => clearTimeout(timer);
    // What was typed is what is waited for.
  }, [typed]);
  const isSort = /^-?(?:name|size|at)$/.test(sort ?? '');
  const asking = {
    ...(q === undefined ? {} : { search: q }),
    ...(kind === undefined ? {} : { kind }),
    ...(isSort && sort !== undefined ? { sort } : {}),
  };
  const asked = useView<typeof SeenListing>('ledger.seen', {
    ...asking,
    limit: PAGE,
    ...(after === 0 ? {} : { cursor: String(after) }),
  });
  const counts = asked.data?.answer.counts;
  return (
    <section aria-label={say.title}>
      <div className="row w sp filters">
        <h2>{say.title}</h2>
        <span className="row w">
          <Filter value={typed} onChange={setTyped} label={say.filter} />
          <Filters
            label={say.kind}
            value={kind}
            onChange={(next) => filter({ kind: next })}
            options={KINDS.map((value) => ({
              value,
              label: say.kinds[value],
              ...(counts === undefined ? {} : { n: counts[value] }),
            }))}
          />
          <TableExport of={{ view: 'ledger.seen', input: asking, rows: 'items' }} />
        </span>
      </div>
      <Answer of={asked} rows={3}>
        {({ answer }) => (
          <Card flush>
            <Table
              label={say.list}
              rows={answer.items}
              columns={columnsIn(zone)}
              keyOf={({ index }) => String(index)}
              sort={isSort ? sort : undefined}
              isSorted
              onSort={(next) => filter({ sort: next })}
              total={answer.total}
              empty={
                q === undefined && kind === undefined ? (
                  <Empty title={say.empty}>{say.emptyHelp}</Empty>
                ) : (
                  <p className="in t2">{say.none}</p>
                )
              }
            />
            <Pager
              first={after}
              shown={answer.items.length}
              total={answer.total}
              next={answer.next}
              size={PAGE}
              onMove={(first) => state.set({ after: first })}
            />
          </Card>
        )}
      </Answer>
    </section>
  );
}
