import type { ChecksList } from '@countersign/core/timeline/checks-list.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { Page } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { said } from '../../kit/said.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/checks.ts';
import { words as kitWords } from '../../words/kit.ts';
import './page.css';

type Row = z.infer<typeof ChecksList>['checks'][number];
const SAYS = ['fail', 'unknown', 'pass', 'not-applicable'] as const;

const columnsOf = (zone: string): readonly Column<Row>[] => [
  {
    name: 'id',
    label: words.columns.check,
    sort: ({ id }) => id,
    cell: ({ id, title, because }) => (
      <>
        <Go to={`/checks/${id}`} className="m">
          {title}
        </Go>
        <div className="s2 t3">{said(because, zone)}</div>
      </>
    ),
  },
  {
    name: 'says',
    label: words.columns.says,
    sort: ({ says }) => SAYS.indexOf(says),
    cell: ({ says }) => <StateMark state={says} />,
  },
  {
    name: 'dataset',
    label: words.columns.dataset,
    sort: ({ dataset }) => dataset,
    cell: ({ dataset, mode }) => (
      <span className="t2">
        <span className="mono">{dataset}</span> · {words.modes[mode]}
      </span>
    ),
    wideOnly: true,
  },
  {
    name: 'supports',
    label: words.columns.supports,
    cell: ({ supports }) => (
      <span className="row w gap4">
        {supports.map((control) => (
          <Go key={control} to={`/controls/${control}`} className="ref">
            {control}
          </Go>
        ))}
      </span>
    ),
    wideOnly: true,
  },
];

export default function Checks(): ReactElement {
  const state = useQueryState({
    q: text(),
    says: oneOf(...SAYS),
    sort: oneOf('id', '-id', 'says', '-says', 'dataset', '-dataset'),
  });
  const zone = useZone();
  const go = useGo();
  const asked = useView<typeof ChecksList>('checks.list', {});
  const all = asked.data?.answer.checks ?? [];
  const wanted = (state.value.q ?? '').toLowerCase();
  const found = all.filter(({ id, title, dataset }) =>
    [id, title, dataset].some((part) => part.toLowerCase().includes(wanted)),
  );
  const shown = found.filter(({ says }) => state.value.says === undefined || says === state.value.says);
  return (
    <Page
      title={words.title}
      sentence={
        asked.data === undefined
          ? words.title
          : words.sentence(all.length, all.filter(({ says }) => says === 'fail').length)
      }
      sub={words.sub}
      dropped={state.dropped}
      actions={
        <Filter
          value={state.value.q ?? ''}
          label={words.filter}
          onChange={(q) => state.set({ q: q === '' ? undefined : q }, { replace: true })}
        />
      }
    >
      <Answer of={asked} rows={12}>
        {() => (
          <>
            <div className="filters">
              <Filters
                label={words.says}
                value={state.value.says}
                onChange={(says) => state.set({ says })}
                options={SAYS.map((value) => ({
                  value,
                  label: kitWords.states[value],
                  n: found.filter(({ says }) => says === value).length,
                }))}
              />
            </div>
            <section className="card">
              <Table
                label={words.title}
                rows={shown}
                columns={columnsOf(zone)}
                keyOf={({ id }) => id}
                sort={state.value.sort ?? 'says'}
                onSort={(sort) => state.set({ sort })}
                onOpen={({ id }) => go(`/checks/${id}`)}
                empty={<Empty title={words.none}>{words.noneHelp}</Empty>}
              />
            </section>
          </>
        )}
      </Answer>
    </Page>
  );
}
