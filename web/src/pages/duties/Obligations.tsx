import { Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { Choice, optionsOf } from '../../kit/Choice.tsx';
import { TableExport } from '../../kit/Export.tsx';
import { Form, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import type { State } from '../../kit/marks.tsx';
import { Card, Facts } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Filters, Table } from '../../kit/Table.tsx';
import { words as kit } from '../../words/kit.ts';
import { words } from '../../words/duties.ts';
import { obligationWords } from '../../words/duty-laws.ts';
import type { DutyState, LawRow } from './Duties.tsx';
import { dateOrNothing, given, listOf, PersonChoice } from './fields.tsx';
import { Known, orDash, useTyped } from './parts.tsx';

type Row = LawRow['obligations'][number];
const say = obligationWords;

const HOLDS: Readonly<Record<Row['holds'], State>> = { yes: 'approved', no: 'not-applicable', unknown: 'unknown' };
const Holds = ({ row: { holds } }: { readonly row: Row }): ReactElement => (
  <StateMark state={HOLDS[holds]}>{say.holds[holds]}</StateMark>
);

function Control({ of: { id, title, state } }: { readonly of: Row['controls'][number] }): ReactElement {
  const word = state === 'absent' ? say.states.absent : kit.states[state];
  if (state === 'absent')
    return (
      <span className="ref t3" title={`${title}: ${word}`}>
        {id}
      </span>
    );
  return (
    <span className="row gap4">
      <StateMark state={state} wordless />
      <Go to={`/controls/${id}`} className="ref" label={`${id} ${title}: ${word}`}>
        {id}
      </Go>
    </span>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    name: 'article',
    label: say.columns.article,
    width: 130,
    cell: ({ article }) => <span className="s2 t2">{article}</span>,
  },
  {
    name: 'title',
    label: say.columns.title,
    sort: ({ title }) => title,
    cell: ({ title, group, knownFrom }) => (
      <>
        <span className="m">{title}</span>
        <div className="s2 t3">
          {words.groups[group]} · {words.knownShort[knownFrom].toLowerCase()}
        </div>
      </>
    ),
  },
  { name: 'holds', label: say.columns.holds, sort: ({ holds }) => holds, cell: (row) => <Holds row={row} /> },
  {
    name: 'deadline',
    label: say.columns.deadline,
    wideOnly: true,
    cell: ({ deadline }) => <span className="s2">{orDash(deadline)}</span>,
  },
  {
    name: 'owner',
    label: say.columns.owner,
    sort: ({ owner }) => owner?.name ?? '',
    wideOnly: true,
    cell: ({ owner }) => orDash(owner?.name),
  },
  {
    name: 'controls',
    label: say.columns.controls,
    cell: ({ controls }) => (
      <span className="row w gap4">
        {controls.map((control) => (
          <Control key={control.id} of={control} />
        ))}
      </span>
    ),
  },
  {
    name: 'open',
    label: say.columns.open,
    right: true,
    sort: ({ open }) => -open.length,
    cell: ({ open }) => <span className={open.length === 0 ? 't3 nw' : 'nw'}>{say.openN(open.length)}</span>,
  },
];

/** What a law asks, line by line: whose it is, how it is met, what supports it, what is open. */
export function Obligations({ law, state }: { readonly law: LawRow; readonly state: DutyState }): ReactElement {
  const { q, only, sort, open } = state.value;
  const [typed, setTyped] = useTyped(q, (text) => state.set({ q: text }, { replace: true }));
  const wanted = q?.toLowerCase() ?? '';
  const rows = law.obligations.filter(
    (row) =>
      (only === undefined || (only === 'open' ? row.open.length > 0 : row.holds === only)) &&
      [row.id, row.article, row.title, row.text, words.groups[row.group]].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
  );
  const shown = law.obligations.find(({ id }) => id === open);
  const count = (holds: Row['holds']): number => law.obligations.filter((row) => row.holds === holds).length;
  return (
    <>
      <div className="row w dfilters">
        <Filter value={typed} onChange={setTyped} label={words.search} />
        <Filters
          label={say.show}
          value={only}
          onChange={(value) => state.set({ only: value })}
          options={[
            { value: 'yes', label: say.holds.yes, n: count('yes') },
            { value: 'unknown', label: say.holds.unknown, n: count('unknown') },
            { value: 'no', label: say.holds.no, n: count('no') },
            { value: 'open', label: say.openOnly, n: law.counts.open },
          ]}
        />
        <TableExport of={{ view: 'duty.obligations', input: { law: law.id }, rows: 'items' }} />
      </div>
      <Card flush>
        <Table
          label={say.table}
          rows={rows}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          sort={sort}
          onSort={(next) => state.set({ sort: next })}
          onOpen={({ id }) => state.set({ open: id })}
          isOpen={({ id }) => id === open}
          empty={
            <Empty
              title={say.none}
              actions={
                <Button
                  onClick={() => {
                    setTyped('');
                    state.set({ q: undefined, only: undefined });
                  }}
                >
                  {words.clear}
                </Button>
              }
            >
              {say.panel.controlsHelp}
            </Empty>
          }
        />
      </Card>
      <Panel
        title={`${law.short} ${shown?.article ?? ''}`}
        open={shown !== undefined}
        onClose={() => state.set({ open: undefined })}
      >
        {shown === undefined ? undefined : <Detail key={shown.id} row={shown} />}
      </Panel>
    </>
  );
}

function Detail({ row }: { readonly row: Row }): ReactElement {
  const verdict = useAllowed('duty.arrange');
  const [editing, setEditing] = useState(false);
  const text = say.panel;
  if (editing) return <ArrangeForm row={row} onClose={() => setEditing(false)} />;
  return (
    <div className="stack" style={{ '--g': '14px' } as object}>
      <h3>{row.title}</h3>
      <p>{row.text}</p>
      <Facts
        rows={[
          [
            text.holds,
            <span key="holds">
              <Holds row={row} /> <span className="t2">{row.because}</span>
            </span>,
          ],
          ...(row.cases === null ? [] : [[text.cases, row.cases] as const]),
          ...(row.deadline === null ? [] : [[text.deadline, row.deadline] as const]),
          ...(row.recipient === 'nobody' ? [] : [[text.recipient, words.recipients[row.recipient]] as const]),
          [text.known, <Known key="known" from={row.knownFrom} />],
          [say.columns.owner, orDash(row.owner?.name)],
          [text.arrangement, orDash(row.arrangement)],
          ...(row.reviewOn === null ? [] : [[text.review, day(row.reviewOn)] as const]),
          [
            text.evidence,
            row.evidence.length === 0
              ? orDash(null)
              : row.evidence.map(({ id, name }) => (
                  <Go key={id} to={`/evidence/${id}`}>
                    {name}
                  </Go>
                )),
          ],
        ]}
      />
      {row.controls.length === 0 ? undefined : (
        <section>
          <h4>{text.controls}</h4>
          <p className="s2 t2">{text.controlsHelp}</p>
          <ul className="rows">
            {row.controls.map(({ id, title, state }) => (
              <li key={id}>
                {state === 'absent' ? <span className="t3 s2">{say.states.absent}</span> : <StateMark state={state} />}
                {state === 'absent' ? (
                  <span className="t3">{id}</span>
                ) : (
                  <Go to={`/controls/${id}`}>
                    {id} {title}
                  </Go>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h4>{text.open}</h4>
        {row.open.length === 0 ? (
          <p className="t2">{text.nothingOpen}</p>
        ) : (
          <ul className="dlist">
            {row.open.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
      </section>
      <div>
        <Button filled verdict={verdict} onClick={() => setEditing(true)}>
          {say.arrange.button}
        </Button>
      </div>
    </div>
  );
}

function ArrangeForm({ row, onClose }: { readonly row: Row; readonly onClose: () => void }): ReactElement {
  const act = useAct('duty.arrange');
  const text = say.arrange;
  const isConditional = row.cases !== null;
  const form = useForm(
    {
      owner: row.owner?.id ?? '',
      applies: isConditional && row.why !== null && row.holds !== 'unknown' ? row.holds : '',
      why: row.why ?? '',
      arrangement: row.arrangement ?? '',
      controls: row.controls
        .filter(({ isOwn }) => isOwn)
        .map(({ id }) => id)
        .join(', '),
      evidence: row.evidence.map(({ id }) => id).join(', '),
      reviewOn: row.reviewOn ?? '',
    },
    {
      reviewOn: dateOrNothing,
      why: (value, all) => (all.applies === 'no' && value.trim().length < 3 ? text.whyNeeded : undefined),
    },
    `duty.${row.id}`,
  );
  return (
    <Form
      state={form}
      submit={text.save}
      cancel={onClose}
      send={async (typed) => {
        await act.mutateAsync({
          input: {
            obligation: row.id,
            controls: listOf(typed.controls),
            evidence: listOf(typed.evidence),
            ...given('owner', typed.owner),
            ...given('applies', typed.applies),
            ...given('why', typed.why),
            ...given('arrangement', typed.arrangement),
            ...given('reviewOn', typed.reviewOn),
          },
        });
        onClose();
      }}
    >
      <p className="m">{row.title}</p>
      {isConditional ? (
        <>
          <Choice
            form={form}
            name="applies"
            label={text.applies}
            description={`${text.appliesHelp} ${row.cases ?? ''}`}
            options={[{ value: '', label: text.undecided }, ...optionsOf({ yes: say.holds.yes, no: say.holds.no })]}
          />
          <Textarea label={text.why} rows={2} {...form.field('why')} />
        </>
      ) : undefined}
      <PersonChoice form={form} name="owner" label={text.owner} help={text.ownerHelp} />
      <Textarea label={text.how} rows={4} {...form.field('arrangement')} />
      <TextInput label={text.controls} description={text.controlsHelp} {...form.field('controls')} />
      <TextInput label={text.evidence} description={text.evidenceHelp} {...form.field('evidence')} />
      <TextInput label={text.review} type="date" {...form.field('reviewOn')} />
    </Form>
  );
}
