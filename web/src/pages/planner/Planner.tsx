import type { PlanPage } from '@countersign/core/planner/view.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { useClocks } from '../../kit/clocks.ts';
import { Plain } from '../../kit/AsTable.tsx';
import { day } from '../../kit/format.ts';
import { Go, useGo } from '../../kit/Go.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import { wallIn } from '../../kit/zoned.ts';
import { words } from '../../words/planner.ts';
import { Adopt } from './Adopt.tsx';
import { Board } from './Board.tsx';
import { Cost } from './Cost.tsx';
import { Gantt } from './Gantt.tsx';
import { Sources } from './Sources.tsx';
import { Why } from './Why.tsx';
import { Years } from './Years.tsx';
import './page.css';

type Told = z.output<typeof PlanPage>;

/** The adopted plan, or the one that the address names. */
export default function Planner(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'];
  const asked = useView<typeof PlanPage>('plan', id === undefined ? {} : { plan: id });
  const told = asked.data?.answer;
  const plan = told?.plan ?? undefined;
  const roadmap = told?.roadmap ?? undefined;
  const title = id === undefined ? words.title : (plan?.title ?? id);
  const kept = told?.kept.says ?? '';
  return (
    <Page
      title={title}
      crumbs={id === undefined ? [] : [{ label: words.title, to: '/planner' }]}
      {...(told === undefined
        ? {}
        : plan === undefined || roadmap === undefined
          ? { sentence: words.empty.sentence, sub: words.empty.sub, actions: <Start /> }
          : {
              sentence: plan.headline,
              sub: [roadmap.recommendation.says, kept, words.noAdvice].filter((says) => says !== '').join(' '),
              above: <Above told={told} />,
              actions: <Acts told={told} />,
            })}
    >
      <Answer of={asked} rows={10}>
        {({ answer }) => <Body told={answer} />}
      </Answer>
    </Page>
  );
}

function Start(): ReactElement {
  const go = useGo();
  const verdict = useAllowed('plan.save');
  return (
    <Button filled verdict={verdict} onClick={() => go('/planner/new')}>
      {words.empty.start}
    </Button>
  );
}

function Above({ told: { plan, answers } }: { readonly told: Told }): ReactElement | undefined {
  if (plan === null || answers === null) return undefined;
  const { madeOn, adoptedOn } = plan;
  return (
    <p className="s2 t2">
      {words.above({
        madeOn: day(madeOn),
        adoptedOn: adoptedOn === null ? null : day(adoptedOn),
        persons: words.persons(answers.persons),
      })}{' '}
      · <Go to={`/planner/${plan.id}/answers`}>{words.answers}</Go>
    </p>
  );
}

function Acts({ told: { plan, roadmap } }: { readonly told: Told }): ReactElement | undefined {
  const go = useGo();
  const save = useAllowed('plan.save');
  if (plan === null || roadmap === null) return undefined;
  return (
    <>
      <Go to="/compare" className="btn noprint">
        {words.compare}
      </Go>
      {roadmap.plan === null ? undefined : <Board plan={plan.id} sent={plan.sent} />}
      {plan.state === 'draft' ? (
        <Adopt plan={plan.id} roadmap={roadmap} />
      ) : (
        <Button filled={plan.state === 'adopted'} verdict={save} onClick={() => go('/planner/new')}>
          {words.again}
        </Button>
      )}
    </>
  );
}

function Body({ told }: { readonly told: Told }): ReactElement {
  const zone = useZone();
  const { asOf } = useClocks();
  const { plan, roadmap, answers } = told;
  const others = <Others others={told.others} />;
  if (plan === null || roadmap === null || answers === null) {
    return (
      <div className="stack" style={{ '--g': '16px' } as object}>
        <Card flush>
          <Empty title={words.empty.title}>{words.empty.says}</Empty>
        </Card>
        {others}
      </div>
    );
  }
  const today = wallIn(zone, Date.parse(roadmap.asOf)).slice(0, 10);
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      {told.isAsKept ? undefined : <p className="note w">{words.drifted}</p>}
      <div className="grid pl-gw">
        <Why roadmap={roadmap} answersAt={`/planner/${plan.id}/answers`} />
        <Cost roadmap={roadmap} budget={answers.budget} />
      </div>
      {roadmap.recommendation.readiness.length === 0 ? undefined : <Readiness roadmap={roadmap} />}
      {roadmap.plan === null ? undefined : <Gantt plan={roadmap.plan} today={today} isNow={asOf === undefined} />}
      <div className="grid g2 pl-top">
        <Years roadmap={roadmap} />
        <Sources roadmap={roadmap} plan={plan.id} windowMonths={answers.windowMonths} />
      </div>
      {roadmap.plan === null ? undefined : (
        <div className="grid g2 pl-top">
          <Milestones told={told} />
          <Programmes told={told} />
        </div>
      )}
      {others}
    </div>
  );
}

