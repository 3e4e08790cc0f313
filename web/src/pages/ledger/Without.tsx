import type { ReactElement } from 'react';
import { useOrganisation } from '../../api/hooks.ts';
import { useMe } from '../../api/session.ts';
import { Command } from '../../kit/Copied.tsx';
import { Go } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/ledger.ts';
import type { Told } from './Outside.tsx';

const say = words.without;

/** The whole log holds drafts and every programme: who audits is handed an export by one of them. */
const KEEPERS = ['owner', 'lead'];

/** How the log is taken away and verified where this server has no say. */
export function Without({ told }: { readonly told: Told }): ReactElement {
  const org = useOrganisation();
  const roles = useMe().data?.actor.roles ?? [];
  const keys = [
    `--key ${told.vkey}`,
    ...told.witnesses.map(({ vkey }) => `--witness ${vkey}`),
    ...told.authorities.map(({ id }) => `--tsa-root @${id}.pem`),
  ];
  return (
    <Card title={say.title}>
      <div className="stack" style={{ '--g': '10px' } as object}>
        <p className="t2">{say.says}</p>
        {roles.some((role) => KEEPERS.includes(role)) ? (
          <div className="row w">
            <a className="btn" href={`/api/log/export.zip?org=${encodeURIComponent(org ?? '')}`} download>
              <Icon name="export" />
              {say.save}
            </a>
          </div>
        ) : (
          <p className="s2 t2">{say.keepers}</p>
        )}
        <p className="t2">{say.verify}</p>
        <Command text={`countersign verify ${org ?? ''}-log.zip ${keys.join(' ')}`} />
        <p className="s2 t2">{say.terminal}</p>
        <Command text="countersign ledger export log" />
        <p className="s2 t2">{say.own}</p>
        <p>
          <Go to="/binders">{say.binders}</Go>
        </p>
      </div>
    </Card>
  );
}
