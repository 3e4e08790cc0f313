import type { PolicyListing } from '@countersign/core/policy/view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { day } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/policies.ts';

type Listing = z.output<typeof PolicyListing>;
type Row = Listing['policies'][number];

const columnsIn = (zone: string): readonly Column<Row>[] => [
  {
    name: 'title',
    label: words.columns.title,
    sort: ({ title }) => title.toLowerCase(),
    cell: ({ id, title, label, pending }) => (
      <>
        <Go to={`/policies/${id}`} className="m">
          {title}
        </Go>
        <div className="s2 t3">
          {words.edition(label)}
          {pending === undefined ? '' : ` · ${words.pending[pending.state](pending.label)}`}
        </div>
      </>
    ),
  },
  {
    name: 'state',
    label: words.columns.state,
    sort: ({ state }) => state,
    cell: ({ state }) => <StateMark state={state} />,
  },
  { name: 'owner', label: words.columns.owner, sort: ({ owner }) => owner.name, cell: ({ owner }) => owner.name },
  {
    name: 'approved',
    label: words.columns.approved,
    sort: ({ approvedAt }) => approvedAt ?? '',
    cell: ({ approvedAt, approvedBy }) =>
      approvedAt === undefined ? (
        <span className="t3">–</span>
      ) : (
        <>
          {day(approvedAt, zone)}
          <div className="s2 t3">{approvedBy?.name}</div>
        </>
      ),
  },
  {
    name: 'acknowledged',
    label: words.columns.acknowledged,
    right: true,
    sort: ({ counts }) => counts.asked - counts.acknowledged,
    cell: ({ counts }) => (
      <>
        <span className={counts.asked === 0 ? 't3' : ''}>{words.acknowledged(counts)}</span>
        {counts.overdue === 0 ? undefined : <div className="s2 bad">{words.overdue(counts.overdue)}</div>}
      </>
    ),
  },
  {
    name: 'mine',
    label: words.columns.mine,
    cell: ({ mine }) =>
      mine === undefined ? undefined : (
        <span className={mine === 'overdue' ? 'bad m' : mine === 'asked' ? 'm' : 't2'}>{words.mine[mine]}</span>
      ),
  },
];

export default function Policies(): ReactElement {
  const zone = useZone();
  const go = useGo();
  const state = useQueryState({ sort: text(20) });
  const asked = useView<typeof PolicyListing>('policies.list', {});
  const verdict = useAllowed('policy.draft');
  const listing = asked.data?.answer;
  const n = {
    total: listing?.policies.length ?? 0,
    mine: listing?.policies.filter(({ mine }) => mine === 'asked' || mine === 'overdue').length ?? 0,
    overdue: listing?.policies.reduce((sum, { counts }) => sum + counts.overdue, 0) ?? 0,
  };
  return (
    <Page
      title={words.title}
      sentence={listing === undefined ? words.title : words.sentence(n)}
      sub={words.sub}
      dropped={state.dropped}
      actions={
        <Button filled verdict={verdict} onClick={() => go('/policies/new')}>
          {words.write}
        </Button>
      }
    >
      <Answer of={asked}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <Card flush>
              <Table
                label={words.table}
                rows={answer.policies}
                columns={columnsIn(zone)}
                keyOf={({ id }) => id}
                sort={state.value.sort}
                onSort={(sort) => state.set({ sort })}
                onOpen={({ id }) => go(`/policies/${id}`)}
                empty={<Empty title={words.sentence({ total: 0, mine: 0, overdue: 0 })}>{words.empty}</Empty>}
              />
            </Card>
            {verdict.allowed ? <Templates listing={answer} /> : undefined}
          </div>
        )}
      </Answer>
    </Page>
  );
}

function Templates({ listing }: { readonly listing: Listing }): ReactElement {
  return (
    <Card title={words.templates}>
      <p className="t2">{words.templatesHelp}</p>
      <ul className="rows" style={{ marginTop: 10 }}>
        {listing.templates.map((template) => (
          <li key={template.id}>
            <span className="grow">
              <span className="m">{template.title}</span>
              <span className="t2 s2"> {template.says}</span>
            </span>
            {template.taken === undefined ? (
              <Go
                to="/policies/new"
                search={{ template: template.id }}
                className="btn x push"
                label={`${words.take}: ${template.title}`}
              >
                {words.take}
              </Go>
            ) : (
              <Go to={`/policies/${template.taken}`} className="push s2">
                {words.taken}
              </Go>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
