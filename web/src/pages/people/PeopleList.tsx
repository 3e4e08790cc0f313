import type { PeopleDirectory } from '@countersign/core/directory/view.ts';
import type { ReactElement } from 'react';
import { useDeferredValue, useEffect, useState } from 'react';
import type { z } from 'zod';
import { useAllowedActs } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { count, day } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Avatar } from '../../kit/marks.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Pager } from '../../kit/Pager.tsx';
import { oneOf, text, useQueryState, whole } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words } from '../../words/people.ts';
import { roleLabel, roleLabels, roles as roleWords } from '../../words/roles.ts';
import { Inviting } from './Inviting.tsx';
import { useMayInvite } from './may-invite.ts';
import './page.css';

type Told = z.output<typeof PeopleDirectory>;
type Entry = Told['people'][number];

const PAGE = 50;
const STATES = ['here', 'leaving', 'coming', 'left'] as const;
const ROLES = Object.keys(roleWords).filter((role) => role !== 'operator');
const SORTS = [
  'name',
  '-name',
  'role',
  '-role',
  'state',
  '-state',
  'responsible',
  '-responsible',
  'leavesOn',
  '-leavesOn',
] as const;
/** Gaps shown before one asks for all. */
const FEW = 6;

const COLUMNS: readonly Column<Entry>[] = [
  {
    name: 'name',
    label: words.columns.name,
    sort: ({ name }) => name,
    cell: ({ id, name, jobTitle, email }) => (
      <div className="row" style={{ gap: 10 }}>
        <Avatar name={name} />
        <div className="personcell">
          <Go to={`/people/${id}`} className="m">
            {name}
          </Go>
          <div className="s2 t2">{[jobTitle, email].filter(Boolean).join(' · ')}</div>
        </div>
      </div>
    ),
  },
  { name: 'role', label: words.columns.roles, sort: () => 0, cell: ({ roles }) => roleLabels(roles) },
  { name: 'state', label: words.columns.state, sort: () => 0, cell: (entry) => <Here entry={entry} /> },
  {
    name: 'substitute',
    label: words.columns.substitute,
    wideOnly: true,
    cell: ({ substitute }) =>
      substitute === undefined ? (
        <span className="t3">{words.none}</span>
      ) : (
        <Go to={`/people/${substitute.id}`}>{substitute.name}</Go>
      ),
  },
  {
    name: 'responsible',
    label: words.columns.responsible,
    sort: () => 0,
    right: true,
    cell: ({ responsible, inPlaceOf, gaps }) => (
      <>
        <span className={responsible === 0 ? 'num t3' : 'num'}>{count(responsible)}</span>
        {inPlaceOf === 0 ? undefined : <div className="s2 t2">{words.inPlaceOf(inPlaceOf)}</div>}
        {gaps === 0 ? undefined : <div className="s2 bad">{words.nobodys(gaps)}</div>}
      </>
    ),
  },
];

function Here({ entry: { state, startsOn, leavesOn } }: { readonly entry: Entry }): ReactElement {
  return (
    <>
      <span className={state === 'leaving' ? 'warn' : state === 'here' ? '' : 't2'}>{words.states[state]}</span>
      {leavesOn !== undefined ? (
        <div className="s2 t2">{words.lastDay(day(leavesOn))}</div>
      ) : state === 'coming' && startsOn !== undefined ? (
        <div className="s2 t2">{words.firstDay(day(startsOn))}</div>
      ) : undefined}
    </>
  );
}

