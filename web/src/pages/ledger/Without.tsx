import type { ReactElement } from 'react';
import { Command } from '../../kit/Copied.tsx';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/ledger.ts';
import type { Told } from './Outside.tsx';

const say = words.without;

/** How the log is taken away and verified where this server has no say. */
export function Without({ told }: { readonly told: Told }): ReactElement {
  const keys = [
    `--key ${told.vkey}`,
    ...told.witnesses.map(({ vkey }) => `--witness ${vkey}`),
    ...told.authorities.map(({ id }) => `--tsa-root @log/authorities/${id}.pem`),
  ];
  return (
    <Card title={say.title}>
      <div className="stack" style={{ '--g': '10px' } as object}>
        <p className="t2">{say.says}</p>
        <Command text="countersign ledger export log" />
        <p className="t2">{say.verify}</p>
        <Command text={`countersign verify log ${keys.join(' ')}`} />
        <p className="s2 t2">{say.own}</p>
      </div>
    </Card>
  );
}
