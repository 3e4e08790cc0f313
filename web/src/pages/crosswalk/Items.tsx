import type { OverlapItems } from '@countersign/core/overlap/items.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { TableExport } from '../../kit/Export.tsx';
import { Segments } from '../../kit/Page.tsx';
import type { QueryState } from '../../kit/query-state.ts';
import { RelationMark, StrengthBar } from '../../kit/Relation.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/crosswalk.ts';
import { tenthsText, words as relations } from '../../words/relation.ts';
import { words as reviews } from '../../words/reviews.ts';
import type { Basis } from './Figures.tsx';
import { ItemPanel } from './ItemPanel.tsx';
import type { ReviewFilter } from './Reviewed.tsx';
import { REVIEWED } from './Reviewed.tsx';

export type Told = z.output<typeof OverlapItems>;
export type Item = Told['items'][number];

const EXTENTS = ['whole', 'partial', 'none'] as const;
const RELATIONS = ['equal', 'superset', 'subset', 'intersects', 'unclaimed'] as const;
export type RelationFilter = (typeof RELATIONS)[number];

/** The link that a row names: one that reaches the item whole where there is one that counts, else the strongest. */
const namedLink = ({ links, extent }: Item, minStrength: number): Item['links'][number] | undefined =>
  extent === 'whole' ? links.find((link) => link.extent === 'whole' && link.strength >= minStrength) : links[0];

function relationOf(item: Item, minStrength: number): RelationFilter | undefined {
  const relation = namedLink(item, minStrength)?.relation;
  return relation === 'none' || relation === undefined ? undefined : (relation ?? 'unclaimed');
}

/** Lines of an item’s links that stand so with those who reviewed them. */
export const linesThat = ({ links }: Pick<Item, 'links'>, standing: ReviewFilter): number =>
  links.flatMap(({ hops }) => hops).filter(({ review }) => review.standing === standing).length;

const isIn = ({ part, group }: Item, wanted: string | undefined): boolean =>
  wanted === undefined || part === wanted || group === wanted;

const columnsOf = (from: string, basis: Basis, minStrength: number): readonly Column<Item>[] => [
  {
    name: 'item',
    label: words.items.columns.item,
    sort: ({ ref }) => ref,
    cell: ({ ref, title }) => (
      <>
        <span className="ref">{ref}</span> <span className="m">{title}</span>
      </>
    ),
  },
  {
    name: 'extent',
    label: words.items.columns.extent,
    sort: ({ extent }) => EXTENTS.indexOf(extent),
    cell: ({ extent }) => (
      <span className={extent === 'none' ? 't3 cw-word' : 'cw-word'}>{words.items.extents[extent]}</span>
    ),
  },
  ...(basis === 'crosswalk' ? linkColumns(from, minStrength) : controlColumns),
];

const linkColumns = (from: string, minStrength: number): readonly Column<Item>[] => [
  {
    name: 'strength',
    label: words.items.columns.strength,
    sort: (item) => -(namedLink(item, minStrength)?.strength ?? 0),
    cell: (item) => {
      const link = namedLink(item, minStrength);
      const tenths = link?.strength ?? 0;
      return (
        <span className="row cw-tenths">
          <StrengthBar tenths={tenths} most={link?.range?.most ?? tenths} />
          <span className="num s2">{words.items.strength(tenthsText(tenths))}</span>
        </span>
      );
    },
  },
  {
    name: 'best',
    label: words.items.columns.best,
    sort: (item) => namedLink(item, minStrength)?.from.ref ?? '',
    cell: (item) => {
      const link = namedLink(item, minStrength);
      if (link === undefined) return <span className="t3">{words.items.nothing(from)}</span>;
      return (
        <span className="cw-best">
          <RelationMark relation={link.relation} from={link.from.ref} to={item.ref} />
          <span>
            <span className="ref">{link.from.ref}</span>{' '}
            <span className="s2 t2">{link.hops.map(({ rationale }) => rationale).join(' · ')}</span>
          </span>
        </span>
      );
    },
  },
  {
    name: 'links',
    label: words.items.columns.links,
    right: true,
    wideOnly: true,
    sort: ({ links }) => links.length,
    cell: (item) => {
      const disagreed = linesThat(item, 'disagreed');
      return (
        <>
          <span className="num">{item.links.length}</span>
          {disagreed === 0 ? undefined : <div className="s2 bad">{reviews.disagreed(disagreed)}</div>}
        </>
      );
    },
  },
];

const controlColumns: readonly Column<Item>[] = [
  {
    name: 'controls',
    label: words.items.columns.controls,
    sort: ({ controls }) => controls.filter(({ counts }) => counts).length,
    cell: ({ controls }) =>
      controls.length === 0 ? (
        <span className="t3">{words.items.noControl}</span>
      ) : (
        <>
          <span className="num">
            {words.items.carried(controls.filter(({ counts }) => counts).length, controls.length)}
          </span>{' '}
          <span className="s2 t2">
            {controls
              .filter(({ counts }) => counts)
              .map(({ id }) => id)
              .join(', ')}
          </span>
        </>
      ),
  },
];

