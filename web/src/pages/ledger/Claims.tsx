import type { ReactElement } from 'react';
import { StateMark } from '../../kit/marks.tsx';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/ledger.ts';
import type { Told } from './Outside.tsx';

const say = words.claims;
const GROUPS = ['proven', 'notProven', 'never'] as const;
const MARKS = { proven: 'accepted', notProven: 'not-observed', never: 'out-of-scope' } as const;

/** Three groups of sentences, as core says them: proven, not proven as it stands, and what no configuration proves. */
export function Claims({ claims }: { readonly claims: Told['claims'] }): ReactElement {
  return (
    <Card title={say.title}>
      <div className="stack" style={{ '--g': '16px' } as object}>
        {GROUPS.map((group) => (
          <section key={group} aria-label={say[group]}>
            <h3>{say[group]}</h3>
            {claims[group].length === 0 ? (
              <p className="t2 s2">{say.nothing}</p>
            ) : (
              <ul className="claims">
                {claims[group].map(({ code, says }) => (
                  <li key={code}>
                    <StateMark state={MARKS[group]}>{''}</StateMark>
                    <span className={group === 'never' ? 't2' : ''}>{says}</span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        ))}
      </div>
    </Card>
  );
}
