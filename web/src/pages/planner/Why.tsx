import type { ReactElement } from 'react';
import { Go } from '../../kit/Go.tsx';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/planner.ts';
import type { Roadmap } from './money.ts';

/** The rules that fired, strongest first, and which single answers would change what follows from them. */
export function Why({ roadmap, answersAt }: { readonly roadmap: Roadmap; readonly answersAt: string }): ReactElement {
  const { reasons, wouldChange, warnings } = roadmap;
  return (
    <Card flush title={words.why} aside={<span className="s2 t2">{words.whyAside}</span>}>
      {reasons.length === 0 ? <p className="in t2">{words.noReason}</p> : undefined}
      <ol className="pl-why">
        {reasons.map(({ rule, says, because, decides }, i) => (
          <li key={rule} className={decides ? '' : 'not'}>
            <span className="n">{decides ? i + 1 : '–'}</span>
            <div>
              <p className={decides ? 'm' : ''}>{says}</p>
              <p className="t2">
                {because} {decides ? '' : words.notDeciding}
              </p>
            </div>
          </li>
        ))}
      </ol>
      <div className="in pl-more">
        {warnings.length === 0 ? undefined : (
          <>
            <h3>{words.mind}</h3>
            <ul className="pl-mind">
              {warnings.map((says) => (
                <li key={says} className="t2">
                  {says}
                </li>
              ))}
            </ul>
          </>
        )}
        <h3>{words.change}</h3>
        <p className="s2 t3">{wouldChange.length === 0 ? words.noChange : words.changeHelp}</p>
        <ul className="pl-pairs">
          {wouldChange.map(({ says, becomes }) => (
            <li key={`${says} ${becomes}`}>
              <span>{says}</span>
              <span className="t2">{becomes}</span>
            </li>
          ))}
        </ul>
        <p className="s2 noprint">
          <Go to={answersAt}>{words.edit}</Go>
        </p>
      </div>
    </Card>
  );
}
