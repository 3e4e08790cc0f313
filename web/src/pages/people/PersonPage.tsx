import type { PersonDetail } from '@countersign/core/directory/view.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Proof } from '../../kit/marks.tsx';
import { Card, Facts, Page } from '../../kit/Page.tsx';
import { Answer, ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/people.ts';
import { roleLabels } from '../../words/roles.ts';
import type { Detail } from './Staffing.tsx';
import { Changing, GivingRoles, Leaving } from './Staffing.tsx';
import './page.css';

const say = words.person;

function sentence({ name, roles, state, startsOn, leavesOn, substitute, gaps }: Detail): string {
  if (state === 'coming' && startsOn !== undefined) return say.coming(name, day(startsOn));
  if (state === 'left' && leavesOn !== undefined) return say.left(name, day(leavesOn), gaps);
  if (state === 'leaving' && leavesOn !== undefined) return say.leaving(name, day(leavesOn), substitute?.name);
  return say.here(name, roleLabels(roles));
}

export default function PersonPage(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'] ?? '';
  const asked = useView<typeof PersonDetail>('people.one', { person: id });
  const detail = asked.data?.answer;
  return (
    <Page
      title={detail?.name ?? id}
      crumbs={[{ label: words.title, to: '/people' }]}
      {...(detail === undefined
        ? {}
        : {
            sentence: sentence(detail),
            sub: [detail.jobTitle, detail.email].filter(Boolean).join(' · '),
            actions: <Acts detail={detail} />,
          })}
    >
      <Answer of={asked}>{({ answer }) => <Body detail={answer} />}</Answer>
    </Page>
  );
}

function Acts({ detail }: { readonly detail: Detail }): ReactElement {
  const { id } = detail;
  const [open, setOpen] = useState<'leave' | 'change' | 'roles'>();
  const mayChange = useAllowedOn('person.change', 'person', id);
  const mayRoles = useAllowedOn('person.roles', 'person', id);
  const mayLeave = useAllowedOn('person.leave', 'person', id);
  const mayReturn = useAllowedOn('person.return', 'person', id);
  const stay = useAct('person.return');
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Button verdict={mayChange} onClick={() => setOpen('change')}>
        {words.change.button}
      </Button>
      <Button verdict={mayRoles} onClick={() => setOpen('roles')}>
        {words.roles.button}
      </Button>
      {detail.leavesOn === undefined ? undefined : (
        <Button
          verdict={mayReturn}
          busy={stay.isPending}
          onClick={() => stay.mutate({ input: { person: id }, ifMatch: detail.head })}
        >
          {detail.state === 'left' ? words.back.again : words.back.button}
        </Button>
      )}
      <Button verdict={mayLeave} onClick={() => setOpen('leave')}>
        {detail.leavesOn === undefined ? words.leave.button : words.leave.another}
      </Button>
      <Changing detail={detail} open={open === 'change'} onClose={close} />
      <GivingRoles detail={detail} open={open === 'roles'} onClose={close} />
      <Leaving detail={detail} open={open === 'leave'} onClose={close} />
      {stay.error === null ? undefined : (
        <div className="card acterror">
          <ErrorState error={stay.error} />
        </div>
      )}
    </>
  );
}

function Body({ detail }: { readonly detail: Detail }): ReactElement {
  return (
    <div className="grid g32">
      <div className="stack" style={{ '--g': '16px' } as object}>
        {detail.gapsIn.length === 0 ? undefined : (
          <Card title={say.gaps}>
            <ul className="gaps">
              {detail.gapsIn.map(({ control, because }) => (
                <Line key={control.id} control={control} says={because} bad />
              ))}
            </ul>
          </Card>
        )}
        <Card title={say.controls}>
          {detail.controls.length === 0 ? (
            <p className="t2">{say.controlsNone}</p>
          ) : (
            <ul className="gaps">
              {detail.controls.map((control) => (
                <Line
                  key={control.id}
                  control={control}
                  says={
                    control.inPlaceOf.length > 0
                      ? say.insteadOf(control.inPlaceOf.map(({ name }) => name).join(', '))
                      : control.planned
                        ? say.planned
                        : ''
                  }
                />
              ))}
            </ul>
          )}
        </Card>
        {detail.movedTo.length === 0 ? undefined : (
          <Card title={say.moved}>
            <ul className="gaps">
              {detail.movedTo.map(({ control, to }) => (
                <Line key={control.id} control={control} says={say.movedTo(to.name)} />
              ))}
            </ul>
          </Card>
        )}
      </div>
      <div className="stack" style={{ '--g': '16px' } as object}>
        <Who detail={detail} />
        <RolesOverTime detail={detail} />
      </div>
    </div>
  );
}

function Line({
  control,
  says,
  bad,
}: {
  readonly control: { readonly id: string; readonly title: string };
  readonly says: string;
  readonly bad?: boolean;
}): ReactElement {
  return (
    <li>
      <Go to={`/controls/${control.id}`} className="ref">
        {control.id}
      </Go>
      <span className="m">{control.title}</span>
      <span className={bad === true ? 's2 bad' : 's2 t2'}>{says}</span>
    </li>
  );
}

function Who({ detail }: { readonly detail: Detail }): ReactElement {
  const { substitute, substituteFor } = detail;
  return (
    <Card title={say.facts}>
      <Facts
        rows={[
          [say.roles, roleLabels(detail.roles)],
          ...(detail.jobTitle === undefined ? [] : [[say.jobTitle, detail.jobTitle] as const]),
          ...(detail.email === undefined ? [] : [[say.email, detail.email] as const]),
          ...(detail.startsOn === undefined ? [] : [[say.from, day(detail.startsOn)] as const]),
          ...(detail.leavesOn === undefined ? [] : [[say.to, day(detail.leavesOn)] as const]),
          [
            say.substitute,
            substitute === undefined ? (
              <span className="t3">{say.nowhere}</span>
            ) : (
              <Go to={`/people/${substitute.id}`}>{substitute.name}</Go>
            ),
          ],
          ...(substituteFor.length === 0
            ? []
            : [
                [
                  say.substituteFor,
                  <span key="for" className="row w">
                    {substituteFor.map(({ id, name }) => (
                      <Go key={id} to={`/people/${id}`}>
                        {name}
                      </Go>
                    ))}
                  </span>,
                ] as const,
              ]),
        ]}
      />
      <p style={{ marginTop: 12 }}>
        <Go to={`/history/person/${detail.id}`} className="row">
          <Icon name="history" size={14} /> {say.history}
        </Go>
      </p>
    </Card>
  );
}

function RolesOverTime({ detail }: { readonly detail: Detail }): ReactElement {
  const zone = useZone();
  return (
    <Card title={say.rolesOverTime}>
      <ol className="rolelist">
        {[...detail.rolesOverTime].reverse().map(({ roles, from, to, by, index }) => (
          <li key={from}>
            <div className="row sp w">
              <b>{roleLabels(roles)}</b>
              <Proof index={index ?? null} />
            </div>
            <span className="s2 t2">
              {to === null ? say.since(day(from, zone)) : say.until(day(from, zone), day(to, zone))},{' '}
              {say.givenBy(by.name)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
