import type { History } from '@countersign/core/posture/history.ts';
import type { Tree } from '@countersign/core/posture/tree.ts';
import type { KeyboardEvent, ReactElement } from 'react';
import { useMemo, useRef, useState } from 'react';
import type { z } from 'zod';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { PostureReport, TableExport } from '../../kit/Export.tsx';
import { shortDay } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import type { State } from '../../kit/marks.tsx';
import { Ribbon, StateMark } from '../../kit/marks.tsx';
import { Page, Segments } from '../../kit/Page.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { said } from '../../kit/said.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import { Filter, Filters } from '../../kit/Table.tsx';
import { addDays, useLookedAt, usePeriod } from '../../kit/window.ts';
import { words as kitWords } from '../../words/kit.ts';
import { words } from '../../words/requirements.ts';
import { Side } from './Side.tsx';
import { PANEL_TABS } from './tabs.ts';
import './page.css';

type Told = z.infer<typeof Tree>;
export type Requirement = Told['groups'][number]['requirements'][number];

const STATES = ['met', 'partly', 'unmet', 'not-observed', 'out-of-scope'] as const satisfies readonly State[];
const GROUPS = ['series', 'owner', 'state'] as const;

interface Group {
  readonly id: string;
  readonly name: string;
  readonly rows: readonly Requirement[];
}

/** What a requirement says in a list: the first control at fault and why, else how many operate. */
function reasonOf({ controls, because, state }: Requirement, zone: string): string {
  const worst =
    controls.find((control) => control.state === 'failing') ??
    (state === 'not-observed' ? controls.find((control) => control.state === 'not-observed') : undefined);
  if (worst !== undefined && state !== 'out-of-scope') return `${worst.id}: ${said(worst.because[0] ?? '', zone)}`;
  return because[0] === 'no-control' ? words.noControl : said(because.join(' '), zone);
}

/** Who answers for it: the one owner of its controls, if there is one. */
function ownerOf({ controls }: Requirement): string {
  const owners = new Set(controls.map(({ responsible }) => responsible?.name ?? responsible?.id ?? words.nobody));
  if (owners.size === 0) return words.nobody;
  return owners.size === 1 ? [...owners].join('') : words.several;
}

