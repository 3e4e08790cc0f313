import type { Boundary as Output } from '@countersign/core/boundary/view.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { TableExport } from '../../kit/Export.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Card, Page, Tabs } from '../../kit/Page.tsx';
import { Dialog, Panel } from '../../kit/Panel.tsx';
import { date, oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { kind as kindNames, kinds, links as linkNames, where as whereNames, words } from '../../words/boundary.ts';
import { words as programmeWords } from '../../words/programmes.ts';
import { Changes } from './Changes.tsx';
import { Crossings } from './Crossings.tsx';
import { ThingForm } from './ThingForm.tsx';
import type { Thing, Told } from './things.tsx';
import { datesOf, keyOf, NameCell, OwnerCell } from './things.tsx';
import { ThingSide } from './ThingSide.tsx';
import './page.css';

const TABS = ['things', 'crossings', 'changes'] as const;
const WHERE = ['both', 'soc2', 'iso27001', 'neither', 'undecided'] as const;
const KINDS = ['legal-entity', 'system', 'data-store', 'team', 'site', 'third-party'] as const;

const COLUMNS: readonly Column<Thing>[] = [
  { name: 'name', label: words.columns.name, sort: ({ name }) => name, cell: (thing) => <NameCell thing={thing} /> },
  {
    name: 'where',
    label: words.columns.where,
    sort: ({ where }) => WHERE.indexOf(where),
    cell: ({ where, life }) =>
      life === 'ended' ? (
        <span className="t3">–</span>
      ) : (
        <span className={where === 'undecided' ? 'warn' : where === 'neither' ? 't2' : 'm'}>{whereNames[where]}</span>
      ),
  },
  {
    name: 'owner',
    label: words.columns.owner,
    sort: ({ owner }) => owner?.name ?? '',
    cell: (thing) => <OwnerCell thing={thing} />,
  },
  { name: 'dates', label: words.columns.dates, wideOnly: true, sort: ({ from }) => from ?? '', cell: datesOf },
  {
    name: 'links',
    label: words.columns.links,
    wideOnly: true,
    cell: ({ links }) => (
      <div className="s2 t2 linkcell">
        {links.map(({ link, kind, id, name, life }) => (
          <div key={`${link} ${kind} ${id}`} className={life === 'ended' ? 'warn' : ''}>
            {linkNames[link as keyof typeof linkNames]} {name}
          </div>
        ))}
      </div>
    ),
  },
];

/** What the company consists of, and what of it is in which boundary, on the day looked at. */
export default function Boundary(): ReactElement {
  const state = useQueryState({
    tab: oneOf(...TABS),
    where: oneOf(...WHERE),
    kind: oneOf(...KINDS),
    owner: oneOf('none'),
    q: text(),
    sort: text(20),
    open: text(120),
    since: date(),
  });
  const { tab = 'things', since } = state.value;
  const [adding, setAdding] = useState<(typeof KINDS)[number]>();
  const verdict = useAllowed('records.apply');
  const asked = useView<typeof Output>('boundary', since === undefined ? {} : { since });
  const told = asked.data?.answer;
  return (
    <Page
      wide
      title={words.title}
      crumbs={[{ label: programmeWords.title, to: '/programmes' }]}
      dropped={state.dropped}
      {...(told === undefined
        ? {}
        : {
            sentence: words.sentence(told.counts),
            sub: told.programmes.length === 0 ? words.noProgrammes : `${words.sub} ${words.counts(told.counts)}`,
          })}
      actions={
        <>
          <TableExport of={{ view: 'boundary', input: {}, rows: 'things' }} />
          <Button filled verdict={verdict} onClick={() => setAdding(state.value.kind ?? 'system')}>
            <Icon name="plus" />
            {words.add}
          </Button>
        </>
      }
    >
      <Tabs
        label={words.tabsLabel}
        to="/boundary"
        open={tab}
        tabs={TABS.map((name) => ({
          name,
          label: words.tabs[name],
          ...(told === undefined
            ? {}
            : {
                n: { things: told.counts.things, crossings: told.crossings.length, changes: told.changes.total }[name],
              }),
        }))}
      />
      <Answer of={asked} rows={12}>
        {({ answer }) =>
          tab === 'crossings' ? (
            <Crossings told={answer} />
          ) : tab === 'changes' ? (
            <Changes told={answer} since={since} onSince={(on) => state.set({ since: on })} />
          ) : (
            <Things told={answer} state={state} />
          )
        }
      </Answer>
      <Dialog
        title={adding === undefined ? '' : words.thing.add(kindNames[adding])}
        open={adding !== undefined}
        onClose={() => setAdding(undefined)}
        size="lg"
      >
        {adding === undefined ? undefined : (
          <ThingForm
            key={adding}
            kind={adding}
            onKind={setAdding}
            things={told?.things ?? []}
            onDone={() => setAdding(undefined)}
          />
        )}
      </Dialog>
    </Page>
  );
}

interface State {
  readonly value: {
    readonly where?: (typeof WHERE)[number] | undefined;
    readonly kind?: (typeof KINDS)[number] | undefined;
    readonly owner?: string | undefined;
    readonly q?: string | undefined;
    readonly sort?: string | undefined;
    readonly open?: string | undefined;
  };
  set(patch: Readonly<Record<string, string | undefined>>, options?: { readonly replace?: boolean }): void;
}

function Things({ told, state }: { readonly told: Told; readonly state: State }): ReactElement {
  const { where, kind, owner, q = '', sort, open } = state.value;
  const wanted = q.toLowerCase();
  const fits = (thing: Thing, aside?: 'where' | 'owner'): boolean =>
    (aside === 'where' || where === undefined || (thing.where === where && thing.life !== 'ended')) &&
    (kind === undefined || thing.kind === kind) &&
    (aside === 'owner' || owner === undefined || (thing.owner === null && thing.life !== 'ended')) &&
    (wanted === '' || `${thing.name} ${thing.id} ${thing.description ?? ''}`.toLowerCase().includes(wanted));
  const rows = told.things.filter((thing) => fits(thing));
  const opened = told.things.find((thing) => keyOf(thing) === open);
  return (
    <>
      <div className="row w filters">
        <Filters
          label={words.whereLabel}
          value={where}
          onChange={(value) => state.set({ where: value })}
          options={WHERE.map((value) => ({
            value,
            label: whereNames[value],
            n: told.things.filter((thing) => fits(thing, 'where') && thing.life !== 'ended' && thing.where === value)
              .length,
          }))}
        />
        <Filters
          label={words.columns.owner}
          value={owner === 'none' ? 'none' : undefined}
          onChange={(value) => state.set({ owner: value })}
          options={[
            {
              value: 'none',
              label: words.ownerless,
              n: told.things.filter((thing) => fits(thing, 'owner') && thing.life !== 'ended' && thing.owner === null)
                .length,
            },
          ]}
        />
        <select
          className="datein"
          aria-label={words.kindLabel}
          value={kind ?? ''}
          onChange={(event) => state.set({ kind: event.currentTarget.value || undefined })}
        >
          <option value="">{words.anyKind}</option>
          {KINDS.map((value) => (
            <option key={value} value={value}>
              {kinds[value]}
            </option>
          ))}
        </select>
        <Filter
          value={q}
          label={words.filter}
          onChange={(next) => state.set({ q: next === '' ? undefined : next }, { replace: true })}
        />
      </div>
      <div style={{ height: 12 }} />
      <Card flush>
        <Table
          label={words.table}
          rows={rows}
          columns={COLUMNS}
          keyOf={keyOf}
          sort={sort}
          onSort={(next) => state.set({ sort: next })}
          onOpen={(thing) => state.set({ open: keyOf(thing) })}
          isOpen={(thing) => keyOf(thing) === open}
          empty={
            told.things.length === 0 ? (
              <Empty title={words.sentence({ things: 0, undecided: 0 })}>{words.empty}</Empty>
            ) : (
              <Empty title={words.none}>{words.noneHelp}</Empty>
            )
          }
        />
      </Card>
      <Panel title={opened?.name ?? ''} open={opened !== undefined} onClose={() => state.set({ open: undefined })}>
        {opened === undefined ? undefined : (
          <ThingSide thing={opened} things={told.things} programmes={told.programmes} />
        )}
      </Panel>
    </>
  );
}