function Readiness({ roadmap }: { readonly roadmap: NonNullable<Told['roadmap']> }): ReactElement {
  const { readiness, recheckOn } = roadmap.recommendation;
  return (
    <Card title={words.readiness}>
      <p className="t2">{words.readinessHelp}</p>
      <ul className="rows" style={{ marginTop: 8 }}>
        {readiness.map(({ id, title }) => (
          <li key={id}>
            <Go to={`/controls/${id}`} className="ref">
              {id}
            </Go>
            <span className="grow">{title}</span>
          </li>
        ))}
      </ul>
      {recheckOn === null ? undefined : <p style={{ marginTop: 10 }}>{words.recheck(day(recheckOn))}</p>}
    </Card>
  );
}

/** Every day that the plan names, and once it is adopted how it stands. */
function Milestones({ told: { kept, roadmap, plan } }: { readonly told: Told }): ReactElement {
  const standing = kept.dates.length > 0;
  const dates = standing
    ? kept.dates
    : (roadmap?.plan?.milestones ?? []).map((one) => ({ ...one, kept: 'ahead' as const, now: null, byDays: 0 }));
  return (
    <Card
      flush
      title={words.milestones}
      {...(plan?.state === 'adopted' ? { aside: <span className="s2 t2">{kept.says}</span> } : {})}
    >
      <div className="tw" tabIndex={0} role="region" aria-label={words.milestones}>
        <Plain
          head={standing ? words.milestoneHead : words.milestoneHead.slice(0, 3)}
          rows={dates.map(({ on, title, framework, kept: how, now, byDays }) => [
            day(on),
            title,
            words.lanes[framework],
            ...(standing
              ? [
                  <span
                    key="kept"
                    className={
                      how === 'late' || how === 'overdue' ? 'warn m' : how === 'moved' || how === 'dropped' ? 'm' : 't2'
                    }
                  >
                    {words.kept[how]}
                    {now !== null && now !== on ? ` · ${day(now)}, ${words.later(byDays)}` : ''}
                  </span>,
                ]
              : []),
          ])}
        />
      </div>
    </Card>
  );
}

function Programmes({ told: { plan, roadmap } }: { readonly told: Told }): ReactElement {
  const isDraft = plan?.state === 'draft';
  const lines = isDraft || plan === null ? (roadmap?.adoption ?? []) : [];
  return (
    <Card title={isDraft ? words.adoption : words.adopted}>
      <p className="t2">{isDraft ? words.adoptionHelp : words.adoptedHelp}</p>
      <ul className="rows" style={{ marginTop: 8 }}>
        {lines.map(({ programme, does, title, says }) => (
          <li key={programme}>
            <span className="grow">
              <span className="m">
                {title} <span className="t3">{`${words.adoptionDoes[does]} ${programme}`}</span>
              </span>
              <span className="t2" style={{ display: 'block' }}>
                {says}
              </span>
            </span>
          </li>
        ))}
        {(isDraft ? [] : (plan?.programmes ?? [])).map((programme) => (
          <li key={programme}>
            <Go to={`/programmes/${programme}`}>{programme}</Go>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Others({ others }: { readonly others: Told['others'] }): ReactElement | undefined {
  if (others.length === 0) return undefined;
  return (
    <Card flush title={words.drafts} aside={<span className="s2 t2">{words.draftsHelp}</span>}>
      <div className="tw" tabIndex={0} role="region" aria-label={words.drafts}>
        <Plain
          head={[words.planColumns.title, words.planColumns.state, words.planColumns.made, words.planColumns.says]}
          rows={others.map(({ id, title, state, madeOn, headline }) => [
            <Go key={id} to={`/planner/${id}`} className="m">
              {title}
            </Go>,
            words.states[state] ?? state,
            day(madeOn),
            headline,
          ])}
        />
      </div>
    </Card>
  );
}
