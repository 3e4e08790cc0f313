import { Checkbox, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Verdict } from '../../api/allowed.ts';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { day, moment } from '../../kit/format.ts';
import { Card, Facts } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { Empty, ErrorState } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/erasure.ts';
import type { Told } from './Erasures.tsx';

const say = words.holds;
type Hold = NonNullable<Told['holds']>[number];
const LISTS = ['controls', 'evidence', 'datasets', 'people'] as const;

/** What of the address this part uses. */
export interface HoldState {
  readonly value: { readonly open?: string | undefined; readonly add?: 'erasure' | 'hold' | undefined };
  readonly set: (patch: { readonly open?: string | undefined; readonly add?: 'erasure' | 'hold' | undefined }) => void;
}

const coversSaid = ({ covers }: Hold): string =>
  covers.all === true
    ? say.all
    : LISTS.flatMap((list) => {
        const n = covers[list]?.length ?? 0;
        return n === 0 ? [] : [say.covers[list](n)];
      }).join(', ');

const daysSaid = ({ from, until }: Hold): string =>
  until === undefined ? say.from(day(from)) : say.fromTo(day(from), day(until));

const stateSaid = ({ state, inForce }: Hold): string =>
  state !== 'released' && !inForce ? say.notNow : say.states[state];

const columns: readonly Column<Hold>[] = [
  {
    name: 'name',
    label: say.columns.name,
    sort: ({ name }) => name.toLowerCase(),
    cell: ({ id, name }) => (
      <>
        <span className="m">{name}</span>
        <div className="s2 t3">{id}</div>
      </>
    ),
  },
  { name: 'covers', label: say.columns.covers, cell: coversSaid },
  { name: 'days', label: say.columns.days, sort: ({ from }) => from, cell: daysSaid },
  {
    name: 'state',
    label: say.columns.state,
    sort: stateSaid,
    cell: (hold) => (
      <span className={hold.state === 'release-asked' ? 'warn' : hold.inForce ? 'm' : 't2'}>{stateSaid(hold)}</span>
    ),
  },
];

export function Holds({
  holds,
  state,
  mayPlace,
}: {
  readonly holds: readonly Hold[];
  readonly state: HoldState;
  readonly mayPlace: Verdict;
}): ReactElement {
  const [sort, setSort] = useState<string>();
  const hold = holds.find(({ id }) => id === state.value.open);
  const place = (): void => state.set({ add: 'hold' });
  return (
    <>
      <p className="t2">{say.sub}</p>
      <Card flush>
        <Table
          label={say.table}
          rows={holds}
          columns={columns}
          keyOf={({ id }) => id}
          sort={sort}
          onSort={setSort}
          onOpen={({ id }) => state.set({ open: id })}
          empty={
            <Empty
              title={say.empty.title}
              actions={
                <Button verdict={mayPlace} onClick={place}>
                  {say.place}
                </Button>
              }
            >
              {say.empty.body}
            </Empty>
          }
        />
      </Card>
      <Panel title={say.form.title} open={state.value.add === 'hold'} onClose={() => state.set({ add: undefined })}>
        {state.value.add === 'hold' ? <Placing onDone={(id) => state.set({ add: undefined, open: id })} /> : undefined}
      </Panel>
      <Panel title={hold?.name ?? ''} open={hold !== undefined} onClose={() => state.set({ open: undefined })}>
        {hold === undefined ? undefined : <One key={hold.id} hold={hold} />}
      </Panel>
    </>
  );
}

function One({ hold }: { readonly hold: Hold }): ReactElement {
  const zone = useZone();
  const { facts } = say;
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <p className={hold.inForce ? 'm' : 't2'}>{stateSaid(hold)}</p>
      <Facts
        rows={[
          [facts.why, hold.why],
          [facts.days, daysSaid(hold)],
          [facts.placed, words.at(hold.placedBy.name, moment(hold.placedAt, zone))],
          ...(hold.covers.all === true ? [[say.columns.covers, say.all] as const] : []),
          ...LISTS.flatMap((list) => {
            const named = hold.covers[list] ?? [];
            return named.length === 0 ? [] : [[say.lists[list], named.join(', ')] as const];
          }),
          ...(hold.releaseAskedBy === undefined ? [] : [[facts.asked, hold.releaseAskedBy.name] as const]),
          ...(hold.releaseWhy === undefined ? [] : [[facts.because, hold.releaseWhy] as const]),
          ...(hold.releasedBy === undefined ? [] : [[facts.released, hold.releasedBy.name] as const]),
        ]}
      />
      {hold.state === 'placed' ? <AskRelease id={hold.id} /> : undefined}
      {hold.state === 'release-asked' ? <Release id={hold.id} /> : undefined}
    </div>
  );
}

