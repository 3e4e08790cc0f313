import type { ReactElement } from 'react';
import { useZone } from '../../api/session.ts';
import { day } from '../../kit/format.ts';
import { Go } from '../../kit/Go.tsx';
import { said } from '../../kit/said.ts';
import { sends, wanted, words } from '../../words/customer-requests.ts';
import type { Row } from './CustomerRequests.tsx';
import './page.css';

/** For each thing a customer wants: what can be sent today, or when it is expected, and what else belongs to it. */
export function Send({ send }: { readonly send: Row['send'] }): ReactElement {
  const zone = useZone();
  return (
    <ul className="sends">
      {send.map(({ wants, state, says, also, lateDays, programme, on }) => (
        <li key={wants}>
          <p className="row w base">
            <span className="m">{wanted[wants]}</span>
            <span className={state === 'ready' ? 'ok' : state === 'nothing' ? 'warn' : 't2'}>
              {state === 'expected' && on !== null ? `${sends[state]} ${day(on)}` : sends[state]}
            </span>
            {lateDays === null ? undefined : <span className="warn">{words.late(lateDays)}</span>}
          </p>
          <p>{said(says, zone)}</p>
          {also.map((one) => (
            <p key={one} className="t2">
              {said(one, zone)}
            </p>
          ))}
          {programme === null ? undefined : (
            <p className="s2">
              <Go to={`/programmes/${programme}`} search={{ tab: 'milestones' }}>
                {words.panel.programme}
              </Go>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
