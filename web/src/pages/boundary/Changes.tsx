import type { ReactElement } from 'react';
import { day } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { kind as kindNames, words } from '../../words/boundary.ts';
import type { Told } from './things.tsx';

type Row = Told['changes']['items'][number];
const say = words.changes;

/** What of the boundary is not as it was, from a day up to the one looked at. */
export function Changes({
  told,
  since,
  onSince,
}: {
  readonly told: Told;
  readonly since: string | undefined;
  readonly onSince: (on: string | undefined) => void;
}): ReactElement {
  const titles = new Map(told.programmes.map(({ id, title }) => [id, title]));
  const columns: readonly Column<Row>[] = [
    { name: 'on', label: say.columns.on, cell: ({ on }) => <span className="nw">{day(on)}</span> },
    {
      name: 'what',
      label: say.columns.what,
      cell: ({ what, fields, programme, justification }) => (
        <>
          {what === 'changed' ? say.fields(fields.join(', ')) : say.what[what]}
          {programme === null ? undefined : (
            <div className="s2 t2">
              {[say.of(titles.get(programme) ?? programme), justification].filter(Boolean).join('. ')}
            </div>
          )}
        </>
      ),
    },
    {
      name: 'thing',
      label: say.columns.thing,
      cell: ({ name, kind }) => (
        <>
          {name}
          <div className="s2 t2">{kindNames[kind]}</div>
        </>
      ),
    },
    { name: 'by', label: say.columns.by, cell: ({ by }) => (by === null ? '' : (by.name ?? by.id)) },
  ];
  const items = [...told.changes.items].reverse();
  return (
    <>
      <div className="row w filters" style={{ marginBottom: 12 }}>
        <label className="row">
          <span className="s2 t2">{say.since}</span>
          <input
            type="date"
            className="datein"
            max={told.day}
            value={since ?? told.period.from}
            onChange={(event) => {
              const on = event.currentTarget.value;
              if (on === '' || on <= told.day) onSince(on === '' ? undefined : on);
            }}
          />
        </label>
        <span className="s2 t3">{say.help}</span>
        {told.changes.total > items.length ? (
          <span className="s2 t3">{say.more(items.length, told.changes.total)}</span>
        ) : undefined}
      </div>
      <Card flush>
        <Table
          label={say.table}
          rows={items}
          columns={columns}
          keyOf={({ on, what, kind, id, programme, fields }) => [on, what, kind, id, programme, ...fields].join(' ')}
          empty={<Empty title={say.empty}>{say.emptyHelp}</Empty>}
        />
      </Card>
    </>
  );
}
