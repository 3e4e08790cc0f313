import type { ReactElement } from 'react';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { StateMark } from '../../kit/marks.tsx';
import { Segments } from '../../kit/Page.tsx';
import { said } from '../../kit/said.ts';
import { words } from '../../words/requirements.ts';
import { Parts } from '../elements/Parts.tsx';
import { InOther, otherOf, useInOther } from './InOther.tsx';
import type { Requirement } from './Requirements.tsx';
import type { PanelTab } from './tabs.ts';
import { PANEL_TABS } from './tabs.ts';

type Control = Requirement['controls'][number];

const ORDER = ['failing', 'not-observed', 'planned', 'operating', 'no-occasion'] as const;

const byState = (a: Control, b: Control): number =>
  ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.id < b.id ? -1 : 1);

const who = ({ responsible }: Control): string => responsible?.name ?? responsible?.id ?? words.whoever;

/** The one step that would move the requirement on. */
function nextFor({ state, controls }: Requirement): { readonly says: string; readonly control: string | undefined } {
  if (state === 'out-of-scope') return { says: words.next.out, control: undefined };
  if (controls.length === 0) return { says: words.next.noControl, control: undefined };
  const first = (wanted: Control['state']): Control | undefined => controls.find((one) => one.state === wanted);
  const [failing, unseen, planned] = [first('failing'), first('not-observed'), first('planned')];
  if (failing !== undefined) return { says: words.next.failing(failing.id, who(failing)), control: failing.id };
  if (unseen !== undefined) return { says: words.next.unseen(unseen.id, who(unseen)), control: unseen.id };
  if (planned !== undefined) {
    const n = controls.filter((one) => one.state === 'planned').length;
    return { says: words.next.planned(planned.id, n, who(planned)), control: planned.id };
  }
  return { says: words.next.met, control: undefined };
}

/** One requirement: what it asks in our words, why it stands as it does, its controls and what shows them. */
export function Side({
  framework,
  requirement,
  zone,
  tab,
  onTab,
  onClose,
}: {
  readonly framework: 'soc2' | 'iso27001';
  readonly requirement: Requirement;
  readonly zone: string;
  readonly tab: PanelTab;
  readonly onTab: (tab: PanelTab) => void;
  readonly onClose: () => void;
}): ReactElement {
  const { ref, title, summary, state, because, controls, evidence } = requirement;
  const linked = useInOther(framework, ref).data?.answer.items.length;
  const tabs = words.panelTabs(controls.length, evidence, words[otherOf(framework)], linked);
  const next = nextFor(requirement);
  const checked = [...controls]
    .sort(byState)
    .flatMap((control) => control.checks.map((check) => ({ ...check, control: control.id })));
  const filed = controls.filter((control) => control.evidence.newest !== null);
  return (
    <aside className="card reqside" aria-label={`${ref} ${title}`}>
      <div className="in">
        <div className="row sp top">
          <div>
            <span className="row">
              <span className="ref">{ref}</span>
              <StateMark state={state} />
            </span>
            <h2>{title}</h2>
          </div>
          <button type="button" className="icb" aria-label={words.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        <p className="t2">{summary}</p>
        <h3>{words.panel.why}</h3>
        <p>{because[0] === 'no-control' ? words.noControl : said(because.join(' '), zone)}</p>
        <h3>{words.panel.next}</h3>
        <p>
          {next.says}{' '}
          {next.control === undefined ? undefined : (
            <Go to={`/controls/${next.control}`}>{words.open(next.control)}</Go>
          )}
        </p>
        <Segments
          label={words.panel.controls}
          options={PANEL_TABS.map((value) => ({ value, label: tabs[value] }))}
          value={tab}
          onChange={onTab}
        />
      </div>
      {tab === 'crosswalk' ? (
        <InOther framework={framework} requirement={ref} title={words[otherOf(framework)]} />
      ) : tab === 'parts' ? (
        <Parts framework={framework} requirement={ref} flush />
      ) : tab === 'controls' ? (
        <ul className="xwl">
          {[...controls].sort(byState).map((control) => (
            <li key={control.id}>
              <p className="row sp">
                <span>
                  <Go to={`/controls/${control.id}`} className="ref">
                    {control.id}
                  </Go>{' '}
                  <span className="m">{control.title}</span>
                </span>
                <StateMark state={control.state} wordless />
              </p>
              <p className="s2 t2">{said(control.because.join(' '), zone)}</p>
              <p className="s2 t3">
                {[
                  control.responsible === null ? words.nobody : (control.responsible.name ?? control.responsible.id),
                  words.documents(control.evidence.total),
                ].join(' · ')}
              </p>
              {control.checks.map(({ id, title: question }) => (
                <p key={id} className="s2">
                  <Go to={`/checks/${id}`}>{question}</Go>
                </p>
              ))}
            </li>
          ))}
        </ul>
      ) : (
        <ul className="xwl">
          {checked.length === 0 ? undefined : (
            <li>
              <h3>{words.seen}</h3>
              {checked.map(({ id, title: question, control }) => (
                <p key={`${control}${id}`} className="s2">
                  <span className="ref">{control}</span> <Go to={`/checks/${id}`}>{question}</Go>
                </p>
              ))}
            </li>
          )}
          <li>
            <h3>{words.filed(evidence)}</h3>
            {filed.length === 0 ? <p className="t2">{words.noDocuments}</p> : undefined}
          </li>
          {filed.map(({ id, evidence: { newest, total } }) =>
            newest === null ? undefined : (
              <li key={id}>
                <p>
                  <Go to={`/evidence/${newest.id}`} className="m">
                    {newest.name}
                  </Go>
                </p>
                <p className="s2 t3">
                  <Go to={`/controls/${id}`} search={{ tab: 'evidence' }} className="ref">
                    {id}
                  </Go>{' '}
                  · {day(newest.observedAt, zone)} · {words.documents(total)}
                </p>
              </li>
            ),
          )}
        </ul>
      )}
    </aside>
  );
}
