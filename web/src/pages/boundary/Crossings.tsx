import type { ReactElement } from 'react';
import { Card } from '../../kit/Page.tsx';
import { Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { kind as kindNames, links as linkNames, words } from '../../words/boundary.ts';
import type { Told } from './things.tsx';

type Row = Told['crossings'][number];
const say = words.crossings;

/** Links of which one end is inside a boundary and the other is not. */
export function Crossings({ told }: { readonly told: Told }): ReactElement {
  const titles = new Map(told.programmes.map(({ id, title }) => [id, title]));
  const [inner, outer] = [
    ({ from, to, inside }: Row) => (inside === 'from' ? from : to),
    ({ from, to, inside }: Row) => (inside === 'from' ? to : from),
  ];
  const columns: readonly Column<Row>[] = [
    { name: 'programme', label: say.columns.programme, cell: ({ programme }) => titles.get(programme) ?? programme },
    { name: 'inside', label: say.columns.inside, cell: (row) => <Named of={inner(row)} /> },
    {
      name: 'link',
      label: say.columns.link,
      cell: ({ link, inside }) =>
        inside === 'from' ? (
          linkNames[link as keyof typeof linkNames]
        ) : (
          <span className="t2">{`${say.inward}: ${linkNames[link as keyof typeof linkNames]}`}</span>
        ),
    },
    { name: 'outside', label: say.columns.outside, cell: (row) => <Named of={outer(row)} /> },
    {
      name: 'other',
      label: say.columns.other,
      cell: ({ other }) => <span className={other === 'undecided' ? 'warn' : 't2'}>{say[other]}</span>,
    },
  ];
  return (
    <>
      <p className="t2" style={{ marginBottom: 12, maxWidth: '76ch' }}>
        {say.help}
      </p>
      <Card flush>
        <Table
          label={say.table}
          rows={told.crossings}
          columns={columns}
          keyOf={({ programme, from, link, to }) => `${programme} ${from.kind}/${from.id} ${link} ${to.kind}/${to.id}`}
          empty={<Empty title={say.empty}>{say.emptyHelp}</Empty>}
        />
      </Card>
    </>
  );
}

const Named = ({ of }: { readonly of: Row['from'] }): ReactElement => (
  <>
    {of.name}
    <div className="s2 t2">{kindNames[of.kind]}</div>
  </>
);