function groupsOf(told: Told, by: (typeof GROUPS)[number], fits: (row: Requirement) => boolean): readonly Group[] {
  const all = told.groups.flatMap(({ requirements }) => requirements).filter(fits);
  if (by === 'series')
    return told.groups
      .map(({ id, name, requirements }) => ({ id, name, rows: requirements.filter(fits) }))
      .filter(({ rows }) => rows.length > 0);
  if (by === 'state')
    return STATES.map((state) => ({
      id: '',
      name: kitWords.states[state],
      rows: all.filter((row) => row.state === state),
    })).filter(({ rows }) => rows.length > 0);
  return [...Map.groupBy(all, ownerOf)]
    .map(([name, rows]) => ({ id: '', name, rows }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function Requirements({ framework }: { readonly framework: Told['framework'] }): ReactElement {
  const state = useQueryState({
    state: oneOf(...STATES),
    by: oneOf(...GROUPS),
    open: text(20),
    tab: oneOf(...PANEL_TABS),
    q: text(),
  });
  const zone = useZone();
  const today = useLookedAt();
  const period = usePeriod();
  const window = { from: period.from, to: period.to < today ? period.to : today };
  const asked = useView<typeof Tree>('framework.tree', { framework });
  const course = useView<typeof History>('posture.history', { framework, ...window });
  const runs = useMemo(
    () => new Map((course.data?.answer.requirements ?? []).map(({ ref, runs: mine }) => [ref, mine])),
    [course.data],
  );
  const [folded, setFolded] = useState<readonly string[]>([]);
  const told = asked.data?.answer;
  const by = state.value.by ?? 'series';
  const wanted = (state.value.q ?? '').toLowerCase();
  const fits = (row: Requirement): boolean =>
    (state.value.state === undefined
      ? row.state !== 'out-of-scope' || wanted !== ''
      : row.state === state.value.state) &&
    (wanted === '' || row.ref.toLowerCase().includes(wanted) || row.title.toLowerCase().includes(wanted));
  const inScope = told === undefined ? 0 : total(told) - told.counts.outOfScope;
  const open = told?.groups.flatMap(({ requirements }) => requirements).find(({ ref }) => ref === state.value.open);
  return (
    <Page
      wide
      title={words[framework]}
      sentence={told === undefined ? words[framework] : words.sentence[framework](told.counts.met, inScope)}
      sub={
        told === undefined
          ? undefined
          : words.sub(told.counts.partly, told.counts.unmet, told.counts.notObserved, told.counts.outOfScope)
      }
      dropped={state.dropped}
      actions={
        <>
          <Filter
            value={state.value.q ?? ''}
            label={words.filter}
            onChange={(q) => state.set({ q: q === '' ? undefined : q }, { replace: true })}
          />
          {told === undefined ? undefined : (
            <Go to={`/programmes/${told.programme}`} search={{ tab: 'requirements' }} className="btn x">
              {words.scope}
            </Go>
          )}
          <TableExport of={{ view: 'status', input: { framework }, rows: 'requirements' }} />
          <PostureReport framework={framework} />
        </>
      }
    >
      <Answer of={asked} rows={14}>
        {(answer) => {
          const groups = groupsOf(answer.answer, by, fits);
          return (
            <>
              <div className="row w filters sp">
                <Filters
                  label={words.state}
                  value={state.value.state}
                  onChange={(value) => state.set({ state: value })}
                  options={STATES.map((value) => ({
                    value,
                    label: kitWords.states[value],
                    n: countOf(answer.answer, value),
                  }))}
                />
                <span className="row">
                  <span className="s2 t3">{words.groupBy}</span>
                  <Segments
                    label={words.groupBy}
                    options={GROUPS.map((value) => ({ value, label: words.groups[value] }))}
                    value={by}
                    onChange={(value) => state.set({ by: value === 'series' ? undefined : value })}
                  />
                </span>
              </div>
              <div className={open === undefined ? 'grid' : 'grid gp top'}>
                <section className="card tw" aria-label={words.title} tabIndex={0}>
                  {groups.length === 0 ? (
                    <Empty title={words.none}>{words.noneHelp}</Empty>
                  ) : (
                    <List
                      framework={framework}
                      groups={groups}
                      runs={runs}
                      window={{ from: window.from, to: addDays(window.to, 1) }}
                      since={shortDay(window.from)}
                      zone={zone}
                      folded={folded}
                      onFold={(name) =>
                        setFolded(folded.includes(name) ? folded.filter((other) => other !== name) : [...folded, name])
                      }
                      open={state.value.open}
                      onOpen={(ref) => state.set({ open: ref === state.value.open ? undefined : ref })}
                    />
                  )}
                </section>
                {open === undefined ? undefined : (
                  <Side
                    framework={framework}
                    requirement={open}
                    zone={zone}
                    tab={state.value.tab ?? 'controls'}
                    onTab={(tab) => state.set({ tab: tab === 'controls' ? undefined : tab })}
                    onClose={() => state.set({ open: undefined, tab: undefined })}
                  />
                )}
              </div>
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

const total = ({ counts }: Told): number =>
  counts.met + counts.partly + counts.unmet + counts.notObserved + counts.outOfScope;

const countOf = ({ counts }: Told, state: (typeof STATES)[number]): number =>
  ({
    met: counts.met,
    partly: counts.partly,
    unmet: counts.unmet,
    'not-observed': counts.notObserved,
    'out-of-scope': counts.outOfScope,
  })[state];

type Runs = z.infer<typeof History>['requirements'][number]['runs'];

function List({
  framework,
  groups,
  runs,
  window,
  since,
  zone,
  folded,
  onFold,
  open,
  onOpen,
}: {
  readonly framework: Told['framework'];
  readonly groups: readonly Group[];
  readonly runs: ReadonlyMap<string, Runs>;
  readonly window: { readonly from: string; readonly to: string };
  readonly since: string;
  readonly zone: string;
  readonly folded: readonly string[];
  readonly onFold: (name: string) => void;
  readonly open: string | undefined;
  readonly onOpen: (ref: string) => void;
}): ReactElement {
  const box = useRef<HTMLTableElement>(null);
  const onKey = (event: KeyboardEvent<HTMLTableRowElement>, ref: string): void => {
    if (event.target !== event.currentTarget) return;
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('tr[data-ref]') ?? [])];
    const at = rows.indexOf(event.currentTarget);
    if (event.key === 'j' || event.key === 'ArrowDown') rows[at + 1]?.focus();
    else if (event.key === 'k' || event.key === 'ArrowUp') rows[at - 1]?.focus();
    else if (event.key === 'Enter') onOpen(ref);
    else return;
    event.preventDefault();
  };
  return (
    <table className="rt" ref={box}>
      <thead>
        <tr>
          <th colSpan={2} scope="col">
            {words.columns.what[framework]}
          </th>
          <th scope="col">{words.columns.state}</th>
          <th className="hd" scope="col">
            {words.columns.since(since)}
          </th>
        </tr>
      </thead>
      {groups.map(({ id, name, rows }) => {
        const isFolded = folded.includes(name);
        return (
          <tbody key={name}>
            <tr className="grp">
              <th scope="rowgroup" colSpan={4}>
                <span className="row">
                  <button
                    type="button"
                    className="tw1"
                    aria-expanded={!isFolded}
                    aria-label={words.toggle(`${id} ${name}`.trim(), !isFolded)}
                    onClick={() => onFold(name)}
                  >
                    <Icon name={isFolded ? 'right' : 'down'} size={14} />
                  </button>
                  {id === '' ? undefined : <span className="ref">{id}</span>}
                  <span className="gt0">{name}</span>
                  <span className="row s2 t2 tally">
                    {STATES.map((state) => {
                      const n = rows.filter((row) => row.state === state).length;
                      return n === 0 ? undefined : (
                        <span key={state} className="row gap4">
                          <StateMark state={state} wordless />
                          {n}
                        </span>
                      );
                    })}
                  </span>
                </span>
              </th>
            </tr>
            {isFolded
              ? undefined
              : rows.map((row) => (
                  <tr
                    key={row.ref}
                    data-ref={row.ref}
                    tabIndex={0}
                    aria-selected={row.ref === open ? true : undefined}
                    onKeyDown={(event) => onKey(event, row.ref)}
                    onClick={() => onOpen(row.ref)}
                  >
                    <td className="tree">
                      <button
                        type="button"
                        className="ref asref"
                        aria-expanded={row.ref === open}
                        onClick={(event) => {
                          event.stopPropagation();
                          onOpen(row.ref);
                        }}
                      >
                        {row.ref}
                      </button>
                    </td>
                    <td className="tt">
                      {row.title}
                      <span className="s2 t3">{reasonOf(row, zone)}</span>
                    </td>
                    <td>
                      <StateMark state={row.state} />
                    </td>
                    <td className="hd">
                      <Ribbon
                        window={window}
                        stretches={(runs.get(row.ref) ?? []).map(({ from, to, state }) => ({ from, to, state }))}
                      />
                    </td>
                  </tr>
                ))}
          </tbody>
        );
      })}
    </table>
  );
}
