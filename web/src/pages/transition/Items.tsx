import type { ReactElement } from 'react';
import { Go } from '../../kit/Go.tsx';
import { Card } from '../../kit/Page.tsx';
import { Empty } from '../../kit/states.tsx';
import type { Column, Sort } from '../../kit/Table.tsx';
import { Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/transition.ts';
import type { NewerRow, OlderRow, Told } from './told.ts';

const FATES = ['look', 'added', 'open', 'carried', 'answered', 'left-out'] as const;
export type Fate = (typeof FATES)[number];

const Controls = ({ ids }: { readonly ids: readonly string[] }): ReactElement =>
  ids.length === 0 ? (
    <span className="t3">{words.nobody}</span>
  ) : (
    <>
      {ids.map((id) => (
        <div key={id} className="tr-id">
          <Go to={`/controls/${id}`} className="ref">
            {id}
          </Go>
        </div>
      ))}
    </>
  );

const newerColumns: readonly Column<NewerRow>[] = [
  {
    name: 'ref',
    label: words.columns.ref,
    width: 90,
    sort: ({ ref }) => ref,
    cell: ({ ref }) => <span className="ref">{ref}</span>,
  },
  {
    name: 'title',
    label: words.columns.item,
    sort: ({ title }) => title.toLowerCase(),
    cell: ({ title, changes, from, unanswered, planned }) => (
      <>
        {title}
        <div className="s2 t2 tr-wide">
          {changes}
          {from.length === 0 ? '' : ` ${words.from(from.join(', '))}`}
        </div>
        {unanswered.length === 0 || unanswered.length === from.length ? undefined : (
          <div className="s2 t3">{words.unanswered(unanswered.join(', '))}</div>
        )}
        {planned.length === 0 ? undefined : <div className="s2 t3">{words.planned(planned.join(', '))}</div>}
      </>
    ),
  },
  {
    name: 'came',
    label: words.columns.came,
    sort: ({ came }) => came,
    cell: ({ came, asks }) => (
      <>
        {words.came[came]}
        <div className="s2 t3">{words.asks[asks]}</div>
      </>
    ),
    wideOnly: true,
  },
  {
    name: 'fate',
    label: words.columns.fate,
    sort: ({ fate }) => FATES.indexOf(fate),
    cell: ({ fate }) => <span className={fate === 'look' || fate === 'added' ? 'm' : 't2'}>{words.fates[fate]}</span>,
  },
  {
    name: 'controls',
    label: words.columns.controls,
    sort: ({ controls }) => controls.length,
    cell: ({ controls }) => <Controls ids={controls} />,
  },
];

const olderColumns: readonly Column<OlderRow>[] = [
  {
    name: 'ref',
    label: words.columns.ref,
    width: 90,
    sort: ({ ref }) => ref,
    cell: ({ ref }) => <span className="ref">{ref}</span>,
  },
  {
    name: 'title',
    label: words.columns.item,
    sort: ({ title }) => title.toLowerCase(),
    cell: ({ title, carries }) => (
      <>
        {title}
        <div className="s2 t2">{carries}</div>
      </>
    ),
  },
  {
    name: 'became',
    label: words.columns.became,
    sort: ({ became }) => became,
    cell: ({ became }) => words.became[became],
  },
  {
    name: 'to',
    label: words.columns.to,
    cell: ({ to }) => <span className="ref">{to.join(', ')}</span>,
  },
  {
    name: 'controls',
    label: words.columns.controls,
    sort: ({ controls }) => controls.length,
    cell: ({ controls }) => <Controls ids={controls} />,
  },
];

const matches = (
  wanted: string,
  row: { readonly ref: string; readonly title: string; readonly controls: readonly string[] },
): boolean => `${row.ref} ${row.title} ${row.controls.join(' ')}`.toLowerCase().includes(wanted);

/** Every item of the newer edition, with what it will have. */
export function Newer({
  told,
  wanted,
  fate,
  onFate,
  sort,
  onSort,
}: {
  readonly told: Told;
  readonly wanted: string;
  readonly fate: Fate | undefined;
  readonly onFate: (fate: Fate | undefined) => void;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort | undefined) => void;
}): ReactElement {
  return (
    <div className="stack">
      <Filters
        label={words.fate}
        value={fate}
        onChange={onFate}
        options={FATES.map((value) => ({ value, label: words.fates[value], n: told.counts.fates[value] }))}
      />
      <Card flush>
        <Table
          label={words.tables.newer}
          rows={told.newer.filter((row) => (fate === undefined || row.fate === fate) && matches(wanted, row))}
          columns={newerColumns}
          keyOf={({ ref }) => ref}
          sort={sort}
          onSort={onSort}
          empty={<Empty title={words.none}>{words.noneHelp}</Empty>}
        />
      </Card>
    </div>
  );
}

/** Every item of the older edition, with what became of it. */
export function Older({
  told,
  wanted,
  sort,
  onSort,
}: {
  readonly told: Told;
  readonly wanted: string;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort | undefined) => void;
}): ReactElement {
  return (
    <Card flush>
      <Table
        label={words.tables.older}
        rows={told.older.filter((row) => matches(wanted, row))}
        columns={olderColumns}
        keyOf={({ ref }) => ref}
        sort={sort}
        onSort={onSort}
        empty={<Empty title={words.none}>{words.noneHelp}</Empty>}
      />
    </Card>
  );
}
