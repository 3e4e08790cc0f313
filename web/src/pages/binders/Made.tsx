import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { useList, useOrganisation } from '../../api/hooks.ts';
import { Copied } from '../../kit/Copied.tsx';
import { TableExport } from '../../kit/Export.tsx';
import { bytes, count, moment, range } from '../../kit/format.ts';
import { Card, Facts } from '../../kit/Page.tsx';
import { Pager } from '../../kit/Pager.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Table } from '../../kit/Table.tsx';
import { words } from '../../words/binders.ts';

const say = words.list;
const PAGE = 25;
const KEPT_MS = 30 * 86_400_000;
const SORTS = /^-?(?:recordedAt|from|actor|bytes)$/;

const Row = z.object({
  id: z.string(),
  recordedAt: z.string(),
  actor: z.string(),
  name: z.string(),
  from: z.string(),
  to: z.string(),
  framework: z.enum(['soc2', 'iso27001']).optional(),
  hides: z.array(z.string()),
  knownAt: z.string(),
  size: z.number(),
  root: z.string(),
  manifest: z.string(),
  digest: z.string(),
  bytes: z.number(),
  files: z.number(),
  evidence: z.number(),
});
type Row = z.output<typeof Row>;

/** The server drops the file after as long; that it can be made again is said there. */
const isKept = ({ recordedAt }: Row): boolean => Date.parse(recordedAt) + KEPT_MS > Date.now();

function Download({ row }: { readonly row: Row }): ReactElement {
  const org = useOrganisation();
  if (!isKept(row)) return <span className="s2 t2">{say.gone}</span>;
  return (
    <a
      className="btn x"
      href={`/api/binders/${row.id}/file?org=${encodeURIComponent(org ?? '')}`}
      aria-label={say.downloadOf(row.name)}
      download
      onClick={(event) => event.stopPropagation()}
    >
      {say.download} <span className="t3 num">{bytes(row.bytes)}</span>
    </a>
  );
}

const columnsIn = (zone: string): readonly Column<Row>[] => [
  {
    name: 'from',
    label: say.period,
    sort: ({ from }) => from,
    cell: ({ from, to, framework, hides }) => (
      <>
        <span className="m nw">{range(from, to)}</span>
        <div className="s2 t3">
          {framework === undefined ? words.make.all : words.make.frameworks[framework]}
          {hides.length === 0 ? undefined : `. ${say.withheld(hides)}`}
        </div>
      </>
    ),
  },
  {
    name: 'recordedAt',
    label: say.made,
    sort: ({ recordedAt }) => recordedAt,
    cell: ({ recordedAt, actor }) => (
      <>
        <time dateTime={recordedAt} className="nw">
          {moment(recordedAt, zone)}
        </time>
        <div className="s2 t3">{actor}</div>
      </>
    ),
  },
  {
    name: 'holds',
    label: say.holds,
    wideOnly: true,
    cell: ({ evidence, size }) => <span className="s2 t2">{say.holdsOf(evidence, size)}</span>,
  },
  {
    name: 'digest',
    label: say.digest,
    wideOnly: true,
    cell: ({ manifest }) => <span className="mono nw">{`${manifest.slice(0, 8)} … ${manifest.slice(-8)}`}</span>,
  },
  { name: 'bytes', label: say.file, sort: (row) => row.bytes, right: true, cell: (row) => <Download row={row} /> },
];

/** The register: which binder was made of what, by whom, and the digest by which it is known again. */
export function Made({ zone }: { readonly zone: string }): ReactElement {
  const state = useQueryState({ q: text(), sort: text(12), open: text(40) });
  const { q, sort = '-recordedAt', open } = state.value;
  const [typed, setTyped] = useState(q ?? '');
  // Where each page begins, as the server told it: the first begins nowhere.
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const order = SORTS.test(sort) ? sort : '-recordedAt';
  useEffect(() => {
    if (typed === (q ?? '')) return;
    const timer = setTimeout(() => {
      setCursors([]);
      state.set({ q: typed === '' ? undefined : typed }, { replace: true });
    }, 200);
    return () => clearTimeout(timer);
    // What was typed is what is waited for.
  }, [typed]);
  const cursor = cursors.at(-1);
  const asked = useList('binder', {
    ...{ limit: PAGE, sort: order },
    ...(q === undefined ? {} : { search: q }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const rows = (asked.data?.items ?? []).map((row) => Row.parse(row));
  const chosen = rows.find(({ id }) => id === open);
  const first = cursors.length * PAGE;
  return (
    <section aria-label={say.title}>
      <div className="row w sp filters">
        <h2>{say.title}</h2>
        <span className="row w">
          <Filter value={typed} onChange={setTyped} label={say.filter} />
          <TableExport of={{ kind: 'binder', search: q, sort: order }} />
        </span>
      </div>
      <Answer of={asked} rows={3}>
        {({ total, next }) => (
          <Card flush>
            <Table
              label={say.label}
              rows={rows}
              columns={columnsIn(zone)}
              keyOf={({ id }) => id}
              sort={order}
              isSorted
              onSort={(chosenSort) => {
                setCursors([]);
                state.set({ sort: chosenSort });
              }}
              onOpen={({ id }) => state.set({ open: id })}
              isOpen={({ id }) => id === open}
              total={total}
              empty={
                q === undefined ? <Empty title={say.empty}>{say.emptyHelp}</Empty> : <p className="in t2">{say.none}</p>
              }
            />
            <Pager
              {...{ first, total, next }}
              shown={rows.length}
              size={PAGE}
              onMove={(to = 0) =>
                setCursors((known) => (to > first && next !== null ? [...known, next] : known.slice(0, -1)))
              }
            />
          </Card>
        )}
      </Answer>
      <Panel title={say.detail} open={chosen !== undefined} onClose={() => state.set({ open: undefined })}>
        {chosen === undefined ? undefined : <Detail row={chosen} zone={zone} />}
      </Panel>
    </section>
  );
}

const Long = ({ value }: { readonly value: string }): ReactElement => (
  <span className="row" style={{ gap: 4 }}>
    <span className="mono" style={{ overflowWrap: 'anywhere' }}>
      {value}
    </span>
    <Copied text={value} />
  </span>
);

function Detail({ row, zone }: { readonly row: Row; readonly zone: string }): ReactElement {
  const { facts } = say;
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <div>
        <h3>{range(row.from, row.to)}</h3>
        <p className="t2">{row.framework === undefined ? words.make.all : words.make.frameworks[row.framework]}</p>
      </div>
      <div>
        <Download row={row} />
        {isKept(row) ? undefined : <p className="hint">{say.goneHelp}</p>}
      </div>
      <Facts
        rows={[
          [facts.name, row.name],
          [say.by, row.actor],
          [say.made, moment(row.recordedAt, zone)],
          [facts.knownAt, moment(row.knownAt, zone)],
          [facts.withheld, row.hides.length === 0 ? facts.nothing : row.hides.join(', ')],
          [facts.files, count(row.files)],
          [facts.entries, count(row.size)],
          [facts.root, <Long key="r" value={row.root} />],
          [facts.manifest, <Long key="m" value={row.manifest} />],
          [facts.archive, <Long key="d" value={row.digest} />],
        ]}
      />
      <p className="hint">{say.compare}</p>
    </div>
  );
}
