import type { ControlPage } from '@countersign/core/timeline/control-answer.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { useClocks } from '../../kit/clocks.ts';
import { bytes, count, day, moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { CellMark, Lag, Proof, StateMark } from '../../kit/marks.tsx';
import { Card, Facts, Page, Tabs } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { date, oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { said } from '../../kit/said.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import { useLookedAt, usePeriod, useWindow } from '../../kit/window.ts';
import { words } from '../../words/control.ts';
import { words as list } from '../../words/controls.ts';
import { words as kitWords } from '../../words/kit.ts';
import { ControlMark } from './Controls.tsx';
import { ExceptForm, PerformForm, StartForm, WithdrawForm } from './Forms.tsx';
import type { Told } from './Operation.tsx';
import { Operation } from './Operation.tsx';
import './page.css';

const TABS = ['operation', 'performances', 'evidence', 'requirements', 'exceptions', 'versions'] as const;
type TabName = (typeof TABS)[number];

export default function Control(): ReactElement {
  const { id = '' }: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const state = useQueryState({
    from: date(),
    to: date(),
    tab: oneOf(...TABS),
    do: oneOf('perform', 'start', 'except', 'withdraw'),
    for: text(),
    which: text(100),
    asOf: text(40),
    knownAt: text(40),
  });
  const zone = useZone();
  const today = useLookedAt();
  const period = usePeriod();
  const clocks = useClocks();
  const window = useWindow(state);
  const [done, setDone] = useState('');
  const asked = useView<typeof ControlPage>('control.page', { control: id, from: window.from, to: window.to });
  const told = asked.data?.answer;
  const tab: TabName = state.value.tab ?? 'operation';
  const close = (): void => state.set({ do: undefined, for: undefined, which: undefined });
  const finish = (says: string): void => {
    setDone(says);
    close();
  };
  return (
    <Page
      title={id}
      crumbs={[{ label: list.title, to: '/controls' }]}
      sentence={told?.control.title ?? id}
      sub={told?.control.description}
      dropped={state.dropped}
      above={
        told === undefined ? undefined : (
          <>
            <span className="ref">{id}</span>
            <ControlMark state={told.state} />
            <span className="t3">·</span>
            <span className="t2">{termsOf(told)}</span>
          </>
        )
      }
      actions={told === undefined ? undefined : <Acts told={told} onDo={(what) => state.set({ do: what })} />}
    >
      <p className="vh" role="status">
        {done}
      </p>
      {done === '' ? undefined : <p className="note donenote">{done}</p>}
      <Answer of={asked} rows={10}>
        {({ answer }) => (
          <>
            <Tabs
              label={words.tabsLabel}
              to={`/controls/${id}`}
              search={{
                ...(state.value.from === undefined ? {} : { from: state.value.from }),
                ...(state.value.to === undefined ? {} : { to: state.value.to }),
              }}
              open={tab}
              tabs={TABS.map((name) => ({
                name,
                label: words.tabs[name],
                ...(numberOn(name, answer) === undefined ? {} : { n: numberOn(name, answer) ?? 0 }),
              }))}
            />
            <div className="grid gp2">
              <div className="stack">
                {tab === 'operation' ? (
                  <>
                    <Operation
                      told={answer}
                      window={window}
                      programme={period.programme}
                      zone={zone}
                      asOf={clocks.asOf}
                      today={today}
                      onAsOf={(on) => state.set({ asOf: on })}
                    />
                    <Evidence told={answer} zone={zone} few />
                  </>
                ) : undefined}
                {tab === 'performances' ? (
                  <Performances
                    told={answer}
                    zone={zone}
                    onWithdraw={(which) => state.set({ do: 'withdraw', which })}
                  />
                ) : undefined}
                {tab === 'evidence' ? <Evidence told={answer} zone={zone} /> : undefined}
                {tab === 'requirements' ? <Requirements told={answer} zone={zone} /> : undefined}
                {tab === 'exceptions' ? <Exceptions told={answer} /> : undefined}
                {tab === 'versions' ? <Versions told={answer} zone={zone} /> : undefined}
              </div>
              <Aside told={answer} zone={zone} today={today} asOf={clocks.asOf} knownAt={clocks.knownAt} />
            </div>
            <Panel open={state.value.do === 'perform'} onClose={close} title={words.perform.title}>
              <PerformForm told={answer} forKey={state.value.for} onDone={finish} />
            </Panel>
            <Panel open={state.value.do === 'start'} onClose={close} title={words.starting.title}>
              <StartForm told={answer} onDone={finish} />
            </Panel>
            <Panel open={state.value.do === 'except'} onClose={close} title={words.excepting.title}>
              <ExceptForm told={answer} onDone={finish} />
            </Panel>
            <Panel
              open={state.value.do === 'withdraw' && state.value.which !== undefined}
              onClose={close}
              title={words.withdrawTitle}
            >
              <WithdrawForm performance={state.value.which ?? ''} onDone={finish} />
            </Panel>
          </>
        )}
      </Answer>
    </Page>
  );
}

const numberOn = (tab: TabName, told: Told): number | undefined =>
  ({
    operation: undefined,
    performances: told.performances.length,
    evidence: told.evidenceTotal,
    requirements: told.requirements.length,
    exceptions: told.exceptions.length,
    versions: told.versions.length,
  })[tab];

/** "weekly, grace P3D, evidence required". */
function termsOf({ control, occurrences }: Told): string {
  const [one] = occurrences;
  const grace =
    one === undefined ? undefined : Math.round((Date.parse(one.graceEnd) - Date.parse(one.due)) / 86_400_000);
  return [
    list.frequencies[control.frequency],
    grace === undefined || grace === 0 ? '' : words.grace(grace),
    control.evidence === 'required' ? words.evidenceRequired : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function Acts({
  told,
  onDo,
}: {
  readonly told: Told;
  readonly onDo: (what: 'perform' | 'start' | 'except') => void;
}): ReactElement {
  const { id } = told.control;
  const record = useAllowedOn('performance.record', 'control', id);
  const start = useAllowedOn('control.start', 'control', id);
  const except = useAllowedOn('exception.request', 'control', id);
  const isPlanned = told.control.startsOn === null;
  return (
    <>
      <Button verdict={except} onClick={() => onDo('except')}>
        {words.except}
      </Button>
      {isPlanned ? (
        <Button filled verdict={start} onClick={() => onDo('start')}>
          {words.start}
        </Button>
      ) : undefined}
      <Button
        filled={!isPlanned && told.control.frequency !== 'continuous'}
        verdict={record}
        onClick={() => onDo('perform')}
      >
        {words.record}
      </Button>
    </>
  );
}

const COUNTED = [
  ['on-time', 'onTime'],
  ['late', 'late'],
  ['missed', 'missed'],
  ['excused', 'excused'],
  ['pending', 'pending'],
] as const;

/** At the right: the state and why, what came in later, what it answers, who is responsible. */
function Aside({
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

function Listing({
  title,
  aside,
  head,
  children,
  empty,
  emptyHelp,
  none,
}: {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly head: readonly string[];
  readonly children: ReactNode;
  readonly empty: string;
  readonly emptyHelp: string;
  readonly none: boolean;
}): ReactElement {
  return (
    <Card flush title={title} aside={aside}>
      {none ? (
        <Empty title={empty}>{emptyHelp}</Empty>
      ) : (
        <div className="tw" tabIndex={0} role="region" aria-label={typeof title === 'string' ? title : head[0]}>
          <table className="stackt">
            <thead>
              <tr>
                {head.map((label) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

const FEW = 5;
/** Bytes, entry and checkpoint are there for whatever the log holds; witnesses and outside time are not built yet. */
const RUNGS = 3;

function Evidence({
  told,
  zone,
  few,
}: {
  readonly told: Told;
  readonly zone: string;
  readonly few?: true;
}): ReactElement {
  const { control, evidence, evidenceTotal, occurrences } = told;
  const shown = few === true ? evidence.slice(0, FEW) : evidence;
  return (
    <Listing
      title={
        <>
          {words.evidence} <span className="t3 light">{words.evidenceIn}</span>
        </>
      }
      aside={
        evidenceTotal > shown.length && few === true ? (
          <Go className="s2 m" to={`/controls/${control.id}`} search={{ tab: 'evidence' }}>
            {words.allEvidence(evidenceTotal)}
          </Go>
        ) : undefined
      }
      head={[words.columns.item, words.columns.for, words.columns.trueAt, words.columns.entered, words.columns.proof]}
      none={shown.length === 0}
      empty={words.noEvidence}
      emptyHelp={words.noEvidenceHelp}
    >
      {shown.map((one) => {
        const [key] = one.for;
        const met = occurrences.find((occurrence) => occurrence.key === key);
        return (
          <tr key={one.id}>
            <td>
              <Go to={`/evidence/${one.id}`} className="m">
                {one.name}
              </Go>
              <div className="s2 t3">{bytes(one.bytes)}</div>
            </td>
            <td className="hd">
              {key === undefined ? (
                <span className="t3">–</span>
              ) : (
                <span className="row">
                  {met === undefined || met.state === 'ahead' ? undefined : (
                    <span className="strip" style={{ width: 12, ['--oh' as string]: '14px' }} aria-hidden="true">
                      <CellMark cell={met.state} />
                    </span>
                  )}
                  <span className="t2">{key}</span>
                </span>
              )}
            </td>
            <td className="nw">{moment(one.observedAt, zone)}</td>
            <td>
              <Lag seconds={one.lagSeconds} tolerated={one.afterTheFact ? -1 : Infinity} />
            </td>
            <td>
              <Proof index={one.logIndex} rungs={RUNGS} />
            </td>
          </tr>
        );
      })}
    </Listing>
  );
}

function Performances({
  told,
  zone,
  onWithdraw,
}: {
  readonly told: Told;
  readonly zone: string;
  readonly onWithdraw: (id: string) => void;
}): ReactElement {
  const c = words.columns;
  return (
    <Listing
      title={words.tabs.performances}
      head={[c.performed, c.by, c.outcome, c.met, c.entered, c.proof, '']}
      none={told.performances.length === 0}
      empty={words.noPerformances}
      emptyHelp={words.noPerformancesHelp}
    >
      {told.performances.map((one) => (
        <tr key={one.id}>
          <td className="nw">
            {moment(one.at, zone)}
            {one.note === null ? undefined : <div className="s2 t2 wrap">{one.note}</div>}
          </td>
          <td>{one.by?.name ?? one.by?.id ?? one.recordedBy.name ?? one.recordedBy.id}</td>
          <td>
            {words.outcomes[one.outcome]}
            {one.withdrawn === null ? undefined : <div className="s2 t3">{words.withdrawn(one.withdrawn)}</div>}
          </td>
          <td>
            {one.met ?? <span className="t3">{words.unmatched}</span>}
            {one.unmatched === null ? undefined : <div className="s2 t3">{said(one.unmatched, zone)}</div>}
          </td>
          <td>
            <Lag seconds={one.lagSeconds} />
          </td>
          <td>
            <Proof index={one.logIndex} rungs={RUNGS} />
          </td>
          <td className="r">
            {one.withdrawn === null ? <Withdraw id={one.id} onClick={() => onWithdraw(one.id)} /> : undefined}
          </td>
        </tr>
      ))}
    </Listing>
  );
}

function Withdraw({ id, onClick }: { readonly id: string; readonly onClick: () => void }): ReactElement {
  const verdict = useAllowedOn('performance.withdraw', 'performance', id);
  return (
    <Button small verdict={verdict} onClick={onClick}>
      {words.withdraw}
    </Button>
  );
}

function Requirements({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const c = words.columns;
  return (
    <Listing
      title={words.tabs.requirements}
      head={[c.requirement, c.framework, c.state, c.why]}
      none={told.requirements.length === 0}
      empty={words.noAnswers}
      emptyHelp=""
    >
      {told.requirements.map(({ framework, ref, title, state, because }) => (
        <tr key={`${framework} ${ref}`}>
          <td>
            <Go to={`/${framework}/requirements`} search={{ open: ref }} className="ref">
              {ref}
            </Go>{' '}
            {title}
          </td>
          <td className="t2">{words.frameworks[framework]}</td>
          <td>{state === null ? <span className="t3">{words.noProgramme}</span> : <StateMark state={state} />}</td>
          <td className="t2">{said(because.join(' '), zone)}</td>
        </tr>
      ))}
    </Listing>
  );
}

function Exceptions({ told }: { readonly told: Told }): ReactElement {
  const c = words.columns;
  return (
    <Listing
      title={words.tabs.exceptions}
      head={[c.item, c.period, c.reason, c.asked, c.state, '']}
      none={told.exceptions.length === 0}
      empty={words.noExceptions}
      emptyHelp={words.noExceptionsHelp}
    >
      {told.exceptions.map((one) => (
        <tr key={one.id}>
          <td>{one.item ?? <span className="t2">{words.whole}</span>}</td>
          <td className="nw">{`${day(one.from)} – ${day(one.to)}`}</td>
          <td className="wrap">{one.reason}</td>
          <td>{one.requestedBy.name ?? one.requestedBy.id}</td>
          <td>
            <StateMark state={one.state} />
            {one.decidedBy === null ? undefined : <div className="s2 t3">{one.decidedBy.name ?? one.decidedBy.id}</div>}
          </td>
          <td className="r">{one.state === 'requested' ? <Decide id={one.id} /> : undefined}</td>
        </tr>
      ))}
    </Listing>
  );
}

/** Approve or refuse, as core allows: never by who asked. */
function Decide({ id }: { readonly id: string }): ReactElement {
  const approve = useAct('exception.approve');
  const refuse = useAct('exception.refuse');
  return (
    <span className="row">
      <Button
        small
        verdict={useAllowedOn('exception.approve', 'exception', id)}
        busy={approve.isPending}
        onClick={() => approve.mutate({ input: { exception: id } })}
      >
        {words.approve}
      </Button>
      <Button
        small
        verdict={useAllowedOn('exception.refuse', 'exception', id)}
        busy={refuse.isPending}
        onClick={() => refuse.mutate({ input: { exception: id } })}
      >
        {words.refuse}
      </Button>
    </span>
  );
}

function Versions({ told, zone }: { readonly told: Told; readonly zone: string }): ReactElement {
  const c = words.columns;
  return (
    <Listing
      title={words.tabs.versions}
      head={[c.version, c.holds, c.changed, c.recorded, c.proof]}
      none={false}
      empty=""
      emptyHelp=""
    >
      {told.versions.map((one) => (
        <tr key={one.version}>
          <td>
            {one.version} {one.holds ? <StateMark state="operating">{words.versionHolds}</StateMark> : undefined}
          </td>
          <td className="nw">
            {`${one.from === null ? words.always : day(one.from, zone)} – ${one.to === null ? words.openEnd : day(one.to, zone)}`}
          </td>
          <td className="t2 wrap">{one.version === 1 ? words.nothingChanged : one.changed.join(', ')}</td>
          <td className="nw">
            {moment(one.recordedAt, zone)}
            <div className="s2 t3">{one.recordedBy.name ?? one.recordedBy.id}</div>
          </td>
          <td>
            <Proof index={one.logIndex} rungs={RUNGS} />
          </td>
        </tr>
      ))}
    </Listing>
  );
}
