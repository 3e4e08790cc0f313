import type { AssessmentRegister } from '@countersign/core/duty/registers-view.ts';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import { useAllowed, useAllowedOn } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import type { State } from '../../kit/marks.tsx';
import { Facts } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { ErrorState } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filters } from '../../kit/Table.tsx';
import { assessmentWords } from '../../words/duty-registers.ts';
import { AssessmentForm, DecideAssessmentForm, ReturnForm } from './AssessmentForms.tsx';
import type { DutyState, Told } from './Duties.tsx';
import { orDash } from './parts.tsx';
import { questionOf, Register } from './Register.tsx';

export type AssessmentRow = z.output<typeof AssessmentRegister>['items'][number];
const say = assessmentWords;
const STATES = ['draft', 'submitted', 'decided'] as const;
const MARKS: Readonly<Record<AssessmentRow['state'], State>> = {
  draft: 'draft',
  submitted: 'submitted',
  decided: 'approved',
};
const KIND = 'impact-assessment';

const COLUMNS: readonly Column<AssessmentRow>[] = [
  {
    name: 'title',
    label: say.columns.title,
    sort: ({ title }) => title,
    cell: ({ id, title, laws, activity }) => (
      <>
        <Go to="/duties" search={{ tab: 'assessments', open: id }} className="m">
          {title}
        </Go>
        <div className="s2 t2">
          {activity.title} · {laws.map(({ short }) => short).join(', ')}
        </div>
      </>
    ),
  },
  {
    name: 'state',
    label: say.columns.state,
    sort: ({ state }) => state,
    cell: ({ state }) => <StateMark state={MARKS[state]}>{say.states[state]}</StateMark>,
  },
  {
    name: 'high',
    label: say.columns.risks,
    sort: ({ high }) => high,
    cell: ({ risks, high }) => <span className={high > 0 ? 'bad' : ''}>{say.risks(risks.length, high)}</span>,
  },
  {
    name: 'outcome',
    label: say.columns.outcome,
    cell: ({ decidedAs, decidedBy }) => (
      <>
        {decidedAs === null ? orDash(null) : say.outcomes[decidedAs]}
        <div className="s2 t2">{decidedBy?.name}</div>
      </>
    ),
  },
  {
    name: 'review',
    label: say.columns.review,
    wideOnly: true,
    cell: ({ reviewOn, isReviewDue }) =>
      reviewOn === null ? (
        orDash(null)
      ) : (
        <span className={isReviewDue ? 'warn nw' : 'nw'}>
          {day(reviewOn)}
          {isReviewDue ? `, ${say.reviewDue}` : ''}
        </span>
      ),
  },
  {
    name: 'written',
    label: say.columns.written,
    wideOnly: true,
    cell: ({ writtenBy }) => writtenBy.map(({ name }) => name).join(', '),
  },
];

/** Impact assessments: what may happen to people, what is done about it, who decided. */
export function Assessments({ told, state }: { readonly told: Told; readonly state: DutyState }): ReactElement {
  const { open, add, state: shown } = state.value;
  const wanted = STATES.find((one) => one === shown);
  const question = questionOf(state, /^-?(?:title|state|high)$/, { state: wanted });
  const asked = useView<typeof AssessmentRegister>('assessments.register', question.page);
  const verdict = useAllowed('assessment.draft');
  const answer = asked.data?.answer;
  const row = answer?.items.find(({ id }) => id === open);
  return (
    <>
      <Register
        of={asked}
        label={say.table}
        columns={COLUMNS}
        state={state}
        view="assessments.register"
        question={question}
        filters={
          <Filters
            label={say.columns.state}
            value={wanted}
            onChange={(value) => state.set({ state: value, from: undefined })}
            options={STATES.map((value) => ({
              value,
              label: say.states[value],
              ...(answer === undefined ? {} : { n: answer.counts[value] }),
            }))}
          />
        }
        add={{ name: 'assessment', label: say.add, verdict }}
        empty={say.empty}
      />
      <Panel title={say.add} open={add === 'assessment'} onClose={() => state.set({ add: undefined })}>
        {add === 'assessment' ? (
          <AssessmentForm told={told} onDone={(id) => state.set({ add: undefined, open: id })} />
        ) : undefined}
      </Panel>
      <Panel title={row?.title ?? ''} open={row !== undefined} onClose={() => state.set({ open: undefined })}>
        {row === undefined ? undefined : <Detail key={row.id} told={told} row={row} />}
      </Panel>
    </>
  );
}

