import type { Programmes as Listing } from '@countersign/core/programme/list.ts';
import type { ReactElement, ReactNode } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { day, range } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { Card, Facts } from '../../kit/Page.tsx';
import { said } from '../../kit/said.ts';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/programmes.ts';
import { Categories } from './Categories.tsx';
import { ProgrammeForm } from './ProgrammeForm.tsx';
import type { Told } from './ProgrammePage.tsx';
import { kindOf, speaksOf } from './Programmes.tsx';
import { Subservice } from './Subservice.tsx';

const say = words.page;

/** What a programme leads to, what of it is still to settle, and which categories with why. */
export function SetUp({
  told,
  isEditing,
  onEdit,
}: {
  readonly told: Told;
  readonly isEditing: boolean;
  readonly onEdit: (on: boolean) => void;
}): ReactElement {
  const { programme } = told;
  const zone = useZone();
  const verdict = useAllowedOn('programme.change', 'programme', programme.id);
  return (
    <div className={programme.framework === 'soc2' ? 'setup' : 'setup alone'}>
      <div>
        {programme.warnings.length === 0 ? undefined : (
          <Card title={say.warnings} aside={<span className="s2 t3">{say.warningsHelp}</span>}>
            <ul className="warnlist">
              {programme.warnings.map(({ code, says }) => (
                <li key={`${code} ${says}`}>{said(says, zone)}</li>
              ))}
            </ul>
          </Card>
        )}
        <Card
          title={say.facts}
          aside={
            isEditing ? undefined : (
              <Button small verdict={verdict} onClick={() => onEdit(true)}>
                {say.edit}
              </Button>
            )
          }
        >
          {isEditing ? <Edit told={told} onDone={() => onEdit(false)} /> : <Facts rows={factsOf(told)} />}
        </Card>
      </div>
      {programme.framework === 'soc2' ? (
        <div>
          <Categories told={told} verdict={verdict} />
          <Subservice told={told} verdict={verdict} />
        </div>
      ) : undefined}
    </div>
  );
}

function factsOf({ programme, scope, subservice }: Told): readonly (readonly [ReactNode, ReactNode])[] {
  const facts = say.facts_;
  const { speaks, previous, followedBy, firm, from, to, framework } = programme;
  return [
    [facts.report, kindOf(programme)],
    [
      facts.speaks,
      framework === 'soc2' ? speaksOf(programme) : speaks === null ? words.noDates : range(speaks.from, speaks.to),
    ],
    [facts.inForce, `${from === null ? say.always : day(from)} – ${to === null ? say.open : day(to)}`],
    [facts.scope, scope ?? <span className="t3">{words.noDates}</span>],
    [facts.firm, firm ?? <span className="t3">{words.noDates}</span>],
    ...(previous === null
      ? []
      : [
          [
            facts.follows,
            <Go key="previous" to={`/programmes/${previous.id}`}>
              {previous.title}
            </Go>,
          ] as const,
        ]),
    ...(followedBy.length === 0
      ? []
      : [
          [
            facts.followed,
            followedBy.map(({ id, title }) => (
              <div key={id}>
                <Go to={`/programmes/${id}`}>{title}</Go>
              </div>
            )),
          ] as const,
        ]),
    ...(framework === 'soc2'
      ? [
          [
            facts.subservice,
            subservice.length === 0 ? (
              <span className="t3">{say.noSubservice}</span>
            ) : (
              subservice.map(({ party, name, method }) => <div key={party}>{`${name}, ${say.methods[method]}`}</div>)
            ),
          ] as const,
        ]
      : []),
  ];
}

function Edit({ told, onDone }: { readonly told: Told; readonly onDone: () => void }): ReactElement {
  const { programme, scope } = told;
  const { id, framework, title, report, asOfDate, periodFrom, periodTo, firm, from, to, previous } = programme;
  const verdict = useAllowedOn('programme.change', 'programme', id);
  const change = useAct('programme.change');
  const asked = useView<typeof Listing>('programmes', {});
  return (
    <Answer of={asked}>
      {({ answer }) => (
        <ProgrammeForm
          keep={`${id}.${told.versions[0]?.version ?? 0}`}
          verdict={verdict}
          others={answer.programmes.filter((other) => other.id !== id)}
          submit={words.form.save}
          of={{
            framework,
            title,
            report: report ?? '',
            asOfDate: asOfDate ?? '',
            periodFrom: periodFrom ?? '',
            periodTo: periodTo ?? '',
            scope: scope ?? '',
            firm: firm ?? '',
            from: from ?? '',
            to: to ?? '',
            previous: previous?.id ?? '',
          }}
          cancel={onDone}
          save={async (body) => {
            await change.mutateAsync({ input: { programme: id, ...body } });
            setTimeout(onDone);
          }}
        />
      )}
    </Answer>
  );
}
