import type { ReactElement } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { day } from '../../kit/format.ts';
import { Proof, StateMark } from '../../kit/marks.tsx';
import { words } from '../../words/control.ts';
import type { Told } from './Operation.tsx';
import { Section } from './Section.tsx';

export function Exceptions({ told }: { readonly told: Told }): ReactElement {
  const c = words.columns;
  return (
    <Section
      title={words.tabs.exceptions}
      head={[c.item, c.period, c.reason, c.asked, c.state, c.proof, '']}
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
          <td>
            <Proof index={one.logIndex} about={{ kind: 'exception', id: one.id }} />
          </td>
          <td className="r">{one.state === 'requested' ? <Decide id={one.id} /> : undefined}</td>
        </tr>
      ))}
    </Section>
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
