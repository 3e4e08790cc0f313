import type { ControlPage } from '@countersign/core/timeline/control-answer.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { useClocks } from '../../kit/clocks.ts';
import { Page, Tabs } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { date, oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { useLookedAt, usePeriod, useWindow } from '../../kit/window.ts';
import { words } from '../../words/control.ts';
import { words as list } from '../../words/controls.ts';
import { Acts } from './Acts.tsx';
import { Aside } from './Aside.tsx';
import { ControlMark } from './Controls.tsx';
import { Evidence } from './Evidence.tsx';
import { Exceptions } from './Exceptions.tsx';
import { ExceptForm, PerformForm, StartForm, WithdrawForm } from './Forms.tsx';
import type { Told } from './Operation.tsx';
import { Operation } from './Operation.tsx';
import { Performances } from './Performances.tsx';
import { Requirements } from './Requirements.tsx';
import { Versions } from './Versions.tsx';
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
    evidence: told.evidence.length,
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