function AskRelease({ id }: { readonly id: string }): ReactElement {
  const verdict = useAllowedOn('hold.ask-release', 'legal-hold', id);
  const act = useAct('hold.ask-release');
  const [isAsking, setAsking] = useState(false);
  const form = useForm({ why: '' }, { why: (value) => (value.trim().length < 3 ? words.asking.short : undefined) });
  if (!isAsking)
    return (
      <div>
        <Button verdict={verdict} onClick={() => setAsking(true)}>
          {say.ask}
        </Button>
      </div>
    );
  return (
    <Form
      state={form}
      submit={say.askSend}
      cancel={() => setAsking(false)}
      send={({ why }) => act.mutateAsync({ input: { hold: id, why: why.trim() } })}
    >
      <Textarea label={say.askWhy} rows={3} data-autofocus {...form.field('why')} />
    </Form>
  );
}

function Release({ id }: { readonly id: string }): ReactElement {
  const mayRelease = useAllowedOn('hold.release', 'legal-hold', id);
  const mayKeep = useAllowedOn('hold.keep', 'legal-hold', id);
  const release = useAct('hold.release');
  const keep = useAct('hold.keep');
  const error = release.error ?? keep.error;
  return (
    <>
      {mayRelease.allowed ? undefined : <p className="s2 t2">{mayRelease.because}</p>}
      <div className="row w">
        <Button
          filled
          verdict={mayRelease}
          busy={release.isPending}
          onClick={() => release.mutate({ input: { hold: id } })}
        >
          {say.release}
        </Button>
        <Button verdict={mayKeep} busy={keep.isPending} onClick={() => keep.mutate({ input: { hold: id } })}>
          {say.keep}
        </Button>
      </div>
      {error === null ? undefined : <ErrorState error={error} />}
    </>
  );
}

const idsIn = (text: string): readonly string[] =>
  text
    .split(/[\s,]+/)
    .map((id) => id.trim())
    .filter((id) => id !== '');

function Placing({ onDone }: { readonly onDone: (id: string) => void }): ReactElement {
  const act = useAct('hold.place');
  const { form: text } = say;
  const form = useForm(
    { name: '', why: '', all: '', controls: '', evidence: '', datasets: '', people: '', until: '' },
    {
      name: required,
      why: (value) => (value.trim().length < 3 ? words.asking.short : undefined),
      controls: (_, given) =>
        given.all === 'yes' || LISTS.some((list) => idsIn(given[list]).length > 0) ? undefined : text.nothing,
    },
    'legal-hold',
  );
  const isAll = form.values.all === 'yes';
  return (
    <Form
      state={form}
      submit={text.send}
      send={async ({ name, why, until, ...given }) => {
        const lists = Object.fromEntries(
          LISTS.flatMap((list) => {
            const ids = idsIn(given[list]);
            return ids.length === 0 ? [] : [[list, ids]];
          }),
        );
        const { answer } = await act.mutateAsync({
          input: {
            name: name.trim(),
            why: why.trim(),
            covers: isAll ? { all: true } : lists,
            ...(until === '' ? {} : { until }),
          },
        });
        onDone((answer as { readonly hold: string }).hold);
      }}
    >
      <TextInput label={text.name} description={text.nameHelp} data-autofocus {...form.field('name')} />
      <Textarea label={text.why} rows={3} {...form.field('why')} />
      <Checkbox
        label={text.all}
        checked={isAll}
        onChange={(event) => form.set({ all: event.currentTarget.checked ? 'yes' : '' })}
      />
      {isAll
        ? undefined
        : LISTS.map((list) => (
            <TextInput
              key={list}
              label={say.lists[list]}
              description={list === 'datasets' ? text.datasetsHelp : text.help}
              {...form.field(list)}
            />
          ))}
      <TextInput label={text.until} type="date" {...form.field('until')} />
    </Form>
  );
}
