import type { IncidentClocks } from '@countersign/core/duty/incident-view.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { duration, moment } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Proof, StateMark } from '../../kit/marks.tsx';
import { Card, Facts, Page } from '../../kit/Page.tsx';
import { Dialog, Panel } from '../../kit/Panel.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/duties.ts';
import { incidentWords } from '../../words/duty-incidents.ts';
import type { Incident } from './Clocks.tsx';
import { Clocks } from './Clocks.tsx';
import { AssessForm, EndForm, NotifyForm } from './IncidentForms.tsx';
import type { ClockRow } from './parts.tsx';
import { orDash, Separate } from './parts.tsx';

const say = incidentWords.page;
const KIND = 'personal-data-incident';

export default function IncidentPage(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'] ?? '';
  const zone = useZone();
  const asked = useView<typeof IncidentClocks>('incident.clocks', { incident: id }, { every: 60_000 });
  const [telling, setTelling] = useState<ClockRow>();
  const mayTell = useAllowedOn('personal-data-incident.notify', KIND, id);
  const told = asked.data?.answer;
  const nextSeconds =
    told?.nextDue === undefined || told.nextDue === null
      ? undefined
      : (Date.parse(told.nextDue) - Date.parse(told.asOf)) / 1000;
  return (
    <Page
      title={told?.incident.title ?? id}
      crumbs={[{ label: words.title, to: '/duties' }]}
      {...(told === undefined
        ? {}
        : {
            above: (
              <>
                <StateMark state={told.incident.state === 'open' ? 'running' : 'done'}>
                  {incidentWords.states[told.incident.state]}
                </StateMark>
                <span className="m">{told.incident.title}</span>
              </>
            ),
            sentence: say.sentence(
              told.counts,
              nextSeconds === undefined || nextSeconds < 0 ? undefined : duration(nextSeconds),
            ),
            sub: say.known(moment(told.incident.awareAt, zone)),
            actions: <Acts told={told} />,
          })}
    >
      <Answer of={asked}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <Separate says={answer.separate} />
            <Clocks told={answer} verdict={mayTell} onTell={setTelling} />
            <div className="grid g2">
              <What told={answer} />
              <div className="stack" style={{ '--g': '16px' } as object}>
                <Notified told={answer} />
                <Versions told={answer} />
              </div>
            </div>
          </div>
        )}
      </Answer>
      <Dialog
        title={incidentWords.notify.title(telling === undefined ? '' : `${telling.short} ${telling.article}`)}
        open={telling !== undefined}
        onClose={() => setTelling(undefined)}
      >
        {telling === undefined ? undefined : (
          <NotifyForm incident={id} clock={telling} onClose={() => setTelling(undefined)} />
        )}
      </Dialog>
    </Page>
  );
}

function Acts({ told }: { readonly told: Incident }): ReactElement {
  const { id, state } = told.incident;
  const [open, setOpen] = useState<'assess' | 'close' | 'reopen'>();
  const mayAssess = useAllowedOn('personal-data-incident.assess', KIND, id);
  const mayClose = useAllowedOn('personal-data-incident.close', KIND, id);
  const mayReopen = useAllowedOn('personal-data-incident.reopen', KIND, id);
  const close = (): void => setOpen(undefined);
  return (
    <>
      {state === 'open' ? (
        <>
          <Button verdict={mayClose} onClick={() => setOpen('close')}>
            {say.close}
          </Button>
          <Button filled verdict={mayAssess} onClick={() => setOpen('assess')}>
            {say.change}
          </Button>
        </>
      ) : (
        <Button verdict={mayReopen} onClick={() => setOpen('reopen')}>
          {say.reopen}
        </Button>
      )}
      <Panel title={incidentWords.assess.title} open={open === 'assess'} onClose={close}>
        {open === 'assess' ? <AssessForm told={told} onClose={close} /> : undefined}
      </Panel>
      <Dialog
        title={open === 'reopen' ? incidentWords.closing.reopen : incidentWords.closing.title}
        open={open === 'close' || open === 'reopen'}
        onClose={close}
      >
        {open === 'close' || open === 'reopen' ? <EndForm incident={id} act={open} onClose={close} /> : undefined}
      </Dialog>
    </>
  );
}

function What({ told: { incident } }: { readonly told: Incident }): ReactElement {
  const zone = useZone();
  const { labels } = say;
  const yesNo = (value: keyof typeof words.yesNo): ReactElement => (
    <span className={value === 'unknown' ? 'un' : ''}>{words.yesNo[value]}</span>
  );
  return (
    <Card title={say.facts}>
      <Facts
        rows={[
          [labels.personalData, yesNo(incident.personalData)],
          [
            labels.personalDataKnownAt,
            incident.personalDataKnownAt === null ? (
              <span key="known" className="un">
                {words.yesNo.unknown}
              </span>
            ) : (
              moment(incident.personalDataKnownAt, zone)
            ),
          ],
          [
            labels.risk,
            <span key="risk" className={incident.risk === 'unknown' ? 'un' : ''}>
              {incidentWords.risk[incident.risk]}
            </span>,
          ],
          [labels.kinds, orDash(incident.kinds.map((kind) => say.kinds[kind]).join(', '))],
          [labels.health, yesNo(incident.health)],
          [labels.unreadable, yesNo(incident.unreadable)],
          [labels.people, orDash(incident.people.map(({ region, count }) => say.people(region, count)).join(' · '))],
          [labels.complete, incident.isComplete ? words.yesNo.yes : say.completeNo],
          [
            labels.activities,
            incident.activities.length === 0
              ? orDash(null)
              : incident.activities.map(({ id, title }) => (
                  <Go key={id} to="/duties" search={{ tab: 'processing', open: id }} className="dline">
                    {title}
                  </Go>
                )),
          ],
          [
            labels.roles,
            orDash(
              incident.roles
                .map(({ law, role }) => `${law.short}: ${words.roles[role as keyof typeof words.roles].toLowerCase()}`)
                .join(', '),
            ),
          ],
          [labels.contracts, orDash(incident.contracts.map(({ party }) => party).join(', '))],
          [labels.owner, orDash(incident.owner?.name)],
          [labels.note, orDash(incident.note)],
          ...(incident.closedAt === null
            ? []
            : [[labels.closed, `${moment(incident.closedAt, zone)}: ${incident.closedFor ?? ''}`] as const]),
        ]}
      />
    </Card>
  );
}

function Notified({ told: { notified } }: { readonly told: Incident }): ReactElement {
  const zone = useZone();
  return (
    <Card title={say.notified}>
      {notified.length === 0 ? (
        <p className="t2">{say.notifiedNone}</p>
      ) : (
        <ul className="rows">
          {notified.map((one) => (
            <li key={`${one.obligation} ${one.at}`} className="dstack">
              <span className="m">{one.says}</span>
              <span className="s2 t2">
                {moment(one.at, zone)} · {one.by.name}
                {one.isComplete ? '' : ` · ${say.partly}`}
                {one.reference === null ? '' : ` · ${one.reference}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Versions({ told: { versions } }: { readonly told: Incident }): ReactElement {
  const zone = useZone();
  return (
    <Card title={say.versions}>
      <ul className="rows">
        {[...versions].reverse().map((one) => (
          <li key={one.version}>
            <span className="grow">
              {say.what[one.what]}
              {one.says === null ? '' : `: ${one.says}`}
              <span className="s2 t2">
                {' '}
                {moment(one.at, zone)} · {one.by.name}
              </span>
            </span>
            <span className="push">
              <Proof index={one.index} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
