import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import type { GrantsList } from '@countersign/core/access/view.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useAllowed, useAllowedOn } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Card } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/grants.ts';
import { areas, roleLabels } from '../../words/roles.ts';
import './page.css';

type Told = z.output<typeof GrantsList>;
type Row = Told['grants'][number];
const AREAS = Object.keys(areas);

/** Grants of auditors and advisers: who sees what, until when. */
export default function Grants(): ReactElement {
  const asked = useView<typeof GrantsList>('grants.list', {});
  const mayGive = useAllowed('grant.give');
  const [giving, setGiving] = useState(false);
  const [ending, setEnding] = useState<Row>();
  const zone = useZone();
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <Answer of={asked}>
        {({ answer }) => (
          <>
            <div className="phead">
              <div>
                <h2 className="h">
                  {words.sentence(answer.grants.filter(({ state }) => state === 'in-force').length)}
                </h2>
                <p className="sub">{words.sub}</p>
              </div>
              <div className="acts">
                <Button filled verdict={mayGive} onClick={() => setGiving(true)}>
                  <Icon name="plus" />
                  {words.give}
                </Button>
              </div>
            </div>
            <Card flush>
              <Table
                label={words.table}
                rows={answer.grants}
                columns={columnsIn(zone, setEnding)}
                keyOf={({ id }) => id}
                empty={<Empty title={words.empty.title}>{words.empty.body}</Empty>}
              />
            </Card>
            <Dialog title={words.giving.title} open={giving} onClose={() => setGiving(false)} size="lg">
              {giving ? <GiveForm told={answer} onClose={() => setGiving(false)} /> : undefined}
            </Dialog>
          </>
        )}
      </Answer>
      <Dialog
        title={words.ending.title(ending?.person.name ?? '')}
        open={ending !== undefined}
        onClose={() => setEnding(undefined)}
      >
        {ending === undefined ? undefined : <EndForm grant={ending.id} onClose={() => setEnding(undefined)} />}
      </Dialog>
    </div>
  );
}

const columnsIn = (zone: string, onEnd: (row: Row) => void): readonly Column<Row>[] => [
  {
    name: 'person',
    label: words.columns.person,
    cell: ({ person, roles, engagement }) => (
      <>
        <Go to={`/people/${person.id}`} className="m">
          {person.name}
        </Go>
        <div className="s2 t2">{[roleLabels(roles), engagement].filter(Boolean).join(' · ')}</div>
      </>
    ),
  },
  { name: 'programme', label: words.columns.programme, cell: ({ programme }) => programme.title },
  {
    name: 'days',
    label: words.columns.days,
    cell: ({ from, to }) => words.granted.from(day(from), day(to)),
  },
  {
    name: 'visible',
    label: words.columns.visible,
    wideOnly: true,
    cell: ({ visible }) =>
      visible.length === AREAS.length ? words.all : visible.map((area) => areas[area]?.label ?? area).join(', '),
  },
  {
    name: 'state',
    label: words.columns.state,
    cell: (row) => (
      <>
        <span className={row.state === 'in-force' ? 'ok' : row.state === 'begins' ? '' : 't2'}>
          {words.states[row.state]}
        </span>
        <div className="s2 t2">
          {row.ended === undefined
            ? words.by(row.givenBy.name, day(row.givenAt, zone))
            : words.endedBy(row.ended.by.name, day(row.ended.at, zone), row.ended.for)}
        </div>
      </>
    ),
  },
  {
    name: 'end',
    label: words.columns.end,
    right: true,
    cell: (row) => (row.state === 'in-force' || row.state === 'begins' ? <End row={row} onEnd={onEnd} /> : undefined),
  },
];

function End({ row, onEnd }: { readonly row: Row; readonly onEnd: (row: Row) => void }): ReactElement {
  const verdict = useAllowedOn('grant.end', 'grant', row.id);
  return (
    <Button
      small
      verdict={verdict}
      label={`${words.end}: ${row.person.name}, ${row.programme.title}`}
      onClick={() => onEnd(row)}
    >
      {words.end}
    </Button>
  );
}

function EndForm({ grant, onClose }: { readonly grant: string; readonly onClose: () => void }): ReactElement {
  const act = useAct('grant.end');
  const form = useForm(
    { reason: '' },
    { reason: (value) => (value.trim().length < 3 ? words.ending.short : undefined) },
  );
  return (
    <Form
      state={form}
      submit={words.ending.send}
      cancel={onClose}
      send={async ({ reason }) => {
        await act.mutateAsync({ input: { grant, reason: reason.trim() } });
        onClose();
      }}
    >
      <Textarea
        label={words.ending.reason}
        description={words.ending.help}
        rows={3}
        data-autofocus
        {...form.field('reason')}
      />
    </Form>
  );
}

function GiveForm({ told, onClose }: { readonly told: Told; readonly onClose: () => void }): ReactElement {
  const act = useAct('grant.give');
  const say = words.giving;
  const form = useForm(
    { person: '', programme: told.programmes[0]?.id ?? '', engagement: '', from: '', to: '', visible: AREAS.join(',') },
    {
      person: required,
      programme: required,
      from: required,
      to: (value, { from }) => required(value) ?? (from !== undefined && value < from ? say.order : undefined),
      visible: (value) => (value === '' ? say.none : undefined),
    },
  );
  if (told.guests.length === 0) return <p className="t2">{say.noGuests}</p>;
  const held = form.values.visible.split(',').filter(Boolean);
  return (
    <Form
      state={form}
      submit={say.send}
      cancel={onClose}
      send={async ({ person, programme, engagement, from, to }) => {
        await act.mutateAsync({
          input: {
            person,
            programme,
            from,
            to,
            visible: held,
            ...(engagement.trim() === '' ? {} : { engagement: engagement.trim() }),
          },
        });
        onClose();
      }}
    >
      <Select
        label={say.person}
        description={say.personHelp}
        placeholder={say.nobody}
        data={told.guests.map(({ id, name, roles }) => ({ value: id, label: `${name}, ${roleLabels(roles)}` }))}
        searchable
        value={form.values.person === '' ? null : form.values.person}
        onChange={(value) => form.set({ person: value ?? '' })}
        error={form.errors.person}
        comboboxProps={{ withinPortal: false }}
      />
      <Select
        label={say.programme}
        description={say.programmeHelp}
        data={told.programmes.map(({ id, title }) => ({ value: id, label: title }))}
        allowDeselect={false}
        value={form.values.programme === '' ? null : form.values.programme}
        onChange={(value) => form.set({ programme: value ?? '' })}
        error={form.errors.programme}
        comboboxProps={{ withinPortal: false }}
      />
      <div className="twodays">
        <TextInput label={say.from} type="date" {...form.field('from')} />
        <TextInput label={say.to} type="date" {...form.field('to')} />
      </div>
      <Checkbox.Group
        label={say.visible}
        value={held}
        onChange={(next) => form.set({ visible: AREAS.filter((area) => next.includes(area)).join(',') })}
        error={form.errors.visible}
      >
        <div className="areas">
          {AREAS.map((area) => (
            <Checkbox key={area} value={area} label={areas[area]?.label} description={areas[area]?.help} />
          ))}
        </div>
      </Checkbox.Group>
      <TextInput label={say.engagement} description={say.engagementHelp} {...form.field('engagement')} />
    </Form>
  );
}
