import type { Boundary } from '@countersign/core/boundary/view.ts';
import type { ReactElement } from 'react';
import { useView } from '../../api/hooks.ts';
import { Card } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { Go } from '../../kit/Go.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { kind as kindNames, words as boundaryWords } from '../../words/boundary.ts';
import { words } from '../../words/programmes.ts';
import type { Thing } from '../boundary/things.tsx';
import { keyOf, NameCell, OwnerCell } from '../boundary/things.tsx';
import { ThingSide } from '../boundary/ThingSide.tsx';
import type { Told } from './ProgrammePage.tsx';

const say = words.around;
const WHERE = ['in', 'out', 'undecided'] as const;
type Where = (typeof WHERE)[number];

/** Where a thing stands with this programme. */
const standOf = ({ stands }: Thing): Where => {
  const stand = stands[0]?.in;
  return stand === true ? 'in' : stand === false ? 'out' : 'undecided';
};

const COLUMNS: readonly Column<Thing>[] = [
  {
    name: 'name',
    label: boundaryWords.columns.name,
    sort: ({ name }) => name,
    cell: (thing) => <NameCell thing={thing} />,
  },
  { name: 'kind', label: say.kind, sort: ({ kind }) => kindNames[kind], cell: ({ kind }) => kindNames[kind] },
  {
    name: 'stand',
    label: say.stand,
    sort: (thing) => WHERE.indexOf(standOf(thing)),
    cell: (thing) => (
      <>
        <span className={standOf(thing) === 'undecided' ? 'warn' : 'm'}>{say.where[standOf(thing)]}</span>
        {thing.stands[0]?.method === undefined || thing.stands[0].method === null ? undefined : (
          <div className="s2 t2">{words.page.methods[thing.stands[0].method]}</div>
        )}
      </>
    ),
  },
  {
    name: 'why',
    label: words.requirements.columns.why,
    cell: ({ stands }) => <div className="scopewhy">{stands[0]?.justification}</div>,
  },
  { name: 'owner', label: boundaryWords.columns.owner, wideOnly: true, cell: (thing) => <OwnerCell thing={thing} /> },
];

/** Around which things one programme is drawn. */
export function BoundaryTab({
  told,
  q,
  where,
  open,
  sort,
  set,
}: {
  readonly told: Told;
  readonly q: string;
  readonly where: Where | undefined;
  readonly open: string | undefined;
  readonly sort: string | undefined;
  readonly set: (patch: Readonly<Record<string, string | undefined>>, options?: { readonly replace?: boolean }) => void;
}): ReactElement {
  const { id } = told.programme;
  const asked = useView<typeof Boundary>('boundary', { programmes: [id] });
  return (
    <Answer of={asked}>
      {({ answer }) => {
        const current = answer.things.filter(({ life }) => life !== 'ended');
        const wanted = q.toLowerCase();
        const rows = current.filter(
          (thing) =>
            (where === undefined || standOf(thing) === where) &&
            (wanted === '' || `${thing.name} ${thing.id}`.toLowerCase().includes(wanted)),
        );
        const opened = answer.things.find((thing) => keyOf(thing) === open);
        return (
          <>
            <div className="row w filters sp">
              <Filters
                label={say.stand}
                value={where}
                onChange={(value) => set({ where: value })}
                options={WHERE.map((value) => ({
                  value,
                  label: say.where[value],
                  n: current.filter((thing) => standOf(thing) === value).length,
                }))}
              />
              <span className="row">
                <Filter
                  value={q}
                  label={boundaryWords.filter}
                  onChange={(next) => set({ q: next === '' ? undefined : next }, { replace: true })}
                />
                <Go to="/boundary" className="btn x">
                  {say.whole}
                </Go>
              </span>
            </div>
            <p className="s2 t3" style={{ margin: '8px 0' }}>
              {say.help}
            </p>
            <Card flush>
              <Table
                label={boundaryWords.table}
                rows={rows}
                columns={COLUMNS}
                keyOf={keyOf}
                sort={sort}
                onSort={(next) => set({ sort: next })}
                onOpen={(thing) => set({ open: keyOf(thing) })}
                isOpen={(thing) => keyOf(thing) === open}
                empty={
                  current.length === 0 ? (
                    <Empty title={boundaryWords.sentence({ things: 0, undecided: 0 })}>{boundaryWords.empty}</Empty>
                  ) : (
                    <Empty title={boundaryWords.none}>{boundaryWords.noneHelp}</Empty>
                  )
                }
              />
            </Card>
            <Panel title={opened?.name ?? ''} open={opened !== undefined} onClose={() => set({ open: undefined })}>
              {opened === undefined ? undefined : (
                <ThingSide thing={opened} things={answer.things} programmes={answer.programmes} />
              )}
            </Panel>
          </>
        );
      }}
    </Answer>
  );
}
