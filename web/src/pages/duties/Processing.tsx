import type { ProcessingRegister } from '@countersign/core/duty/registers-view.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Facts } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filters } from '../../kit/Table.tsx';
import { words } from '../../words/duties.ts';
import { assessmentWords, processingWords } from '../../words/duty-registers.ts';
import type { DutyState, Told } from './Duties.tsx';
import { orDash } from './parts.tsx';
import { questionOf, Register } from './Register.tsx';
import { ProcessingForm } from './ProcessingForm.tsx';

export type ActivityRow = z.output<typeof ProcessingRegister>['items'][number];
const say = processingWords;
const ONLY = ['incomplete', 'unassessed'] as const;

function Roles({ of }: { readonly of: ActivityRow['laws'] }): ReactElement {
  return (
    <>
      {of.map(({ law, role, basis }) => (
        <div key={`${law.id} ${role}`}>
          <span className="m">{law.short}</span> {words.roles[role].toLowerCase()}
          {basis === null ? undefined : (
            <span className="s2 t2">
              {' '}
              {basis.title}, {basis.article}
            </span>
          )}
        </div>
      ))}
    </>
  );
}

const COLUMNS: readonly Column<ActivityRow>[] = [
  {
    name: 'title',
    label: say.columns.title,
    sort: ({ title }) => title,
    cell: ({ id, title, isEnded }) => (
      <>
        <Go to="/duties" search={{ tab: 'processing', open: id }} className="m">
          {title}
        </Go>
        {isEnded ? <div className="s2 t3">{say.ended}</div> : undefined}
      </>
    ),
  },
  {
    name: 'laws',
    label: say.columns.laws,
    cell: ({ laws }) => (laws.length === 0 ? orDash(null) : <Roles of={laws} />),
  },
  {
    name: 'data',
    label: say.columns.data,
    wideOnly: true,
    cell: ({ subjects, data }) => (
      <>
        {orDash(subjects.join(', '))}
        <div className="s2 t2">{data.join(', ')}</div>
      </>
    ),
  },
  {
    name: 'retention',
    label: say.columns.retention,
    wideOnly: true,
    cell: ({ retention }) => orDash(retention),
  },
  {
    name: 'assessment',
    label: say.columns.assessment,
    cell: ({ assessment, assessments }) => (
      <>
        {say.assessment[assessment]}
        {assessments.map(({ id, state }) => (
          <div key={id} className="s2">
            <Go to="/duties" search={{ tab: 'assessments', open: id }}>
              {assessmentWords.states[state as keyof typeof assessmentWords.states]}
            </Go>
          </div>
        ))}
      </>
    ),
  },
  {
    name: 'missing',
    label: say.columns.missing,
    right: true,
    sort: ({ missing }) => missing.length,
    cell: ({ missing }) => (
      <span className={missing.length === 0 ? 't3' : 'warn nw'}>{say.missing(missing.length)}</span>
    ),
  },
];

/** The record of processing: what is done with personal data, and what each entry lacks. */
export function Processing({ told, state }: { readonly told: Told; readonly state: DutyState }): ReactElement {
  const { only, open, add } = state.value;
  const wanted = ONLY.find((one) => one === only);
  const question = questionOf(state, /^-?(?:title|missing)$/, { only: wanted });
  const asked = useView<typeof ProcessingRegister>('processing.register', question.page);
  const verdict = useAllowed('processing.record');
  const answer = asked.data?.answer;
  const row = answer?.items.find(({ id }) => id === open);
  return (
    <>
      <Register
        of={asked}
        label={say.table}
        columns={COLUMNS}
        state={state}
        view="processing.register"
        question={question}
        filters={
          <Filters
            label={say.columns.missing}
            value={wanted}
            onChange={(value) => state.set({ only: value, from: undefined })}
            options={ONLY.map((value) => ({
              value,
              label: say.only[value],
              ...(answer === undefined ? {} : { n: answer.counts[value] }),
            }))}
          />
        }
        add={{ name: 'activity', label: say.add, verdict }}
        empty={say.empty}
      />
      <Panel title={say.form.title} open={add === 'activity'} onClose={() => state.set({ add: undefined })}>
        {add === 'activity' ? (
          <ProcessingForm told={told} onDone={(id) => state.set({ add: undefined, open: id })} />
        ) : undefined}
      </Panel>
      <Panel title={row?.title ?? ''} open={row !== undefined} onClose={() => state.set({ open: undefined })}>
        {row === undefined ? undefined : <Activity key={`${row.id} ${row.writtenAt}`} told={told} row={row} />}
      </Panel>
    </>
  );
}

function Activity({ told, row }: { readonly told: Told; readonly row: ActivityRow }): ReactElement {
  const verdict = useAllowed('processing.record');
  const [editing, setEditing] = useState(false);
  if (editing) {
    return <ProcessingForm told={told} row={row} onDone={() => setEditing(false)} onCancel={() => setEditing(false)} />;
  }
  const { facts } = say;
  return (
    <div className="stack" style={{ '--g': '14px' } as object}>
      {row.missing.length === 0 ? undefined : (
        <div className="note w">
          <div>
            <b>{facts.missing}</b>
            <ul className="dlist">
              {row.missing.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <Facts
        rows={[
          [facts.purpose, row.purpose],
          [facts.laws, row.laws.length === 0 ? orDash(null) : <Roles key="laws" of={row.laws} />],
          [facts.subjects, orDash(row.subjects.join(', '))],
          [facts.data, orDash(row.data.join(', '))],
          [facts.sensitive, orDash(row.sensitive.join(', '))],
          [facts.recipients, orDash(row.recipients.join(', '))],
          [facts.systems, orDash(row.systemNames.join(', '))],
          [facts.retention, orDash(row.retention)],
          [facts.security, orDash(row.security)],
          [facts.assessment, say.assessment[row.assessment]],
          [facts.transfers, orDash(row.transfers.map(({ to }) => to).join(', '))],
          [facts.contracts, orDash(row.contracts.map(({ party }) => party).join(', '))],
          [facts.owner, orDash(row.owner?.name)],
          [
            facts.dates,
            orDash(
              [row.startsOn, row.endsOn]
                .map((date) => (date === null ? '…' : day(date)))
                .join(' – ')
                .replace('… – …', ''),
            ),
          ],
        ]}
      />
      <div>
        <Button filled verdict={verdict} onClick={() => setEditing(true)}>
          {say.edit}
        </Button>
      </div>
    </div>
  );
}