type State = QueryState<Readonly<Record<string, { read(text: string): unknown }>>>;

/** The items of one side with what reaches them: filters, search, sort, and a panel with everything about one. */
export function Items({
  pair,
  titles,
  basis,
  minStrength,
  side,
  state,
}: {
  readonly pair: { readonly from: string; readonly to: string };
  readonly titles: { readonly from: string; readonly to: string };
  readonly basis: Basis;
  readonly minStrength: 1 | 5 | 7;
  readonly side: 'there' | 'back';
  readonly state: {
    readonly value: {
      readonly group?: string | undefined;
      readonly extent?: Item['extent'] | undefined;
      readonly relation?: RelationFilter | undefined;
      readonly reviewed?: ReviewFilter | undefined;
      readonly q?: string | undefined;
      readonly sort?: string | undefined;
      readonly open?: string | undefined;
    };
    readonly set: State['set'];
  };
}): ReactElement {
  const way = side === 'there' ? {} : { from: pair.to, to: pair.from };
  const [from, to] = side === 'there' ? [titles.from, titles.to] : [titles.to, titles.from];
  const input = { ...pair, ...way, basis, minStrength };
  const asked = useView<typeof OverlapItems>('overlap.items', input);
  const { group, extent, relation, reviewed, q = '', sort, open } = state.value;
  const wanted = q.toLowerCase();
  return (
    <section className="card" id="cw-items">
      <header className="row w sp">
        <h2>{words.items.title}</h2>
        <span className="row w">
          <span className="s2 t3">{words.items.direction}</span>
          <Segments
            label={words.items.direction}
            options={[
              { value: 'there' as const, label: titles.to },
              { value: 'back' as const, label: titles.from },
            ]}
            value={side}
            onChange={(value) => state.set({ side: value, group: undefined, open: undefined })}
          />
          <TableExport of={{ view: 'overlap.items', input, rows: 'items' }} />
        </span>
      </header>
      <Answer of={asked} rows={12}>
        {({ answer: { items, sets } }) => {
          const here = items.filter(
            (item) =>
              isIn(item, group) &&
              (wanted === '' || item.ref.toLowerCase().includes(wanted) || item.title.toLowerCase().includes(wanted)),
          );
          const rows = here.filter(
            (item) =>
              (extent === undefined || item.extent === extent) &&
              (relation === undefined || relationOf(item, minStrength) === relation) &&
              (reviewed === undefined || linesThat(item, reviewed) > 0),
          );
          const opened = items.find(({ ref }) => ref === open);
          return (
            <>
              <div className="row w filters cw-filters">
                <Filter
                  value={q}
                  label={words.items.filter}
                  onChange={(value) => state.set({ q: value === '' ? undefined : value }, { replace: true })}
                />
                <Filters
                  label={words.items.extent}
                  value={extent}
                  onChange={(value) => state.set({ extent: value })}
                  options={EXTENTS.map((value) => ({
                    value,
                    label: words.items.extents[value],
                    n: here.filter((item) => item.extent === value).length,
                  }))}
                />
                {basis === 'crosswalk' ? (
                  <Filters
                    label={words.items.relation}
                    value={relation}
                    onChange={(value) => state.set({ relation: value })}
                    options={RELATIONS.map((value) => ({
                      value,
                      label: relations.names[value],
                      n: here.filter((item) => relationOf(item, minStrength) === value).length,
                    })).filter(({ value, n }) => value !== 'unclaimed' || n > 0)}
                  />
                ) : undefined}
                {basis === 'crosswalk' ? (
                  <Filters
                    label={reviews.filter}
                    value={reviewed}
                    onChange={(value) => state.set({ reviewed: value })}
                    options={REVIEWED.map((value) => ({
                      value,
                      label: reviews.filters[value],
                      n: here.filter((item) => linesThat(item, value) > 0).length,
                    }))}
                  />
                ) : undefined}
                {group === undefined ? undefined : (
                  <Filters
                    label={group}
                    value={group}
                    onChange={() => state.set({ group: undefined })}
                    options={[{ value: group, label: group, n: here.length }]}
                  />
                )}
              </div>
              <Table
                label={words.items.title}
                rows={rows}
                columns={columnsOf(from, basis, minStrength)}
                keyOf={({ ref }) => ref}
                sort={sort}
                onSort={(value) => state.set({ sort: value })}
                onOpen={({ ref }) => state.set({ open: ref })}
                isOpen={({ ref }) => ref === open}
                empty={<Empty title={words.items.none}>{words.items.noneHelp}</Empty>}
              />
              <ItemPanel
                item={opened}
                from={from}
                to={to}
                framework={way.to ?? pair.to}
                basis={basis}
                sets={sets}
                onClose={() => state.set({ open: undefined })}
              />
            </>
          );
        }}
      </Answer>
    </section>
  );
}
