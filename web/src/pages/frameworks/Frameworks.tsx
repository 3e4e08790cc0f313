import type { FrameworksListing } from '@countersign/core/exchange/view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { count } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty, ErrorState } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Table } from '../../kit/Table.tsx';
import { words } from '../../words/frameworks.ts';
import { words as transition } from '../../words/transition.ts';
import { Exports } from './Exports.tsx';
import './page.css';

type Listing = z.output<typeof FrameworksListing>;
type Row = Listing['frameworks'][number];
type SetRow = Listing['sets'][number];

const COLUMNS: readonly Column<Row>[] = [
  {
    name: 'title',
    label: words.columns.title,
    sort: ({ title }) => title.toLowerCase(),
    cell: ({ id, title, isShipped, isWithdrawn, publisher }) => (
      <>
        <Go to={`/frameworks/${id}`} className="m">
          {title}
        </Go>
        {isWithdrawn ? <span className="chip fw-mark">{words.withdrawnMark}</span> : undefined}
        <div className="s2 t3">{isShipped ? words.shipped : (publisher ?? words.own)}</div>
      </>
    ),
  },
  {
    name: 'edition',
    label: words.columns.edition,
    cell: ({ edition }) => edition ?? <span className="t3">–</span>,
    wideOnly: true,
    width: 110,
  },
  {
    name: 'items',
    label: words.columns.items,
    right: true,
    width: 110,
    sort: ({ items }) => items,
    cell: ({ items, headings }) => (
      <>
        {words.items(items)}
        {headings === 0 ? undefined : <div className="s2 t3">{words.headings(headings)}</div>}
      </>
    ),
  },
  {
    name: 'licence',
    label: words.columns.licence,
    sort: ({ licence }) => licence ?? '',
    cell: ({ licence, texts }) => (
      <>
        <span className="t2">{words.licence[licence ?? 'none']}</span>
        {texts === 0 ? undefined : (
          <div className="s2 t3">
            {words.columns.texts}: {count(texts)}
          </div>
        )}
      </>
    ),
    wideOnly: true,
  },
  {
    name: 'programmes',
    label: words.columns.programmes,
    cell: ({ programmes }) =>
      programmes.length === 0 ? <span className="t3">–</span> : programmes.map(({ title }) => title).join(', '),
    wideOnly: true,
  },
  {
    name: 'sets',
    label: words.columns.sets,
    right: true,
    width: 110,
    sort: ({ sets }) => sets,
    cell: ({ sets }) => count(sets),
    wideOnly: true,
  },
];

export default function Frameworks(): ReactElement {
  const go = useGo();
  const { value, set, dropped } = useQueryState({ sort: text(20), find: text(100) });
  const asked = useView<typeof FrameworksListing>('frameworks.list', {});
  const verdict = useAllowed('framework.load');
  const listing = asked.data?.answer;
  const own = listing?.frameworks.filter(({ isShipped }) => !isShipped).length ?? 0;
  const wanted = (value.find ?? '').toLowerCase();
  return (
    <Page
      title={words.title}
      sentence={listing === undefined ? words.title : words.sentence(own)}
      sub={words.sub}
      dropped={dropped}
      actions={
        <>
          <Go to="/transition" className="btn">
            {transition.title}
          </Go>
          <Button verdict={verdict} onClick={() => go('/frameworks/import', { what: 'mappings' })}>
            {words.importSet}
          </Button>
          <Button filled verdict={verdict} onClick={() => go('/frameworks/import')}>
            {words.import}
          </Button>
        </>
      }
    >
      <Answer of={asked}>
        {({ answer }) => (
          <div className="stack" style={{ ['--g' as string]: '16px' }}>
            <Card
              title={words.table}
              flush
              aside={
                <Filter
                  value={value.find ?? ''}
                  label={words.filter}
                  onChange={(find) => set({ find: find || undefined })}
                />
              }
            >
              <Table
                label={words.table}
                rows={answer.frameworks.filter(({ id, title, publisher }) =>
                  [id, title, publisher ?? ''].some((one) => one.toLowerCase().includes(wanted)),
                )}
                columns={COLUMNS}
                keyOf={({ id }) => id}
                sort={value.sort}
                onSort={(sort) => set({ sort })}
                onOpen={({ id }) => go(`/frameworks/${id}`)}
                empty={<p className="in t2">{words.none}</p>}
              />
            </Card>
            {own === 0 ? (
              <Card>
                <Empty title={words.empty.title}>{words.empty.body}</Empty>
              </Card>
            ) : undefined}
            <Sets sets={answer.sets} />
          </div>
        )}
      </Answer>
    </Page>
  );
}

function Sets({ sets }: { readonly sets: readonly SetRow[] }): ReactElement {
  const withdraw = useAct('mapping-set.withdraw');
  const restore = useAct('mapping-set.restore');
  const verdict = useAllowed('mapping-set.withdraw');
  const failed = withdraw.error ?? restore.error;
  const columns: readonly Column<SetRow>[] = [
    {
      name: 'title',
      label: words.sets.columns.title,
      cell: ({ title, isShipped, isWithdrawn, provenance, lost }) => (
        <>
          <span className="m">{title}</span>
          {isWithdrawn ? <span className="chip fw-mark">{words.withdrawnMark}</span> : undefined}
          <div className="s2 t3 fw-two">{isShipped ? `${words.shipped}. ${provenance}` : provenance}</div>
          {lost === 0 ? undefined : <div className="s2 bad">{words.sets.lost(lost)}</div>}
        </>
      ),
    },
    {
      name: 'between',
      label: words.sets.columns.between,
      cell: ({ between }) => <span className="mono s2">{between.join(' · ')}</span>,
      wideOnly: true,
      width: 190,
    },
    {
      name: 'lines',
      label: words.sets.columns.lines,
      right: true,
      width: 90,
      cell: ({ lines }) => words.sets.lines(lines),
    },
    {
      name: 'relations',
      label: words.sets.columns.relations,
      cell: ({ counts }) => (
        <span className="t2 s2">
          {(['equal', 'superset', 'subset', 'intersects', 'none'] as const)
            .filter((relation) => counts[relation] > 0)
            .map((relation) => words.sets.count(count(counts[relation]), words.sets.relation[relation]))
            .join(', ')}
        </span>
      ),
      wideOnly: true,
    },
    {
      name: 'reviewed',
      label: words.sets.columns.reviewed,
      cell: ({ reviewed, lines }) => <span className="t2">{words.sets.reviewed(reviewed, lines)}</span>,
      wideOnly: true,
      width: 110,
    },
    {
      name: 'acts',
      label: words.export.button,
      width: 210,
      cell: ({ id, isShipped, isWithdrawn }) => (
        <span className="row" style={{ gap: 6, justifyContent: 'flex-end' }}>
          <Exports of="mapping-sets" id={id} />
          {isShipped ? undefined : (
            <Button
              small
              verdict={verdict}
              onClick={() => (isWithdrawn ? restore : withdraw).mutate({ input: { set: id } })}
            >
              {isWithdrawn ? words.sets.restore : words.sets.withdraw}
            </Button>
          )}
        </span>
      ),
    },
  ];
  return (
    <Card title={words.sets.title} flush>
      <p className="in t2">{words.sets.help}</p>
      {failed === null ? undefined : <ErrorState error={failed} />}
      <Table
        label={words.sets.title}
        rows={sets}
        columns={columns}
        keyOf={({ id }) => id}
        empty={<p className="in t2">{words.sets.none}</p>}
      />
    </Card>
  );
}
