import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { Button } from '../../kit/Button.tsx';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/ledger.ts';
import type { Do } from './Outside.tsx';

const say = words.start;

/** Nobody is named: what is lost without, and the two steps that end it. */
export function Start({ onDo }: { readonly onDo: Do }): ReactElement {
  const mayTime = useAllowed('authority.name');
  const mayWitness = useAllowed('witness.name');
  return (
    <Card title={say.title}>
      <div className="stack" style={{ '--g': '10px', maxWidth: '76ch' } as object}>
        <p>{say.lost}</p>
        <p className="t2">{say.late}</p>
      </div>
      <ol className="begin">
        <li>
          <span className="n num" aria-hidden="true">
            1
          </span>
          <div>
            <h3>{say.time}</h3>
            <p className="t2">{say.timeHelp}</p>
          </div>
          <Button filled verdict={mayTime} onClick={() => onDo('time')}>
            {words.outside.nameTime}
          </Button>
        </li>
        <li>
          <span className="n num" aria-hidden="true">
            2
          </span>
          <div>
            <h3>{say.witness}</h3>
            <p className="t2">{say.witnessHelp}</p>
          </div>
          <Button verdict={mayWitness} onClick={() => onDo('witness')}>
            {words.outside.nameWitness}
          </Button>
        </li>
      </ol>
    </Card>
  );
}
