import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import type { Verdict } from '../../api/allowed.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { ago, day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { StateMark } from '../../kit/marks.tsx';
import type { State } from '../../kit/marks.tsx';
import { Card, Facts } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/duties.ts';
import { decideWords, lawWords, obligationWords } from '../../words/duty-laws.ts';
import { DecideForm } from './DecideForm.tsx';
import type { DutyState, LawRow, Told } from './Duties.tsx';
import { Obligations } from './Obligations.tsx';
import { Known, orDash } from './parts.tsx';

const say = lawWords;

const APPLIES: Readonly<Record<keyof typeof say.applies, State>> = {
  yes: 'approved',
  no: 'not-applicable',
  undecided: 'requested',
  none: 'unknown',
};

const rolesSaid = (roles: LawRow['roles']): string => roles.map((role) => words.roles[role]).join(', ');

function Applies({ law: { decision } }: { readonly law: LawRow }): ReactElement {
  const applies = decision?.applies ?? 'none';
  return <StateMark state={APPLIES[applies]}>{say.applies[applies]}</StateMark>;
}

/** Every law and standard, and below it what the chosen one asks. */
export function Laws({ told, state }: { readonly told: Told; readonly state: DutyState }): ReactElement {
  const verdict = useAllowed('duty.decide');
  const [deciding, setDeciding] = useState<LawRow>();
  const chosen = told.laws.find(({ id }) => id === state.value.law);
  return (
    <>
      {chosen === undefined ? (
        <Card flush>
          <Table
            label={say.table}
            rows={told.laws}
            columns={columnsOf(verdict, setDeciding)}
            keyOf={({ id }) => id}
            sort={state.value.sort}
            onSort={(sort) => state.set({ sort })}
            onOpen={({ id }) => state.set({ law: id, sort: undefined })}
          />
        </Card>
      ) : (
        <Law law={chosen} state={state} verdict={verdict} onDecide={() => setDeciding(chosen)} />
      )}
      <Dialog
        title={decideWords.title(deciding?.short ?? '')}
        open={deciding !== undefined}
        onClose={() => setDeciding(undefined)}
        size="lg"
      >
        {deciding === undefined ? undefined : <DecideForm law={deciding} onClose={() => setDeciding(undefined)} />}
      </Dialog>
    </>
  );
}

const columnsOf = (verdict: Verdict, decide: (law: LawRow) => void): readonly Column<LawRow>[] => [
  {
    name: 'law',
    label: say.columns.law,
    sort: ({ short }) => short,
    cell: ({ id, short, jurisdiction, kind }) => (
      <>
        <Go to="/duties" search={{ tab: 'laws', law: id }} className="m">
          {short}
        </Go>
        <div className="s2 t3">
          {jurisdiction} · {say[kind]}
        </div>
      </>
    ),
  },
  {
    name: 'applies',
    label: say.columns.applies,
    sort: ({ decision }) => decision?.applies ?? 'z',
    cell: (law) => (
      <>
        <Applies law={law} />
        {law.decision === null || law.decision.roles.length === 0 ? undefined : (
          <div className="s2 t2">{rolesSaid(law.decision.roles)}</div>
        )}
      </>
    ),
  },
  {
    name: 'obligations',
    label: say.columns.obligations,
    sort: ({ counts }) => -counts.holds,
    wideOnly: true,
    cell: ({ counts }) => <span className="t2">{say.holds(counts)}</span>,
  },
  {
    name: 'open',
    label: say.columns.open,
    sort: ({ counts }) => counts.open,
    cell: ({ counts }) => <span className={counts.open === 0 ? 't3' : ''}>{obligationWords.openN(counts.open)}</span>,
  },
  {
    name: 'clocks',
    label: say.columns.clocks,
    sort: ({ clocks }) => clocks?.nextDue ?? '9',
    cell: ({ clocks }) =>
      clocks === null ? (
        orDash(null)
      ) : (
        <>
          <span className={clocks.missed > 0 ? 'bad m' : clocks.running + clocks.unknown > 0 ? '' : 't3'}>
            {words.clocksSaid(clocks)}
          </span>
          {clocks.nextDue === null ? undefined : <div className="s2 t2">{ago(clocks.nextDue)}</div>}
        </>
      ),
  },
  {
    name: 'owner',
    label: say.columns.owner,
    sort: ({ owner }) => owner?.name ?? '',
    wideOnly: true,
    cell: ({ owner }) => orDash(owner?.name),
  },
  {
    name: 'decide',
    label: say.columns.decide,
    right: true,
    cell: (law) => (
      <Button
        small
        verdict={verdict}
        label={`${law.decision === null ? say.decide : say.decideAgain}: ${law.short}`}
        onClick={() => decide(law)}
      >
        {law.decision === null ? say.decide : say.decideAgain}
      </Button>
    ),
  },
];

function Law({
  law,
  state,
  verdict,
  onDecide,
}: {
  readonly law: LawRow;
  readonly state: DutyState;
  readonly verdict: Verdict;
  readonly onDecide: () => void;
}): ReactElement {
  const zone = useZone();
  const { decision, catalogue, notes } = law;
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      <Card
        title={
          <>
            {law.short}: {law.title}
          </>
        }
        aside={
          <span className="row w">
            <Go to="/duties" search={{ tab: 'laws' }} className="btn x">
              {say.back}
            </Go>
            <Button small verdict={verdict} onClick={onDecide}>
              {decision === null ? say.decide : say.decideAgain}
            </Button>
          </span>
        }
      >
        <div className="row w" style={{ marginBottom: 10 }}>
          <Applies law={law} />
          {decision === null ? <span className="t2">{say.notYet}</span> : undefined}
        </div>
        <Facts
          rows={[
            ...(decision === null
              ? []
              : [
                  [say.facts.why, decision.why] as const,
                  [say.facts.roles, orDash(rolesSaid(decision.roles))] as const,
                  [say.facts.decided, say.by(decision.by.name, day(decision.at, zone))] as const,
                ]),
            [say.facts.whom, law.whom],
            [say.facts.citation, law.citation],
            [say.facts.authority, law.authority],
            [say.facts.zone, law.timeZone],
            [say.facts.catalogue, say.catalogue(catalogue.version, day(catalogue.asOf))],
            ...(notes.length === 0
              ? []
              : [
                  [
                    say.facts.notes,
                    <ul key="notes" className="dlist">
                      {notes.map(({ says, knownFrom }) => (
                        <li key={says}>
                          {says} <Known from={knownFrom} />
                        </li>
                      ))}
                    </ul>,
                  ] as const,
                ]),
          ]}
        />
      </Card>
      <Obligations law={law} state={state} />
    </div>
  );
}
