import type { Elements } from '@countersign/core/crosswalk/elements-view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { TableExport } from '../../kit/Export.tsx';
import { Card, Page, Segments } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { StrengthBar } from '../../kit/Relation.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/elements.ts';
import { Parts } from './Parts.tsx';
import './page.css';

type Told = z.output<typeof Elements>;
type Row = Told['rows'][number];
type Listed = 'soc2' | 'iso27001';
const FRAMEWORKS = ['soc2', 'iso27001'] as const;
const SHOWN = { soc2: ['open', 'whole'], iso27001: ['whole', 'none'] } as const;
type Shown = (typeof SHOWN)[Listed][number];

const fits: Readonly<Record<Shown, (row: Row) => boolean>> = {
  open: ({ open }) => (open ?? 0) > 0,
  whole: ({ covered }) => covered.least >= 10,
  none: ({ others }) => others === 0,
};

const columnsOf = (listed: Listed): readonly Column<Row>[] => [
  {
    name: 'ref',
    label: words.columns.ref,
    width: 90,
    sort: ({ ref }) => ref,
    cell: ({ ref }) => <span className="ref">{ref}</span>,
  },
  { name: 'title', label: words.columns.title, sort: ({ title }) => title.toLowerCase(), cell: ({ title }) => title },
  ...(listed === 'soc2'
    ? ([
        {
          name: 'parts',
          label: words.columns.parts,
          right: true,
          sort: (row) => row.elements ?? 0,
          cell: (row) => row.elements,
          wideOnly: true,
        },
        {
          name: 'whole',
          label: words.columns.whole,
          right: true,
          sort: (row) => row.whole ?? 0,
          wideOnly: true,
          cell: (row) => row.whole,
        },
        {
          name: 'open',
          label: words.columns.open,
          right: true,
          sort: (row) => row.open ?? 0,
          wideOnly: true,
          cell: (row) => row.open,
        },
      ] satisfies readonly Column<Row>[])
    : []),
  {
    name: 'others',
    label: words.columns.others[listed],
    right: true,
    wideOnly: true,
    sort: ({ others }) => others,
    cell: ({ others }) => others,
  },
  {
    name: 'covered',
    label: words.columns.covered[listed],
    width: 170,
    sort: ({ covered }) => covered.least,
    cell: ({ covered: { least, most } }) => (
      <span className="row">
        <StrengthBar tenths={least} most={most} says={words.meter(least, most)} />
        <span className="num s2 t2">{words.tenths(least, most)}</span>
      </span>
    ),
  },
];

const sum = (rows: readonly Row[], of: (row: Row) => number | null): number =>
  rows.reduce((total, row) => total + (of(row) ?? 0), 0);

/** Every criterion cut into its parts, or every ISO item, with how far the other standard serves it. */
export default function ElementsPage(): ReactElement {
  const state = useQueryState({
    by: oneOf(...FRAMEWORKS),
    show: oneOf('open', 'whole', 'none'),
    q: text(),
    sort: text(20),
    open: text(20),
  });
  const listed = state.value.by ?? 'soc2';
  const asked = useView<typeof Elements>('crosswalk.elements', { framework: listed });
  const told = asked.data?.answer;
  const rows = told?.rows ?? [];
  const wanted = (state.value.q ?? '').toLowerCase();
  const shown = SHOWN[listed].find((one) => one === state.value.show);
  const open = rows.find(({ ref }) => ref === state.value.open);
  const none = rows.filter(fits.none).length;
  const sentence =
    listed === 'soc2'
      ? words.sentence.soc2(
          sum(rows, ({ whole }) => whole),
          told?.counts.elements ?? 0,
        )
      : words.sentence.iso27001(none, rows.length);
  return (
    <Page
      wide
      title={words.title}
      sentence={told === undefined ? words.title : sentence}
      sub={
        told === undefined
          ? undefined
          : listed === 'soc2'
            ? words.sub(
                sum(rows, (row) => row.open),
                told.rule,
              )
            : words.subItems(none, told.rule)
      }
      dropped={state.dropped}
      actions={
        <>
          <Filter
            value={state.value.q ?? ''}
            label={words.filter}
            onChange={(q) => state.set({ q: q === '' ? undefined : q }, { replace: true })}
          />
          <TableExport of={{ view: 'crosswalk.elements', input: { framework: listed }, rows: 'rows' }} />
        </>
      }
    >
      <Answer of={asked} rows={14}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <div className="row w filters sp">
              <Filters
                label={words.show}
                value={shown}
                onChange={(show) => state.set({ show })}
                options={SHOWN[listed].map((value) => ({
                  value,
                  label: words.filters[value],
                  n: answer.rows.filter(fits[value]).length,
                }))}
              />
              <span className="row">
                <span className="s2 t3">{words.framework}</span>
                <Segments
                  label={words.framework}
                  options={FRAMEWORKS.map((value) => ({ value, label: words.frameworks[value] }))}
                  value={listed}
                  onChange={(by) => state.set({ by: by === 'soc2' ? undefined : by, show: undefined, open: undefined })}
                />
              </span>
            </div>
            <Card flush>
              <Table
                label={words.table[listed]}
                rows={answer.rows.filter(
                  (row) =>
                    (shown === undefined || fits[shown](row)) &&
                    `${row.ref} ${row.title}`.toLowerCase().includes(wanted),
                )}
                columns={columnsOf(listed)}
                keyOf={({ ref }) => ref}
                sort={state.value.sort}
                onSort={(sort) => state.set({ sort })}
                onOpen={({ ref }) => state.set({ open: ref })}
                isOpen={({ ref }) => ref === state.value.open}
                empty={<Empty title={words.none}>{words.noneHelp}</Empty>}
              />
            </Card>
            <Card title={words.how}>
              <p className="t2">
                {words.counts(
                  answer.counts.lines,
                  answer.counts.byLine.intersects,
                  answer.counts.pairs,
                  answer.counts.bare,
                )}
              </p>
              {listed === 'soc2' ? (
                <p className="t2">
                  {words.jointly(
                    answer.rows.filter(({ covered }) => covered.least >= 5).length,
                    answer.rows.filter(({ covered }) => covered.least >= 7).length,
                    answer.rows.length,
                  )}
                </p>
              ) : undefined}
              <p className="t2">{words.together}</p>
              <p className="t2">{answer.provenance}</p>
            </Card>
          </div>
        )}
      </Answer>
      <Panel
        open={open !== undefined}
        title={open === undefined ? '' : `${open.ref} ${open.title}`}
        onClose={() => state.set({ open: undefined })}
      >
        {open === undefined ? undefined : <Parts framework={listed} requirement={open.ref} />}
      </Panel>
    </Page>
  );
}
