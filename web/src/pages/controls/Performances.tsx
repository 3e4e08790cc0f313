import type { ReactElement } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { Button } from '../../kit/Button.tsx';
import { moment } from '../../kit/format.ts';
import { Lag, Proof } from '../../kit/marks.tsx';
import { said } from '../../kit/said.ts';
import { words } from '../../words/control.ts';
import type { Told } from './Operation.tsx';
import { Section } from './Section.tsx';

export function Performances({
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
    <Section
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
            <Proof index={one.logIndex} about={{ kind: 'performance', id: one.id }} />
          </td>
          <td className="r">
            {one.withdrawn === null ? <Withdraw id={one.id} onClick={() => onWithdraw(one.id)} /> : undefined}
          </td>
        </tr>
      ))}
    </Section>
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
