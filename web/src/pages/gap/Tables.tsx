import type { ReactElement } from 'react';
import { Go } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { RelationMark, StrengthBar } from '../../kit/Relation.tsx';
import { Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/gap.ts';
import type { Told } from './Gap.tsx';

type Item = Told['items'][number];
type Control = Told['controls'][number];
type Document = Told['documents'][number];

const EXTENTS = ['none', 'partial', 'whole'] as const;

interface State {
  readonly value: {
    readonly extent?: Item['extent'] | undefined;
    readonly q?: string | undefined;
    readonly sort?: string | undefined;
  };
  set(
    patch: {
      readonly extent?: string | undefined;
      readonly q?: string | undefined;
      readonly sort?: string | undefined;
    },
    options?: { readonly replace?: boolean },
  ): void;
}

const fits = (q: string, ...texts: readonly string[]): boolean =>
  q === '' || texts.some((text) => text.toLowerCase().includes(q.toLowerCase()));

const controlList = (ids: readonly string[], library: ReadonlySet<string>): ReactElement => (
  <span className="gap-ids">
    {ids.map((id) =>
      library.has(id) ? (
        <span key={id} className="ref">
          {id}
        </span>
      ) : (
        <Go key={id} to={`/controls/${id}`} className="ref">
          {id}
        </Go>
      ),
    )}
  </span>
);

const itemColumns = (want: string, library: ReadonlySet<string>): readonly Column<Item>[] => [
  {
    name: 'item',
    label: words.columns.item,
    sort: ({ ref }) => ref,
    cell: ({ ref, title }) => (
      <>
        {want === 'soc2' || want === 'iso27001' ? (
          <Go to={`/${want}/requirements`} search={{ open: ref }} className="ref">
            {ref}
          </Go>
        ) : (
          <span className="ref">{ref}</span>
        )}{' '}
        <span className="m">{title}</span>
      </>
    ),
  },
  {
    name: 'reached',
    label: words.columns.reached,
    sort: ({ reach }) => reach,
    cell: ({ ref, extent, reach, best }) => (
      <span className="row">
        {best === null ? undefined : <RelationMark relation={best.relation} from={best.ref} to={ref} />}
        <StrengthBar tenths={reach} />
        <span className={extent === 'none' ? 't3 cw-word' : 'cw-word'}>{words.extents[extent]}</span>
      </span>
    ),
  },
  { name: 'because', label: words.columns.because, cell: ({ because }) => <span className="t2">{because}</span> },
  {
    name: 'add',
    label: words.columns.add,
    sort: ({ add }) => add.length,
    cell: ({ add, extent, controls }) =>
      add.length > 0 ? (
        controlList(add, library)
      ) : extent === 'whole' ? (
        <span className="t3">–</span>
      ) : (
        <span className="t3 s2">
          {controls.of === 0 ? words.noAdd : words.operate(controls.operating, controls.of)}
        </span>
      ),
  },
  {
    name: 'evidence',
    label: words.columns.evidence,
    sort: ({ evidence }) => evidence.documents + evidence.performances + evidence.checks,
    cell: ({ evidence }) => (
      <span className="s2 t2">{words.evidence(evidence.documents, evidence.performances, evidence.checks)}</span>
    ),
  },
];

/** Every item in scope, what reaches it and what it needs. */
export function Items({ told, state }: { readonly told: Told; readonly state: State }): ReactElement {
  const { extent, q = '', sort } = state.value;
  const library = new Set(told.controls.filter(({ does }) => does === 'adopt').map(({ id }) => id));
  const here = told.items.filter(({ ref, title }) => fits(q, ref, title));
  return (
    <>
      <div className="row w filters cw-filters">
        <Filter
          value={q}
          label={words.filter}
          onChange={(value) => state.set({ q: value === '' ? undefined : value }, { replace: true })}
        />
        <Filters
          label={words.extent}
          value={extent}
          onChange={(value) => state.set({ extent: value })}
          options={EXTENTS.map((value) => ({
            value,
            label: words.extents[value],
            n: here.filter((item) => item.extent === value).length,
          }))}
        />
      </div>
      <Table
        label={words.tabs.items}
        rows={here.filter((item) => extent === undefined || item.extent === extent)}
        columns={itemColumns(told.want, library)}
        keyOf={({ ref }) => ref}
        sort={sort}
        onSort={(value) => state.set({ sort: value })}
        empty={<Empty title={words.none.items}>{words.noneHelp}</Empty>}
      />
    </>
  );
}

const controlColumns: readonly Column<Control>[] = [
  {
    name: 'control',
    label: words.columns.control,
    sort: ({ id }) => id,
    cell: ({ id, title, does, state }) => (
      <>
        {does === 'adopt' ? (
          <span className="ref">{id}</span>
        ) : (
          <Go to={`/controls/${id}`} className="ref">
            {id}
          </Go>
        )}{' '}
        <span className="m">{title}</span>
        <div className="row s2 t3">
          {words.does[does]}
          {state === null ? `: ${words.doesHelp[does]}` : <StateMark state={state} />}
        </div>
      </>
    ),
  },
  {
    name: 'closes',
    label: words.columns.closes,
    sort: ({ closes }) => closes.length,
    cell: ({ closes }) => <span className="s2 t2">{closes.join(', ')}</span>,
  },
  {
    name: 'gain',
    label: words.columns.gain,
    right: true,
    sort: ({ gain }) => -gain,
    cell: ({ gain }) => <span className="num">{words.next.gain(gain)}</span>,
  },
  {
    name: 'share',
    label: words.columns.share,
    right: true,
    wideOnly: true,
    sort: ({ share }) => share,
    cell: ({ share }) => <span className="num s2">{words.share(share)}</span>,
  },
  {
    name: 'effort',
    label: words.columns.effort,
    sort: ({ effort }) => effort.likely,
    cell: ({ effort }) => <span className="s2 num">{words.effort.span(effort.low, effort.likely, effort.high)}</span>,
  },
  {
    name: 'perYear',
    label: words.columns.perYear,
    right: true,
    wideOnly: true,
    sort: ({ perYear }) => perYear.likely,
    cell: ({ perYear }) => <span className="s2 num">{words.days(perYear.likely)}</span>,
  },
];

/** Controls that could close what is open, with what each would buy and cost. */
export function Controls({ told, state }: { readonly told: Told; readonly state: State }): ReactElement {
  const { q = '', sort } = state.value;
  return (
    <>
      <div className="row w filters cw-filters">
        <Filter
          value={q}
          label={words.filter}
          onChange={(value) => state.set({ q: value === '' ? undefined : value }, { replace: true })}
        />
      </div>
      <Table
        label={words.tabs.controls}
        rows={told.controls.filter(({ id, title }) => fits(q, id, title))}
        columns={controlColumns}
        keyOf={({ id }) => id}
        sort={sort}
        onSort={(value) => state.set({ sort: value })}
        empty={<Empty title={words.none.controls}>{words.next.none}</Empty>}
      />
    </>
  );
}

const documentColumns: readonly Column<Document>[] = [
  {
    name: 'document',
    label: words.columns.document,
    cell: ({ title, says }) => (
      <>
        <span className="m">{title}</span>
        <div className="s2 t2">{says}</div>
      </>
    ),
  },
  {
    name: 'need',
    label: words.columns.need,
    cell: ({ need, refs }) => (
      <>
        {words.needs[need]}
        <div className="s2 t3">{refs.join(', ')}</div>
      </>
    ),
  },
  {
    name: 'filed',
    label: words.columns.filed,
    cell: ({ filed, controls }) => (
      <>
        {words.filed(filed.length)}
        <div className="s2 t3">{controls.join(', ')}</div>
      </>
    ),
  },
  {
    name: 'effort',
    label: words.columns.effort,
    cell: ({ effort, within }) => (
      <span className="s2 num">
        {words.effort.span(effort.low, effort.likely, effort.high)}
        {within.length === 0 ? undefined : <div className="t3">{words.within(within.join(', '))}</div>}
      </span>
    ),
  },
  {
    name: 'source',
    label: words.columns.source,
    wideOnly: true,
    cell: ({ source }) => <span className="s2 t3">{source}</span>,
  },
];

/** What the framework asks for in writing by itself. */
export function Documents({ told }: { readonly told: Told }): ReactElement {
  return (
    <Table
      label={words.tabs.documents}
      rows={told.documents}
      columns={documentColumns}
      keyOf={({ id }) => id}
      empty={<Empty title={words.none.documents}>{told.titles.want}</Empty>}
    />
  );
}
