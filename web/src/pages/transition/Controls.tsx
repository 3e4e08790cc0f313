import { Select } from '@mantine/core';
import type { ReactElement } from 'react';
import { Go } from '../../kit/Go.tsx';
import { Card } from '../../kit/Page.tsx';
import { Empty } from '../../kit/states.tsx';
import type { Column, Sort } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/transition.ts';
import { choiceKey } from './told.ts';
import type { Choices, ControlRow, Told } from './told.ts';

type Choose = (control: string, ref: string, to: readonly string[] | undefined) => void;
const ALL = '*';
const STAYS = '-';

/** Controls that answer the older edition, each answer with where it goes; where somebody has to look, it can be decided here. */
export function Controls({
  told,
  wanted,
  choices,
  choose,
  sort,
  onSort,
}: {
  readonly told: Told;
  readonly wanted: string;
  readonly choices: Choices;
  readonly choose: Choose;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort | undefined) => void;
}): ReactElement {
  return (
    <Card flush>
      <Table
        label={words.tables.controls}
        rows={told.controls.filter(({ id, title, before }) =>
          `${id} ${title} ${before.older.join(' ')}`.toLowerCase().includes(wanted),
        )}
        columns={columnsOf(choices, choose)}
        keyOf={({ id }) => id}
        sort={sort}
        onSort={onSort}
        empty={
          told.counts.controls === 0 ? (
            <Empty
              title={words.empty.title(told.from.title)}
              actions={
                <Go to="/controls/import" className="btn">
                  {words.empty.link}
                </Go>
              }
            >
              {words.empty.body}
            </Empty>
          ) : (
            <Empty title={words.none}>{words.noneHelp}</Empty>
          )
        }
      />
    </Card>
  );
}

const columnsOf = (choices: Choices, choose: Choose): readonly Column<ControlRow>[] => [
  {
    name: 'control',
    label: words.columns.control,
    sort: ({ id }) => id,
    cell: ({ id, title }) => (
      <>
        <Go to={`/controls/${id}`} className="ref">
          {id}
        </Go>
        <div>{title}</div>
      </>
    ),
  },
  {
    name: 'moves',
    label: words.columns.to,
    sort: ({ moves }) => moves.length,
    cell: ({ moves, stays }) => (
      <ul className="tr-moves">
        {moves.map(({ ref, to }) => (
          <li key={ref}>
            <span className="ref">{ref}</span> → <span className="ref">{to.join(', ')}</span>
          </li>
        ))}
        {stays.map((ref) => (
          <li key={ref}>
            <span className="ref">{ref}</span> <span className="t3">{words.choices.stays}</span>
          </li>
        ))}
      </ul>
    ),
  },
  {
    name: 'look',
    label: words.columns.look,
    sort: ({ moves }) => -moves.filter(({ look }) => look.length > 0).length,
    cell: ({ id, moves }) => (
      <ul className="tr-moves">
        {moves
          .filter(({ look }) => look.length > 0)
          .map(({ ref, to, look }) => (
            <li key={ref}>
              <span className="ref">{ref}</span>{' '}
              <span className="s2 t2">{look.map((why) => words.why[why]).join('; ')}</span>
              <Chooser
                label={words.choice(id, ref)}
                to={to}
                chosen={choices.get(choiceKey(id, ref))?.to}
                choose={(chosen) => choose(id, ref, chosen)}
              />
            </li>
          ))}
      </ul>
    ),
  },
];

/** All that it became, one of it, or nothing: the table’s word until somebody decides. */
function Chooser({
  label,
  to,
  chosen,
  choose,
}: {
  readonly label: string;
  readonly to: readonly string[];
  readonly chosen: readonly string[] | undefined;
  readonly choose: (to: readonly string[] | undefined) => void;
}): ReactElement {
  const value = chosen === undefined || chosen.length === to.length ? ALL : (chosen[0] ?? STAYS);
  return (
    <Select
      className="tr-pick"
      size="xs"
      aria-label={label}
      allowDeselect={false}
      data={[
        { value: ALL, label: to.length === 1 ? words.choices.moves(to.join()) : words.choices.all },
        ...(to.length === 1 ? [] : to.map((one) => ({ value: one, label: words.choices.moves(one) }))),
        { value: STAYS, label: words.choices.stays },
      ]}
      value={value}
      onChange={(next) => choose(next === ALL || next === null ? undefined : next === STAYS ? [] : [next])}
    />
  );
}