type Doing = 'edit' | 'return' | 'decide';

function Detail({ told, row }: { readonly told: Told; readonly row: AssessmentRow }): ReactElement {
  const [doing, setDoing] = useState<Doing>();
  const done = (): void => setDoing(undefined);
  if (doing === 'edit') return <AssessmentForm told={told} row={row} onDone={done} onCancel={done} />;
  if (doing === 'return') return <ReturnForm assessment={row.id} onClose={done} />;
  if (doing === 'decide') return <DecideAssessmentForm assessment={row.id} onClose={done} />;
  const { facts } = say;
  return (
    <div className="stack" style={{ '--g': '14px' } as object}>
      <StateMark state={MARKS[row.state]}>{say.states[row.state]}</StateMark>
      {row.returnedFor === null || row.state !== 'draft' ? undefined : (
        <p className="note w">
          <span>
            <b>{say.returned}</b> {row.returnedFor}
          </span>
        </p>
      )}
      <Facts
        rows={[
          [
            facts.activity,
            <Go key="activity" to="/duties" search={{ tab: 'processing', open: row.activity.id }}>
              {row.activity.title}
            </Go>,
          ],
          [facts.laws, row.laws.map(({ short }) => short).join(', ')],
          [facts.necessity, row.necessity],
          [facts.consulted, orDash(row.consulted)],
          ...(row.decidedAs === null
            ? []
            : [
                [facts.outcome, `${say.outcomes[row.decidedAs]}, ${row.decidedBy?.name ?? ''}`] as const,
                [facts.reason, orDash(row.reason)] as const,
              ]),
          ...(row.reviewOn === null ? [] : [[say.columns.review, day(row.reviewOn)] as const]),
        ]}
      />
      <section>
        <h4>{facts.risks}</h4>
        {row.risks.length === 0 ? <p className="t2">{say.noRisks}</p> : undefined}
        <ul className="rows">
          {row.risks.map((risk) => (
            <li key={risk.risk} className="dstack">
              <span>{risk.risk}</span>
              <span className="s2 t2">
                {say.likelihood}: {say.levels[risk.likelihood].toLowerCase()} · {say.severity}:{' '}
                {say.levels[risk.severity].toLowerCase()} · {say.leftOver}:{' '}
                <b className={risk.left === 'high' ? 'bad' : ''}>{say.levels[risk.left].toLowerCase()}</b>
              </span>
              {risk.measure === null ? undefined : (
                <span className="s2">
                  {say.measure}: {risk.measure}
                </span>
              )}
            </li>
          ))}
        </ul>
      </section>
      <Acts row={row} onDo={setDoing} />
    </div>
  );
}

function Acts({ row, onDo }: { readonly row: AssessmentRow; readonly onDo: (doing: Doing) => void }): ReactElement {
  const mayEdit = useAllowedOn('assessment.edit', KIND, row.id);
  const maySubmit = useAllowedOn('assessment.submit', KIND, row.id);
  const mayReturn = useAllowedOn('assessment.return', KIND, row.id);
  const mayDecide = useAllowedOn('assessment.decide', KIND, row.id);
  const submit = useAct('assessment.submit');
  return (
    <div className="row w">
      {row.state === 'submitted' ? (
        <>
          <Button verdict={mayReturn} onClick={() => onDo('return')}>
            {say.acts.return}
          </Button>
          <Button filled verdict={mayDecide} onClick={() => onDo('decide')}>
            {say.acts.decide}
          </Button>
        </>
      ) : (
        <Button verdict={mayEdit} onClick={() => onDo('edit')}>
          {say.acts.edit}
        </Button>
      )}
      {row.state === 'draft' ? (
        <Button
          filled
          verdict={maySubmit}
          busy={submit.isPending}
          onClick={() => submit.mutate({ input: { assessment: row.id } })}
        >
          {say.acts.submit}
        </Button>
      ) : undefined}
      {submit.error === null ? undefined : <ErrorState error={submit.error} />}
    </div>
  );
}
