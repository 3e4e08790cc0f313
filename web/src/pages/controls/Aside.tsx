import type { ReactElement } from 'react';
import { count, day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { CellMark, StateMark } from '../../kit/marks.tsx';
import { Card, Facts } from '../../kit/Page.tsx';
import { said } from '../../kit/said.ts';
import { words } from '../../words/control.ts';
import { words as kitWords } from '../../words/kit.ts';
import type { Told } from './Operation.tsx';

const COUNTED = [
  ['on-time', 'onTime'],
  ['late', 'late'],
  ['missed', 'missed'],
  ['excused', 'excused'],
  ['pending', 'pending'],
] as const;

/** At the right: the state and why, what came in later, what it answers, who is responsible. */
export function Aside({
  told,
  zone,
  today,
  asOf,
  knownAt,
}: {
  readonly told: Told;
  readonly zone: string;
  readonly today: string;
  readonly asOf: string | undefined;
  readonly knownAt: string | undefined;
}): ReactElement {
  const { control, responsible, recordedAfter, versions } = told;
  const version = versions.find(({ holds }) => holds);
  const failing = told.lanes.filter((lane) => lane.segments.at(-1)?.outcome === 'fail');
  const sum = COUNTED.reduce((total, [, field]) => total + told.counts[field], 0);
  return (
    <aside className="stack" aria-label={words.at(day(today))}>
      <Card title={asOf === undefined ? words.now : words.at(day(today))}>
        <ul className="unseen">
          {told.because.map((because) => (
            <li key={because}>{said(because, zone)}</li>
          ))}
        </ul>
        {failing.map(({ check, title }) => (
          <p key={check} className="s2 below">
            <Go to={`/checks/${check}`}>{words.whatFails(title)}</Go>
          </p>
        ))}
        {sum === 0 ? undefined : (
          <dl className="cnt">
            {COUNTED.map(([cell, field]) => (
              <div key={cell}>
                <dt>
                  <CellMark cell={cell} />
                  {kitWords.cells[cell]}
                </dt>
                <dd>{count(told.counts[field])}</dd>
              </div>
            ))}
          </dl>
        )}
      </Card>
      {asOf === undefined || recordedAfter.total === 0 ? undefined : (
        <Card title={words.changedSince}>
          <p className="t2">
            {recordedAfter.because} {knownAt === undefined ? words.included : ''}
          </p>
          {knownAt === undefined ? (
            <p className="s2 below">
              <Go to={`/controls/${control.id}`} search={{ asOf, knownAt: asOf }}>
                {words.knownThen(day(today))}
              </Go>
            </p>
          ) : undefined}
        </Card>
      )}
      <Card title={words.answers}>
        {told.requirements.length === 0 ? <p className="t2">{words.noAnswers}</p> : undefined}
        <ul className="ans">
          {told.requirements.map(({ framework, ref, title, state }) => (
            <li key={`${framework} ${ref}`}>
              <Go to={`/${framework}/requirements`} search={{ open: ref }} className="ref">
                {ref}
              </Go>
              <span>{title}</span>
              {state === null ? <span className="t3">–</span> : <StateMark state={state} wordless />}
            </li>
          ))}
        </ul>
        <hr className="hr" />
        <Facts
          rows={[
            [
              words.owner,
              responsible === null ? (
                <span className="t3">{words.nobody}</span>
              ) : (
                <>
                  {responsible.name ?? responsible.id}
                  {responsible.left === null ? undefined : (
                    <span className="warn"> {words.left(day(responsible.left))}</span>
                  )}
                </>
              ),
            ],
            ...(control.ownerRole === null || responsible !== null
              ? []
              : [[words.ownerRole, control.ownerRole] as const]),
            ...(control.domain === null ? [] : [[words.domain, control.domain] as const]),
            ...(version === undefined
              ? []
              : [
                  [
                    words.since,
                    words.sinceVersion(version.from === null ? words.always : day(version.from, zone), version.version),
                  ] as const,
                ]),
          ]}
        />
      </Card>
    </aside>
  );
}