export default function PeopleList(): ReactElement {
  const go = useGo();
  const state = useQueryState({
    q: text(),
    state: oneOf(...STATES),
    role: oneOf(...ROLES),
    sort: oneOf(...SORTS),
    after: whole(),
    invite: oneOf('1'),
  });
  const { q, state: shown, role, sort, after = 0, invite } = state.value;
  const [typed, setTyped] = useState(q ?? '');
  const search = useDeferredValue(typed);
  useEffect(() => {
    if (search !== (q ?? '')) state.set({ q: search, after: undefined }, { replace: true });
    // What is typed goes to the address; what changes the address otherwise is not typed back.
  }, [search]);
  const acts = useAllowedActs();
  const mayInvite = useMayInvite();
  const asked = useView<typeof PeopleDirectory>('people.directory', {
    ...(q === undefined ? {} : { search: q }),
    ...(shown === undefined ? {} : { state: shown }),
    ...(role === undefined ? {} : { role }),
    sort: sort ?? 'name',
    limit: PAGE,
    ...(after === 0 ? {} : { cursor: String(after) }),
  });
  const told = asked.data?.answer;
  const isFiltered = q !== undefined || shown !== undefined || role !== undefined;
  return (
    <Page
      title={words.title}
      dropped={state.dropped}
      {...(told === undefined
        ? {}
        : {
            sentence: isFiltered
              ? words.title
              : words.sentence(told.counts.here + told.counts.leaving, told.gaps.length),
          })}
      sub={words.sub}
      actions={
        <Button filled verdict={mayInvite} onClick={() => state.set({ invite: '1' })}>
          <Icon name="plus" />
          {words.invite}
        </Button>
      }
    >
      {told === undefined || told.gaps.length === 0 || isFiltered ? undefined : (
        <Gaps gaps={told.gaps} mayAct={acts.get('control.assign')?.allowed === true} />
      )}
      <div className="row w filters">
        <Filter value={typed} onChange={setTyped} label={words.filter} />
        <Filters
          label={words.stateFilter}
          value={shown}
          onChange={(value) => state.set({ state: value, after: undefined })}
          options={STATES.map((value) => ({
            value,
            label: words.states[value],
            ...(told === undefined ? {} : { n: told.counts[value] }),
          }))}
        />
        <select
          className="datein"
          aria-label={words.roleFilter}
          value={role ?? ''}
          onChange={(event) => state.set({ role: event.currentTarget.value || undefined, after: undefined })}
        >
          <option value="">{words.anyRole}</option>
          {ROLES.map((value) => (
            <option key={value} value={value}>
              {roleLabel(value)}
            </option>
          ))}
        </select>
      </div>
      <Answer of={asked}>
        {({ answer }) => (
          <Card flush>
            <Table
              label={words.table}
              rows={answer.people}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              sort={sort}
              isSorted
              onSort={(next) => state.set({ sort: next, after: undefined })}
              onOpen={({ id }) => go(`/people/${id}`)}
              total={answer.total}
              empty={
                <Empty
                  title={words.empty.title}
                  actions={
                    <Button
                      onClick={() => {
                        setTyped('');
                        state.set({ q: undefined, state: undefined, role: undefined, after: undefined });
                      }}
                    >
                      {words.empty.clear}
                    </Button>
                  }
                >
                  {words.empty.body}
                </Empty>
              }
            />
            <Pager
              first={after}
              shown={answer.people.length}
              total={answer.total}
              next={answer.next}
              size={PAGE}
              onMove={(first) => state.set({ after: first })}
            />
          </Card>
        )}
      </Answer>
      <Inviting open={invite !== undefined} onClose={() => state.set({ invite: undefined })} />
    </Page>
  );
}

function Gaps({ gaps, mayAct }: { readonly gaps: Told['gaps']; readonly mayAct: boolean }): ReactElement {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? gaps : gaps.slice(0, FEW);
  return (
    <Card title={words.gaps.title} aside={<span className="s2 t2">{words.gaps.aside(gaps.length)}</span>}>
      <ul className="nobodys">
        {shown.map(({ control, owner, because }) => (
          <li key={control.id}>
            <Go to={`/controls/${control.id}`} className="ref">
              {control.id}
            </Go>
            <span className="m">{control.title}</span>
            <span className="s2 t2">
              {because} {owner === undefined ? undefined : <Go to={`/people/${owner.id}`}>{owner.name}</Go>}
            </span>
          </li>
        ))}
      </ul>
      <div className="row w">
        {mayAct ? <span className="s2 t3">{words.gaps.name}</span> : undefined}
        {gaps.length > FEW && !isAll ? (
          <button type="button" className="lnk" onClick={() => setAll(true)}>
            {words.gaps.more(gaps.length - FEW)}
          </button>
        ) : undefined}
      </div>
    </Card>
  );
}
